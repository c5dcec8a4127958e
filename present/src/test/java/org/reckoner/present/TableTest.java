package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TableTest {

    private static final Table ACCOUNTS = Table.of(
                    List.of(Column.id("project_id"), Column.text("name"), Column.number("total")),
                    List.of(
                            List.of("4f1c0a52e6d54fbb9a7d0c7a1b2c3d4e", "acme", "12.5"),
                            List.of("0b2d9c3ea4f147a88d10e8a1f2c3b4a5", "umbrella, \"ltd\"", "1234")))
            .withFooter("", "all", "1246.50");

    @Test
    void columns_are_as_wide_as_their_content_and_points_stand_under_points() {
        assertThat(ACCOUNTS.toText()).isEqualTo("""
                PROJECT ID                        NAME               TOTAL
                --------------------------------  ---------------  -------
                4f1c0a52e6d54fbb9a7d0c7a1b2c3d4e  acme               12.5
                0b2d9c3ea4f147a88d10e8a1f2c3b4a5  umbrella, "ltd"  1234
                --------------------------------  ---------------  -------
                                                  all              1246.50
                """);
    }

    @Test
    void where_room_is_short_ids_lose_their_middle_and_texts_their_end() {
        assertThat(ACCOUNTS.toText(34)).isEqualTo("""
                PROJECT ID   NAME            TOTAL
                -----------  ------------  -------
                4f1c0…c3d4e  acme            12.5
                0b2d9…3b4a5  umbrella, "…  1234
                -----------  ------------  -------
                             all           1246.50
                """);
        assertThat(ACCOUNTS.toText(30).lines()).allMatch(line -> Text.width(line) <= 30);
    }

    @Test
    void a_number_is_never_shortened() {
        Table table = Table.of(
                List.of(Column.text("item"), Column.number("amount")),
                List.of(List.of("a long text", "123456789.123456")));
        assertThat(table.toText(10)).contains("123456789.123456");
    }

    @Test
    void wide_and_combining_characters_keep_the_columns_straight() {
        Table table = Table.of(
                List.of(Column.text("name"), Column.text("state")),
                List.of(List.of("株式会社", "on"), List.of("e\u0301te\u0301", "off"), List.of("сервер", "on")));
        assertThat(table.toText()).isEqualTo("""
                NAME      STATE
                --------  -----
                株式会社  on
                e\u0301te\u0301       off
                сервер    on
                """);
    }

    @Test
    void what_could_steer_a_terminal_is_replaced() {
        Table table = Table.of(List.of(Column.text("name")), List.of(List.of("a\u001b[31mb\u0007\nc\u202ed")));
        assertThat(table.toText()).endsWith("a\ufffd[31mb\ufffd c\ufffdd\n");
    }

    @Test
    void csv_quotes_separators_quotes_and_line_breaks_only() {
        Table table = Table.of(
                List.of(Column.text("name"), Column.number("total")),
                List.of(
                        List.of("plain text", "1.50"),
                        List.of("a,b", "-2"),
                        List.of("say \"hi\"", ""),
                        List.of("two\nlines\r", "0"),
                        List.of(" blank ", "3")));
        assertThat(table.toCsv())
                .isEqualTo(
                        "name,total\nplain text,1.50\n\"a,b\",-2\n\"say \"\"hi\"\"\",\n\"two\nlines\r\",0\n blank ,3\n");
    }

    @Test
    void json_keeps_every_digit_of_a_number_and_says_null_for_what_is_not_there() {
        Table table = Table.of(
                List.of(Column.text("name"), Column.number("total")),
                List.of(List.of("ünï \"q\" \\ \u0001\t", "12.50"), List.of("007", "2.5 %"), List.of("", "")));
        assertThat(table.toJson()).isEqualTo("""
                [
                  {
                    "name": "ünï \\"q\\" \\\\ \\u0001\\t",
                    "total": 12.50
                  },
                  {
                    "name": "007",
                    "total": "2.5 %"
                  },
                  {
                    "name": null,
                    "total": null
                  }
                ]
                """);
    }

    @Test
    void a_lone_surrogate_is_escaped_because_utf_8_cannot_carry_it() {
        Table table = Table.of(List.of(Column.text("name")), List.of(List.of("\ud800x😀")));
        assertThat(table.toJson()).contains("\"\\ud800x😀\"");
    }

    @Test
    void an_empty_table_still_has_its_header() {
        Table table = Table.of(List.of(Column.text("name")), List.of());
        assertThat(table.toText()).isEqualTo("NAME\n----\n");
        assertThat(table.toCsv()).isEqualTo("name\n");
        assertThat(table.toJson()).isEqualTo("[]\n");
    }

    @Test
    void a_row_of_another_length_is_refused() {
        assertThatThrownBy(() -> Table.of(List.of(Column.text("name")), List.of(List.of("a", "b"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a row has 2 cells for 1 columns: [a, b]");
    }
}
