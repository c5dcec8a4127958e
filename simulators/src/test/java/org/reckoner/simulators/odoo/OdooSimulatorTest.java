package org.reckoner.simulators.odoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OdooSimulatorTest {

    private final OdooSimulator odoo = OdooSimulator.start(0, OdooSimulator.Setup.USUAL);
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void end() {
        client.shutdownNow();
        odoo.close();
    }

    @Test
    void an_invoice_gets_its_total_from_its_lines_and_a_number_when_it_is_posted() throws Exception {
        int partner = odoo.create("res.partner", Map.of("name", "Deco Addict"));

        HttpResponse<String> created = json("account.move/create", """
                {"vals_list": [{"move_type": "out_invoice", "partner_id": %d, "ref": "INV-1", "invoice_line_ids": [
                  [0, 0, {"name": "a", "quantity": 3, "price_unit": 0.335}],
                  [0, 0, {"name": "b", "price_unit": 10.1, "tax_ids": [[6, 0, []]]}],
                  [0, 0, {"name": "north", "display_type": "line_section"}]]}]}
                """.formatted(partner));
        assertThat(created.statusCode()).isEqualTo(200);
        assertThat(created.body()).isEqualTo("[1]");
        assertThat(json("account.move/action_post", "{\"ids\": [1]}").body()).isEqualTo("false");

        // 0.335 is kept as 0.34, and 1.02 bears the company's usual 25 %, rounded on the line
        assertThat(json(
                                "account.move/search_read",
                                "{\"domain\": [[\"ref\", \"=\", \"INV-1\"]], \"fields\": [\"name\", \"state\","
                                        + " \"amount_untaxed\", \"amount_total\", \"partner_id\", \"narration\"]}")
                        .body())
                .isEqualTo(
                        "[{\"id\": 1, \"name\": \"INV/2026/00001\", \"state\": \"posted\", \"amount_untaxed\":"
                                + " 11.12, \"amount_total\": 11.38, \"partner_id\": [1, \"Deco Addict\"], \"narration\": false}]");
    }

    @Test
    void refusals_undo_the_call_and_say_why_with_their_status() throws Exception {
        HttpResponse<String> refused = json("account.move/create", """
                {"vals_list": [{"move_type": "out_invoice"}, {"move_type": "out_invoice", "partner_id": 77}]}
                """);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body()).contains("\"name\":\"odoo.exceptions.ValidationError\"", "\"debug\":");
        assertThat(odoo.read("account.move")).isEmpty();

        assertThat(json("account.move/create", "{\"vals_list\": {\"colour\": 1}}")
                        .statusCode())
                .isEqualTo(500);
        assertThat(json("account.move/read", "{\"ids\": [5]}").statusCode()).isEqualTo(404);
        assertThat(json("account.movie/read", "{\"ids\": [5]}").statusCode()).isEqualTo(404);
        assertThat(json("account.move/create", "{}").statusCode()).isEqualTo(422);
        int move = odoo.create("account.move", Map.of("move_type", "out_invoice"));
        assertThat(json("account.move/action_post", "{\"ids\": [%d]}".formatted(move))
                        .body())
                .contains("The 'Customer' field is required");
    }

    @Test
    void a_wrong_key_is_not_let_in() throws Exception {
        HttpResponse<String> answer =
                send(HttpRequest.newBuilder(URI.create(odoo.server().url() + "/json/2/res.partner/search"))
                        .header("Authorization", "bearer wrong")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Invalid apikey");
    }

    @Test
    void domains_choose_in_prefix_notation() {
        int eu = odoo.create("product.pricelist", Map.of("name", "EU", "currency_id", 1));
        odoo.create("product.pricelist", Map.of("name", "US", "currency_id", 2));
        odoo.create("product.pricelist", Map.of("name", "old", "currency_id", 2, "active", false));

        assertThat(found("[]")).hasSize(2);
        assertThat(found("['|',['name','=','EU'],['currency_id.name','=','USD']]"))
                .hasSize(2);
        assertThat(found("['!',['name','ilike','u']]")).isEmpty();
        assertThat(found("[['name','=like','E_']]")).containsExactly(eu);
        assertThat(found("[['active','in',[true,false]]]")).hasSize(3);
    }

    @Test
    void old_versions_speak_xml_rpc() throws Exception {
        assertThat(xml(
                        "common",
                        "authenticate",
                        string("cloud") + string(OdooSimulator.LOGIN) + string(OdooSimulator.KEY)
                                + "<param><value><struct/></value></param>"))
                .contains("<int>2</int>");
        assertThat(xml(
                        "object",
                        "execute_kw",
                        string("cloud") + "<param><value><int>2</int></value></param>"
                                + string(OdooSimulator.KEY) + string("account.tax") + string("search_read")
                                + "<param><value><array><data><value><array><data/></array></value></data></array></value></param>"
                                + "<param><value><struct><member><name>fields</name><value><array><data><value>amount</value>"
                                + "</data></array></value></member></struct></value></param>"))
                .contains("<double>25.0</double>");
        assertThat(xml(
                        "object",
                        "execute_kw",
                        string("cloud") + "<param><value><int>2</int></value></param>" + string("wrong")
                                + string("account.tax") + string("search")))
                .contains("<int>3</int>", "Access Denied");
    }

    @Test
    void numbers_are_written_as_python_writes_them() {
        assertThat(List.of("12", "0.1", "0.00001", "12345678901234567").stream()
                        .map(text -> FrontDoor.python(new BigDecimal(text))))
                .containsExactly("12.0", "0.1", "1e-5", "1.2345678901234568e16");
    }

    private List<Integer> found(String domain) {
        Object terms =
                tools.jackson.databind.json.JsonMapper.shared().readValue(domain.replace('\'', '"'), Object.class);
        return OdooSimulator.ids(odoo.call("product.pricelist", "search", List.of(), Map.of("domain", terms)));
    }

    private static String string(String text) {
        return "<param><value><string>" + text + "</string></value></param>";
    }

    private String xml(String service, String method, String params) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(odoo.server().url() + "/xmlrpc/2/" + service))
                        .POST(HttpRequest.BodyPublishers.ofString("<?xml version='1.0'?><methodCall><methodName>"
                                + method + "</methodName><params>" + params + "</params></methodCall>"))
                        .build())
                .body();
    }

    private HttpResponse<String> json(String call, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(odoo.server().url() + "/json/2/" + call))
                .header("Authorization", "bearer " + OdooSimulator.KEY)
                .header("X-Odoo-Database", OdooSimulator.DATABASE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build());
    }

    private HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return client.send(request, BodyHandlers.ofString());
    }
}
