package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What Kill Bill itself does not answer, but something that stands in its place or before it may.
@Timeout(30)
class KillBillOddAnswersTest {

    private static final BillingPeriod NOVEMBER = BillingPeriod.parse("2026-11");
    private static final String TOTAL = "X-Killbill-Pagination-TotalNbRecords";

    /// What is answered instead, by method and the end of the path.
    private final Map<String, Reply> instead = Collections.synchronizedMap(new TreeMap<>());

    private final List<String> heard = Collections.synchronizedList(new ArrayList<>());
    private volatile String invoice = "";
    private volatile String key = "p-1";
    private final SimulatedServer server = SimulatedServer.start(0, this::answer);
    private final Outgoing document =
            Paper.november("INV-1", "p-1").line("a", "12.50").outgoing();

    @AfterEach
    void close() {
        server.close();
    }

    private AdapterSettings settings(Map<String, Object> others) {
        TreeMap<String, Object> values = new TreeMap<>(others);
        values.put("url", server.url());
        return new AdapterSettings(
                "kb",
                values,
                Map.of(
                        "RECKONER_DELIVER_KB_PASSWORD", "password",
                        "RECKONER_DELIVER_KB_API_KEY", "key",
                        "RECKONER_DELIVER_KB_API_SECRET", "hush-hush"));
    }

    private KillBill adapter(Map<String, Object> others) {
        return new KillBill(settings(others));
    }

    private static Reply success(String what) {
        int status = Integer.parseInt(what.substring(0, 3));
        return what.endsWith("page") ? page(status) : Reply.json(status, what.endsWith("{}") ? "{}" : "");
    }

    private Reply answer(Request request) {
        String asked = request.method() + " " + request.path();
        heard.add(asked);
        Optional<Reply> other = instead.entrySet().stream()
                .filter(each -> asked.matches(each.getKey()))
                .map(Map.Entry::getValue)
                .findFirst();
        if (other.isPresent()) {
            return other.get();
        }
        if (asked.equals("GET /1.0/kb/accounts")) {
            return Reply.json(200, "{\"accountId\": \"account\", \"externalKey\": \"%s\"}".formatted(key));
        }
        if (asked.startsWith("GET /1.0/kb/customFields")) {
            return Reply.json(200, "[]");
        }
        if (asked.startsWith("POST /1.0/kb/invoices/charges/")) {
            ArrayNode items = Answer.JSON.createArrayNode();
            for (JsonNode charge : Answer.JSON.readTree(request.body())) {
                items.add(((ObjectNode) charge)
                        .put("invoiceItemId", "item")
                        .put("invoiceId", "invoice")
                        .put("itemType", "EXTERNAL_CHARGE"));
            }
            invoice = """
                    {"invoiceId": "invoice", "accountId": "account", "invoiceNumber": "1", "currency": "EUR",
                     "status": "DRAFT", "invoiceDate": "2026-12-02", "targetDate": "2026-12-02", "balance": 0,
                     "items": %s}""".formatted(items);
            return Reply.json(201, items.toString());
        }
        if (asked.endsWith("/commitInvoice")) {
            invoice = invoice.replace("DRAFT", "COMMITTED");
            return Reply.json(204, "");
        }
        if (asked.equals("GET /1.0/kb/accounts/account/invoices") && invoice.isEmpty()) {
            return Reply.json(200, "[]");
        }
        return asked.endsWith("/invoices/invoice") ? Reply.json(200, invoice) : Reply.json(200, "[" + invoice + "]");
    }

    private static Reply page(int status) {
        return Reply.text(status, "text/html", "<html><body>Please log in</body></html>");
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 page", "200 nothing", "202 nothing", "200 {}"})
    void a_success_that_is_not_kill_bills_own_commits_nothing(String what) throws Exception {
        instead.put(".*/commitInvoice", success(what));
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("draft still");
            instead.clear();

            assertThat(adapter.find(document).map(receipt -> receipt.status().name()))
                    .contains("OPEN");
        }
        assertThat(heard).filteredOn(each -> each.contains("/charges/")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"200 page", "200 nothing", "202 nothing", "200 {}"})
    void a_success_that_is_not_kill_bills_own_makes_no_usage_fields_and_credits_and_ends_nothing(String what) {
        instead.put("(POST|DELETE) .*", success(what));
        AdapterSettings settings = settings(Map.of());
        try (Api api = new Api(settings);
                KillBill adapter = adapter(Map.of())) {
            Accounts accounts = new Accounts(api, settings);
            Subscriptions subscriptions = new Subscriptions(api, accounts, settings);
            TreeMap<LocalDate, TreeMap<String, Long>> usage =
                    new TreeMap<>(Map.of(LocalDate.parse("2026-11-30"), new TreeMap<>(Map.of("volume", 1L))));
            List.<ThrowingCallable>of(
                            () -> subscriptions.post("subscription", usage, "tracking"),
                            () -> accounts.saveFields("accounts", "account", new TreeMap<>(Map.of("name", "value"))),
                            () -> adapter.orders().credit("account", "key", Money.parse("EUR 5.00"), "for patience"),
                            () -> api.delete("/subscriptions/order"))
                    .forEach(each -> assertThatThrownBy(each).isInstanceOf(Undelivered.Unavailable.class));
        }
    }

    @Test
    void a_refusal_of_which_only_the_beginning_arrives_is_tried_again() throws Exception {
        String whole = "{\"className\": \"UsageApiException\", \"code\": 50000, \"message\": \"A usage record with";
        instead.put("GET .*/accounts/account/invoices", Reply.json(400, whole));
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.find(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("answered 400, and its reason was cut off");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "null", "\"[]\"", "{\"invoices\": []}", "[{}]", "[null]", "[[]]", ""})
    void an_answer_that_is_no_list_of_invoices_is_not_taken_for_an_empty_one(String text) throws Exception {
        instead.put("GET .*/accounts/account/invoices", Reply.json(200, text));
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.find(document)).isInstanceOf(Undelivered.Unavailable.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"P-1", "p-1 ", "p-10", ""})
    void an_account_of_another_key_is_not_the_projects(String other) throws Exception {
        key = other;
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(other.isEmpty() ? Undelivered.Unavailable.class : Undelivered.Refused.class)
                    .hasMessageContaining(other.isEmpty() ? "externalKey" : "no account for the project p-1");
        }
        assertThat(heard).noneMatch(each -> each.startsWith("POST"));
    }

    @Test
    void a_custom_field_with_another_value_is_not_the_projects() throws Exception {
        instead.put("GET /1.0/kb/accounts", Reply.json(404, ""));
        instead.put("GET /1.0/kb/customFields/search", Reply.json(200, """
                [{"customFieldId": "1", "objectId": "a", "name": "openstack_project_id", "value": "P-1"},
                 {"customFieldId": "2", "objectId": "b", "name": "openstack_project", "value": "p-1"},
                 {"customFieldId": "3", "objectId": "c", "name": "openstack_project_id", "value": "p-1-old"}]
                """));
        try (KillBill adapter = adapter(Map.of())) {
            assertThat(adapter.find(document)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "0000-00-00", "2026-12"})
    void a_catalog_without_a_day_is_none(String day) throws Exception {
        instead.put(
                "GET /1.0/kb/catalog",
                Reply.json(200, "[{\"name\": \"Reckoner\", \"effectiveDate\": \"%s\", \"units\": []}]".formatted(day)));
        try (KillBill adapter = adapter(Map.of("mode", "usage"))) {
            assertThatThrownBy(() -> adapter.create(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("tells a catalog in an unknown form");
        }
    }

    @Test
    void the_same_page_over_and_over_is_not_read_for_ever() throws Exception {
        instead.put("GET /1.0/kb/accounts/pagination", Reply.json(200, accounts(Api.PAGE)));
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.documents(NOVEMBER))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("gave 100 rows and then no others");
        }
    }

    @Test
    void a_list_that_ends_early_is_not_taken_for_whole() throws Exception {
        instead.put(
                "GET /1.0/kb/accounts/pagination", Reply.json(200, accounts(30)).with(TOTAL, "31"));
        try (KillBill adapter = adapter(Map.of())) {
            assertThatThrownBy(() -> adapter.documents(NOVEMBER))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("gave 30 rows of 31 and then no others");
        }
    }

    @Test
    void a_server_that_knows_no_pages_is_asked_once() throws Exception {
        instead.put(
                "GET /1.0/kb/accounts/pagination",
                Reply.json(200, accounts(130)).with(TOTAL, "130"));
        try (KillBill adapter = adapter(Map.of())) {
            assertThat(adapter.documents(NOVEMBER)).isEmpty();
        }
        assertThat(heard).filteredOn(each -> each.endsWith("/pagination")).hasSize(1);
    }

    private static String accounts(int many) {
        ArrayNode accounts = Answer.JSON.createArrayNode();
        for (int i = 0; i < many; i++) {
            accounts.addObject().put("accountId", "account-" + i);
        }
        return accounts.toString();
    }
}
