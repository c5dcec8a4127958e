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
}
