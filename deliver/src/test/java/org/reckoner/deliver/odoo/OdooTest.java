package org.reckoner.deliver.odoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Altered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.Trouble;
import org.reckoner.simulators.odoo.OdooSimulator;

/// What becomes of documents in Odoo.
class OdooTest {

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    private OdooSimulator simulator = OdooInstallation.start(OdooSimulator.Setup.USUAL);
    private final List<Odoo> opened = new ArrayList<>();

    @BeforeEach
    void begin() {
        cloud = new Cloud(folder, List.of());
        cloud.issue(1);
    }

    @AfterEach
    void end() {
        opened.forEach(Odoo::close);
        simulator.close();
        cloud.close();
    }

    private Odoo odoo(Map<String, Object> settings) {
        Odoo odoo = new Odoo(OdooInstallation.settings(simulator, folder, settings));
        opened.add(odoo);
        return odoo;
    }

    private void restart(OdooSimulator.Setup setup) {
        simulator.close();
        simulator = OdooInstallation.start(setup);
    }

    private Outgoing first() {
        return cloud.outgoing("INV-2026-000001");
    }

    private Map<String, Object> only(String model, String... fields) {
        List<Map<String, Object>> rows = simulator.read(model, fields);
        assertThat(rows).hasSize(1);
        return rows.getFirst();
    }

    private List<Map<String, Object>> lines() {
        return simulator.read(
                "account.move.line", "name", "display_type", "quantity", "price_unit", "product_id", "tax_ids");
    }

    private static List<?> listed(Map<String, Object> row, String field) {
        return row.get(field) instanceof List<?> list ? list : List.of();
    }

    /// The invoice of one account with other lines, each of an amount and a quantity.
    private Outgoing with(Map<String, String> amounts, boolean untaxed) {
        Invoice real = first().invoice();
        List<InvoiceLine> lines = new ArrayList<>();
        amounts.forEach((quantity, amount) -> lines.add(new InvoiceLine(
                new InvoiceLine.Key(real.period(), "north", "p" + lines.size(), new TreeMap<>(Map.of())),
                "Support",
                Optional.empty(),
                "hour",
                "0.1",
                Ratio.parse(quantity),
                Ratio.ZERO,
                Money.parse("EUR " + amount),
                Optional.empty(),
                List.of())));
        List<Tax> taxes = untaxed
                ? List.of()
                : Invoice.taxes(lines, period -> real.account().taxes(), real.currency(), Rounding.of(real.currency()));
        return new Altered(real).lines(lines, taxes).outgoing();
    }

    @Test
    void an_invoice_is_a_draft_of_its_partner_with_a_heading_for_each_region() throws Exception {
        Outgoing document = first();

        Receipt saved = odoo(Map.of()).create(document);

        assertThat(saved.status()).isEqualTo(Receipt.Status.DRAFT);
        assertThat(saved.total()).contains(document.invoice().total());
        assertThat(only(
                        "account.move",
                        "ref",
                        "move_type",
                        "state",
                        "invoice_origin",
                        "invoice_date",
                        "invoice_date_due",
                        "partner_id",
                        "narration"))
                .containsEntry("ref", "INV-2026-000001")
                .containsEntry("move_type", "out_invoice")
                .containsEntry("state", "draft")
                .containsEntry("invoice_origin", "Reckoner 2026-11")
                .containsEntry("invoice_date", "2026-12-01")
                .containsEntry("partner_id", List.of(1, "Kunde Nº 0"))
                .containsEntry("narration", "Project: Kunde Nº 0 (project-0000)");
        assertThat(only("res.partner", "ref", "street", "street2"))
                .containsEntry("ref", "project-0000")
                .containsEntry("street", "Havnegata 0")
                .containsEntry("street2", "7010 Trondheim");
        assertThat(lines())
                .extracting(line -> line.get("name"))
                .containsExactly(
                        "Base fee, per account",
                        "north",
                        "Volume & Ærøskøbing <ü>: 30 GiB day at 0.333",
                        "south",
                        "Volume & Ærøskøbing <ü>: 30 GiB day at 0.333",
                        "Taxes",
                        "VAT 25 % on EUR 29.98");
        assertThat(lines()).allSatisfy(line -> assertThat(line).containsEntry("tax_ids", List.of()));
    }

    @Test
    void a_line_says_quantity_and_price_only_where_these_come_to_its_amount_exactly() throws Exception {
        TreeMap<String, String> amounts = new TreeMap<>(Map.of(
                "3", "0.36", //
                "7", "1.00", //
                "0.125", "2.00", //
                "1/3", "5.00", //
                "0", "7.00"));
        Outgoing document = with(amounts, true);

        assertThat(odoo(Map.of()).create(document).total()).contains(Money.parse("EUR 15.36"));

        assertThat(lines())
                .filteredOn(line -> Boolean.FALSE.equals(line.get("display_type")))
                .extracting(line -> line.get("quantity") + " x " + line.get("price_unit") + " " + line.get("name"))
                .containsExactly(
                        "1.00 x 7.00 Support: 0 hour at 0.1",
                        "1.00 x 2.00 Support: 0.125 hour at 0.1",
                        "1.00 x 5.00 Support: 0.333333 hour at 0.1",
                        "3.00 x 0.12 Support, per hour",
                        "1.00 x 1.00 Support: 7 hour at 0.1");
    }

    @Test
    void taxes_that_odoo_knows_are_odoos() throws Exception {
        restart(OdooSimulator.Setup.USUAL.roundingGlobally());
        Outgoing document = first();

        Receipt saved = odoo(Map.of("taxes", Map.of("VAT 25", "25%"), "state", "posted"))
                .create(document);

        assertThat(saved.total()).contains(document.invoice().total());
        assertThat(saved.status()).isEqualTo(Receipt.Status.OPEN);
        assertThat((BigDecimal) only("account.move", "amount_tax").get("amount_tax"))
                .isEqualByComparingTo(document.invoice().tax().amount());
    }

    @Test
    void where_odoo_rounds_taxes_otherwise_its_draft_is_deleted_and_a_person_must_look() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "0.10", "2", "0.10", "3", "0.10")), false);

        assertThatThrownBy(() -> odoo(Map.of("taxes", Map.of("VAT", "1"), "state", "posted"))
                        .create(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("Odoo computes EUR 0.39 for INV-2026-000001 instead of EUR 0.38")
                .hasMessageContaining("rounding-line");
        assertThat(simulator.read("account.move")).isEmpty();
    }

    @Test
    void or_a_line_makes_up_for_it() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "0.10", "2", "0.10", "3", "0.10")), false);
        Odoo odoo = odoo(Map.of("taxes", Map.of("VAT", "1"), "state", "posted", "rounding-line", "Rounding"));

        assertThat(odoo.create(document).total()).contains(Money.parse("EUR 0.38"));

        assertThat(lines())
                .filteredOn(line -> "Rounding".equals(line.get("name")))
                .singleElement()
                .satisfies(
                        line -> assertThat((BigDecimal) line.get("price_unit")).isEqualByComparingTo("-0.01"));
        assertThat(only("account.move", "state")).containsEntry("state", "posted");
    }

    @Test
    void a_rounding_line_that_was_added_twice_is_taken_back_once() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "0.10", "2", "0.10", "3", "0.10")), false);
        Odoo odoo = odoo(Map.of("taxes", Map.of("VAT", "1"), "rounding-line", "Rounding", "missing-product", "none"));
        int move = Integer.parseInt(odoo.create(document).remoteId());
        simulator.write(
                "account.move",
                move,
                Map.of(
                        "invoice_line_ids",
                        List.of(List.of(
                                0,
                                0,
                                Map.of(
                                        "name",
                                        "Rounding",
                                        "price_unit",
                                        new BigDecimal("-0.01"),
                                        "tax_ids",
                                        List.of())))));

        assertThat(odoo.find(document).flatMap(Receipt::total)).contains(Money.parse("EUR 0.38"));
    }

    @Test
    void a_product_that_is_missing_is_named_before_anything_is_written() throws Exception {
        Outgoing document = first();

        assertThatThrownBy(() -> odoo(Map.of("product", "{REGION}.{item}", "regions", Map.of("north", "nz-1")))
                        .create(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("'NZ-1.Volume & Ærøskøbing <ü>', 'SOUTH.Volume & Ærøskøbing <ü>'")
                .hasMessageNotContaining("Base fee");
        assertThat(simulator.read("res.partner")).isEmpty();
        assertThat(simulator.read("account.move")).isEmpty();
    }

    @Test
    void products_are_found_by_region_and_other_names_and_by_internal_reference_first() throws Exception {
        int north = simulator.create("product.product", Map.of("name", "x", "default_code", "NZ-1.b1.standard"));
        int south = simulator.create("product.product", Map.of("name", "SOUTH.b1.standard"));
        simulator.create("product.product", Map.of("name", "NZ-1.b1.standard"));

        odoo(Map.of(
                        "product",
                        "{REGION}.{item}",
                        "regions",
                        Map.of("north", "nz-1"),
                        "products",
                        Map.of("Volume & Ærøskøbing <ü>", "b1.standard")))
                .create(first());

        assertThat(lines())
                .filteredOn(line -> String.valueOf(line.get("name")).startsWith("Volume"))
                .extracting(line -> (Object) listed(line, "product_id").getFirst())
                .containsExactly(north, south);
    }

    @Test
    void a_partner_is_found_by_the_field_that_holds_the_project() throws Exception {
        int partner = simulator.create("res.partner", Map.of("name", "ACME", "x_openstack_project", "project-0000"));
        Odoo odoo = odoo(Map.of("partner-field", "x_openstack_project", "missing-partner", "refuse"));

        odoo.create(first());

        assertThat(only("account.move", "partner_id")).containsEntry("partner_id", List.of(partner, "ACME"));
    }

    @Test
    void no_partner_and_two_partners_are_for_a_person() throws Exception {
        Outgoing document = first();
        Odoo odoo = odoo(Map.of("partner-is", "customer", "missing-partner", "refuse"));

        assertThatThrownBy(() -> odoo.create(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("no partner whose 'ref' is 'C-0', for the account project-0000");
        simulator.create("res.partner", Map.of("name", "ACME", "ref", "C-0"));
        int second = simulator.create("res.partner", Map.of("name", "ACME again", "ref", "C-0"));
        assertThatThrownBy(() -> odoo.create(document)).hasMessageContaining("more than one partner");
        simulator.write("res.partner", second, Map.of("active", false));
        assertThat(odoo.create(document).remoteId()).isNotEmpty();
    }

    @Test
    void a_credit_note_names_the_invoice_that_it_takes_back() throws Exception {
        String number = first().reference();
        Odoo odoo = odoo(Map.of("state", "posted"));
        Receipt invoice = odoo.create(cloud.outgoing(number));

        Outgoing note = cloud.outgoing(cloud.takeBack(number), Optional.of(invoice.remoteId()));
        Receipt saved = odoo.create(note);

        assertThat(saved.total()).contains(note.invoice().total());
        assertThat(note.invoice().total().isNegative()).isTrue();
        Map<String, Object> kept = simulator
                .read("account.move", "move_type", "name", "amount_total", "reversed_entry_id", "narration")
                .get(1);
        assertThat(kept).containsEntry("move_type", "out_refund").containsEntry("name", "RINV/2026/00001");
        assertThat((BigDecimal) kept.get("amount_total")).isPositive();
        assertThat(listed(kept, "reversed_entry_id")).first().hasToString(invoice.remoteId());
        assertThat(String.valueOf(kept.get("narration"))).contains("a mistake");
    }

    @Test
    void an_invoice_that_owes_the_customer_is_a_credit_note_to_odoo() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("2", "-30.00", "1", "10.00")), false);
        Odoo odoo = odoo(Map.of("state", "posted"));

        assertThat(odoo.create(document).total()).contains(Money.parse("EUR -25.00"));

        assertThat(only("account.move", "move_type")).containsEntry("move_type", "out_refund");
        assertThat(odoo.documents(Cloud.NOVEMBER))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.total()).contains(Money.parse("EUR -25.00")));
    }

    @Test
    void quotations_are_orders() throws Exception {
        for (int version : List.of(16, 19)) {
            restart(OdooSimulator.Setup.USUAL.ofVersion(version));
            Map<String, Object> settings = new HashMap<>(OdooInstallation.oldProtocol());
            settings.putAll(Map.of("as", "quotations", "state", "draft", "tax-product", "VAT"));
            Odoo odoo = odoo(settings);
            Outgoing document = first();

            Receipt saved = odoo.create(document);

            assertThat(saved.total()).contains(document.invoice().total());
            assertThat(odoo.find(document)).contains(saved);
            assertThat(only("sale.order", "client_order_ref", "state"))
                    .containsEntry("client_order_ref", document.reference())
                    .containsEntry("state", "draft");
            assertThat(simulator.read("account.move")).isEmpty();
        }
    }

    @Test
    void quotations_can_be_confirmed() throws Exception {
        Odoo odoo = odoo(Map.of("as", "quotations", "state", "confirmed", "tax-product", "VAT"));

        assertThat(odoo.create(first()).status()).isEqualTo(Receipt.Status.OPEN);
        assertThat(only("sale.order", "state")).containsEntry("state", "sale");
    }

    @Test
    void whatever_else_a_document_needs_is_set_on_it() throws Exception {
        odoo(Map.of("values", Map.of("team_id", "10", "journal_id", "7"), "invoice-date", "last-day"))
                .create(first());

        assertThat(only("account.move", "team_id", "journal_id", "invoice_date"))
                .containsEntry("team_id", 10)
                .containsEntry("journal_id", 7)
                .containsEntry("invoice_date", "2026-11-30");
    }

    @Test
    void a_draft_that_was_begun_is_finished_and_its_doubles_are_deleted() throws Exception {
        Outgoing document = first();
        Odoo drafts = odoo(Map.of());
        String id = drafts.create(document).remoteId();
        drafts.create(document); // as a repeated request does
        Odoo odoo = odoo(Map.of("state", "posted"));

        Optional<Receipt> found = odoo.find(document);

        assertThat(found.map(Receipt::remoteId)).contains(id);
        assertThat(found.map(Receipt::status)).contains(Receipt.Status.OPEN);
        assertThat(only("account.move", "state")).containsEntry("state", "posted");
    }

    @Test
    void what_others_keep_under_the_same_reference_is_left_alone() throws Exception {
        Outgoing document = first();
        simulator.create("account.move", Map.of("move_type", "out_invoice", "ref", document.reference()));

        assertThat(odoo(Map.of()).find(document)).isEmpty();
        odoo(Map.of()).create(document);

        assertThat(simulator.read("account.move")).hasSize(2);
    }

    @Test
    void a_document_that_was_cancelled_there_is_not_sent_again() throws Exception {
        Outgoing document = first();
        Odoo odoo = odoo(Map.of());
        int id = Integer.parseInt(odoo.create(document).remoteId());
        simulator.write("account.move", id, Map.of("state", "cancel"));

        assertThat(odoo.find(document).map(Receipt::status)).contains(Receipt.Status.CANCELLED);
    }

    @ParameterizedTest
    @CsvSource({"paid, PAID", "in_payment, PAID", "partial, OPEN", "not_paid, OPEN", "reversed, CANCELLED"})
    void the_state_of_payment_is_read(String there, Receipt.Status status) throws Exception {
        Outgoing document = first();
        Odoo odoo = odoo(Map.of("state", "posted"));
        int id = Integer.parseInt(odoo.create(document).remoteId());
        simulator.write("account.move", id, Map.of("payment_state", there));

        assertThat(odoo.documents(Cloud.NOVEMBER))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.status()).isEqualTo(status));
    }

    @Test
    void an_invoice_that_our_credit_note_reversed_is_settled() throws Exception {
        String number = first().reference();
        Odoo odoo = odoo(Map.of("state", "posted"));
        Receipt invoice = odoo.create(cloud.outgoing(number));
        odoo.create(cloud.outgoing(cloud.takeBack(number), Optional.of(invoice.remoteId())));

        assertThat(simulator.read("account.move", "payment_state").getFirst())
                .containsEntry("payment_state", "reversed");
        assertThat(odoo.documents(Cloud.NOVEMBER))
                .extracting(Receipt::status)
                .containsExactly(Receipt.Status.PAID, Receipt.Status.PAID);
    }

    @Test
    void an_invoice_that_a_person_reversed_is_told_as_cancelled() throws Exception {
        Odoo odoo = odoo(Map.of("state", "posted"));
        Receipt invoice = odoo.create(first());
        reversedByAPerson(invoice, Map.of());

        assertThat(odoo.documents(Cloud.NOVEMBER))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.status()).isEqualTo(Receipt.Status.CANCELLED));
    }

    @Test
    void a_persons_credit_note_with_our_source_document_is_told_as_what_it_is() throws Exception {
        Odoo odoo = odoo(Map.of("state", "posted"));
        Receipt invoice = odoo.create(first());
        reversedByAPerson(invoice, Map.of("ref", "Reversal of: INV/2026/00001", "invoice_origin", "Reckoner 2026-11"));

        assertThat(odoo.documents(Cloud.NOVEMBER))
                .extracting(Receipt::reference)
                .containsExactly(invoice.reference(), "Reversal of: INV/2026/00001");
    }

    private void reversedByAPerson(Receipt invoice, Map<String, Object> more) throws Exception {
        Odoo drafts = odoo(Map.of("state", "posted"));
        Map<String, Object> values = new HashMap<>(more);
        values.putAll(Map.of(
                "move_type",
                "out_refund",
                "partner_id",
                1,
                "reversed_entry_id",
                Integer.valueOf(invoice.remoteId()),
                "invoice_line_ids",
                List.of(List.of(
                        0,
                        0,
                        Map.of(
                                "name",
                                "all of it",
                                "price_unit",
                                invoice.total().orElseThrow().amount(),
                                "tax_ids",
                                List.of())))));
        simulator.post(simulator.create("account.move", values));
        assertThat(drafts.find(first()).map(Receipt::remoteId)).contains(invoice.remoteId());
    }

    @ParameterizedTest
    @CsvSource({"posted, CANCELLED", "draft, DRAFT"})
    void an_invoice_that_was_posted_and_is_a_draft_again_is_something_to_look_at_if_it_is_to_be_posted(
            String state, Receipt.Status status) throws Exception {
        int id =
                Integer.parseInt(odoo(Map.of("state", "posted")).create(first()).remoteId());
        simulator.write("account.move", id, Map.of("state", "draft"));

        assertThat(odoo(Map.of("state", state)).documents(Cloud.NOVEMBER))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.status()).isEqualTo(status));
    }

    @Test
    void a_document_without_a_reference_has_none() throws Exception {
        simulator.create("account.move", Map.of("move_type", "out_invoice", "invoice_origin", "Reckoner 2026-11"));

        assertThat(odoo(Map.of()).documents(Cloud.NOVEMBER))
                .singleElement()
                .satisfies(receipt -> assertThat(receipt.reference()).isEmpty());
    }

    @Test
    void a_draft_that_odoo_computed_otherwise_is_deleted_also_when_the_answer_was_lost() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "0.10", "2", "0.10", "3", "0.10")), false);
        Odoo odoo = odoo(Map.of("taxes", Map.of("VAT", "1"), "state", "posted"));
        left(document, odoo);

        assertThatThrownBy(() -> odoo.find(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("Odoo computes EUR 0.39 for INV-2026-000001 instead of EUR 0.38");
        assertThat(simulator.read("account.move")).isEmpty();
    }

    @Test
    void a_draft_that_somebody_changed_is_left_and_told_with_its_total() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "0.10", "2", "0.10", "3", "0.10")), false);
        Odoo odoo = odoo(Map.of("taxes", Map.of("VAT", "1")));
        left(document, odoo);
        simulator.write("account.move", 1, Map.of("narration", "As agreed by telephone"));

        assertThat(odoo.find(document))
                .hasValueSatisfying(receipt -> assertThat(receipt.total()).contains(Money.parse("EUR 0.39")));
        assertThat(simulator.read("account.move")).hasSize(1);
    }

    /// The answer to `create` is lost, whichever request that is.
    private void left(Outgoing document, Odoo odoo) {
        simulator
                .server()
                .rewrite(reply ->
                        simulator.read("account.move").isEmpty() ? reply : new Reply(502, "text/html", new byte[0]));
        assertThatThrownBy(() -> odoo.create(document)).isInstanceOf(Undelivered.Unavailable.class);
        simulator.server().behave();
        assertThat(simulator.read("account.move")).hasSize(1);
    }

    @Test
    void a_difference_that_rounding_cannot_make_is_not_blamed_on_it() throws Exception {
        Outgoing document = with(new TreeMap<>(Map.of("1", "100.00")), false);
        simulator.create(
                "account.tax", Map.of("name", "17%", "amount", 17, "amount_type", "percent", "type_tax_use", "sale"));

        assertThatThrownBy(() -> odoo(Map.of("taxes", Map.of("VAT", "17%"), "rounding-line", "Rounding"))
                        .create(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("Odoo computes EUR 117.00 for INV-2026-000001 instead of EUR 125.00")
                .hasMessageContaining("must not be included in the price")
                .hasMessageNotContaining("rounding-line");
    }

    @Test
    void all_pages_of_a_period_are_read() throws Exception {
        for (int i = 0; i < 450; i++) {
            simulator.create(
                    "account.move",
                    Map.of("move_type", "out_invoice", "ref", "INV-" + i, "invoice_origin", "Reckoner 2026-11"));
        }

        assertThat(odoo(Map.of()).documents(Cloud.NOVEMBER))
                .extracting(Receipt::reference)
                .doesNotHaveDuplicates()
                .hasSize(450);
    }

    @Test
    void an_amount_that_odoo_would_round_is_refused() throws Exception {
        assertThatThrownBy(() -> odoo(Map.of()).create(with(new TreeMap<>(Map.of("3", "0.125")), true)))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("cannot hold the amount EUR 0.125 exactly")
                .hasMessageNotContaining("price-places");
        assertThatThrownBy(() -> odoo(Map.of()).create(with(new TreeMap<>(Map.of("3", "12345678901234567.89")), true)))
                .isInstanceOf(Undelivered.Refused.class);
    }

    @Test
    void an_amount_that_odoo_is_set_up_to_round_names_the_setting() throws Exception {
        assertThatThrownBy(() ->
                        odoo(Map.of("price-places", "1")).create(with(new TreeMap<>(Map.of("3", "0.12")), true)))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("cannot hold the amount EUR 0.12 exactly: it keeps 1 decimal places")
                .hasMessageContaining("see 'price-places'");
    }

    @ParameterizedTest
    @CsvSource({
        "19, Project: &lt;b&gt;Sørensen &amp; sønner&lt;/b&gt; (project-0000)<br/>a mistake &lt; 1",
        "15, Project: &lt;b&gt;Sørensen &amp; sønner&lt;/b&gt; (project-0000)<br/>a mistake &lt; 1",
        "14, Project: <b>Sørensen & sønner</b> (project-0000)|a mistake < 1"
    })
    void notes_are_html_since_odoo_15_and_plain_text_before(int version, String expected) throws Exception {
        restart(OdooSimulator.Setup.USUAL.ofVersion(version));
        Outgoing document = named("<b>Sørensen & sønner</b>", "a mistake < 1");

        odoo(OdooInstallation.oldProtocol()).create(document);
        odoo(with(OdooInstallation.oldProtocol(), Map.of("as", "quotations", "state", "draft", "tax-product", "VAT")))
                .create(document);

        assertThat(only("account.move", "narration")).containsEntry("narration", expected.replace('|', '\n'));
        assertThat(only("sale.order", "note")).containsEntry("note", expected.replace('|', '\n'));
    }

    private static Map<String, Object> with(Map<String, Object> settings, Map<String, Object> more) {
        Map<String, Object> all = new HashMap<>(settings);
        all.putAll(more);
        return all;
    }

    private Outgoing named(String name, String reason) {
        Invoice real = first().invoice();
        return new Altered(real)
                .account(real.account().named(name))
                .reason(reason)
                .outgoing();
    }

    @Test
    void what_odoo_refuses_is_told_in_its_words_and_by_both_protocols() throws Exception {
        for (Map<String, Object> settings : List.of(Map.<String, Object>of(), OdooInstallation.oldProtocol())) {
            Map<String, Object> more = new HashMap<>(settings);
            more.put("values", Map.of("reversed_entry_id", "77"));
            Outgoing document = with(new TreeMap<>(Map.of("1", "1.00")), true);

            assertThatThrownBy(() -> odoo(more).create(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("Odoo refuses create of account.move: ")
                    .hasMessageContaining("reversed_entry_id");
        }
    }

    @Test
    void a_wrong_key_is_not_the_documents_fault_and_is_in_no_message() throws Exception {
        Outgoing document = first();
        for (Map<String, Object> settings : List.of(Map.<String, Object>of(), OdooInstallation.oldProtocol())) {
            AdapterSettings right = OdooInstallation.settings(simulator, folder, settings);
            AdapterSettings wrong = new AdapterSettings(
                    right.backend(), right.values(), Map.of("RECKONER_DELIVER_ERP_API_KEY", "s3cr3t"));
            try (Odoo odoo = new Odoo(wrong)) {
                assertThatThrownBy(() -> odoo.find(document))
                        .isInstanceOf(Undelivered.Unavailable.class)
                        .hasMessageContaining("credentials")
                        .hasMessageNotContaining("s3cr3t");
            }
        }
    }

    @Test
    void an_odoo_without_json_2_says_so() throws Exception {
        restart(OdooSimulator.Setup.USUAL.ofVersion(17));

        assertThatThrownBy(() -> odoo(Map.of()).find(first()))
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("version 19");
    }

    @Test
    void a_partner_that_a_repeated_request_made_twice_is_there_once() throws Exception {
        Outgoing document = first();
        Odoo odoo = odoo(Map.of());
        // products, currency is asked later; the partner is looked for, then made
        simulator.server().next(Trouble.ERROR_BEFORE);
        assertThatThrownBy(() -> odoo.create(document)).isInstanceOf(Undelivered.Unavailable.class);
        simulator.server().share(100, 1, List.of(Trouble.TWICE));

        odoo.create(document);

        simulator.server().share(0, 1, List.of());
        assertThat(simulator.read("res.partner")).hasSize(1);
        assertThat(simulator.read("account.move")).hasSize(1);
    }

    @Test
    void a_partner_that_is_archived_is_not_made_again() throws Exception {
        Outgoing document = first();
        int id = simulator.create("res.partner", Map.of("name", "ACME", "ref", "project-0000", "active", false));
        Odoo odoo = odoo(Map.of());

        assertThatThrownBy(() -> odoo.create(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("'ref' is 'project-0000' is archived (%d)".formatted(id));
        assertThat(simulator.read("res.partner")).hasSize(1);
        simulator.write("res.partner", id, Map.of("active", true));
        assertThat(odoo.create(document).remoteId()).isNotEmpty();
    }

    @Test
    void a_partner_that_was_made_and_is_not_found_yet_is_waited_for_and_not_made_again() throws Exception {
        Outgoing document = first();
        Odoo odoo = odoo(Map.of());
        simulator
                .server()
                .rewrite(reply -> new String(reply.body(), UTF_8).contains("Made by Reckoner")
                        ? reply.with("[]".getBytes(UTF_8))
                        : reply);

        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> odoo.create(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("Odoo made the partner 1, whose 'ref' is 'project-0000'")
                    .hasMessageContaining("not find it yet");
        }
        simulator.server().behave();
        odoo.create(document);

        assertThat(simulator.read("res.partner")).hasSize(1);
        assertThat(only("account.move", "partner_id")).containsEntry("partner_id", List.of(1, "Kunde Nº 0"));
    }

    @Test
    void a_double_of_a_partner_that_another_process_deleted_already_is_nobodys_business() throws Exception {
        Outgoing document = first();
        for (int i = 0; i < 2; i++) {
            simulator.create(
                    "res.partner",
                    Map.of("name", "Kunde Nº 0", "ref", "project-0000", "comment", "<p>Made by Reckoner</p>"));
        }
        Odoo odoo = odoo(Map.of());
        simulator.server().share(100, 1, List.of(Trouble.TWICE));

        odoo.create(document);

        simulator.server().behave();
        assertThat(simulator.read("res.partner")).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "protocol, soap, json2",
        "as, poems, invoices",
        "state, done, posted",
        "quantity-places, many, decimal places",
        "company, ACME, id of a company",
        "pasword, x, unknown settings"
    })
    void wrong_settings_are_named_when_it_is_opened(String key, String value, String said) {
        assertThatThrownBy(() -> odoo(Map.of(key, value)))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining(key)
                .hasMessageContaining(said);
    }
}
