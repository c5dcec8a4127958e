package org.reckoner.core.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reckoner.core.reference.Sample.at;
import static org.reckoner.core.reference.Sample.book;
import static org.reckoner.core.reference.Sample.decimal;
import static org.reckoner.core.reference.Sample.fee;
import static org.reckoner.core.reference.Sample.onTop;
import static org.reckoner.core.reference.Sample.perUnit;
import static org.reckoner.core.reference.Sample.price;
import static org.reckoner.core.reference.Sample.ranked;
import static org.reckoner.core.reference.Sample.valid;
import static org.reckoner.core.reference.Sample.when;
import static org.reckoner.core.reference.Sample.where;
import static org.reckoner.core.reference.Sample.window;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.PriceModel.Tier;
import org.reckoner.core.time.Window;

class PriceTest {

    private static final Price PLAIN = price("plain", "vcpus", "vCPU hour", perUnit("1"));

    private static Tier upTo(String end, String price) {
        return new Tier(Optional.of(decimal(end)), decimal(price));
    }

    private static Tier beyond(String price) {
        return new Tier(Optional.empty(), decimal(price));
    }

    private static Ratio amount(PriceModel model, String quantity) {
        return model.amount(Ratio.parse(quantity));
    }

    // ---- models

    @Test
    void graduated_prices_each_part_of_the_quantity_by_its_tier() {
        PriceModel model = new PriceModel.Graduated(List.of(upTo("10", "1"), upTo("100", "0.5"), beyond("0.1")));
        assertThat(amount(model, "0")).isEqualTo(Ratio.ZERO);
        assertThat(amount(model, "10")).isEqualTo(Ratio.of(10));
        assertThat(amount(model, "11")).isEqualTo(Ratio.parse("10.5")); // 10 + 1 × 0.5
        assertThat(amount(model, "110")).isEqualTo(Ratio.of(56)); // 10 + 90 × 0.5 + 10 × 0.1
    }

    @Test
    void volume_prices_the_whole_quantity_by_the_tier_it_reaches() {
        PriceModel model = new PriceModel.Volume(List.of(upTo("10", "1"), upTo("100", "0.5"), beyond("0.1")));
        assertThat(amount(model, "10")).isEqualTo(Ratio.of(10));
        assertThat(amount(model, "11")).isEqualTo(Ratio.parse("5.5"));
        assertThat(amount(model, "101")).isEqualTo(Ratio.parse("10.1"));
    }

    @Test
    void a_started_package_is_charged_whole() {
        PriceModel model = new PriceModel.Package(decimal("1000"), decimal("0.4"));
        assertThat(amount(model, "0")).isEqualTo(Ratio.ZERO);
        assertThat(amount(model, "1/1000")).isEqualTo(Ratio.parse("0.4"));
        assertThat(amount(model, "1000")).isEqualTo(Ratio.parse("0.4"));
        assertThat(amount(model, "3000001/1000")).isEqualTo(Ratio.parse("1.6"));
    }

    @Test
    void an_included_amount_is_free_and_the_rest_costs() {
        PriceModel model = new PriceModel.Included(decimal("100"), perUnit("0.02"));
        assertThat(amount(model, "99")).isEqualTo(Ratio.ZERO);
        assertThat(amount(model, "100")).isEqualTo(Ratio.ZERO);
        assertThat(amount(model, "150")).isEqualTo(Ratio.of(1));
    }

    @Test
    void bounds_hold_below_and_above() {
        PriceModel model = new PriceModel.Bounded(Optional.of(decimal("5")), Optional.of(decimal("9")), perUnit("1"));
        assertThat(amount(model, "1")).isEqualTo(Ratio.of(5));
        assertThat(amount(model, "7")).isEqualTo(Ratio.of(7));
        assertThat(amount(model, "70")).isEqualTo(Ratio.of(9));
    }

    @Test
    void a_percentage_is_of_a_hundred_and_a_fixed_price_is_times_the_count() {
        assertThat(amount(new PriceModel.Percentage(decimal("7.5"), Set.of()), "200"))
                .isEqualTo(Ratio.of(15));
        assertThat(amount(new PriceModel.Fixed(decimal("3"), PriceModel.Fixed.Each.RESOURCE), "2"))
                .isEqualTo(Ratio.of(6));
        assertThat(amount(perUnit("0.03"), "1/3")).isEqualTo(Ratio.parse("1/100"));
    }

    @Test
    void tiers_ascend_and_the_last_has_no_end() {
        assertThatThrownBy(() -> new PriceModel.Graduated(List.of())).hasMessageContaining("at least one tier");
        assertThatThrownBy(() -> new PriceModel.Volume(List.of(upTo("10", "1"))))
                .hasMessageContaining("last tier");
        assertThatThrownBy(() -> new PriceModel.Volume(List.of(beyond("1"), beyond("2"))))
                .hasMessageContaining("only the last tier");
        assertThatThrownBy(() -> new PriceModel.Volume(List.of(upTo("10", "1"), upTo("10", "2"), beyond("2"))))
                .hasMessageContaining("ascend");
        assertThatThrownBy(() -> new PriceModel.Volume(List.of(upTo("0", "1"), beyond("2"))))
                .hasMessageContaining("ascend");
    }

    @Test
    void impossible_packages_and_bounds_are_refused() {
        assertThatThrownBy(() -> new PriceModel.Package(BigDecimal.ZERO, BigDecimal.ONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() ->
                        new PriceModel.Bounded(Optional.of(decimal("2")), Optional.of(decimal("1")), perUnit("1")))
                .hasMessageContaining("minimum 2 is above the maximum 1");
        assertThat(new PriceModel.Bounded(Optional.of(decimal("2")), Optional.of(decimal("2")), perUnit("1"))
                        .amount(Ratio.of(7)))
                .isEqualTo(Ratio.of(2));
    }

    // ---- per

    @Test
    void a_month_is_the_calendar_month_in_which_the_time_lies() {
        Per per = Per.parse("GiB month");
        Unit gib = Unit.of("GiB");
        // Three of the thirty days of November.
        assertThat(per.held(decimal("10"), gib, window("2026-11-04T00:00:00Z", "2026-11-07T00:00:00Z")))
                .isEqualTo(Ratio.of(1));
        // A day of November and a day of December: 10 × (1/30 + 1/31).
        assertThat(per.held(decimal("10"), gib, window("2026-11-30T00:00:00Z", "2026-12-02T00:00:00Z")))
                .isEqualTo(Ratio.parse("61/93"));
        // From the middle of January to the middle of March 2028: 15/31 + 1 + 16/31, and February counts one.
        assertThat(per.held(decimal("1"), gib, window("2028-01-17T00:00:00Z", "2028-03-17T00:00:00Z")))
                .isEqualTo(Ratio.of(2));
    }

    @Test
    void lengths_of_time_and_units_of_data_convert() {
        Window halfHour = window("2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z");
        assertThat(Per.parse("GiB hour").held(decimal("512"), Unit.of("MiB"), halfHour))
                .isEqualTo(Ratio.parse("1/4"));
        assertThat(Per.parse("10 vCPU minute").held(decimal("2"), Unit.of("vCPU"), halfHour))
                .isEqualTo(Ratio.of(6));
        assertThat(Per.parse("vCPU second").held(decimal("2"), Unit.of("vCPU"), halfHour))
                .isEqualTo(Ratio.of(3600));
        assertThat(Per.parse("vCPU day").held(decimal("2"), Unit.of("vCPU"), halfHour))
                .isEqualTo(Ratio.parse("1/24"));
        assertThat(Per.parse("1000 request").amount(decimal("2500"), Unit.of("request")))
                .isEqualTo(Ratio.parse("5/2"));
        assertThatThrownBy(() -> Per.parse("request").held(decimal("1"), Unit.of("request"), halfHour))
                .hasMessageContaining("not a price by time");
    }

    @Test
    void what_is_bought_reads_back_as_it_was_written() {
        for (String text : List.of("GiB month", "1000 request", "vCPU hour", "0.5 GB day", "server", "10 kB second")) {
            assertThat(Per.parse(text)).hasToString(text);
            assertThat(Per.parse(Per.parse(text).toString())).isEqualTo(Per.parse(text));
        }
        for (String text : List.of("1.0 GiB month", "1000.00 request", "1 server", " GiB   Month ")) {
            assertThat(Per.parse(Per.parse(text).toString())).isEqualTo(Per.parse(text));
        }
    }

    @Test
    void what_nobody_can_buy_is_refused() {
        for (String text : List.of("", "GiB fortnight", "GiB month extra", "0 GiB", "1.2.3 GiB")) {
            assertThatThrownBy(() -> Per.parse(text)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    // ---- conditions

    @Test
    void a_condition_holds_for_one_of_its_values() {
        Condition condition = where("flavor", "c1.*", "m1.huge");
        assertThat(condition.holds(Map.of("flavor", "c1.small"))).isTrue();
        assertThat(condition.holds(Map.of("flavor", "c1."))).isTrue();
        assertThat(condition.holds(Map.of("flavor", "m1.huge"))).isTrue();
        assertThat(condition.holds(Map.of("flavor", "c1"))).isFalse();
        assertThat(condition.holds(Map.of("flavor", "xc1.small"))).isFalse();
        assertThat(condition.holds(Map.of("region", "m1.huge"))).isFalse();
        assertThat(where("flavor", "*").holds(Map.of("flavor", ""))).isTrue();
        assertThat(where("flavor", "*").holds(Map.of())).isFalse();
        assertThat(condition).hasToString("flavor=c1.*|m1.huge");
        assertThatThrownBy(() -> where("flavor")).hasMessageContaining("flavor");
    }

    @Test
    void only_the_star_is_special_and_it_spans_lines() {
        assertThat(where("n", "a.c").holds(Map.of("n", "abc"))).isFalse();
        assertThat(where("n", "a*\\E*c").holds(Map.of("n", "a\\Ec"))).isTrue();
        assertThat(where("n", "a*c").holds(Map.of("n", "a\nb\nc"))).isTrue();
        assertThat(where("n", "a*a").holds(Map.of("n", "a"))).isFalse();
    }

    @Test
    void a_condition_of_many_stars_is_decided_at_once() {
        Condition condition = where("n", "*a*a*a*a*a*a*a*a*a*a*b");
        assertThat(condition.holds(Map.of("n", "a".repeat(5_000)))).isFalse();
    }

    @Test
    void conditions_exclude_each_other_when_no_text_meets_both() {
        assertThat(where("flavor", "c1.*").excludes(where("flavor", "m1.*"))).isTrue();
        assertThat(where("flavor", "c1.*").excludes(where("flavor", "*.large"))).isFalse();
        assertThat(where("flavor", "a", "b").excludes(where("flavor", "c"))).isTrue();
        assertThat(where("flavor", "a", "b").excludes(where("flavor", "b", "c")))
                .isFalse();
        assertThat(where("flavor", "a").excludes(where("region", "b"))).isFalse();
    }

    // ---- which price wins

    private static List<String> winners(PriceBook book, Map<String, String> dimensions, String surcharge) {
        Window day = window("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
        return book.pricesFor("vcpus", dimensions, day).getOrDefault(surcharge, List.of()).stream()
                .map(part -> part.price().id() + " " + part.window().seconds())
                .toList();
    }

    @Test
    void more_conditions_beat_fewer_whatever_the_priority() {
        Price two = when(price("two", "vcpus", "vCPU hour", perUnit("1")), where("a", "1"), where("b", "1"));
        Price one = ranked(when(price("one", "vcpus", "vCPU hour", perUnit("1")), where("a", "1")), 9);
        PriceBook book = book(one, two, PLAIN);
        assertThat(winners(book, Map.of("a", "1", "b", "1"), "")).containsExactly("two 86400");
        assertThat(winners(book, Map.of("a", "1"), "")).containsExactly("one 86400");
        assertThat(winners(book, Map.of(), "")).containsExactly("plain 86400");
    }

    @Test
    void priority_decides_between_equally_many_conditions() {
        Price low = price("low", "vcpus", "vCPU hour", perUnit("1"));
        Price high = ranked(price("high", "vcpus", "vCPU hour", perUnit("1")), 1);
        assertThat(winners(book(low, high), Map.of(), "")).containsExactly("high 86400");
        assertThat(winners(book(high, low), Map.of(), "")).containsExactly("high 86400");
        assertThat(low.clashes(high)).isFalse();
        assertThat(low.clashes(PLAIN)).isTrue();
    }

    @Test
    void a_price_holds_only_in_its_validity_and_the_next_best_fills_the_rest() {
        Price noon = ranked(
                valid(
                        price("noon", "vcpus", "vCPU hour", perUnit("1")),
                        window("2026-11-21T11:00:00Z", "2026-11-21T13:00:00Z")),
                1);
        assertThat(winners(book(noon, PLAIN), Map.of(), "")).containsExactly("plain 39600", "noon 7200", "plain 39600");
        assertThat(winners(book(noon), Map.of(), "")).containsExactly("noon 7200");
    }

    @Test
    void a_price_that_is_never_valid_never_wins() {
        Price never = ranked(
                valid(
                        price("never", "vcpus", "vCPU hour", perUnit("1")),
                        window("2026-11-21T11:00:00Z", "2026-11-21T11:00:00Z")),
                1);
        assertThat(winners(book(never, PLAIN), Map.of(), "")).containsExactly("plain 86400");
        assertThat(winners(book(never), Map.of(), "")).isEmpty();
    }

    @Test
    void surcharges_are_chosen_by_name_and_come_on_top() {
        Price licence = onTop(price("licence", "vcpus", "vCPU hour", perUnit("1")), "licence");
        assertThat(winners(book(PLAIN, licence), Map.of(), "")).containsExactly("plain 86400");
        assertThat(winners(book(PLAIN, licence), Map.of(), "licence")).containsExactly("licence 86400");
        assertThat(PLAIN.clashes(licence)).isFalse();
    }

    @Test
    void prices_of_other_meters_or_times_never_clash_and_fees_add_up() {
        Price other = price("other", "memory", "GiB hour", perUnit("1"));
        Price past = valid(
                price("past", "vcpus", "vCPU hour", perUnit("1")),
                window("2020-01-01T00:00:00Z", "2021-01-01T00:00:00Z"));
        Price since =
                valid(price("since", "vcpus", "vCPU hour", perUnit("1")), Window.since(at("2021-01-01T00:00:00Z")));
        Price fee = fee("fee", new PriceModel.Fixed(decimal("1"), PriceModel.Fixed.Each.ACCOUNT));
        assertThat(PLAIN.clashes(other)).isFalse();
        assertThat(past.clashes(since)).isFalse();
        assertThat(past.clashes(PLAIN)).isTrue();
        assertThat(fee.clashes(fee)).isFalse();
    }

    @Test
    void ids_are_unique_in_a_book() {
        assertThatThrownBy(() -> book(PLAIN, PLAIN)).hasMessageContaining("'plain'");
        assertThat(book(PLAIN).find("plain")).contains(PLAIN);
        assertThat(book(PLAIN).find("plane")).isEmpty();
        assertThat(book(PLAIN).withVersion(7).version()).isEqualTo(7);
        assertThat(book(PLAIN).pricesFor("memory", Map.of(), PLAIN.validity())).isEmpty();
    }
}
