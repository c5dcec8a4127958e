package org.reckoner.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.reckoner.core.price.PriceBook;

class PriceBookDiffTest {

    private static final String OLD = """
            price-book: p
            currency: EUR
            prices:
              - {id: a, item: A, meter: router, per: router hour, price: 0.10}
              - {id: b, item: B, meter: volume, per: volume hour, price: 1, when: {region: x}}
            """;

    @Test
    void a_book_does_not_differ_from_itself() {
        assertThat(between(OLD, OLD)).isEmpty();
    }

    @Test
    void another_way_to_write_the_same_is_no_change() {
        assertThat(between(OLD, OLD.replace("0.10", "1e-1").replace("{region: x}", "{region: [x]}")))
                .isEmpty();
    }

    @Test
    void a_changed_field_is_told_before_and_after() {
        assertThat(between(OLD, OLD.replace("0.10", "0.20").replace("region: x", "region: [y, x]")))
                .containsExactly(
                        "~ price 'a': price was '0.1', is '0.2'", "~ price 'b': when region was 'x', is 'x, y'");
    }

    @Test
    void prices_come_and_go() {
        String now = OLD.replace("id: a, item: A", "id: c, item: A");

        assertThat(between(OLD, now))
                .containsExactly(
                        "~ price book: order was 'a, b', is 'c, b'",
                        "- price 'a' {item=A, meter=router, per=router hour, price=0.1}",
                        "+ price 'c' {item=A, meter=router, per=router hour, price=0.1}");
    }

    @Test
    void another_model_is_a_change_of_two_fields() {
        assertThat(between(
                        OLD, OLD.replace("price: 0.10", "graduated: [{up-to: 5, price: 0}, {price: 1}], minimum: 2")))
                .containsExactly(
                        "~ price 'a': graduated was '', is 'up to 5: 0, then: 1'",
                        "~ price 'a': minimum was '', is '2'",
                        "~ price 'a': price was '0.1', is ''");
    }

    @Test
    void state_rules_meters_and_the_head_are_compared() {
        String now = """
                price-book: p
                currency: USD
                valid-from: 2027-01-01
                meters: {x: {kind: level, unit: x}}
                states: [{type: server, meters: [vcpus], factors: {active: 1, paused: 1, stopped: 0.5}, otherwise: 0}]
                """ + OLD.substring(OLD.indexOf("prices:"));

        assertThat(between(OLD, now))
                .containsExactly(
                        "~ price book: currency was 'EUR', is 'USD'",
                        "~ price book: valid-from was '1970-01-01', is '2027-01-01'",
                        "+ meter 'x' {kind=level, unit=x}",
                        "~ state rule server vcpus: rescued was '1', is ''",
                        "~ state rule server vcpus: resized was '1', is ''",
                        "~ state rule server vcpus: stopped was '', is '0.5'");
    }

    private static List<String> between(String before, String after) {
        return PriceBookDiff.between(book(before), book(after)).stream()
                .map(Object::toString)
                .toList();
    }

    private static PriceBook book(String text) {
        return switch (PriceBookFile.read("p.yaml", text)) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused -> throw new AssertionError(refused.errors());
        };
    }
}
