package org.reckoner.collect.measured;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.reckoner.collect.measured.Definition.Kind;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;

/// From values to measures, and from measures to what is told.
class MakingTest {

    private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Window SPAN = new Window(TEN, TEN.plus(HOUR.multipliedBy(2)));
    private static final Window FIRST = new Window(TEN, TEN.plus(HOUR));

    private static Definition meter(Kind kind, String aggregation, int granularity, Conversion conversion) {
        return new Definition(
                "net",
                "net.bytes",
                "port",
                "GiB",
                kind,
                conversion,
                Definition.Sampling.of(aggregation, Optional.of(Duration.ofSeconds(granularity))),
                Definition.Keys.of(List.of("id"), "project_id", List.of("flavor")),
                Optional.empty(),
                false,
                new TreeMap<>());
    }

    private static Point at(int minutes, String value) {
        return new Point(TEN.plus(Duration.ofMinutes(minutes)), Ratio.parse(value));
    }

    private static List<Finding> made(Definition definition, Point... points) {
        return new Making(definition, HOUR, SPAN)
                .of(
                        "r",
                        new ArrayList<>(List.of(points)),
                        window -> new Making.Attributes(Optional.of("p"), new TreeMap<>()));
    }

    private static String quantity(Definition definition, Point... points) {
        return ((Finding.Found) made(definition, points).getFirst())
                .measure()
                .quantity()
                .toPlainString();
    }

    private static Measure measure(String quantity) {
        return new Measure("r", Optional.of("p"), FIRST, new BigDecimal(quantity), new TreeMap<>());
    }

    private static final Definition HOURLY = meter(Kind.AMOUNT, "max", 3600, Conversion.NONE);

    @Test
    void a_value_for_the_whole_window_is_its_quantity() {
        assertThat(quantity(HOURLY, at(0, "45.0"))).isEqualTo("45");
    }

    @Test
    void finer_values_are_combined_as_they_were_aggregated() {
        assertThat(quantity(meter(Kind.AMOUNT, "sum", 300, Conversion.NONE), at(5, "2"), at(0, "1")))
                .isEqualTo("3");
        assertThat(quantity(meter(Kind.AMOUNT, "max", 300, Conversion.NONE), at(5, "2"), at(0, "1")))
                .isEqualTo("2");
        assertThat(quantity(meter(Kind.AMOUNT, "mean", 300, Conversion.NONE), at(5, "2"), at(0, "1")))
                .isEqualTo("1.5");
        assertThat(quantity(meter(Kind.AMOUNT, "first", 300, Conversion.NONE), at(5, "2"), at(0, "1")))
                .isEqualTo("1");
        assertThat(quantity(meter(Kind.AMOUNT, "rate:last", 300, Conversion.NONE), at(5, "2"), at(0, "1")))
                .isEqualTo("2");
    }

    @Test
    void a_level_is_told_times_the_seconds_for_which_it_was_held() {
        assertThat(quantity(meter(Kind.LEVEL, "mean", 300, Conversion.NONE), at(0, "10"), at(5, "20")))
                .isEqualTo("9000");
        assertThat(meter(Kind.LEVEL, "mean", 300, Conversion.NONE).toldUnit()).isEqualTo("GiB.s");
    }

    @Test
    void the_seconds_of_a_hole_are_not_told() {
        assertThat(quantity(meter(Kind.LEVEL, "mean", 300, Conversion.NONE), at(0, "10"), at(55, "10")))
                .isEqualTo("6000");
    }

    @Test
    void a_factor_of_a_third_is_exact_until_the_quantity_is_rounded() {
        Conversion third = new Conversion(Ratio.parse("1/3"), Ratio.ZERO, Mutation.NONE, new TreeMap<>());

        assertThat(quantity(meter(Kind.AMOUNT, "sum", 300, third), at(0, "1"), at(5, "2")))
                .isEqualTo("1");
        assertThat(quantity(meter(Kind.AMOUNT, "sum", 300, third), at(0, "1"))).isEqualTo("0.333333333333");
    }

    @Test
    void mutations_do_what_cloudkitty_does() {
        TreeMap<Ratio, Ratio> table = new TreeMap<>();
        table.put(Ratio.of(0), Ratio.of(1));
        assertThat(List.of(
                        mutated(Mutation.NUMBOOL, "4"),
                        mutated(Mutation.NUMBOOL, "0"),
                        mutated(Mutation.NOTNUMBOOL, "4"),
                        mutated(Mutation.NOTNUMBOOL, "0"),
                        mutated(Mutation.FLOOR, "4.7"),
                        mutated(Mutation.CEIL, "4.2")))
                .containsExactly("1", "0", "0", "1", "4", "5");
        Conversion map = new Conversion(Ratio.of(1), Ratio.ZERO, Mutation.MAP, table);
        assertThat(quantity(meter(Kind.AMOUNT, "max", 3600, map), at(0, "0.0"))).isEqualTo("1");
        assertThat(quantity(meter(Kind.AMOUNT, "max", 3600, map), at(0, "7"))).isEqualTo("0");
    }

    private static String mutated(Mutation mutation, String value) {
        return quantity(
                meter(Kind.AMOUNT, "max", 3600, new Conversion(Ratio.of(1), Ratio.ZERO, mutation, new TreeMap<>())),
                at(0, value));
    }

    @Test
    void values_out_of_order_make_the_same_measures() {
        List<Point> points = new ArrayList<>(List.of(at(0, "1"), at(5, "2"), at(60, "3"), at(65, "4")));
        Definition definition = meter(Kind.AMOUNT, "last", 300, Conversion.NONE);
        List<Finding> inOrder = made(definition, points.toArray(Point[]::new));
        Collections.reverse(points);

        assertThat(made(definition, points.toArray(Point[]::new)))
                .isEqualTo(inOrder)
                .hasSize(2);
    }

    @Test
    void what_lies_outside_the_span_was_not_asked_for() {
        assertThat(made(HOURLY, at(-60, "1"), at(120, "1"))).isEmpty();
    }

    @Test
    void a_negative_quantity_is_refused_and_told() {
        assertThat(made(HOURLY, at(0, "-3"))).singleElement().isInstanceOfSatisfying(Finding.Refused.class, refused -> {
            assertThat(refused.reason()).contains("negative").contains("reset");
            assertThat(refused.values()).isEqualTo("2026-11-21T10:00:00Z -3.000000000000");
        });
    }

    @Test
    void a_clock_askew_is_refused() {
        assertThat(made(HOURLY, at(7, "3")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.reason()).contains("no stretch of 3600 s begins with"));
    }

    @Test
    void two_values_for_one_time_are_refused() {
        assertThat(made(HOURLY, at(0, "3"), at(0, "4"))).singleElement().isInstanceOf(Finding.Refused.class);
    }

    @Test
    void one_median_cannot_be_made_of_several() {
        assertThatThrownBy(
                        () -> meter(Kind.AMOUNT, "median", 300, Conversion.NONE).granularity(HOUR))
                .hasMessageContaining("of several 'median' one cannot be made");
    }

    @Test
    void a_granularity_that_does_not_fill_a_window_is_refused() {
        assertThatThrownBy(() -> meter(Kind.AMOUNT, "max", 700, Conversion.NONE).granularity(HOUR))
                .hasMessageContaining("windows of 3600 s cannot be made of values for 700 s each");
    }

    @Test
    void the_first_telling_of_nothing_is_not_told() {
        assertThat(measure("0").news("R", "gnocchi/net", HOURLY, Optional.empty()))
                .isEmpty();
    }

    @Test
    void what_is_told_has_an_identity_by_which_tellings_are_in_order() {
        Observation first =
                measure("5").news("R", "gnocchi/net", HOURLY, Optional.empty()).orElseThrow();
        Observation second = measure("6")
                .news("R", "gnocchi/net", HOURLY, Optional.of(first))
                .orElseThrow();

        assertThat(first.id().messageId()).isEqualTo("r/2026-11-21T10:00:00Z/2026-11-21T11:00:00Z/000");
        assertThat(second.id().messageId()).endsWith("/001");
        assertThat(first.occurredAt()).isEqualTo(TEN);
        assertThat(second.report().measured()).hasValue(FIRST);
        assertThat(Telling.of(second.id()).stem()).isEqualTo(measure("6").stem());
    }

    @Test
    void the_same_once_more_is_no_news() {
        Observation first = measure("5.0")
                .news("R", "gnocchi/net", HOURLY, Optional.empty())
                .orElseThrow();

        assertThat(measure("5.00").news("R", "gnocchi/net", HOURLY, Optional.of(first)))
                .isEmpty();
    }

    @Test
    void what_came_to_nothing_is_told_where_something_was_told_before() {
        Observation first =
                measure("5").news("R", "gnocchi/net", HOURLY, Optional.empty()).orElseThrow();

        assertThat(measure("0").news("R", "gnocchi/net", HOURLY, Optional.of(first)))
                .isPresent();
    }

    @Test
    void a_reset_is_refused_though_the_rest_of_the_window_outweighs_it() {
        assertThat(made(meter(Kind.AMOUNT, "rate:sum", 300, Conversion.NONE), at(0, "9000"), at(5, "-4000")))
                .singleElement()
                .isInstanceOfSatisfying(
                        Finding.Refused.class,
                        refused -> assertThat(refused.values()).contains("10:05:00Z -4000"));
        assertThat(made(meter(Kind.LEVEL, "mean", 300, Conversion.NONE), at(0, "10"), at(5, "-1")))
                .singleElement()
                .isInstanceOf(Finding.Refused.class);
    }

    @Test
    void a_skipped_quantity_is_none_and_takes_back_what_was_told() {
        Definition skipping = new Definition(
                "net",
                "net.bytes",
                "port",
                "GiB",
                Kind.AMOUNT,
                Conversion.NONE,
                HOURLY.sampling(),
                HOURLY.keys(),
                Optional.of(Skip.parse("qty < 10")),
                false,
                new TreeMap<>());

        Observation before =
                measure("10").news("R", "gnocchi/net", HOURLY, Optional.empty()).orElseThrow();

        assertThat(quantity(skipping, at(0, "10"))).isEqualTo("10");
        assertThat(quantity(skipping, at(0, "9.9"))).isEqualTo("0");
        Measure skipped = ((Finding.Found) made(skipping, at(0, "9.9")).getFirst()).measure();
        assertThat(skipped.news("R", "gnocchi/net", HOURLY, Optional.empty())).isEmpty();
        assertThat(skipped.news("R", "gnocchi/net", HOURLY, Optional.of(before)))
                .hasValueSatisfying(
                        again -> assertThat(again.report().flows().get("net")).isZero());
    }
}
