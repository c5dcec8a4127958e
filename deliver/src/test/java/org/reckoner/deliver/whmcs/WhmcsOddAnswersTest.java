package org.reckoner.deliver.whmcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;

/// Answers that no healthy WHMCS gives, but one behind a cache, a replica or a proxy.
class WhmcsOddAnswersTest {

    private static final Pattern ACTION = Pattern.compile("action=([A-Za-z]+)");

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    private final Map<String, AtomicInteger> asked = new ConcurrentHashMap<>();
    private final Map<String, List<String>> answers = new ConcurrentHashMap<>();
    private final SimulatedServer server = SimulatedServer.start(0, this::answer);

    @BeforeEach
    void begin() {
        cloud = new Cloud(folder, List.of());
        answers.put("GetClientsDetails", List.of(success("\"client\": {\"id\": 1, \"currency_code\": \"EUR\"}")));
    }

    @AfterEach
    void end() {
        server.close();
        cloud.close();
    }

    private static String success(String fields) {
        return "{\"result\": \"success\", " + fields + "}";
    }

    private static String unpaid(String notes) {
        return success("\"invoiceid\": 7, \"userid\": 1, \"status\": \"Unpaid\", \"notes\": %s, \"balance\": 1"
                .formatted(notes));
    }

    private Reply answer(Request request) {
        Matcher action = ACTION.matcher(request.text());
        String name = action.find() ? action.group(1) : "";
        List<String> known = answers.getOrDefault(name, List.of(success("\"nothing\": 0")));
        return Reply.json(200, known.get(Math.min(times(name).getAndIncrement(), known.size() - 1)));
    }

    private AtomicInteger times(String action) {
        return asked.computeIfAbsent(action, each -> new AtomicInteger());
    }

    private Whmcs whmcs(String as) {
        Map<String, Object> values = Map.of(
                "url", server.url(), "identifier", "us", "client-email", "{project}@example.org", "invoice-as", as);
        return new Whmcs(new AdapterSettings(
                "shop", new java.util.TreeMap<>(values), Map.of("RECKONER_DELIVER_SHOP_SECRET", "hush")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Too many requests, try later", "API rate limit exceeded", "You are being throttled"})
    void who_asks_too_often_comes_again_later(String reason) {
        mayPass("GetInvoices", reason, Undelivered.Throttled.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Database Error", "Down for Maintenance", "Deadlock found; try restarting transaction"})
    void error_that_passes_by_itself_is_not_for_a_person(String reason) {
        mayPass("CreateInvoice", reason, Undelivered.Unavailable.class);
    }

    private void mayPass(String action, String reason, Class<? extends Undelivered> kind) {
        answers.put(action, List.of("{\"result\": \"error\", \"message\": \"%s\"}".formatted(reason)));
        String number = cloud.issue(1).getFirst();

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(cloud.outgoing(number)))
                    .isInstanceOf(kind)
                    .hasMessageContaining(reason);
        }
    }

    @Test
    void credit_that_the_log_does_not_show_yet_is_not_given_again() throws Exception {
        answers.put("GetInvoice", List.of(unpaid("\"Reckoner INV-2026-000001 for 2026-11\"")));
        answers.put("GetCredits", List.of(success("\"totalresults\": 0, \"credits\": \"\"")));
        String number = cloud.issue(1).getFirst();
        Outgoing note = cloud.outgoing(cloud.takeBack(number), Optional.of("7"));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(note))
                    .isInstanceOf(Undelivered.Taken.class)
                    .hasMessageContaining("is looked for again and not given");
            assertThat(adapter.find(note)).isEmpty();
        }
        assertThat(times("AddCredit")).hasValue(1);
    }

    @Test
    void a_credit_log_that_is_not_whole_is_not_believed() {
        answers.put("GetInvoice", List.of(unpaid("\"Reckoner INV-2026-000001 for 2026-11\"")));
        answers.put("GetCredits", List.of(success("\"totalresults\": 1, \"credits\": [{\"id\": 1}]")));
        String number = cloud.issue(1).getFirst();
        Outgoing note = cloud.outgoing(cloud.takeBack(number), Optional.of("7"));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(note)).isInstanceOf(Undelivered.Unavailable.class);
        }
        assertThat(times("AddCredit")).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "\"\"", "[]", "\"Reckoner INV-2026-000002 for 2026-11\""})
    void notes_that_are_not_those_of_the_invoice_are_not_written_back(String notes) {
        answers.put("GetInvoice", List.of(unpaid(notes)));
        String number = cloud.issue(1).getFirst();
        Outgoing note = cloud.outgoing(cloud.takeBack(number), Optional.of("7"));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(note))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("invoice 7 of WHMCS does not say that it is INV-2026-000001");
        }
        assertThat(times("UpdateInvoice")).hasValue(0);
        assertThat(times("AddCredit")).hasValue(0);
    }

    @Test
    void a_billable_item_that_is_put_on_no_invoice_is_looked_for_and_not_added_again() throws Exception {
        answers.put("GetInvoices", List.of(success("\"totalresults\": 0, \"invoices\": \"\"")));
        Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());

        try (Whmcs adapter = whmcs("billable-item")) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Taken.class)
                    .hasMessageContaining("on no invoice");
            assertThat(adapter.find(document)).isEmpty();
        }
        assertThat(times("AddBillableItem")).hasValue(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Authentication Failed", "Invalid IP 192.0.2.1", "Invalid or missing credentials"})
    void to_be_let_in_no_more_refuses_no_document_whatever_the_status(String message) {
        answers.put("GetClientsDetails", List.of("{\"result\": \"error\", \"message\": \"%s\"}".formatted(message)));
        Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void a_list_that_lost_elements_while_it_was_read_is_not_whole() {
        String row = "{\"id\": 1, \"userid\": 1, \"status\": \"Unpaid\"}";
        answers.put(
                "GetInvoices",
                List.of(
                        success("\"totalresults\": 3, \"invoices\": {\"invoice\": [%s]}".formatted(row)),
                        success("\"totalresults\": 2, \"invoices\": {\"invoice\": [%s]}".formatted(row))));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.documents(Cloud.NOVEMBER))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("lost elements");
        }
    }

    @Test
    void a_page_that_comes_twice_is_not_two_pages() {
        String row = "{\"id\": %d, \"userid\": 1, \"status\": \"Unpaid\"}";
        answers.put(
                "GetInvoices",
                List.of(success("\"totalresults\": 4, \"invoices\": {\"invoice\": [%s, %s]}"
                        .formatted(row.formatted(1), row.formatted(2)))));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.documents(Cloud.NOVEMBER))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("has 4 elements and gave only 2 of them");
        }
    }

    @Test
    void a_client_with_another_address_is_not_the_one() {
        answers.put(
                "GetClientsDetails", List.of(success("\"client\": {\"id\": 1, \"email\": \"somebody@example.org\"}")));
        Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("asked for the client with the address project-0000@example.org")
                    .hasMessageContaining("somebody@example.org");
        }
        assertThat(times("CreateInvoice")).hasValue(0);
    }

    @Test
    void an_invoice_of_a_status_that_nobody_knows_is_not_taken_for_delivered() {
        String number = cloud.issue(1).getFirst();
        answers.put("GetInvoices", List.of(success("""
                "totalresults": 1, "invoices": {"invoice": [{"id": 5, "userid": 1, "status": "Gone",
                    "notes": "Reckoner %s for 2026-11", "subtotal": "1.00", "currencycode": "EUR"}]}""".formatted(number))));
        Outgoing document = cloud.outgoing(number);

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.find(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("the status 'Gone' of invoice 5");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"10", "\"10.0\"", "10.000000000", "1e1", "\"1E+1\""})
    void an_amount_is_read_however_it_is_written(String amount) throws Exception {
        answers.put("GetInvoices", List.of(success("""
                "totalresults": "1", "invoices": {"invoice": [{"id": "5", "userid": "1", "status": "Unpaid",
                    "notes": "Reckoner INV-2026-000001 for 2026-11", "subtotal": %s, "tax": null,
                    "currencycode": "EUR"}]}""".formatted(amount))));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .singleElement()
                    .extracting(Receipt::total)
                    .isEqualTo(Optional.of(Money.parse("EUR 10.00")));
        }
    }

    @Test
    void a_credit_note_of_nothing_is_there_once_the_invoice_says_so() throws Exception {
        answers.put("GetInvoices", List.of(success("""
                "totalresults": 1, "invoices": {"invoice": [{"id": 7, "userid": 1, "status": "Paid", "subtotal": "0.00",
                    "notes": "Reckoner INV-2026-000001 for 2026-11\\nTaken back by Reckoner CN-2026-000001 for 2026-11",
                    "currencycode": "EUR"}]}""")));
        answers.put("GetCredits", List.of(success("\"totalresults\": 0, \"credits\": \"\"")));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::reference, Receipt::total)
                    .containsExactly(
                            tuple("INV-2026-000001", Optional.of(Money.parse("EUR 0.00"))),
                            tuple("CN-2026-000001", Optional.of(Money.parse("EUR 0.00"))));
        }
    }

    @Test
    void a_credit_note_of_something_is_not_there_as_long_as_the_log_has_it_not() throws Exception {
        answers.put("GetInvoices", List.of(success("""
                "totalresults": 1, "invoices": {"invoice": [{"id": 7, "userid": 1, "status": "Unpaid", "subtotal": "9.00",
                    "notes": "Reckoner INV-2026-000001 for 2026-11\\nTaken back by Reckoner CN-2026-000001 for 2026-11",
                    "currencycode": "EUR"}]}""")));
        answers.put("GetCredits", List.of(success("\"totalresults\": 0, \"credits\": \"\"")));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThat(adapter.documents(Cloud.NOVEMBER))
                    .extracting(Receipt::reference)
                    .containsExactly("INV-2026-000001");
        }
    }

    @Test
    void to_take_a_negative_invoice_back_needs_credit_and_it_is_said_what_to_do_without() {
        Invoice negative = cloud.invoice(cloud.takeBack(cloud.issue(1).getFirst()));
        Invoice note =
                Invoice.creditNote(negative, "CN-2026-000002", negative.issuedAt(), negative.dueOn(), "a mistake", "");
        answers.put("GetInvoice", List.of(unpaid("\"Reckoner CN-2026-000001 for 2026-11\"")));
        answers.put("GetCredits", List.of(success("\"totalresults\": 0, \"credits\": \"\"")));
        answers.put("AddCredit", List.of("{\"result\": \"error\", \"message\": \"Insufficient Credit Balance\"}"));

        try (Whmcs adapter = whmcs("invoice")) {
            assertThatThrownBy(() -> adapter.create(new Outgoing(note, "0", "{}", Optional.of("7"))))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("CN-2026-000002 takes back the negative invoice 7")
                    .hasMessageContaining("37.48 of credit")
                    .hasMessageContaining("cancel this delivery; or retry once the client has as much credit");
        }
    }
}
