package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Undelivered;

/// A cluster's life on a real Kill Bill, as a portal sees it.
@Tag("live")
@Timeout(120)
class OrdersLiveTest {

    private static final Currency EUR = Currency.getInstance("EUR");

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @SuppressWarnings("NullAway.Init")
    private KillBill adapter;

    @SuppressWarnings("NullAway.Init")
    private Orders orders;

    private String account = "";

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @BeforeEach
    void open() throws Exception {
        killBill = new RealKillBill();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        adapter = new KillBill(killBill.settings(Map.of("create-accounts", "true")));
        adapter.uploadCatalog(List.of(UsageLiveTest.book("volume", "server")), LocalDate.parse("2026-12-01"), false);
        orders = adapter.orders();
        account = orders.account(Account.unknown("p-1"), EUR);
    }

    @AfterEach
    void close() throws Exception {
        adapter.close();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        killBill.close();
    }

    private static SortedMap<String, BigDecimal> costs(String server, String volume) {
        return new TreeMap<>(Map.of("server", new BigDecimal(server), "volume", new BigDecimal(volume)));
    }

    private String order() throws Undelivered {
        return orders.create(account, "p-1", "stack-1", "my cluster", LocalDate.parse("2026-12-02"));
    }

    @Test
    void an_order_is_made_once_and_carries_its_stack() throws Exception {
        String order = order();
        String id = orders.tag(order, "openstack_metering_enabled", "true");
        assertThat(orders.tag(order, "openstack_metering_enabled", "true")).isEqualTo(id);
        assertThatThrownBy(() -> orders.tag(order, "openstack_metering_enabled", "false"))
                .isInstanceOf(Undelivered.Refused.class);

        assertThat(order()).isEqualTo(order);
        TreeMap<String, String> fields = new TreeMap<>();
        killBill.send("GET", "/subscriptions/%s/customFields".formatted(order), "")
                .forEach(field -> fields.put(
                        field.path("name").asString(), field.path("value").asString()));
        assertThat(fields)
                .containsEntry("openstack_stack_id", "stack-1")
                .containsEntry("openstack_stack_name", "my cluster")
                .containsEntry("openstack_metering_enabled", "true");
    }

    @Test
    void costs_so_far_are_posted_as_differences_and_never_taken_back() throws Exception {
        String order = order();
        LocalDate day = LocalDate.parse("2026-12-10");
        killBill.clock(Instant.parse("2026-12-10T09:00:00Z"));

        assertThat(orders.settle(order, day, costs("1.23456", "0.1")).posted())
                .containsEntry("openstack-billed-server", new BigDecimal("1.235"));
        assertThat(orders.settle(order, day, costs("1.23456", "0.1")).posted()).isEmpty();
        Orders.Settled settled = orders.settle(order, day, costs("2.5", "0.05"));
        assertThat(settled.posted()).containsEntry("openstack-billed-server", new BigDecimal("1.265"));
        assertThat(settled.tooMuch()).containsEntry("openstack-billed-volume", new BigDecimal("0.050"));

        assertThat(orders.draft(account, Optional.of(LocalDate.parse("2027-01-01")))
                        .map(KillBillInvoice::total))
                .contains(new Money(EUR, new BigDecimal("2.60")));
        assertThat(orders.draft(orders.account(Account.unknown("p-2"), EUR), Optional.empty()))
                .isEmpty();
    }

    @Test
    void a_credit_of_one_key_is_added_once_and_spent_on_the_invoice() throws Exception {
        String order = order();
        orders.credit(account, "deposit-1", Money.parse("EUR 100.00"), "Deposit");
        orders.credit(account, "deposit-1", Money.parse("EUR 100.00"), "Deposit");
        orders.credit(account, "return-1", Money.parse("EUR -30.00"), "Paid out");
        assertThat(orders.standing(account).credits().amount()).isEqualByComparingTo("70");

        orders.settle(order, LocalDate.parse("2026-12-02"), costs("12.34", "1.00"));
        killBill.clock(Instant.parse("2027-01-01T12:00:00Z"));
        orders.bill(account, LocalDate.parse("2027-01-01"));

        assertThat(orders.standing(account).credits().amount()).isEqualByComparingTo("56.66");
        Orders.Page page = orders.invoices(account, 0, 1);
        assertThat(page.total()).isEqualTo(3);
        KillBillInvoice invoice = page.invoices().getFirst();
        assertThat(invoice.total().amount()).isEqualByComparingTo("13.34");
        assertThat(orders.invoice(invoice.id()).balance()).isEqualByComparingTo("0");
        assertThat(orders.html(invoice.id())).contains("<html>").contains("12.34");
    }

    @Test
    void an_order_that_ends_is_billed_at_once_with_its_last_costs() throws Exception {
        String order = order();
        killBill.clock(Instant.parse("2026-12-20T09:00:00Z"));
        orders.settle(order, LocalDate.parse("2026-12-19"), costs("7.00", "0.50"));

        orders.delete(order, LocalDate.parse("2026-12-20"), costs("7.77", "0.55"));
        orders.delete(order, LocalDate.parse("2026-12-20"), costs("7.77", "0.55"));

        assertThat(orders.standing(account).owed().amount()).isEqualByComparingTo("8.32");
        assertThatThrownBy(() -> orders.settle(order, LocalDate.parse("2026-12-21"), costs("9.00", "0.55")))
                .isInstanceOf(Undelivered.Refused.class);
    }

    @Test
    void what_an_order_cost_on_its_only_day_or_on_the_first_of_a_month_is_not_lost() throws Exception {
        String brief = order();
        orders.settle(brief, LocalDate.parse("2026-12-02"), costs("5.00", "0.00"));
        orders.delete(brief, LocalDate.parse("2026-12-02"), costs("5.25", "0.00"));
        assertThat(orders.standing(account).owed().amount()).isEqualByComparingTo("5.25");

        String order = orders.create(account, "p-1", "stack-2", "", LocalDate.parse("2026-12-02"));
        killBill.clock(Instant.parse("2027-01-01T12:00:00Z"));
        orders.delete(order, LocalDate.parse("2027-01-01"), costs("0.75", "0.00"));
        orders.delete(order, LocalDate.parse("2027-01-01"), costs("0.75", "0.00"));
        assertThat(orders.standing(account).owed().amount()).isEqualByComparingTo("6.00");
    }
}
