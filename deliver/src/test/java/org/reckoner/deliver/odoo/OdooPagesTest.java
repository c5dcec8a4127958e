package org.reckoner.deliver.odoo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Behaviour;
import org.reckoner.simulators.http.SimulatedServer.Reply;

/// Lists that come in other pages than were asked for.
class OdooPagesTest {

    private static final Pattern LAST = Pattern.compile("\"id\",\">\",([0-9]+)");

    private static Reply row(int id) {
        return Reply.json(200, """
                [{"id": %d, "name": "INV/%d", "ref": "INV-2026-00000%d", "invoice_origin": "Reckoner 2026-11", "state": "posted", "payment_state": "not_paid",
                  "move_type": "out_invoice", "amount_total": 1.0, "currency_id": [1, "EUR"]}]""".formatted(id, id, id));
    }

    private static Odoo odoo(SimulatedServer server) {
        Map<String, Object> values = Map.of("url", server.url(), "database", "books");
        return new Odoo(
                new AdapterSettings("erp", new TreeMap<>(values), Map.of("RECKONER_DELIVER_ERP_API_KEY", "hush")));
    }

    @Test
    void smaller_pages_are_read_to_the_end() throws Exception {
        Behaviour oneByOne = request -> {
            Matcher last = LAST.matcher(new String(request.body(), StandardCharsets.UTF_8));
            int next = last.find() ? Integer.parseInt(last.group(1)) + 1 : 1;
            return next <= 3 ? row(next) : Reply.json(200, "[]");
        };
        try (SimulatedServer server = SimulatedServer.start(0, oneByOne);
                Odoo odoo = odoo(server)) {
            assertThat(odoo.documents(Cloud.NOVEMBER)).hasSize(3);
        }
    }

    @Test
    void so_are_smaller_pages_of_what_is_sold() throws Exception {
        Behaviour oneByOne = request -> {
            String body = new String(request.body(), StandardCharsets.UTF_8);
            Matcher last = LAST.matcher(body);
            int next = last.find() ? Integer.parseInt(last.group(1)) + 1 : 1;
            return next > 3 || !request.path().contains("product.product")
                    ? Reply.json(200, "[]")
                    : Reply.json(200, """
                            [{"id": %d, "name": "VM %d", "default_code": false, "lst_price": 1.0, "active": true,
                              "description_sale": false, "uom_id": [1, "Units"], "currency_id": [1, "EUR"]}]""".formatted(next, next));
        };
        try (SimulatedServer server = SimulatedServer.start(0, oneByOne);
                Odoo odoo = odoo(server)) {
            assertThat(odoo.prices().offers()).hasSize(3);
        }
    }

    @Test
    void the_same_page_over_and_over_is_not_read_for_ever() {
        try (SimulatedServer server = SimulatedServer.start(0, request -> row(1));
                Odoo odoo = odoo(server)) {
            assertThatThrownBy(() -> odoo.documents(Cloud.NOVEMBER)).isInstanceOf(Undelivered.Unavailable.class);
        }
    }
}
