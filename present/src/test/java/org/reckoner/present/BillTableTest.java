package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class BillTableTest {

    @Test
    void a_bill_reads_by_region_with_subtotals_and_a_net_total() {
        var bill = Samples.bill(
                Samples.account(),
                Samples.book(),
                Samples.NOVEMBER,
                List.of(
                        Samples.server(
                                "hamburg-1",
                                "web-2",
                                "c2.medium",
                                2,
                                4,
                                "2026-11-03T10:15:07Z",
                                "2026-11-24T19:02:55Z"),
                        Samples.address("oslo-2", "203.0.113.17", "2026-10-01T00:00:00Z", "2027-01-01T00:00:00Z")));
        assertThat(BillTable.of(bill)).isEqualTo("""
                Bill of acme-production (project 4f1c0a52e6d54fbb9a7d0c7a1b2c3d4e), customer C-10042, cost centre CC 4711 / Platform
                Period 2026-11-01 to 2026-11-30, use until 2026-12-01 00:00:00 UTC
                Price book standard version 3, amounts in EUR before tax

                ITEM                   QUANTITY  PER           UNIT PRICE  AMOUNT
                ------------------  -----------  ------------  ----------  ------
                Account
                  Support              1         account          49.00     49.00
                  Service charge      82.541628  EUR                2.5 %    2.06
                  subtotal                                                  51.06
                hamburg-1
                  vCPU (c2.medium)  1025.593333  vCPU hour         0.0195   20.00
                  Memory            2051.186667  GiB hour          0.0045    9.23
                  Root disk           14.244352  GiB month         0.05      0.71
                  subtotal                                                  29.94
                oslo-2
                  Floating IP        720         address hour      0.005     3.60
                  subtotal                                                   3.60
                ------------------  -----------  ------------  ----------  ------
                net total                                             EUR   84.60
                """);
    }

    @Test
    void detail_lists_the_resources_of_each_line_with_exact_amounts() {
        String text = BillTable.of(Samples.bill(), List.of(), true, Table.ANY_WIDTH);
        assertThat(text)
                .containsPattern(
                        "    web-2 +e3f0e459-62f3-32cf-9b7c-52ed805e029d +1025\\.593333 +vCPU hour +19\\.999070\n");
    }

    @Test
    void use_without_a_price_is_a_warning() {
        assertThat(BillTable.of(Samples.unpricedBill()))
                .contains("WARNING: use without a price, which is on no bill (1 time)")
                .containsPattern(
                        "oslo-2 +snapshot +[0-9a-f-]{36} +snapshot\\.size +2026-11-02T00:00:00Z +2026-11-09T00:00:00Z");
    }

    @Test
    void corrections_show_service_period_invoiced_now_and_difference() {
        assertThat(BillTable.of(Samples.bill(), Samples.corrections(), false, Table.ANY_WIDTH))
                .contains("Corrections of earlier periods, not yet invoiced")
                .containsPattern("2026-10-01 to 2026-10-31 +hamburg-1 +Memory +66\\.96 +28\\.48 +-38\\.48\n")
                .containsPattern("total +-116\\.00\n");
    }

    @Test
    void a_bill_of_nothing_says_so() {
        var book = Samples.book();
        var bill = new org.reckoner.core.invoice.Bill(
                Samples.account(),
                Samples.NOVEMBER,
                Samples.NOVEMBER.window().to(),
                0,
                book.name(),
                book.version(),
                book.currency(),
                List.of(),
                List.of());
        assertThat(BillTable.of(bill)).contains("Nothing to pay for.").containsPattern("net total +EUR +0\\.00");
    }

    @Test
    void an_invoice_shows_number_dates_taxes_totals_and_corrections() {
        assertThat(InvoiceTable.of(Samples.correctedInvoice()))
                .startsWith("Invoice INV-2026-000042 of acme-production")
                .contains("issued 2026-12-02 08:30:00 UTC, due 2026-12-16")
                .containsPattern("Corrections \\(below\\) +-116\\.00\n")
                .containsPattern("net total +EUR +619\\.86\n")
                .containsPattern("VAT 19 % +EUR +117\\.77\n")
                .containsPattern("total +EUR +737\\.63\n")
                .containsPattern("SERVICE PERIOD +REGION +ITEM +INVOICED +NOW +DIFFERENCE\n");
    }

    @Test
    void a_credit_note_says_what_it_takes_back_and_when_its_lines_were_used() {
        assertThat(InvoiceTable.of(Samples.creditNote()))
                .startsWith("Credit note CN-2026-000003 of")
                .contains("Takes back invoice INV-2026-000042 whole\nReason: Issued to the wrong company\n")
                .contains("\nhamburg-1, 2026-10-01 to 2026-10-31\n")
                .containsPattern("\ntotal +EUR +-737\\.63\n");
    }

    @Test
    void lines_are_rows_for_csv_and_json() {
        Table lines = InvoiceTable.lines(Samples.correctedInvoice());
        assertThat(lines.toCsv())
                .startsWith("service_period,region,item,group,price,meter,quantity,per,unit_price,amount,currency,")
                .contains("\n2026-11,hamburg-1,vCPU,c2.medium,vcpu,vcpus,2465.593333,vCPU hour,0.0195,48.08,EUR,,\n")
                .contains("\n2026-10,hamburg-1,Memory,,memory,memory,-8552,GiB hour,0.0045,-38.48,EUR,66.96,28.48\n");
        assertThat(lines.rows()).hasSize(Samples.correctedInvoice().lines().size());
        assertThat(BillTable.lines(List.of(Samples.bill())).toJson()).contains("\"amount\": 48.08,");
    }
}
