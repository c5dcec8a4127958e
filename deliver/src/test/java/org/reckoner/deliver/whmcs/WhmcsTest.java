package org.reckoner.deliver.whmcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.AdapterContract;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.Trouble;
import org.reckoner.simulators.whmcs.Shape;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

class WhmcsTest extends AdapterContract {

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);

    @SuppressWarnings("NullAway.Init")
    private Cloud own;

    @BeforeEach
    void beginOwn() throws Exception {
        own = new Cloud(Files.createDirectories(folder.resolve("own")), List.of());
    }

    @AfterEach
    void stop() {
        own.close();
        whmcs.close();
    }

    @Override
    protected BillingSystem open() {
        return with(Map.of());
    }

    @Override
    protected BillingSystem openAgain() {
        return open();
    }

    private Whmcs with(Map<String, Object> others) {
        TreeMap<String, Object> patient = new TreeMap<>(Map.of("timeout", "PT20S"));
        patient.putAll(others);
        return new Whmcs(WhmcsAtSimulator.settings(whmcs, patient));
    }

    private Outgoing document() {
        return own.outgoing(own.issue(1).getFirst());
    }

    @ParameterizedTest
    @EnumSource
    void every_shape_of_answers_is_understood(Shape shape) throws Exception {
        whmcs.shape(shape);
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of())) {
            assertThat(adapter.find(document)).isEmpty();
            Receipt saved = adapter.create(document);

            assertThat(adapter.find(document)).contains(saved);
            assertThat(adapter.documents(Cloud.NOVEMBER)).containsExactly(saved);
        }
    }

    @Test
    void a_user_with_a_password_gets_in_too() throws Exception {
        AdapterSettings usual = WhmcsAtSimulator.settings(whmcs, Map.of("username", WhmcsSimulator.USER));
        TreeMap<String, Object> values = new TreeMap<>(usual.values());
        values.remove("identifier");
        Map<String, String> right = Map.of("RECKONER_DELIVER_SHOP_PASSWORD", WhmcsSimulator.PASSWORD);
        Map<String, String> wrong = Map.of("RECKONER_DELIVER_SHOP_PASSWORD", "hush");

        try (Whmcs adapter = new Whmcs(new AdapterSettings("shop", values, right))) {
            assertThat(adapter.documents(Cloud.NOVEMBER)).isEmpty();
        }
        try (Whmcs adapter = new Whmcs(new AdapterSettings("shop", values, wrong))) {
            assertThatThrownBy(() -> adapter.documents(Cloud.NOVEMBER))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("Authentication Failed")
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void an_address_that_is_not_allowed_is_let_in_by_the_access_key() throws Exception {
        whmcs.accessKey("let-me-in");
        Map<String, String> keys = Map.of(
                "RECKONER_DELIVER_SHOP_SECRET", WhmcsSimulator.SECRET, "RECKONER_DELIVER_SHOP_ACCESS_KEY", "let-me-in");

        try (Whmcs without = with(Map.of());
                Whmcs adapter = new Whmcs(new AdapterSettings(
                        "shop", WhmcsAtSimulator.settings(whmcs, Map.of()).values(), keys))) {
            assertThatThrownBy(() -> without.documents(Cloud.NOVEMBER)).hasMessageContaining("Invalid IP");
            assertThat(adapter.documents(Cloud.NOVEMBER)).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, false", "19.5, false", "19.5, true"})
    void the_total_is_ours_whatever_taxes_whmcs_has(String percent, boolean included) throws Exception {
        whmcs.tax(percent, included);
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of())) {
            assertThat(adapter.create(document).total())
                    .contains(document.invoice().total());
        }
        assertThat(whmcs.invoices()).singleElement().satisfies(invoice -> {
            assertThat(invoice.status()).isEqualTo("Unpaid");
            assertThat(invoice.date()).isEqualTo("2026-12-01");
            assertThat(invoice.due()).isEqualTo(document.invoice().dueOn().toString());
            assertThat(invoice.lines())
                    .contains("VAT 25 %")
                    .anySatisfy(
                            line -> assertThat(line).isEqualTo("north: Volume & Ærøskøbing <ü>, 30 GiB day at 0.333"));
        });
    }

    @Test
    void an_invoice_that_was_made_twice_stays_once_and_the_other_is_never_published() throws Exception {
        Outgoing document = document();
        whmcs.server().after(4, Trouble.TWICE);
        try (Whmcs adapter = with(Map.of())) {
            adapter.create(document);
        }

        assertThat(whmcs.invoices()).extracting(WhmcsSimulator.Shown::status).containsExactly("Unpaid", "Cancelled");
        assertThat(whmcs.invoices().get(1).notes()).startsWith("Sent twice").contains("is invoice 1");
    }

    @Test
    void a_request_that_is_carried_out_long_after_it_was_given_up_makes_a_draft_that_stays_unpublished()
            throws Exception {
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of())) {
            Receipt saved = adapter.create(document);
            String email = whmcs.clients().getFirst().getOrDefault("email", "");
            whmcs.invoice(email, Mark.of(document).toString(), "37.48");
            whmcs.status(2, "Draft");

            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::status)
                    .containsExactly(Receipt.Status.OPEN, Receipt.Status.DRAFT);
            assertThat(adapter.find(document)).contains(saved);
        }
        assertThat(whmcs.invoices()).extracting(WhmcsSimulator.Shown::status).containsExactly("Unpaid", "Cancelled");
    }

    @Test
    void a_client_that_is_invoiced_in_another_currency_is_refused() throws Exception {
        whmcs.client("project-0000@clients.example.org", "Kunde", 1);
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of())) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("USD")
                    .hasMessageContaining("EUR");
        }
        assertThat(whmcs.invoices()).isEmpty();
    }

    @Test
    void one_whose_currency_was_changed_meanwhile_gets_nothing_published_in_it() throws Exception {
        List<String> numbers = own.issue(1);
        Outgoing document = own.outgoing(numbers.getFirst());
        whmcs.client("project-0000@clients.example.org", "Kunde", 2);
        try (Whmcs adapter = with(Map.of())) {
            assertThat(adapter.find(document)).isEmpty(); // so that the client is known with its currency
            whmcs.currency("project-0000@clients.example.org", 1);

            assertThat(adapter.create(document).total()).contains(Money.parse("USD 37.48"));
            assertThat(whmcs.invoices())
                    .extracting(WhmcsSimulator.Shown::status)
                    .containsExactly("Draft");
            assertThat(adapter.find(document)
                            .orElseThrow()
                            .differsFrom(document.invoice().total()))
                    .as("so that a person looks")
                    .isTrue();
        }
    }

    @Test
    void staff_can_be_left_to_publish() throws Exception {
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("publish", "draft"))) {
            assertThat(adapter.create(document).status()).isEqualTo(Receipt.Status.DRAFT);
        }

        assertThat(whmcs.invoices()).extracting(WhmcsSimulator.Shown::status).containsExactly("Draft");
    }

    @Test
    void a_document_can_be_an_item_that_whmcs_puts_on_an_invoice() throws Exception {
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("invoice-as", "billable-item"))) {
            assertThat(adapter.find(document)).isEmpty();
            Receipt saved = adapter.create(document);

            assertThat(saved.total()).contains(document.invoice().total());
            assertThat(adapter.find(document)).contains(saved);
            assertThat(adapter.documents(Cloud.NOVEMBER)).containsExactly(saved);
        }
        assertThat(whmcs.items())
                .singleElement()
                .satisfies(item -> assertThat(item.description())
                        .startsWith("Reckoner INV-2026-000001 for 2026-11\nBase fee: 10.00\nnorth: Volume")
                        .contains("VAT 25 %: "));
    }

    @Test
    void tax_that_whmcs_adds_to_billable_items_is_taken_off_while_the_invoice_is_not_paid() throws Exception {
        whmcs.tax("25", false);
        whmcs.taxBillableItems();
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("invoice-as", "billable-item"))) {
            assertThat(adapter.create(document).total())
                    .contains(document.invoice().total());
            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::total)
                    .containsExactly(Optional.of(document.invoice().total()));
        }
        assertThat(whmcs.invoices())
                .singleElement()
                .extracting(WhmcsSimulator.Shown::sum)
                .isEqualTo(document.invoice().total().amount());
    }

    @Test
    void tax_that_the_amounts_of_billable_items_include_is_left_to_whmcs() throws Exception {
        whmcs.tax("25", true);
        whmcs.taxBillableItems();
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("invoice-as", "billable-item"))) {
            assertThat(adapter.create(document).total())
                    .contains(document.invoice().total());
        }
    }

    @Test
    void tax_on_a_billable_item_whose_invoice_is_paid_is_told_as_a_difference() throws Exception {
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("invoice-as", "billable-item"))) {
            adapter.create(document);
        }
        whmcs.taxItems(1, "25");
        whmcs.status(1, "Paid");
        try (Whmcs adapter = with(Map.of("invoice-as", "billable-item"))) {
            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::total)
                    .containsExactly(Optional.of(Money.parse("EUR 46.85")));
            assertThat(adapter.find(document).flatMap(Receipt::total)).contains(Money.parse("EUR 46.85"));
        }
    }

    @Test
    void the_pdf_of_the_client_area_is_fetched_if_that_is_wanted() throws Exception {
        Receipt saved;
        try (Whmcs adapter = with(Map.of())) {
            saved = adapter.create(document());
            assertThat(adapter.paper(saved)).isEmpty();
        }
        try (Whmcs adapter = with(Map.of("client-area-pdf", "true"))) {
            assertThat(new String(adapter.paper(saved).orElseThrow().content(), StandardCharsets.US_ASCII))
                    .startsWith("%PDF-1.4 invoice 1");
        }
    }

    @Test
    void a_credit_note_is_credit_that_settles_the_unpaid_invoice() throws Exception {
        String number = own.issue(1).getFirst();
        try (Whmcs adapter = with(Map.of())) {
            Receipt invoice = adapter.create(own.outgoing(number));
            Outgoing note = own.outgoing(own.takeBack(number), Optional.of(invoice.remoteId()));

            Receipt saved = adapter.create(note);

            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .containsExactlyInAnyOrder(new Receipt(number, "1", invoice.total(), Receipt.Status.PAID), saved);
        }
        assertThat(whmcs.credits())
                .first()
                .asString()
                .startsWith("Reckoner CN-2026-000001 for 2026-11: takes back INV-2026-000001. a mistake");
    }

    @ParameterizedTest
    @CsvSource({
        "Draft, DRAFT",
        "Unpaid, OPEN",
        "Overdue, OPEN",
        "Collections, OPEN",
        "Payment Pending, OPEN",
        "Paid, PAID",
        "Cancelled, CANCELLED",
        "Refunded, CANCELLED",
        "Something, UNKNOWN"
    })
    void the_state_of_an_invoice_is_read(String there, Receipt.Status status) throws Exception {
        try (Whmcs adapter = with(Map.of())) {
            adapter.create(document());
            whmcs.status(1, there);

            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::status)
                    .containsExactly(status);
        }
    }

    @Test
    void all_pages_are_read() throws Exception {
        try (Whmcs adapter = with(Map.of())) {
            adapter.create(document());
            String email = whmcs.clients().getFirst().getOrDefault("email", "");
            for (int i = 0; i < 600; i++) {
                whmcs.invoice(email, "Reckoner BY-HAND-%d for 2026-11".formatted(i), "1.00");
            }

            assertThat(adapter.documents(Cloud.NOVEMBER)).hasSize(601);
        }
    }

    @Test
    void a_client_is_found_by_its_number_or_address_and_nothing_is_invented_for_it() throws Exception {
        Outgoing document = document();
        try (Whmcs adapter = with(Map.of("client-field", "7"))) {
            adapter.create(document);
        }
        assertThat(whmcs.clients())
                .singleElement()
                .satisfies(client -> assertThat(client)
                        .containsEntry("email", "project-0000@clients.example.org")
                        .containsEntry("firstname", "Kunde Nº 0")
                        .containsEntry("address1", "Havnegata 0")
                        .containsEntry("customfield 7", "project-0000")
                        .doesNotContainKey("city"));

        try (Whmcs adapter = with(Map.of("clients", Map.of("project-0000", "1")))) {
            assertThat(adapter.find(document)).isPresent();
        }
        try (Whmcs adapter = with(Map.of("clients", Map.of("project-0000", "9")))) {
            assertThatThrownBy(() -> adapter.find(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("project-0000")
                    .hasMessageContaining("Client Not Found");
        }
    }

    @Test
    void the_labels_of_invoice_meters_stand_on_invoices_and_its_products_price_meters() throws Exception {
        whmcs.product(1, "cpu_hours", "CPU per month", "recurring", "EUR", Map.of("monthly", "14.40"));
        whmcs.product(2, "ram_gb", "", "recurring", "EUR", Map.of("monthly", "3.60", "annually", "40.00"));
        whmcs.product(3, "gold", "Gold support", "onetime", "EUR", Map.of("monthly", "99.00"));
        Map<String, Object> settings = Map.of(
                "currency",
                "2",
                "invoice_meters",
                Map.of(
                        "cpu",
                        List.of("CPU", "cpu_hours", "hours"),
                        "memory",
                        "('Memory', 'ram_gb', 'get_ceilometer_ram_size', 'GB')"));
        try (Whmcs adapter = with(settings)) {
            PriceList prices = adapter.prices();

            assertThat(prices.offers())
                    .filteredOn(offer -> !offer.disabled())
                    .extracting(
                            Offer::id, offer -> offer.use().map(Offer.Use::per).orElse(""))
                    .containsExactly(
                            org.assertj.core.groups.Tuple.tuple("1", "720 vCPU hour"),
                            org.assertj.core.groups.Tuple.tuple("2", "720 GiB hour"),
                            org.assertj.core.groups.Tuple.tuple("2", "720 GiB hour"),
                            org.assertj.core.groups.Tuple.tuple("3", ""));
        }
    }

    @Test
    void settings_that_are_wrong_are_named() {
        assertThatThrownBy(() -> with(Map.of("invoice_meters", Map.of("cpu", List.of("CPU")))))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("'cpu' has 1 fields");
        assertThatThrownBy(() -> with(Map.of("username", "x")))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("either 'identifier'");
        assertThatThrownBy(() -> with(Map.of("client-email", "billing@example.org")))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("{project}@clients.example.org");
        assertThatThrownBy(() -> with(Map.of("publsh", "draft")))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("publsh");
    }
}
