package org.reckoner.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;
import org.reckoner.prices.yaml.Problem;

class PriceBookFileTest {

    private static final String HEAD = """
            price-book: standard
            currency: EUR
            free: [disk.ephemeral, disk.root, disk.swap, floating_ip, image, image.download, image.size, memory, \
            network, router, server, snapshot, snapshot.size, vcpus, volume, volume.size]
            prices:
            """;

    @Test
    void the_head_of_a_book_is_read() {
        PriceBook book = book("""
                price-book: my-2026
                currency: JPY
                valid-from: 2026-01-01T12:00:00Z
                rounding: {places: 3, mode: half-up}
                prices: []
                """);

        assertThat(book.name()).isEqualTo("my-2026");
        assertThat(book.version()).isZero();
        assertThat(book.currency().getCurrencyCode()).isEqualTo("JPY");
        assertThat(book.validFrom()).isEqualTo(Window.since(Instant.parse("2026-01-01T12:00:00Z")));
        assertThat(book.rounding()).isEqualTo(new Rounding(3, RoundingMode.HALF_UP));
    }

    @Test
    void a_book_that_says_little_gets_the_usual() {
        PriceBook book = book("price-book: a\ncurrency: JPY\nprices: []\n");

        assertThat(book.rounding()).isEqualTo(new Rounding(0, RoundingMode.HALF_EVEN));
        assertThat(book.validFrom()).isEqualTo(Window.since(Instant.EPOCH));
        assertThat(book.states().factor("server", "vcpus", "active")).isEqualByComparingTo("1");
        assertThat(book.states().factor("server", "vcpus", "stopped")).isEqualByComparingTo("0");
    }

    @Test
    void a_price_is_read_whole() {
        Price price = price("""
                  - id: ssd
                    item: SSD storage
                    meter: volume.size
                    per: GiB month
                    when: {volume_type: fast-ssd, region: [north, south]}
                    price: 0.110
                    group-by: [volume_type]
                    valid-from: 2026-01-01
                    valid-until: 2027-01-01
                    time-slice: 1h
                    priority: 1
                    surcharge: license
                    minimum: 1.00
                    maximum: 100
                    included: 10
                """);

        assertThat(price.item()).isEqualTo("SSD storage");
        assertThat(price.meter()).contains("volume.size");
        assertThat(price.per()).isEqualTo(Per.parse("GiB month"));
        assertThat(price.when())
                .extracting(Object::toString)
                .containsExactly("region=north|south", "volume_type=fast-ssd");
        assertThat(price.validity())
                .isEqualTo(new Window(Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2027-01-01T00:00:00Z")));
        assertThat(price.slice()).isEqualTo(new TimeSlice(Duration.ofHours(1)));
        assertThat(price.priority()).isEqualTo(1);
        assertThat(price.surcharge()).isEqualTo("license");
        assertThat(price.groupBy()).containsExactly("volume_type");
        assertThat(price.model())
                .isEqualTo(new PriceModel.Bounded(
                        Optional.of(new BigDecimal("1.00")),
                        Optional.of(new BigDecimal("100")),
                        new PriceModel.Included(
                                new BigDecimal("10"), new PriceModel.PerUnit(new BigDecimal("0.110")))));
    }

    @Test
    void every_model_is_read() {
        String usage = "  - {id: a, item: A, meter: image.download, per: GiB, %s}\n";
        BigDecimal five = new BigDecimal("5");
        assertThat(price(usage.formatted("graduated: [{up-to: 10, price: 5}, {price: 5}]"))
                        .model())
                .isEqualTo(new PriceModel.Graduated(List.of(
                        new PriceModel.Tier(Optional.of(BigDecimal.TEN), five),
                        new PriceModel.Tier(Optional.empty(), five))));
        assertThat(price(usage.formatted("volume: [{price: 5}]")).model())
                .isEqualTo(new PriceModel.Volume(List.of(new PriceModel.Tier(Optional.empty(), five))));
        assertThat(price(usage.formatted("package: {size: 1000, price: 5}")).model())
                .isEqualTo(new PriceModel.Package(new BigDecimal("1000"), five));
        assertThat(price("  - {id: a, item: A, meter: router, fixed: {price: 5, each: resource}}\n")
                        .model())
                .isEqualTo(new PriceModel.Fixed(five, PriceModel.Fixed.Each.RESOURCE));
        assertThat(price("  - {id: a, item: A, fixed: {price: 5, each: account}}\n")
                        .model())
                .isEqualTo(new PriceModel.Fixed(five, PriceModel.Fixed.Each.ACCOUNT));
        assertThat(price("  - {id: a, item: A, percentage: {percent: 5}}\n").model())
                .isEqualTo(new PriceModel.Percentage(five, Set.of()));
    }

    @Test
    void the_books_time_slice_holds_for_what_is_held_and_not_for_what_flows() {
        PriceBook book = book("""
                price-book: a
                currency: EUR
                time-slice: 10m
                prices:
                  - {id: held, item: A, meter: router, per: router hour, price: 1}
                  - {id: own, item: A, meter: volume, per: volume hour, price: 1, time-slice: PT1H}
                  - {id: flows, item: A, meter: image.download, per: GiB, price: 1}
                """);

        assertThat(book.find("held").orElseThrow().slice().width()).isEqualTo(Duration.ofMinutes(10));
        assertThat(book.find("own").orElseThrow().slice().width()).isEqualTo(Duration.ofHours(1));
        assertThat(book.find("flows").orElseThrow().slice()).isEqualTo(TimeSlice.SECOND);
    }

    @Test
    void meters_and_state_rules_are_added() {
        PriceBook book = book("""
                price-book: a
                currency: EUR
                meters:
                  requests: {kind: event, unit: request}
                states:
                  - {type: server, meters: [vcpus], factors: {stopped: 0.2}, otherwise: 1}
                prices:
                  - {id: r, item: R, meter: requests, per: 1000 request, price: 1}
                """);

        assertThat(book.meters().find("requests"))
                .contains(new Meter("requests", Meter.Kind.EVENT, Unit.of("request")));
        assertThat(book.states().factor("server", "vcpus", "stopped")).isEqualByComparingTo("0.2");
        assertThat(book.states().factor("server", "memory", "stopped")).isEqualByComparingTo("0");
    }

    @Test
    void prices_that_follow_each_other_under_ids_of_their_own_are_usual() {
        assertThat(refusals("""
                  - {id: a, item: A, meter: router, per: router hour, price: 1, valid-until: 2027-01-01}
                  - {id: b, item: A, meter: router, per: router hour, price: 2, valid-from: 2027-01-01}
                """)).isEmpty();
    }

    @Test
    void two_prices_that_nothing_decides_between_are_named_with_both_lines() {
        assertThat(refusals("""
                  - {id: a, item: A, meter: router, per: router hour, price: 1}
                  - {id: b, item: A, meter: router, per: router hour, price: 2, valid-from: 2027-01-01}
                """))
                .containsExactly(
                        "prices.yaml:6:5: price 'b': clashes with price 'a' (line 5): both can apply to the same"
                                + " use of 'router' from 2027-01-01 on, and nothing decides; give one of them a further condition"
                                + " under 'when', a 'priority', or end one by 'valid-until'");
    }

    @Test
    void priority_conditions_and_surcharges_decide_between_prices() {
        assertThat(refusals("""
                  - {id: a, item: A, meter: router, per: router hour, price: 1}
                  - {id: b, item: A, meter: router, per: router hour, price: 2, priority: 1, when: {region: x}}
                  - {id: c, item: A, meter: router, per: router hour, price: 2, when: {project: y}}
                  - {id: d, item: A, meter: router, per: router hour, price: 2, surcharge: d}
                """)).isEmpty();
    }

    @Test
    void a_hole_between_two_prices_of_the_same_use_is_named() {
        assertThat(refusals("""
                  - {id: a, item: A, meter: router, per: router hour, price: 1, valid-until: 2026-12-01}
                  - {id: b, item: A, meter: router, per: router hour, price: 2, valid-from: 2027-01-01}
                """))
                .containsExactly("prices.yaml:6:77: price 'b': between the end of price 'a' (line 5) and this one,"
                        + " from 2026-12-01 until 2027-01-01, 'router' has no price; close the hole");
    }

    @Test
    void a_more_general_price_fills_a_hole() {
        String offer = "  - {id: %s, item: A, meter: router, per: router hour, price: 1, when: {region: x},"
                + " valid-from: %s, valid-until: %s}\n";
        assertThat(refusals("  - {id: a, item: A, meter: router, per: router hour, price: 2}\n"
                        + offer.formatted("spring", "2026-03-01", "2026-04-01")
                        + offer.formatted("autumn", "2026-09-01", "2026-10-01")))
                .isEmpty();
    }

    @Test
    void every_mistake_in_a_file_is_reported_at_once_in_the_order_of_the_file() {
        assertThat(refused("""
                price-book: My Prices
                currency: DEM
                pirce: 1
                prices:
                  - {id: a, item: A, meter: vcpu, per: vCPU hour, price: 1}
                  - {id: a, item: B, meter: vcpus, per: vCPU, price: 1}
                """))
                .containsExactly(
                        "prices.yaml:1:13: 'price-book' is 'My Prices'; expected a name of small letters, digits and '-'",
                        "prices.yaml:2:11: the currency 'DEM' is withdrawn; its successor is EUR",
                        "prices.yaml:3:1: unknown key 'pirce'; did you mean 'prices'?",
                        "prices.yaml:5:29: price 'a': unknown meter 'vcpu'; did you mean 'vcpus'?",
                        "prices.yaml:6:10: price 'a': a second price has this id; the first is in line 5",
                        "prices.yaml:6:41: price 'a': the meter 'vcpus' is held over time, and 'vCPU' has no time;"
                                + " expected one such as 'vCPU hour'");
    }

    @Test
    void a_measured_meter_without_a_price_is_warned_of() {
        PriceBookFile.Reading reading = PriceBookFile.read(
                "prices.yaml",
                HEAD.replace(", volume.size]", "]") + "  - {id: s, item: S, meter: volume.size,"
                        + " surcharge: s, per: GiB hour, price: 1}\n");

        assertThat(reading.warnings())
                .extracting(Problem::message)
                .containsExactly("'volume.size' has no price and is not under 'free': such use is listed as unpriced"
                        + " on bills");
    }

    @Test
    void a_price_that_never_applies_is_warned_of() {
        assertThat(warnings("""
                  - {id: a, item: A, meter: router, per: router hour, price: 1}
                  - {id: b, item: A, meter: router, per: router hour, price: 2, priority: 1}
                  - {id: c, item: A, meter: volume, per: volume hour, price: 2, valid-from: 2026-01-01, valid-until: 2026-01-01}
                """))
                .containsExactly(
                        "prices.yaml:5:10: price 'a': never applies: price 'b' (line 6) applies to the same use and has"
                                + " priority 1",
                        "prices.yaml:7:102: price 'c': never applies: it ends when it begins");
    }

    @Test
    void a_slip_in_a_dimension_is_warned_of_and_any_other_is_allowed() {
        String price = "  - {id: a, item: A, meter: volume, per: volume hour, price: 2, when: {%s: x}}\n";

        assertThat(warnings(price.formatted("volume-type")))
                .containsExactly("prices.yaml:5:85: price 'a': no bundled source tells the dimension 'volume-type'; did"
                        + " you mean 'volume_type'?");
        assertThat(warnings(price.formatted("metadata.tier"))).isEmpty();
        assertThat(warnings(price.formatted("colour"))).isEmpty();
    }

    @Test
    void thousands_of_prices_are_checked_against_each_other() {
        StringBuilder prices = new StringBuilder(HEAD);
        String price = "  - {id: f%d-r%d, item: F, meter: server, per: server hour, price: 1,"
                + " when: {flavor: f%d, region: r%d}}\n";
        for (int region = 0; region < 10; region++) {
            for (int flavor = 0; flavor < 300; flavor++) {
                prices.append(price.formatted(flavor, region, flavor, region));
            }
        }
        assertThat(refused(prices.toString())).isEmpty();
        assertThat(refused(prices + price.formatted(7, 99, 299, 9)))
                .singleElement()
                .asString()
                .contains("clashes with price 'f299-r9'");
        assertThat(refused(prices + price.formatted(7, 99, 299, 9).replace("f299", "'f29*'")))
                .hasSize(11);
    }

    @Test
    void the_sample_is_read_without_a_word_and_leaves_nothing_unpriced() {
        PriceBookFile.Reading reading = PriceBookFile.read("sample.yaml", PriceBookFile.sample());

        assertThat(reading).isInstanceOf(PriceBookFile.Read.class);
        assertThat(reading.warnings()).isEmpty();
    }

    @Test
    void the_sample_prices_every_meter_wherever_and_whatever() {
        PriceBook sample = book(PriceBookFile.sample());
        Window month = new Window(Instant.parse("2026-11-01T00:00:00Z"), Instant.parse("2026-12-01T00:00:00Z"));

        for (String meter : sample.meters().byName().keySet()) {
            assertThat(sample.free().contains(meter)
                            || sample.pricesFor(meter, Map.of("region", "RegionOne"), month)
                                    .containsKey(""))
                    .as(meter)
                    .isTrue();
        }
    }

    private static PriceBook book(String text) {
        return switch (PriceBookFile.read("prices.yaml", text)) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused -> throw new AssertionError(refused.errors());
        };
    }

    private static Price price(String prices) {
        return book(HEAD + prices).prices().getFirst();
    }

    private static List<String> refusals(String prices) {
        return refused(HEAD + prices);
    }

    private static List<String> refused(String text) {
        return switch (PriceBookFile.read("prices.yaml", text)) {
            case PriceBookFile.Read read -> List.of();
            case PriceBookFile.Refused refused ->
                refused.errors().stream().map(Problem::toString).toList();
        };
    }

    private static List<String> warnings(String prices) {
        return PriceBookFile.read("prices.yaml", HEAD + prices).warnings().stream()
                .map(Problem::toString)
                .toList();
    }
}
