package org.reckoner.core.rate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.core.reference.Sample.SERVER;
import static org.reckoner.core.reference.Sample.VOLUME;
import static org.reckoner.core.reference.Sample.at;
import static org.reckoner.core.reference.Sample.book;
import static org.reckoner.core.reference.Sample.decimal;
import static org.reckoner.core.reference.Sample.fee;
import static org.reckoner.core.reference.Sample.free;
import static org.reckoner.core.reference.Sample.grouped;
import static org.reckoner.core.reference.Sample.onTop;
import static org.reckoner.core.reference.Sample.perUnit;
import static org.reckoner.core.reference.Sample.price;
import static org.reckoner.core.reference.Sample.ranked;
import static org.reckoner.core.reference.Sample.sliced;
import static org.reckoner.core.reference.Sample.told;
import static org.reckoner.core.reference.Sample.valid;
import static org.reckoner.core.reference.Sample.when;
import static org.reckoner.core.reference.Sample.where;
import static org.reckoner.core.reference.Sample.window;
import static org.reckoner.core.reference.Sample.with;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.StateRule;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.price.PriceModel.Fixed;
import org.reckoner.core.reference.Scene;
import org.reckoner.core.time.Window;

class RaterTest {

    private static final Window DAY = window("2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z");
    private static final Report TWO_CPUS =
            Report.NOTHING.owner("alpha").state("active").level("vcpus", 2).attribute("flavor", "small");

    private static Rating rate(PriceBook book, Observation... told) {
        return Rater.rate(book, "alpha", DAY, Scene.timelines(List.of(told)));
    }

    /// As `section price group quantity amount`.
    private static List<String> lines(Rating rating) {
        return rating.lines().stream()
                .map(line -> line.section() + " " + line.price().id() + " " + line.group() + " " + line.quantity() + " "
                        + line.amount())
                .toList();
    }

    private static Observation[] from(String from, String to, Report report) {
        return new Observation[] {told("a", SERVER, from, report), told("z", SERVER, to, Report.NOTHING.ended(at(to)))};
    }

    @Test
    void two_cpus_for_ninety_minutes_are_three_cpu_hours() {
        Rating rating = rate(
                book(price("cpu", "vcpus", "vCPU hour", perUnit("0.01"))),
                from("2026-11-21T10:00:00Z", "2026-11-21T11:30:00Z", TWO_CPUS));
        assertThat(lines(rating)).containsExactly("RegionOne cpu {} 3 3/100");
        Charge charge = rating.lines().getFirst().charges().getFirst();
        assertThat(charge.resource()).isEqualTo(SERVER);
        assertThat(charge.name()).isEqualTo("s1");
        assertThat(charge.uses()).hasSize(1);
        assertThat(charge.uses().getFirst().window()).isEqualTo(window("2026-11-21T10:00:00Z", "2026-11-21T11:30:00Z"));
        assertThat(charge.uses().getFirst().state()).isEqualTo("active");
        assertThat(charge.uses().getFirst().evidence()).hasSize(2);
    }

    @Test
    void only_time_within_the_window_counts() {
        Rating rating = rate(
                book(price("cpu", "vcpus", "vCPU hour", perUnit("0.01"))),
                from("2026-11-20T23:00:00Z", "2026-11-21T01:00:00Z", TWO_CPUS));
        assertThat(lines(rating)).containsExactly("RegionOne cpu {} 2 1/50");
    }

    @Test
    void a_stopped_server_costs_a_fifth_where_a_state_rule_says_so() {
        StateRule fifth = new StateRule(
                "server",
                new TreeSet<>(Set.of("vcpus")),
                new TreeMap<>(Map.of("stopped", decimal("0.2"))),
                BigDecimal.ONE);
        PriceBook book =
                with(book(price("cpu", "vcpus", "vCPU hour", perUnit("0.05"))), new StateRules(List.of(fifth)));
        Rating rating = rate(book, from("2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z", TWO_CPUS.state("stopped")));
        // 2 × ½ h × 0.2 = 0.2 vCPU hours; × 0.05 = 0.01
        assertThat(lines(rating)).containsExactly("RegionOne cpu {} 1/5 1/100");
        assertThat(rating.lines()
                        .getFirst()
                        .charges()
                        .getFirst()
                        .uses()
                        .getFirst()
                        .factor())
                .isEqualByComparingTo("0.2");
    }

    @Test
    void a_free_state_is_neither_billed_nor_unpriced() {
        Rating rating = rate(
                book(price("cpu", "vcpus", "vCPU hour", perUnit("0.05"))),
                from("2026-11-21T10:00:00Z", "2026-11-21T10:30:00Z", TWO_CPUS.state("stopped")));
        assertThat(rating.lines()).isEmpty();
        assertThat(rating.unpriced()).isEmpty();
    }

    @Test
    void a_started_hour_is_charged_whole_at_its_largest_quantity() {
        PriceBook book = book(sliced(price("cpu", "vcpus", "vCPU hour", perUnit("1")), "PT1H"));
        assertThat(lines(rate(book, from("2026-11-21T10:59:59Z", "2026-11-21T11:00:01Z", TWO_CPUS))))
                .containsExactly("RegionOne cpu {} 4 4");
        Rating resized = rate(
                book,
                told("a", SERVER, "2026-11-21T10:10:00Z", TWO_CPUS),
                told("b", SERVER, "2026-11-21T10:20:00Z", Report.NOTHING.level("vcpus", 8)),
                told("c", SERVER, "2026-11-21T10:20:01Z", Report.NOTHING.level("vcpus", 2)),
                told("z", SERVER, "2026-11-21T11:30:00Z", Report.NOTHING.ended(at("2026-11-21T11:30:00Z"))));
        // 8 in the hour from 10, 2 in the hour from 11
        assertThat(lines(resized)).containsExactly("RegionOne cpu {} 10 10");
    }

    @Test
    void stopping_and_starting_within_an_hour_is_one_hour_and_a_gap_of_hours_is_free() {
        PriceBook book = book(sliced(price("cpu", "vcpus", "vCPU hour", perUnit("1")), "PT1H"));
        Rating rating = rate(
                book,
                told("a", SERVER, "2026-11-21T10:10:00Z", TWO_CPUS),
                told("b", SERVER, "2026-11-21T10:20:00Z", Report.NOTHING.state("stopped")),
                told("c", SERVER, "2026-11-21T10:40:00Z", Report.NOTHING.state("active")),
                told("d", SERVER, "2026-11-21T10:50:00Z", Report.NOTHING.state("stopped")),
                told("e", SERVER, "2026-11-21T15:00:00Z", Report.NOTHING.state("active")),
                told("z", SERVER, "2026-11-21T15:00:01Z", Report.NOTHING.ended(at("2026-11-21T15:00:01Z"))));
        assertThat(lines(rating)).containsExactly("RegionOne cpu {} 4 4");
    }

    @Test
    void a_new_price_takes_over_in_the_second_it_is_valid() {
        PriceBook book = book(
                valid(
                        price("old", "vcpus", "vCPU hour", perUnit("1")),
                        window("2026-01-01T00:00:00Z", "2026-11-21T11:00:00Z")),
                valid(price("new", "vcpus", "vCPU hour", perUnit("3")), Window.since(at("2026-11-21T11:00:00Z"))));
        assertThat(lines(rate(book, from("2026-11-21T10:00:00Z", "2026-11-21T11:30:00Z", TWO_CPUS))))
                .containsExactly("RegionOne old {} 2 2", "RegionOne new {} 1 3");
    }

    @Test
    void use_that_no_price_covers_is_said_to_be_unpriced() {
        PriceBook book = book(valid(
                price("cpu", "vcpus", "vCPU hour", perUnit("1")),
                window("2026-11-21T10:15:00Z", "2026-11-21T10:45:00Z")));
        Observation[] told = from("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", TWO_CPUS);
        assertThat(rate(book, told).unpriced())
                .containsExactly(
                        new Unpriced(SERVER, "vcpus", window("2026-11-21T10:00:00Z", "2026-11-21T10:15:00Z")),
                        new Unpriced(SERVER, "vcpus", window("2026-11-21T10:45:00Z", "2026-11-21T11:00:00Z")));
        assertThat(rate(free(book, "vcpus"), told).unpriced()).isEmpty();
        assertThat(rate(book(), told).unpriced()).hasSize(1);
        PriceBook onlyOnTop = book(onTop(price("licence", "vcpus", "vCPU hour", perUnit("1")), "licence"));
        assertThat(rate(onlyOnTop, told).unpriced()).hasSize(1);
        assertThat(lines(rate(onlyOnTop, told))).containsExactly("RegionOne licence {} 2 2");
    }

    @Test
    void a_transferred_volume_is_paid_by_each_owner_for_its_own_time() {
        PriceBook book = book(price("disk", "volume.size", "GiB hour", perUnit("1")));
        List<Observation> told = List.of(
                told(
                        "a",
                        VOLUME,
                        "2026-11-21T10:00:00Z",
                        Report.NOTHING.owner("alpha").state("available").level("volume.size", 5)),
                told("b", VOLUME, "2026-11-21T11:00:00Z", Report.NOTHING.owner("beta")),
                told("z", VOLUME, "2026-11-21T14:00:00Z", Report.NOTHING.ended(at("2026-11-21T14:00:00Z"))));
        assertThat(lines(Rater.rate(book, "alpha", DAY, Scene.timelines(told))))
                .containsExactly("RegionOne disk {} 5 5");
        assertThat(lines(Rater.rate(book, "beta", DAY, Scene.timelines(told))))
                .containsExactly("RegionOne disk {} 15 15");
        assertThat(Rater.rate(book, "gamma", DAY, Scene.timelines(told)).lines())
                .isEmpty();
    }

    @Test
    void tiers_see_the_sum_of_all_resources_and_charges_share_it_by_quantity() {
        PriceModel model = new PriceModel.Package(decimal("4"), decimal("10"));
        ResourceId second = new ResourceId("RegionOne", "server", "s2");
        Rating rating = rate(
                book(price("cpu", "vcpus", "vCPU hour", model)),
                told("a", SERVER, "2026-11-21T10:00:00Z", TWO_CPUS.ended(at("2026-11-21T11:00:00Z"))),
                told("b", second, "2026-11-21T10:00:00Z", TWO_CPUS.ended(at("2026-11-21T11:30:00Z"))));
        // 2 + 3 vCPU hours are two packages of 4
        assertThat(lines(rating)).containsExactly("RegionOne cpu {} 5 20");
        assertThat(rating.lines().getFirst().charges())
                .extracting(Charge::amount)
                .containsExactly(Ratio.of(8), Ratio.of(12));
    }

    @Test
    void regions_are_sections_and_grouped_dimensions_are_lines() {
        ResourceId elsewhere = new ResourceId("Beta", "server", "s2");
        PriceBook book = book(grouped(price("cpu", "vcpus", "vCPU hour", perUnit("1")), "flavor"));
        Rating rating = rate(
                book,
                told("a", SERVER, "2026-11-21T10:00:00Z", TWO_CPUS),
                told(
                        "b",
                        SERVER,
                        "2026-11-21T11:00:00Z",
                        Report.NOTHING.attribute("flavor", "large").attribute("name", "web")),
                told("z", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.ended(at("2026-11-21T12:00:00Z"))),
                told("c", elsewhere, "2026-11-21T10:00:00Z", TWO_CPUS.ended(at("2026-11-21T10:30:00Z"))));
        assertThat(lines(rating))
                .containsExactly(
                        "Beta cpu {flavor=small} 1 1",
                        "RegionOne cpu {flavor=large} 2 2",
                        "RegionOne cpu {flavor=small} 2 2");
        assertThat(rating.lines().get(1).charges().getFirst().name()).isEqualTo("web");
    }

    @Test
    void a_fixed_price_is_charged_once_for_each_resource_that_was_billable() {
        Rating rating = rate(
                book(
                        price("setup", "vcpus", "vCPU hour", new Fixed(decimal("5"), Fixed.Each.RESOURCE)),
                        fee("base", new Fixed(decimal("9"), Fixed.Each.ACCOUNT))),
                told("a", SERVER, "2026-11-21T10:00:00Z", TWO_CPUS),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.level("vcpus", 4)),
                told("c", new ResourceId("RegionOne", "server", "s2"), "2026-11-21T10:00:00Z", TWO_CPUS),
                told(
                        "d",
                        new ResourceId("RegionOne", "server", "s3"),
                        "2026-11-21T10:00:00Z",
                        TWO_CPUS.state("error")));
        assertThat(lines(rating)).containsExactly(" base {} 1 9", "RegionOne setup {} 2 10");
        assertThat(lines(rate(book(fee("base", new Fixed(decimal("9"), Fixed.Each.ACCOUNT))))))
                .containsExactly(" base {} 1 9");
    }

    @Test
    void a_percentage_is_of_the_named_charges_or_of_all() {
        PriceBook book = book(
                price("cpu", "vcpus", "vCPU hour", perUnit("1")),
                fee("base", new Fixed(decimal("8"), Fixed.Each.ACCOUNT)),
                fee("support", new PriceModel.Percentage(decimal("10"), Set.of())),
                fee("cpu-tax", new PriceModel.Percentage(decimal("50"), Set.of("cpu"))),
                fee("nothing", new PriceModel.Percentage(decimal("50"), Set.of("unknown"))));
        assertThat(lines(rate(book, from("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", TWO_CPUS))))
                .containsExactly(" base {} 1 8", " support {} 10 1", " cpu-tax {} 2 1", "RegionOne cpu {} 2 2");
    }

    @Test
    void fees_may_depend_on_the_project_and_hold_only_while_valid() {
        PriceModel five = new Fixed(decimal("5"), Fixed.Each.ACCOUNT);
        PriceBook book = book(
                when(fee("mine", five), where("project", "al*")),
                when(fee("theirs", five), where("project", "beta")),
                valid(fee("past", five), window("2026-01-01T00:00:00Z", "2026-11-21T00:00:00Z")));
        assertThat(lines(rate(book))).containsExactly(" mine {} 1 5");
    }

    @Test
    void what_flows_is_summed_and_priced_by_the_conditions_of_its_moment() {
        PriceBook book = book(
                when(price("small", "image.download", "MB", perUnit("1")), where("flavor", "small")),
                when(price("large", "image.download", "MB", perUnit("2")), where("flavor", "large")));
        Rating rating = rate(
                book,
                told(
                        "a",
                        SERVER,
                        "2026-11-21T10:00:00Z",
                        Report.NOTHING.owner("alpha").attribute("flavor", "small")),
                told("f", SERVER, "2026-11-21T10:00:01Z", Report.NOTHING.flow("image.download", decimal("1500000"))),
                told("g", SERVER, "2026-11-21T10:00:01.5Z", Report.NOTHING.flow("image.download", decimal("500000"))),
                told("b", SERVER, "2026-11-21T11:00:00Z", Report.NOTHING.attribute("flavor", "large")),
                told("h", SERVER, "2026-11-21T12:00:00Z", Report.NOTHING.flow("image.download", decimal("250000"))),
                told("i", SERVER, "2026-11-22T00:00:00Z", Report.NOTHING.flow("image.download", decimal("9000000"))),
                told("j", SERVER, "2026-11-21T12:00:01Z", Report.NOTHING.flow("image.download", BigDecimal.ZERO)));
        assertThat(lines(rating)).containsExactly("RegionOne small {} 2 2", "RegionOne large {} 1/4 1/2");
        Use use = rating.lines().getLast().charges().getFirst().uses().getFirst();
        assertThat(use.window()).isEqualTo(window("2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z"));
        assertThat(rating.lines().getLast().charges().getFirst().uses()).hasSize(1);
    }

    /// What is measured hour by hour is matched once for as long as its attributes stay the same; these change.
    private static Observation sent(int hour, Report report) {
        String from = "2026-11-21T%02d:00:00Z".formatted(hour);
        return told(
                "m" + hour,
                SERVER,
                from,
                report.owner("alpha")
                        .flow("image.download", decimal("1000000"))
                        .measured(window(from, "2026-11-21T%02d:00:00Z".formatted(hour + 1))));
    }

    @Test
    void what_was_measured_is_priced_by_the_attributes_of_its_own_hour() {
        PriceBook book = book(
                when(price("small", "image.download", "MB", perUnit("1")), where("flavor", "small")),
                when(price("large", "image.download", "MB", perUnit("10")), where("flavor", "large")));
        Report small = Report.NOTHING.attribute("flavor", "small");
        Report large = Report.NOTHING.attribute("flavor", "large");
        Rating rating = rate(book, sent(10, small), sent(11, small), sent(12, large), sent(13, small), sent(14, large));
        assertThat(lines(rating)).containsExactly("RegionOne small {} 3 3", "RegionOne large {} 2 20");
        assertThat(rating.unpriced()).isEmpty();
    }

    @Test
    void what_was_measured_after_a_price_ended_is_not_charged_by_it() {
        PriceBook book = book(valid(
                price("old", "image.download", "MB", perUnit("1")),
                window("2026-11-21T11:00:00Z", "2026-11-21T13:00:00Z")));
        Rating rating = rate(
                book,
                sent(10, Report.NOTHING),
                sent(11, Report.NOTHING),
                sent(12, Report.NOTHING),
                sent(13, Report.NOTHING));
        assertThat(lines(rating)).containsExactly("RegionOne old {} 2 2");
        assertThat(rating.unpriced()).hasSize(2);
    }

    @Test
    void a_surcharge_alone_leaves_every_hour_without_a_price() {
        PriceBook book = book(onTop(price("tax", "image.download", "MB", perUnit("2")), "green"));
        Rating rating = rate(book, sent(10, Report.NOTHING), sent(11, Report.NOTHING));
        assertThat(lines(rating)).containsExactly("RegionOne tax {} 2 4");
        assertThat(rating.unpriced()).hasSize(2);
    }

    @Test
    void a_price_that_is_not_valid_yet_makes_no_line() {
        PriceBook book = book(
                valid(price("later", "image.download", "MB", perUnit("1")), Window.since(at("2026-11-21T12:00:00Z"))));
        assertThat(rate(book, sent(10, Report.NOTHING)).lines()).isEmpty();
    }

    @Test
    void a_charge_bears_the_last_name_that_was_told() {
        PriceBook book = book(
                price("any", "image.download", "MB", perUnit("1")),
                ranked(when(price("b", "image.download", "MB", perUnit("1")), where("name", "b")), 1));
        Report a = Report.NOTHING.attribute("name", "a");
        Rating rating =
                rate(book, sent(10, a), sent(11, a), sent(12, Report.NOTHING.attribute("name", "c")), sent(13, a));
        assertThat(rating.lines().getFirst().charges().getFirst().name()).isEqualTo("a");
    }

    @Test
    void a_surcharge_is_charged_for_every_hour() {
        PriceBook book = book(
                price("out", "image.download", "MB", perUnit("1")),
                onTop(price("tax", "image.download", "MB", perUnit("2")), "green"));
        assertThat(lines(rate(book, sent(10, Report.NOTHING), sent(11, Report.NOTHING))))
                .containsExactly("RegionOne out {} 2 2", "RegionOne tax {} 2 4");
    }

    @Test
    void every_dimension_can_decide_a_price() {
        Observation[] told = from("2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z", TWO_CPUS);
        Map<String, String> true_ = Map.of(
                "region", "RegionOne", "type", "server", "resource", "s1", "project", "alpha", "state", "active");
        true_.forEach((dimension, value) -> {
            assertThat(rate(book(when(price("p", "vcpus", "vCPU hour", perUnit("1")), where(dimension, value))), told)
                            .lines())
                    .as(dimension)
                    .hasSize(1);
            assertThat(rate(book(when(price("p", "vcpus", "vCPU hour", perUnit("1")), where(dimension, "x"))), told)
                            .lines())
                    .as(dimension)
                    .isEmpty();
        });
    }
}
