package org.reckoner.deliver.whmcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reckoner.core.invoice.Account;
import org.reckoner.deliver.Undelivered;
import org.reckoner.simulators.http.Trouble;
import org.reckoner.simulators.whmcs.Shape;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

/// What is ordered in WHMCS, and what becomes of it.
class WhmcsOrdersTest {

    private static final Account ACME = Account.unknown("acme");

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);
    private final Whmcs adapter = new Whmcs(WhmcsAtSimulator.settings(whmcs, Map.of("timeout", "PT5S")));
    private final Orders orders = adapter.orders();

    @BeforeEach
    void begin() {
        whmcs.client("acme@clients.example.org", "Acme", 2);
        whmcs.product(1, "small", "", "recurring", "EUR", Map.of("monthly", "10.00"));
        whmcs.product(2, "large", "", "recurring", "EUR", Map.of("monthly", "25.00", "annually", "250.00"));
    }

    @AfterEach
    void end() {
        adapter.close();
        whmcs.close();
    }

    @ParameterizedTest
    @EnumSource
    void a_service_is_ordered_accepted_and_listed(Shape shape) throws Exception {
        whmcs.shape(shape);

        Orders.Service service = orders.open(ACME, 1, "hpc1", "monthly");

        assertThat(service)
                .isEqualTo(new Orders.Service(
                        1,
                        1,
                        1,
                        "small",
                        "hpc1",
                        "monthly",
                        new BigDecimal("10.00"),
                        Optional.of(LocalDate.parse("2027-01-02")),
                        "Active"));
        assertThat(orders.services(ACME)).containsExactly(service);
        assertThat(orders.orders(ACME)).singleElement().satisfies(order -> {
            assertThat(order.status()).isEqualTo("Active");
            assertThat(order.services()).containsExactly("hpc1");
            assertThat(order.invoice()).isEmpty();
        });
        assertThat(whmcs.invoices()).as("nothing is invoiced by an order").isEmpty();
    }

    @Test
    void the_same_name_is_ordered_once_and_another_name_again() throws Exception {
        Orders.Service first = orders.open(ACME, 1, "hpc1", "monthly");

        assertThat(orders.open(ACME, 1, "hpc1", "monthly")).isEqualTo(first);
        orders.open(ACME, 1, "hpc2", "monthly");

        assertThat(whmcs.services()).containsExactly("hpc1: product 1, Active", "hpc2: product 1, Active");
        assertThatThrownBy(() -> orders.open(ACME, 2, "hpc1", "monthly"))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("which is of product 1, not 2");
        assertThatThrownBy(() -> orders.open(ACME, 1, " ", "monthly")).hasMessageContaining("needs a name");
    }

    @ParameterizedTest
    @EnumSource
    void whatever_goes_wrong_at_any_request_one_service_lives(Trouble trouble) throws Exception {
        orders.services(ACME); // so that the client is known
        long before = whmcs.server().requests();
        orders.open(ACME, 1, "a calm day", "monthly");
        int requests = Math.toIntExact(whmcs.server().requests() - before);
        whmcs.server().late(Duration.ofMillis(300));
        try (Whmcs hasty = new Whmcs(WhmcsAtSimulator.settings(whmcs, Map.of("timeout", "PT0.15S")))) {
            hasty.orders().services(ACME);
            for (int well = 0; well < requests; well++) {
                String name = "hpc" + well;
                whmcs.server().after(well, trouble);
                try {
                    hasty.orders().open(ACME, 1, name, "monthly");
                } catch (Undelivered e) {
                    Thread.sleep(trouble == Trouble.LATE_ANSWER ? 300 : 0);
                }
                whmcs.server().behave();
                assertThat(orders.open(ACME, 1, name, "monthly").status()).isEqualTo("Active");
            }
        }
        assertThat(whmcs.services().stream().filter(each -> each.endsWith("Active")))
                .hasSize(requests + 1)
                .doesNotHaveDuplicates();
        assertThat(whmcs.services()).noneMatch(each -> each.endsWith("Pending"));
    }

    @Test
    void orders_are_cancelled_and_deleted_and_each_may_be_repeated() throws Exception {
        orders.open(ACME, 1, "hpc1", "monthly");

        orders.accept(1);
        assertThatThrownBy(() -> orders.cancel(1))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("Status not Pending");
        assertThatThrownBy(() -> orders.delete(1)).hasMessageContaining("must be in Cancelled or Fraud");
        orders.change(1, new Orders.OtherProduct(2, "monthly"));
        orders.cancel(2);
        orders.cancel(2);
        orders.delete(2);
        assertThat(whmcs.orders()).containsExactly("Active");
        assertThatThrownBy(() -> orders.accept(2)).hasMessageContaining("WHMCS has no order 2");
    }

    @ParameterizedTest
    @EnumSource
    void a_change_is_shown_first(Shape shape) throws Exception {
        whmcs.shape(shape);
        int service = orders.open(ACME, 1, "hpc1", "monthly").id();
        Orders.Change larger = new Orders.OtherProduct(2, "monthly");

        assertThat(orders.preview(service, larger))
                .isEqualTo(new Orders.Changed("$15.00 EUR", Optional.empty(), Optional.empty()));
        assertThat(orders.service(service).product()).isEqualTo(1);

        assertThat(orders.change(service, larger))
                .isEqualTo(new Orders.Changed("$15.00 EUR", Optional.of(2), Optional.of(1)));
        assertThat(orders.service(service).product()).isEqualTo(2);
        Orders.Change options = new Orders.OtherOptions(new TreeMap<>(Map.of(1, "4", 2, "5")));
        assertThat(orders.preview(service, options).price()).isEqualTo("$2.00 EUR");
    }

    @Test
    void a_service_that_ends_keeps_why_and_ends_once() throws Exception {
        int service = orders.open(ACME, 1, "hpc1", "monthly").id();
        whmcs.server().after(2, Trouble.LOST_ANSWER);

        assertThatThrownBy(() -> orders.end(service, "VM deletion")).isInstanceOf(Undelivered.Unavailable.class);
        orders.end(service, "VM deletion");
        orders.end(service, "again");

        assertThat(whmcs.services()).containsExactly("hpc1: product 1, Terminated Immediate: VM deletion");
        assertThat(orders.open(ACME, 1, "hpc1", "monthly").id())
                .as("a new one of the same name")
                .isNotEqualTo(service);
        assertThatThrownBy(() -> orders.end(99, "no")).hasMessageContaining("WHMCS has no service 99");
    }

    @Test
    void all_pages_are_read() throws Exception {
        for (int i = 0; i < 300; i++) {
            whmcs.order("acme@clients.example.org", 1, "service " + i);
        }

        assertThat(orders.services(ACME)).hasSize(300);
        assertThat(orders.orders(ACME)).hasSize(300);
        assertThat(orders.services(Account.unknown("nobody"))).isEmpty();
        assertThatThrownBy(() -> orders.open(Account.unknown("nobody"), 1, "hpc1", "monthly"))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("no client for project nobody");
    }
}
