package org.reckoner.collect.distil;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.core.meter.Sample;

/// Volumes within an hour. Distil tells quantity times hours; here it is quantity times seconds, 3600 times as
/// many.
class TransformersTest {

    private static final List<Boolean> BOTH = List.of(false, true);

    private static final Map<String, String> TYPES = Map.of("b1.fast", "b1.fast", "type-id", "b1.fast");

    private static String of(Transformer transformer, List<Sample> samples) throws Unmeasurable {
        return Told.shown(transformer.measure("m", samples, Told.HOUR));
    }

    private static StorageMaximum storage(boolean legacy) {
        return new StorageMaximum(type -> Optional.ofNullable(TYPES.get(type)), legacy);
    }

    /// @param hourly what Distil gives, in quantity times hours
    private static String held(String hourly) {
        return "m="
                + new BigDecimal(hourly)
                        .multiply(BigDecimal.valueOf(3600))
                        .stripTrailingZeros()
                        .toPlainString();
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "12@0 3@10 7@20 3@30 25@40 2@50 6@60,25",
        "25@0 25@10 25@20,25",
        "-@0,0",
        "-@0 25@10 27@20,27",
        "-3@0 -@10,0",
        "-3@0 -1@10,-1",
    })
    void the_largest_volume_is_held_for_the_whole_window(String volumes, String expected) throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(new Maximum(legacy), Told.volumes(volumes))).isEqualTo(held(expected));
            assertThat(of(storage(legacy), Told.volumes(volumes))).isEqualTo(held(expected));
        }
    }

    @Test
    void a_shorter_window_holds_less_and_a_longer_one_more() throws Unmeasurable {
        List<Sample> ten = Told.volumes("10@0");

        for (boolean legacy : BOTH) {
            assertThat(Told.shown(new Maximum(legacy).measure("m", ten, Told.hours(30))))
                    .isEqualTo(held("5"));
            assertThat(Told.shown(new Maximum(legacy).measure("m", ten, Told.hours(120))))
                    .isEqualTo(held("20"));
        }
    }

    @Test
    void without_samples_the_maximum_is_zero_and_a_volume_is_not_there() throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(new Maximum(legacy), List.of())).isEqualTo("m=0");
            assertThat(of(storage(legacy), List.of())).isEmpty();
        }
    }

    @Test
    void what_was_there_before_the_window_only_counts_as_legacy_only() throws Unmeasurable {
        List<Sample> samples = Told.volumes("100@-10 1@5");

        assertThat(of(new Maximum(false), samples)).isEqualTo(held("1"));
        assertThat(of(new Maximum(true), samples)).isEqualTo(held("100"));
    }

    @Test
    void what_was_deleted_shortly_before_the_window_is_not_billed_again() throws Unmeasurable {
        List<Sample> samples = Told.volumes("100@-5");

        assertThat(of(new Maximum(false), samples)).isEqualTo("m=0");
        assertThat(of(storage(false), samples)).isEmpty();
        assertThat(of(new NetworkService(false), Told.volumes("1@-5"))).isEqualTo("m=0");
        assertThat(of(new Magnum(false), Told.volumes("2@-5"))).isEqualTo("m=0");
        assertThat(of(new Maximum(true), samples)).isEqualTo(held("100"));
    }

    @Test
    void a_volume_of_which_no_type_is_told_is_sold_as_the_mapping_says() throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(storage(legacy), Told.volumes("10@0"))).isEqualTo("m=36000");
        }
    }

    @ParameterizedTest(name = "of the type {0} it is {1}")
    @CsvSource({"b1.fast,b1.fast", "type-id,b1.fast", "unknown,m"})
    void a_volume_is_sold_as_its_type_where_that_is_known(String type, String service) throws Unmeasurable {
        List<Sample> samples = List.of(
                Told.sample(0, Sample.Kind.GAUGE, Optional.of(BigDecimal.TEN), Map.of("volume_type", "first")),
                Told.sample(600, Sample.Kind.GAUGE, Optional.of(BigDecimal.TWO), Map.of("volume_type", type)));

        for (boolean legacy : BOTH) {
            assertThat(of(storage(legacy), samples)).isEqualTo(service + "=36000");
        }
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"1@0 1@10 1@60,2", "-@0,0", "-@0 25@10 25@20,50", "'',0"})
    void what_flowed_within_the_window_is_added_up(String volumes, String expected) throws Unmeasurable {
        assertThat(of(new Sum(), Told.volumes(volumes))).isEqualTo("m=" + expected);
    }

    @Test
    void the_last_moment_of_the_window_belongs_to_it_and_its_end_does_not() throws Unmeasurable {
        List<Sample> samples = new ArrayList<>(Told.volumes("100@-10 1@0"));
        Sample last = Told.sample(3599, Sample.Kind.DELTA, Optional.of(BigDecimal.TWO), Map.of());
        samples.add(new Sample(
                last.id(),
                last.meter(),
                last.kind(),
                last.resource(),
                last.project(),
                last.source(),
                last.time().plusNanos(999_999_000),
                last.volume(),
                last.metadata()));
        samples.addAll(Told.volumes("4@60"));

        assertThat(of(new Sum(), samples)).isEqualTo("m=3");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"1@0 0@10 2@20,1", "2@0 2@10 2@20,0", "'',0", "3@0 1@10,1", "0.5@0,0.5", "-@0,0"})
    void a_network_service_counts_while_it_is_active(String volumes, String expected) throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(new NetworkService(legacy), Told.volumes(volumes))).isEqualTo(held(expected));
        }
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({"1@0 0@10 2@20,1", "1@0 1@10 18@20,0", "'',0", "17@0,1", "6@0 7@10 8@20,0", "2.5@0,0"})
    void a_cluster_counts_while_it_is_there(String volumes, String expected) throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(new Magnum(legacy), Told.volumes(volumes))).isEqualTo(held(expected));
        }
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource({
        "1@0 2@1 3@2 4@3 5@4 6@5 7@6,6",
        "10@0 20@1 40@2 0@3 20@4 30@5 40@6,70",
        "10@0 20@1 40@2 39@3 50@4 60@5 70@6,100",
    })
    void a_counter_that_begins_anew_loses_nothing(String volumes, String expected) throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(new Cumulative(legacy), Told.volumes(volumes, Sample.Kind.CUMULATIVE)))
                    .isEqualTo("m=" + expected);
        }
    }

    @Test
    void a_counter_read_once_tells_of_no_growth() throws Unmeasurable {
        assertThat(of(new Cumulative(false), Told.volumes("5@0", Sample.Kind.CUMULATIVE)))
                .isEmpty();
    }

    @Test
    void what_a_counter_grew_between_two_windows_is_in_the_later() throws Unmeasurable {
        List<Sample> samples = Told.volumes("5@-9 8@1 9@59 20@61", Sample.Kind.CUMULATIVE);

        assertThat(of(new Cumulative(false), samples)).isEqualTo("m=4");
    }

    @Test
    void a_gauge_is_no_counter() {
        assertThatThrownBy(() -> of(new Cumulative(false), Told.volumes("5@0 6@1")))
                .isInstanceOf(Unmeasurable.class)
                .hasMessageContaining("not cumulative");
    }

    private static Sample server(long minute, String... metadata) {
        Map<String, String> map = new HashMap<>();
        for (int i = 0; i < metadata.length; i += 2) {
            map.put(metadata[i], metadata[i + 1]);
        }
        return Told.sample(minute * 60, Sample.Kind.GAUGE, Optional.of(BigDecimal.ONE), map);
    }

    @ParameterizedTest(name = "images {0} with {1} GiB are {2}")
    @CsvSource({
        "' ;None;None',20;20;20,''",
        "None,20,''",
        "' ;id;None',20;20;20,''",
        "id;id;id,20;20;20,m=72000",
        "id;id;id,20;60;20,m=216000",
    })
    void a_root_disk_is_billed_unless_a_sample_says_that_it_is_a_volume(String images, String sizes, String expected)
            throws Unmeasurable {
        List<Sample> samples = new ArrayList<>();
        String[] each = images.split(";");
        for (int i = 0; i < each.length; i++) {
            samples.add(server(i * 10L, "image_ref", each[i].strip(), "root_gb", sizes.split(";")[i]));
        }

        for (boolean legacy : BOTH) {
            assertThat(of(fromImage(legacy), samples)).isEqualTo(expected);
        }
    }

    private static FromImage fromImage(boolean legacy) {
        FromImage usual = FromImage.USUAL;
        return new FromImage("m", usual.imageKeys(), usual.noImage(), usual.sizeKeys(), legacy);
    }

    @Test
    void a_server_of_which_no_image_is_told_counts_as_made_from_one() throws Unmeasurable {
        for (boolean legacy : BOTH) {
            assertThat(of(fromImage(legacy), List.of(server(0)))).isEqualTo("m=0");
            assertThat(of(fromImage(legacy), List.of(server(0, "root_gb", "20"))))
                    .isEqualTo("m=72000");
            assertThat(of(fromImage(legacy), List.of())).isEmpty();
        }
    }

    @Test
    void the_first_key_that_tells_an_image_decides() throws Unmeasurable {
        List<Sample> both = List.of(server(0, "image_ref", "id", "image_meta.base_image_ref", "None", "root_gb", "20"));

        for (boolean legacy : BOTH) {
            assertThat(of(fromImage(legacy), both)).isEqualTo("m=72000");
        }
    }

    @Test
    void a_size_that_is_no_number_is_refused_with_the_sample_and_the_key() {
        assertThatThrownBy(() -> of(fromImage(false), List.of(server(0, "image_ref", "id", "root_gb", "x"))))
                .isInstanceOf(Unmeasurable.class)
                .hasMessageContaining("sample-0")
                .hasMessageContaining("root_gb");
    }

    @ParameterizedTest(name = "{0} is {1} s")
    @CsvSource({
        "10@0,36000",
        "10@0 20@30,54000",
        "10@-10 20@15,63000",
        "10@30,18000",
        "10@0 0@30,18000",
        "10@0 -@30,36000",
        "10@0 20@60,36000",
    })
    void a_quantity_is_held_until_the_next_sample_to_the_second(String volumes, String expected) throws Unmeasurable {
        assertThat(of(new Integral(), Told.volumes(volumes))).isEqualTo("m=" + expected);
    }

    @Test
    void a_resize_within_the_window_pays_for_each_size_to_the_second() throws Unmeasurable {
        List<Sample> samples = List.of(
                Told.sample(0, Sample.Kind.GAUGE, Optional.of(BigDecimal.ONE), Map.of()),
                Told.sample(1234, Sample.Kind.GAUGE, Optional.of(new BigDecimal("4")), Map.of()));

        assertThat(of(new Integral(), samples)).isEqualTo("m=" + (1234 + 4 * (3600 - 1234)));
    }

    @Test
    void what_was_seen_before_the_window_only_is_not_taken_to_be_there() throws Unmeasurable {
        assertThat(of(new Integral(), Told.volumes("10@-5"))).isEmpty();
    }
}
