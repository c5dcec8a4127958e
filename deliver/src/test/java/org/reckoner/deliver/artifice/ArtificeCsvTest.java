package org.reckoner.deliver.artifice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Use;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;

class ArtificeCsvTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");
    private static final BillingPeriod OCTOBER = BillingPeriod.parse("2026-10");
    private static final ResourceId WEB = new ResourceId("north", "server", "s-1");
    private static final ResourceId DATA = new ResourceId("north", "volume", "v-1");
    private static final List<String> LAYOUT =
            List.of("location", "type", "start", "end", "amount", "rate", "cost", "name", "hostess");

    @TempDir
    private Path folder;

    @Test
    void the_first_layout_is_a_table_with_a_range_and_a_total() {
        assertThat(ArtificeCsv.COMMA.a1(invoice(server(), volume(), fee()), LAYOUT))
                .isEqualTo(lines(
                        ",from,until",
                        "usage range: ,2026-11-01T00:00:00,2026-12-01T00:00:00",
                        "",
                        "location,type,start,end,amount,rate,cost,name,hostess",
                        "north,vCPU,2026-11-02T00:00:00,2026-11-02T01:00:30,1.008333,0.012,0.012100,web-1,",
                        "north,\"Disk, fast\",2026-11-01T00:00:00,2026-12-01T00:00:00,0.333333,0.1,0.033333,data,",
                        ",Support,2026-11-01T00:00:00,2026-12-01T00:00:00,1.000000,5 %,2.500000,,",
                        "",
                        "total: ,2.545433"));
    }

    @Test
    void the_rate_takes_one_cell_and_shifts_nothing() {
        String csv = ArtificeCsv.COMMA.a1(invoice(server()), List.of("rate", "cost", "name"));

        assertThat(csv).contains("\r\nrate,cost,name\r\n0.012,0.012100,web-1\r\n");
    }

    @Test
    void the_delimiter_is_the_one_asked_for() {
        String csv = new ArtificeCsv(';').a1(invoice(volume()), List.of("type", "cost"));

        assertThat(csv).contains("\r\ntype;cost\r\nDisk, fast;0.033333\r\n").contains("total: ;0.033333");
    }

    @Test
    void the_total_is_the_sum_of_the_cost_column_as_written() {
        String csv = ArtificeCsv.COMMA.a1(invoice(volume(), volume(), volume()), List.of("cost"));

        assertThat(csv).endsWith("0.033333\r\n0.033333\r\n0.033333\r\n\r\ntotal: ,0.099999\r\n");
    }

    @Test
    void a_layout_without_a_cost_is_refused() {
        assertThatThrownBy(() -> ArtificeCsv.COMMA.a1(invoice(server()), List.of("type", "rate")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no column 'cost'");
    }

    @Test
    void dimensions_that_a_price_groups_by_are_columns_too() {
        assertThat(ArtificeCsv.COMMA.a1(
                        invoice(server()), List.of("flavor", "id", "unit", "state", "meter", "currency", "cost")))
                .contains("\r\nc1.small,s-1,vCPU hour,active,vcpus,EUR,0.012100\r\n");
    }

    @Test
    void a_correction_carries_the_period_that_it_corrects() {
        InvoiceLine line = server();
        InvoiceLine correction = new InvoiceLine(
                new InvoiceLine.Key(OCTOBER, "north", "vcpu", new TreeMap<>()),
                line.item(),
                line.meter(),
                line.per(),
                line.rate(),
                Ratio.of(-10),
                Ratio.parse("-0.12"),
                Money.parse("EUR -0.12"),
                Optional.of(new InvoiceLine.Correction(Money.parse("EUR 0.12"), Money.parse("EUR 0.00"))),
                List.of());

        assertThat(ArtificeCsv.COMMA.a1(invoice(correction), List.of("type", "start", "end", "cost")))
                .contains("\r\nvCPU (correction of 2026-10),2026-10-01T00:00:00,2026-11-01T00:00:00,-0.120000\r\n");
    }

    @Test
    void the_second_layout_is_a_block_for_each_resource_in_the_order_of_types() {
        TreeMap<String, String> metadata = new TreeMap<>(Map.of("name", "web-1", "flavor", "c1.small"));

        assertThat(ArtificeCsv.COMMA.a2(
                        invoice(server(), volume(), fee()), List.of("volume", "server"), Map.of(WEB, metadata)))
                .isEqualTo(lines(
                        ",from,until",
                        "usage range: ,2026-11-01T00:00:00,2026-12-01T00:00:00",
                        "",
                        "v-1",
                        "name:,region:",
                        "data,north",
                        "service:,usage:,rate:,cost:",
                        "\"Disk, fast\",0.333333,0.1,0.03",
                        "total cost:,0.03",
                        "",
                        "s-1",
                        "flavor:,name:",
                        "c1.small,web-1",
                        "service:,usage:,rate:,cost:",
                        "vCPU,1.008333,0.012,0.01",
                        "total cost:,0.01",
                        "",
                        "p-1",
                        "name:",
                        "Shop",
                        "service:,usage:,rate:,cost:",
                        "Support,1.000000,5 %,2.50",
                        "total cost:,2.50",
                        "",
                        "invoice total cost: ,2.55"));
    }

    @Test
    void the_second_layouts_total_is_rounded_once() {
        assertThat(ArtificeCsv.COMMA.a2(invoice(volume(), volume(), volume()), List.of(), Map.of()))
                .contains("total cost:,0.10\r\n")
                .endsWith("invoice total cost: ,0.10\r\n");
    }

    @Test
    void types_that_are_not_listed_come_after_by_name() {
        String csv = ArtificeCsv.COMMA.a2(invoice(volume(), server()), List.of("router"), Map.of());

        assertThat(csv.indexOf("s-1")).isLessThan(csv.indexOf("v-1"));
    }

    @Test
    void a_name_that_a_spreadsheet_would_run_is_made_harmless() {
        InvoiceLine line = line("vcpu", "vCPU", charge(WEB, "=HYPERLINK(\"x\")", "1", "1", List.of()));

        assertThat(ArtificeCsv.COMMA.a1(invoice(line), List.of("name", "cost")))
                .contains("\"'=HYPERLINK(\"\"x\"\")\",1.000000");
        assertThat(ArtificeCsv.COMMA.a2(invoice(line), List.of(), Map.of())).contains("'=HYPERLINK");
    }

    private static InvoiceLine server() {
        Use use = new Use(
                new Window(Instant.parse("2026-11-02T00:00:00Z"), Instant.parse("2026-11-02T01:00:30Z")),
                "active",
                BigDecimal.ONE,
                BigDecimal.ONE,
                List.of());
        TreeMap<String, String> group = new TreeMap<>(Map.of("flavor", "c1.small"));
        Charge charge = charge(WEB, "web-1", "121/120", "0.0121", List.of(use));
        return new InvoiceLine(
                new InvoiceLine.Key(NOVEMBER, "north", "vcpu", group),
                "vCPU",
                Optional.of("vcpus"),
                "vCPU hour",
                "0.012",
                charge.quantity(),
                charge.amount(),
                Money.parse("EUR 0.01"),
                Optional.empty(),
                List.of(charge));
    }

    private static InvoiceLine volume() {
        return new InvoiceLine(
                new InvoiceLine.Key(NOVEMBER, "north", "disk", new TreeMap<>()),
                "Disk, fast",
                Optional.of("volume.size"),
                "GiB month",
                "0.1",
                Ratio.parse("1/3"),
                Ratio.parse("1/30"),
                Money.parse("EUR 0.03"),
                Optional.empty(),
                List.of(charge(DATA, "data", "1/3", "1/30", List.of())));
    }

    private static InvoiceLine fee() {
        return new InvoiceLine(
                new InvoiceLine.Key(NOVEMBER, "", "support", new TreeMap<>()),
                "Support",
                Optional.empty(),
                "EUR",
                "5 %",
                Ratio.of(1),
                Ratio.parse("2.5"),
                Money.parse("EUR 2.50"),
                Optional.empty(),
                List.of());
    }

    private static InvoiceLine line(String id, String item, Charge charge) {
        return new InvoiceLine(
                new InvoiceLine.Key(NOVEMBER, "north", id, new TreeMap<>()),
                item,
                Optional.of("vcpus"),
                "vCPU hour",
                "1",
                charge.quantity(),
                charge.amount(),
                Money.parse("EUR 1.00"),
                Optional.empty(),
                List.of(charge));
    }

    private static Charge charge(ResourceId resource, String name, String quantity, String amount, List<Use> uses) {
        return new Charge(resource, name, Ratio.parse(quantity), Ratio.parse(amount), uses);
    }

    private static Invoice invoice(InvoiceLine... lines) {
        return new Invoice(
                "R-1",
                Invoice.Kind.INVOICE,
                List.of("Seller"),
                Account.unknown("p-1").named("Shop"),
                NOVEMBER,
                Instant.parse("2026-12-01T00:00:00Z"),
                LocalDate.parse("2026-12-15"),
                EUR,
                "standard",
                1,
                1,
                List.of(lines),
                List.of(),
                Optional.empty(),
                "",
                "");
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }
}
