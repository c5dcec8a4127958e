package org.reckoner.deliver.concertim;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.reckoner.core.money.Ratio;

class SharesTest {

    private static SortedMap<String, Ratio> parts(String... amounts) {
        TreeMap<String, Ratio> parts = new TreeMap<>();
        for (int i = 0; i < amounts.length; i++) {
            parts.put("" + (char) ('a' + i), Ratio.parse(amounts[i]));
        }
        return parts;
    }

    @Test
    void what_is_left_goes_to_those_that_lost_most() {
        assertThat(Shares.of(new BigDecimal("1.00"), parts("1/3", "1/3", "1/3")))
                .isEqualTo(
                        Map.of("a", new BigDecimal("0.34"), "b", new BigDecimal("0.33"), "c", new BigDecimal("0.33")));
    }

    @Test
    void what_lines_were_rounded_down_by_is_taken_from_the_largest_and_nothing_stays_nothing() {
        assertThat(Shares.of(new BigDecimal("5.00"), parts("501/100", "0", "1/100")))
                .isEqualTo(
                        Map.of("a", new BigDecimal("4.99"), "b", new BigDecimal("0.00"), "c", new BigDecimal("0.01")));
    }

    @Property
    void shares_add_up_and_are_each_within_a_cent_of_their_part(
            @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 1_000_000) Integer> millionths) {
        TreeMap<String, Ratio> parts = new TreeMap<>();
        Ratio sum = Ratio.ZERO;
        for (int i = 0; i < millionths.size(); i++) {
            Ratio part = Ratio.of(BigDecimal.valueOf(millionths.get(i), 4));
            parts.put("part-%02d".formatted(i), part);
            sum = sum.plus(part);
        }
        BigDecimal total = sum.round(2, java.math.RoundingMode.HALF_EVEN);

        SortedMap<String, BigDecimal> shares = Shares.of(total, parts);

        assertThat(shares.values().stream().reduce(BigDecimal.ZERO, BigDecimal::add))
                .isEqualByComparingTo(total);
        parts.forEach((name, part) -> {
            BigDecimal off = part.minus(Ratio.of(shares.getOrDefault(name, BigDecimal.ZERO)))
                    .round(6, java.math.RoundingMode.HALF_EVEN)
                    .abs();
            assertThat(off).isLessThanOrEqualTo(new BigDecimal("0.01"));
        });
    }
}
