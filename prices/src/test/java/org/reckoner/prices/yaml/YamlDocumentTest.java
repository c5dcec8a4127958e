package org.reckoner.prices.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {

    @Test
    void every_value_knows_its_line_and_column() {
        YamlFields fields = YamlDocument.parse("a.yaml", "one: 1\ntwo:\n  deep: {three: x}\n")
                .fields()
                .orElseThrow();

        assertThat(fields.at("one")).isEqualTo(new Position(1, 6));
        assertThat(fields.fields("two")
                        .orElseThrow()
                        .fields("deep")
                        .orElseThrow()
                        .at("three"))
                .isEqualTo(new Position(3, 17));
    }

    @Test
    void columns_count_characters_and_not_code_units() {
        assertThat(errors("é😀: {x: 1, x: 2}"))
                .containsExactly("a.yaml:1:12: the key 'x' is given twice; it stands" + " already in line 1, column 6");
    }

    @Test
    void numbers_stay_as_written() {
        YamlFields fields = YamlDocument.parse("a.yaml", "a: 0.10\nb: 1e-3\nc: '7'\n")
                .fields()
                .orElseThrow();

        assertThat(fields.number("a").orElseThrow()).isEqualTo("0.10");
        assertThat(fields.number("b").orElseThrow()).isEqualTo("0.001");
        assertThat(fields.number("c").orElseThrow()).isEqualTo("7");
    }

    @Test
    void what_is_not_a_decimal_is_no_number() {
        for (String text : List.of("0x10", ".inf", "1_000", "1,5", "one", "1e999", "1".repeat(41))) {
            YamlDocument document = YamlDocument.parse("a.yaml", "a: " + text);
            assertThat(document.fields().orElseThrow().number("a")).as(text).isEmpty();
            assertThat(document.problems().errors()).as(text).hasSize(1);
        }
    }

    @Test
    void a_key_given_twice_is_a_problem() {
        assertThat(errors("a: 1\nb: 2\na: 3\n"))
                .containsExactly("a.yaml:3:1: the key 'a' is given twice; it stands already in line 1, column 1");
    }

    @Test
    void a_type_by_tag_is_refused() {
        assertThat(errors("a: !!java.net.URL ['http://example.org']"))
                .singleElement()
                .asString()
                .startsWith("a.yaml:1:4: types by tag are not read here");
    }

    @Test
    void nested_aliases_cannot_stand_for_a_huge_document() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 12; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ", ").repeat(10)));
        }
        assertThat(errors(bomb.toString())).singleElement().asString().contains("counting every alias in full");
    }

    @Test
    void an_alias_brings_what_its_anchor_holds() {
        YamlFields fields =
                YamlDocument.parse("a.yaml", "a: &x {n: 1}\nb: *x\n").fields().orElseThrow();

        assertThat(fields.fields("b").orElseThrow().number("n").orElseThrow()).isEqualTo("1");
    }

    @Test
    void an_alias_of_nothing_is_a_problem() {
        assertThat(errors("a: *x\n")).containsExactly("a.yaml:1:4: nothing before this has the anchor '&x'");
    }

    @Test
    void deep_nesting_is_refused_before_it_costs_anything() {
        assertThat(errors("a: " + "[".repeat(100_000)))
                .singleElement()
                .asString()
                .contains("nested deeper than 64");
    }

    @Test
    void broken_yaml_is_named_where_it_breaks() {
        assertThat(errors("a: [1, 2\nb: 3\n")).singleElement().asString().startsWith("a.yaml:2:2: not YAML: ");
        assertThat(errors("a:\n\tb: 1\n")).singleElement().asString().endsWith("indent with blanks");
        assertThat(errors("a: \u0000")).singleElement().asString().contains("not YAML");
    }

    @Test
    void a_document_is_one_mapping() {
        assertThat(errors("")).containsExactly("a.yaml:1:1: the document is empty; expected 'key: value' lines");
        assertThat(errors("- a\n")).containsExactly("a.yaml:1:1: the document is a list; expected 'key: value' lines");
        assertThat(errors("a: 1\n---\nb: 2\n"))
                .containsExactly("a.yaml:3:1: a second document begins here; expected one document in a file");
        assertThat(errors("? [a]\n: 1\n")).singleElement().asString().contains("a key that is not plain text");
    }

    @Test
    void wrong_kinds_of_values_are_all_reported_at_once() {
        YamlDocument document = YamlDocument.parse("a.yaml", "a: {}\nb: [x, {}]\nc: text\nd:\ne: maybe\n");
        YamlFields fields = document.fields().orElseThrow();
        fields.text("a");
        fields.texts("b");
        fields.list("c");
        fields.fields("d");
        fields.flag("e");
        fields.mustHave("f");

        assertThat(document.problems().errors())
                .extracting(Problem::toString)
                .containsExactly(
                        "a.yaml:1:1: 'f' is missing",
                        "a.yaml:1:4: 'a' is a mapping; expected text",
                        "a.yaml:2:8: an item of 'b' is a mapping; expected text",
                        "a.yaml:3:4: 'c' is 'text'; expected a list",
                        "a.yaml:4:3: 'd' is empty; expected a mapping such as {key: value}",
                        "a.yaml:5:4: 'e' is 'maybe'; expected true or false");
    }

    @Test
    void an_unknown_key_suggests_the_nearest_known_one() {
        YamlDocument document = YamlDocument.parse("a.yaml", "pirce: 1\nzebra: 2\n");
        YamlFields fields = document.fields().orElseThrow();
        fields.has("price");
        fields.has("item");
        fields.noOthers();

        assertThat(document.problems().errors())
                .extracting(Problem::toString)
                .containsExactly(
                        "a.yaml:1:1: unknown key 'pirce'; did you mean 'price'?",
                        "a.yaml:2:1: unknown key 'zebra'; known are item, price");
    }

    private static List<String> errors(String text) {
        return YamlDocument.parse("a.yaml", text).problems().errors().stream()
                .map(Problem::toString)
                .toList();
    }
}
