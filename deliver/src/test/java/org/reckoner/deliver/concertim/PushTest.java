package org.reckoner.deliver.concertim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Undelivered;
import org.reckoner.simulators.concertim.ConcertimSimulator;
import org.reckoner.simulators.http.Trouble;

/// What Concertim is told, over HTTP, by a simulator of its visualiser.
class PushTest {

    private static final Currency EUR = Currency.getInstance("EUR");

    private final ConcertimSimulator concertim = ConcertimSimulator.start(0, true);
    private final Known money = new Known();
    private Push push = push(concertim);

    /// Bills by project, and credits by account.
    private static final class Known implements Push.Money {
        private final TreeMap<String, Bill> bills = new TreeMap<>();
        private final TreeMap<String, String> credits = new TreeMap<>();

        @Override
        public Bill bill(String project) throws Undelivered {
            Bill bill = bills.get(project);
            if (bill == null) {
                throw new Undelivered.Refused("no price book");
            }
            return bill;
        }

        @Override
        public Optional<BigDecimal> credits(String account) throws Undelivered {
            String known = credits.getOrDefault(account, "");
            if (known.equals("down")) {
                throw new Undelivered.Unavailable("Kill Bill does not answer");
            }
            return known.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(known));
        }
    }

    private static Push push(ConcertimSimulator concertim) {
        return new Push(new AdapterSettings(
                "concertim",
                new TreeMap<>(Map.of(
                        "url",
                        concertim.url(),
                        "timeout",
                        "PT3S",
                        "username",
                        ConcertimSimulator.LOGIN,
                        "cluster-id",
                        "stack")),
                Map.of("RECKONER_DELIVER_CONCERTIM_PASSWORD", ConcertimSimulator.PASSWORD)));
    }

    @BeforeEach
    void layOut() {
        concertim.team("1", "alpha", "p-1", "a-1");
        concertim.team("2", "beta", "p-2", "");
        concertim.rack("10", "1", "stack-1");
        concertim.rack("11", "1", "stack-2");
        concertim.rack("20", "2", "stack-3");
        concertim.device("100", "10", "vm-1");
        concertim.device("101", "10", "vm-2");
        concertim.device("110", "11", "vm-3");
        concertim.device("200", "20", "vm-9");
        money.bills.put(
                "p-1",
                bill(
                        "p-1",
                        line("stack-1", Map.of("vm-1", "10/3", "vm-2", "10/3", "vol-1", "10/3")),
                        line("stack-2", Map.of("vm-3", "1/3")),
                        line("", Map.of("net-1", "5/3"))));
        money.bills.put("p-2", bill("p-2", line("stack-3", Map.of("vm-9", "2"))));
        money.credits.put("a-1", "87.50");
    }

    @AfterEach
    void close() {
        push.close();
        concertim.close();
    }

    private static Bill bill(String project, InvoiceLine... lines) {
        return new Bill(
                Account.unknown(project),
                BillingPeriod.parse("2026-11"),
                Instant.parse("2026-11-20T00:00:00Z"),
                1,
                "standard",
                1,
                EUR,
                List.of(lines),
                List.of());
    }

    private static InvoiceLine line(String stack, Map<String, String> charges) {
        List<Charge> each = new TreeMap<>(charges)
                .entrySet().stream()
                        .map(one -> new Charge(
                                new ResourceId("RegionOne", "any", one.getKey()),
                                one.getKey(),
                                Ratio.of(1),
                                Ratio.parse(one.getValue()),
                                List.of()))
                        .toList();
        Ratio sum = each.stream().map(Charge::amount).reduce(Ratio.ZERO, Ratio::plus);
        return new InvoiceLine(
                new InvoiceLine.Key(
                        BillingPeriod.parse("2026-11"),
                        "RegionOne",
                        "price",
                        new TreeMap<>(stack.isEmpty() ? Map.of() : Map.of("stack", stack))),
                "Item",
                Optional.empty(),
                "hour",
                "1",
                Ratio.of(1),
                sum,
                Rounding.of(EUR).round(sum, EUR),
                Optional.empty(),
                each);
    }

    private BigDecimal cost(String kind, String id) {
        return new BigDecimal(concertim.value(kind, id, "cost"));
    }

    @Test
    void teams_racks_and_devices_are_told_and_add_up() throws Exception {
        Push.Round round = push.round(money, false);

        assertThat(round.troubles()).isEmpty();
        assertThat(cost("teams", "1")).isEqualByComparingTo("12.00");
        assertThat(concertim.value("teams", "1", "credits")).isEqualTo("87.50");
        assertThat(concertim.value("teams", "1", "billing_period_start")).isEqualTo("2026-11-01");
        assertThat(concertim.value("teams", "1", "billing_period_end")).isEqualTo("2026-12-01");
        assertThat(cost("racks", "10")).isEqualByComparingTo("10.00");
        assertThat(cost("racks", "11")).isEqualByComparingTo("0.33");
        // a third of ten each; the third part is the volume's
        assertThat(cost("devices", "100")).isEqualByComparingTo("3.33");
        assertThat(cost("devices", "101")).isEqualByComparingTo("3.33");
        assertThat(cost("devices", "110")).isEqualByComparingTo("0.33");
        assertThat(cost("teams", "2")).isEqualByComparingTo("2.00");
        assertThat(concertim.changes())
                .allSatisfy(change -> assertThat(change.values()).isNotEmpty())
                .hasSize(9);
    }

    @Test
    void only_what_changed_is_told() throws Exception {
        push.round(money, false);
        int before = concertim.changes().size();

        Push.Round again = push.round(money, false);
        assertThat(again.changes()).isEmpty();
        assertThat(again.unchanged()).isEqualTo(9);

        money.bills.put("p-2", bill("p-2", line("stack-3", Map.of("vm-9", "3"))));
        push.round(money, false);
        assertThat(concertim.changes().subList(before, concertim.changes().size()))
                .extracting(ConcertimSimulator.Change::kind)
                .containsExactly("teams", "racks", "devices");
    }

    @Test
    void where_lists_do_not_tell_money_it_is_told_once_a_process() throws Exception {
        try (ConcertimSimulator silent = ConcertimSimulator.start(0, false);
                Push own = push(silent)) {
            silent.team("1", "alpha", "p-2", "");
            own.round(money, false);
            assertThat(own.round(money, false).changes()).isEmpty();
            assertThat(silent.changes()).hasSize(1);
        }
    }

    @Test
    void a_dry_run_tells_nothing() throws Exception {
        Push.Round round = push.round(money, true);

        assertThat(round.changes()).hasSize(9);
        assertThat(concertim.changes()).isEmpty();
    }

    @Test
    void a_token_that_ended_is_renewed_and_the_request_repeated() throws Exception {
        push.round(money, false);
        concertim.now(Instant.parse("2026-11-22T10:00:00Z"));
        money.bills.put("p-2", bill("p-2", line("stack-3", Map.of("vm-9", "3"))));

        Push.Round round = push.round(money, false);

        assertThat(round.troubles()).isEmpty();
        assertThat(cost("teams", "2")).isEqualByComparingTo("3");
        assertThat(concertim.logins()).isEqualTo(2);
    }

    @Test
    void a_door_that_stays_closed_is_tried_once_more_and_no_more() {
        concertim.server().share(100, 1, List.of(Trouble.FORBIDDEN));

        assertThatThrownBy(() -> push.round(money, false)).isInstanceOf(Undelivered.Unavailable.class);
        assertThat(concertim.server().requests()).isLessThanOrEqualTo(3);
    }

    @Test
    void wrong_credentials_are_told_and_the_password_is_not() {
        try (Push wrong = new Push(new AdapterSettings(
                "concertim",
                new TreeMap<>(Map.of("url", concertim.url(), "username", "admin")),
                Map.of("RECKONER_DELIVER_CONCERTIM_PASSWORD", "not the password")))) {
            assertThatThrownBy(() -> wrong.round(money, false))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("credentials")
                    .hasMessageNotContaining("not the password");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 422, 500})
    void one_that_cannot_be_told_stops_no_other(int status) throws Exception {
        concertim.breaks("teams", "1", status);
        concertim.breaks("devices", "100", status);

        Push.Round round = push.round(money, false);

        assertThat(round.troubles())
                .extracting(Push.Trouble::what)
                .containsExactly("team alpha (1)", "device device-100 (100)");
        assertThat(cost("teams", "2")).isEqualByComparingTo("2.00");
        assertThat(cost("devices", "101")).isEqualByComparingTo("3.33");
        concertim.breaks("teams", "1", 200);
        concertim.breaks("devices", "100", 200);
        assertThat(push.round(money, false).changes()).hasSize(2);
    }

    @Test
    void what_it_does_not_take_is_told_with_its_field() throws Exception {
        concertim.now(Instant.parse("2026-12-20T10:00:00Z"));

        Push.Round round = push.round(money, false);

        assertThat(round.troubles())
                .filteredOn(trouble -> trouble.what().equals("team alpha (1)"))
                .singleElement()
                .satisfies(trouble -> assertThat(trouble.why())
                        .contains("billing_period_end must be today or later")
                        .doesNotContain("{"));
    }

    @Test
    void a_team_without_a_bill_or_credits_that_are_not_known_stop_no_other() throws Exception {
        money.bills.remove("p-2");
        money.credits.put("a-1", "down");

        Push.Round round = push.round(money, false);

        assertThat(round.troubles()).extracting(Push.Trouble::what).containsExactly("team alpha (1)", "team beta (2)");
        assertThat(cost("teams", "1")).isEqualByComparingTo("12.00");
        assertThat(concertim.value("teams", "1", "credits")).isEmpty();
    }

    @Test
    void a_concertim_that_does_not_answer_is_left_alone_until_the_next_round() throws Exception {
        for (String team : List.of("3", "4", "5", "6", "7")) {
            concertim.team(team, "team-" + team, "p-2", "");
        }
        List.of("1", "2", "3", "4", "5", "6", "7").forEach(team -> concertim.breaks("teams", team, 503));
        List.of("10", "11", "20").forEach(rack -> concertim.breaks("racks", rack, 503));
        List.of("100", "101", "110", "200").forEach(device -> concertim.breaks("devices", device, 503));

        Push.Round round = push.round(money, false);

        assertThat(round.troubles()).hasSize(4);
        assertThat(round.troubles().getLast().what()).contains("rest of this round");
        assertThat(concertim.server().requests()).isEqualTo(1 + 3 + 3);
    }

    @ParameterizedTest
    @EnumSource(Trouble.class)
    void whatever_goes_wrong_the_next_round_leaves_all_right(Trouble trouble) throws Exception {
        concertim.server().late(Duration.ofSeconds(8));
        for (int well = 4; well < 13; well += 3) {
            concertim.server().behave();
            money.bills.put("p-2", bill("p-2", line("stack-3", Map.of("vm-9", Integer.toString(well)))));
            concertim.server().after(well, trouble);
            try {
                push.round(money, false);
            } catch (Undelivered.Unavailable e) {
                assertThat(e).hasMessageContaining("concertim");
            }
            concertim.server().behave();

            assertThat(push.round(money, false).troubles()).isEmpty();
            assertThat(cost("teams", "2")).isEqualByComparingTo(Integer.toString(well));
            assertThat(cost("racks", "20")).isEqualByComparingTo(Integer.toString(well));
            assertThat(cost("racks", "10")).isEqualByComparingTo("10.00");
        }
    }
}
