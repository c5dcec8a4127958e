package org.reckoner.deliver.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;

/// Answers that no healthy Odoo gives, but one with modules of its own, or with something before it.
class OdooOddAnswersTest {

    @TempDir
    private Path folder = Path.of(".");

    @SuppressWarnings("NullAway.Init")
    private Cloud cloud;

    private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    private final TreeMap<String, String> answers = new TreeMap<>();
    private final TreeMap<String, Integer> refusals = new TreeMap<>();
    private final SimulatedServer server = SimulatedServer.start(0, this::answer);
    private final Odoo odoo = new Odoo(new AdapterSettings(
            "erp",
            new TreeMap<>(Map.of("url", server.url(), "database", "books", "state", "posted")),
            Map.of("RECKONER_DELIVER_ERP_API_KEY", "hush")));

    @BeforeEach
    void begin() {
        cloud = new Cloud(folder, List.of());
    }

    @AfterEach
    void end() {
        odoo.close();
        server.close();
        cloud.close();
    }

    private Reply answer(Request request) {
        String method = request.path().replaceAll(".*/", "");
        asked.add(method);
        if (refusals.containsKey(method)) {
            return Reply.json(refusals.get(method), answers.getOrDefault(method, "{}"));
        }
        return Reply.json(200, answers.getOrDefault(method, "false"));
    }

    private Outgoing document() {
        return cloud.outgoing(cloud.issue(1).getFirst());
    }

    private static String row(int id, String reference, String origin, String state) {
        return """
                {"id": %d, "name": "/", "ref": "%s", "invoice_origin": "%s", "state": "%s", "payment_state": "not_paid",
                 "move_type": "out_invoice", "amount_total": 37.48, "currency_id": [1, "EUR"]}""".formatted(id, reference, origin, state);
    }

    @ParameterizedTest
    @CsvSource({
        "INV-2026-0000010, Reckoner 2026-11, draft",
        "inv-2026-000001,  Reckoner 2026-11, posted",
        "INV-2026-000001,  S00042,           draft",
        "'INV-2026-000001 ', Reckoner 2026-11, draft",
    })
    void an_answer_with_what_was_not_asked_for_is_not_believed_and_nothing_of_it_is_touched(
            String reference, String origin, String state) {
        Outgoing document = document();
        answers.put("search_read", "[%s]".formatted(row(1, reference, origin, state)));

        assertThatThrownBy(() -> odoo.find(document))
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("which was not asked for");

        assertThat(asked).containsOnly("search_read");
    }

    @Test
    void a_window_that_asks_a_person_is_not_taken_for_a_confirmation() {
        Outgoing document = document();
        answers.put("search_read", "[%s]".formatted(row(1, document.reference(), "Reckoner 2026-11", "draft")));
        answers.put("action_post", "{\"type\": \"ir.actions.act_window\", \"res_model\": \"validate.account.move\"}");

        assertThatThrownBy(() -> odoo.find(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("opens a window before it confirms " + document.reference())
                .hasMessageContaining("confirm it there and retry");
    }

    @Test
    void an_empty_answer_is_not_taken_for_a_confirmation() {
        Outgoing document = document();
        answers.put("search_read", "[%s]".formatted(row(1, document.reference(), "Reckoner 2026-11", "draft")));
        answers.put("action_post", "{}");

        assertThatThrownBy(() -> odoo.find(document)).isInstanceOf(Undelivered.Unavailable.class);
    }

    @Test
    void a_state_that_nobody_knows_is_not_taken_for_delivered() {
        Outgoing document = document();
        answers.put("search_read", "[%s]".formatted(row(1, document.reference(), "Reckoner 2026-11", "vanished")));

        assertThatThrownBy(() -> odoo.find(document))
                .isInstanceOf(Undelivered.Unavailable.class)
                .hasMessageContaining("the state 'vanished'");
    }

    @ParameterizedTest
    @CsvSource({"409, Unavailable, cannot do unlink", "422, Refused, refuses unlink"})
    void a_record_that_another_transaction_holds_is_not_refused_for_good(int status, String kind, String said) {
        Outgoing document = document();
        answers.put(
                "search_read",
                "[%s, %s]"
                        .formatted(
                                row(1, document.reference(), "Reckoner 2026-11", "draft"),
                                row(2, document.reference(), "Reckoner 2026-11", "draft")));
        answers.put(
                "unlink", "{\"name\": \"odoo.exceptions.LockError\", \"message\": \"Sorry, it is being changed.\"}");
        refusals.put("unlink", status);

        assertThatThrownBy(() -> odoo.find(document))
                .satisfies(e -> assertThat(e.getClass().getSimpleName()).isEqualTo(kind))
                .hasMessageContaining(said)
                .hasMessageContaining("Sorry, it is being changed.");
    }

    @Test
    void what_the_user_may_not_do_is_told_whole_by_xml_rpc() {
        String fault = """
                <?xml version='1.0'?><methodResponse><fault><value><struct>
                <member><name>faultCode</name><value><int>4</int></value></member>
                <member><name>faultString</name><value><string>You are not allowed to access 'Journal Entry' (account.move) records.

                Contact your administrator to request access if necessary.</string></value></member>
                </struct></value></fault></methodResponse>""";
        String login =
                "<?xml version='1.0'?><methodResponse><params><param><value><int>2</int></value></param></params></methodResponse>";
        try (SimulatedServer old = SimulatedServer.start(
                        0, request -> Reply.text(200, "text/xml", request.path().endsWith("common") ? login : fault));
                Odoo xml = new Odoo(new AdapterSettings(
                        "erp",
                        new TreeMap<>(Map.of(
                                "url", old.url(), "database", "books", "protocol", "xmlrpc", "user", "reckoner")),
                        Map.of("RECKONER_DELIVER_ERP_API_KEY", "hush")))) {
            Outgoing document = document();

            assertThatThrownBy(() -> xml.find(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining("not allowed to access 'Journal Entry' (account.move)")
                    .hasMessageContaining("look at the user's permissions");
        }
    }
}
