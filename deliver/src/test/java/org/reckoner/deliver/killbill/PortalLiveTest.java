package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;
import org.reckoner.simulators.http.Trouble;

/// Orders that a portal opens and ends, with documents that bring their usage.
@Tag("live")
@Timeout(120)
class PortalLiveTest {

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
        killBill.clock(Instant.parse("2026-11-10T09:00:00Z"));
        adapter = new KillBill(killBill.throughProxy(Map.of(
                "mode", "usage", "create-accounts", "true", "cluster-id", "stack", "cluster-name", "stack_name")));
        adapter.uploadCatalog(List.of(UsageLiveTest.book("volume", "server")), LocalDate.parse("2026-11-01"), false);
        orders = adapter.orders();
        account = orders.account(Account.unknown("p-1"), EUR);
    }

    @AfterEach
    void close() throws Exception {
        adapter.close();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        killBill.close();
    }

    @Test
    void an_order_that_ended_within_the_month_is_billed_its_usage_by_the_months_document() throws Exception {
        String ended = orders.open(account, "one", LocalDate.parse("2026-11-10"));
        orders.tag(ended, "openstack_stack_id", "stack-1");
        String living = orders.open(account, "two", LocalDate.parse("2026-11-10"));
        orders.tag(living, "openstack_stack_id", "stack-2");
        killBill.clock(Instant.parse("2026-11-20T09:00:00Z"));
        orders.end(ended, LocalDate.parse("2026-11-20"));
        orders.end(ended, LocalDate.parse("2026-11-20"));
        killBill.clock(Instant.parse("2026-12-01T09:00:00Z"));

        Receipt receipt = adapter.create(Paper.november("INV-1", "p-1")
                .line("server", "10.00", "stack", "stack-1")
                .line("server", "20.50", "stack", "stack-2")
                .outgoing());

        assertThat(receipt.total()).contains(Money.parse("EUR 30.50"));
        assertThat(amount(ended)).isEqualByComparingTo("10.00");
        assertThat(amount(living)).isEqualByComparingTo("20.50");
    }

    @Test
    void an_order_that_began_and_ended_on_one_day_is_charged() throws Exception {
        String brief = orders.open(account, "one", LocalDate.parse("2026-11-10"));
        orders.tag(brief, "openstack_stack_id", "stack-1");
        orders.end(brief, LocalDate.parse("2026-11-10"));
        killBill.clock(Instant.parse("2026-12-01T09:00:00Z"));

        Receipt receipt = adapter.create(Paper.november("INV-1", "p-1")
                .line("server", "0.75", "stack", "stack-1")
                .outgoing());

        assertThat(receipt.total()).contains(Money.parse("EUR 0.75"));
    }

    @Test
    void an_order_whose_answer_is_lost_is_found_and_one_of_the_same_key_is_the_same() throws Exception {
        killBill.proxy.after(1, Trouble.LOST_ANSWER);
        String order = orders.open(account, "one", LocalDate.parse("2026-11-10"));

        assertThat(orders.open(account, "one", LocalDate.parse("2026-11-10"))).isEqualTo(order);
        assertThat(orders.orders(account)).extracting(Orders.Order::id).containsExactly(order);
    }

    @Test
    void orders_are_told_with_their_stacks_and_ends() throws Exception {
        String order = orders.open(account, "one", LocalDate.parse("2026-11-10"));
        assertThat(orders.orders(account))
                .containsExactly(new Orders.Order(order, account, java.util.Optional.empty(), "", ""));
        orders.tag(order, "openstack_stack_id", "stack-1");
        orders.tag(order, "openstack_stack_name", "my cluster");
        killBill.clock(Instant.parse("2026-11-20T09:00:00Z"));
        orders.end(order, LocalDate.parse("2026-11-20"));

        assertThat(orders.orders(account)).singleElement().satisfies(one -> {
            assertThat(one.stack()).isEqualTo("stack-1");
            assertThat(one.stackName()).isEqualTo("my cluster");
            assertThat(one.end()).contains(LocalDate.parse("2026-11-20"));
        });
    }

    @Test
    void an_account_tells_its_project_and_when_it_is_billed() throws Exception {
        assertThat(orders.projects(account)).containsExactly("p-1");
        assertThat(orders.currency(account)).isEqualTo(EUR);
        assertThat(orders.billedOn(account, LocalDate.parse("2026-11-10"))).isEqualTo("2026-12-01");
        assertThat(orders.billedOn(account, LocalDate.parse("2026-12-01"))).isEqualTo("2027-01-01");
    }

    private BigDecimal amount(String order) throws Exception {
        TreeMap<String, BigDecimal> amounts = new TreeMap<>();
        killBill.invoices("p-1").stream()
                .flatMap(invoice -> invoice.items().stream())
                .forEach(
                        item -> item.subscription().ifPresent(id -> amounts.merge(id, item.amount(), BigDecimal::add)));
        return amounts.getOrDefault(order, BigDecimal.ZERO);
    }
}
