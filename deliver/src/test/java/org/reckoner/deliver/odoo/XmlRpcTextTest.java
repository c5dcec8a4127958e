package org.reckoner.deliver.odoo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

class XmlRpcTextTest {

    private static final JsonMapper JSON = JsonMapper.shared();

    @Test
    void every_kind_of_value_survives_the_way_there_and_back() {
        ArrayNode parameters = JSON.createArrayNode();
        parameters
                .add("Kunde <Æ> & \"sønner\"\n\ud83d\ude00")
                .add(42)
                .add(new BigDecimal("12345678901234.56"))
                .add(true)
                .add(false)
                .add("");
        parameters.addArray().add(1).addArray();
        parameters.addObject().put("name", "x").putObject("inner").put("a", new BigDecimal("0.10"));

        String call = new String(XmlRpcText.call("execute_kw", parameters), UTF_8);
        ArrayNode back = JSON.createArrayNode();
        for (String param : call.split("<param>")) {
            if (param.startsWith("<value>")) {
                back.add(result(param.substring(0, param.indexOf("</param>"))));
            }
        }

        assertThat(back).hasToString(parameters.toString());
        assertThat(call).contains("<double>12345678901234.56</double>", "<double>0.10</double>");
    }

    @Test
    void what_xml_cannot_hold_is_left_out() {
        String call =
                new String(XmlRpcText.call("x", JSON.createArrayNode().add("a\u0000b\u001bc\ufffe\ud800")), UTF_8);

        assertThat(call).contains("<string>abc</string>");
    }

    @Test
    void untyped_values_are_texts_and_blanks_between_elements_mean_nothing() {
        assertThat(result("<value> as it is </value>").stringValue()).isEqualTo(" as it is ");
        assertThat(result("<value>\n <array>\n <data>\n <value><i4>1</i4></value>\n </data>\n </array>\n</value>"))
                .hasToString("[1]");
        assertThat(result("<value><!-- a --><int>1</int><?b?></value>")).hasToString("1");
        assertThat(result("<value>a<!-- b -->c</value>").stringValue()).isEqualTo("ac");
    }

    @Test
    void a_fault_says_its_code_and_reason() {
        assertThat(XmlRpcText.read("""
                <?xml version='1.0'?>
                <methodResponse><fault><value><struct>
                <member><name>faultCode</name><value><int>2</int></value></member>
                <member><name>faultString</name><value><string>no &amp; never</string></value></member>
                </struct></value></fault></methodResponse>
                """.getBytes(UTF_8))).isEqualTo(new XmlRpcText.Fault(2, "no & never"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html><body>502</body></html>",
                "<methodResponse><params><param><value><int>1</int></value>",
                "<methodResponse><params><param><value><int>one</int></value></param></params></methodResponse>",
                "<methodResponse><params></params></methodResponse>",
                "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><methodResponse><params><param><value>"
                        + "<string>&e;</string></value></param></params></methodResponse>",
                "<!DOCTYPE x [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]><methodResponse><params><param><value>"
                        + "<string>&b;</string></value></param></params></methodResponse>"
            })
    void what_is_no_answer_is_said_to_be_none(String text) {
        assertThat(XmlRpcText.read(text.getBytes(UTF_8))).isInstanceOf(XmlRpcText.Unreadable.class);
    }

    @Test
    void values_nested_without_end_are_refused() {
        String deep = "<value><array><data>".repeat(100_000);

        assertThat(XmlRpcText.read(("<methodResponse><params><param>" + deep).getBytes(UTF_8)))
                .isInstanceOf(XmlRpcText.Unreadable.class);
    }

    private static JsonNode result(String value) {
        String answer =
                "<?xml version='1.0'?><methodResponse><params><param>" + value + "</param></params></methodResponse>";
        return ((XmlRpcText.Result) XmlRpcText.read(answer.getBytes(UTF_8))).value();
    }
}
