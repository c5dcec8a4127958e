package org.reckoner.core.invoice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.reference.Scene;

/// A bill by something else is the same bill.
class BreakdownLaws {

    private static final List<String> BY = List.of("resource", "type", "region", "cluster", "flavor", "metadata.tier");

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void shares_sum_to_the_lines_exactly_and_with_the_rounding_difference_to_the_total(@ForAll long seed) {
        Scene scene = Scene.anything(seed);
        List<Observation> told = scene.delivered();
        List<Timeline> timelines = Scene.timelines(told);
        for (String project : Scene.PROJECTS) {
            Bill bill = scene.bill(project, told);
            Ratio exact = bill.lines().stream().map(InvoiceLine::exact).reduce(Ratio.ZERO, Ratio::plus);
            for (String by : BY) {
                Breakdown breakdown =
                        Breakdown.of(bill, by, timelines, scene.book().rounding());

                assertThat(breakdown.exact()).as(by).isEqualTo(exact);
                Money rounded = breakdown.shares().stream()
                        .map(Breakdown.Share::amount)
                        .reduce(Money.zero(bill.currency()), Money::plus);
                assertThat(rounded.plus(breakdown.roundingDifference())).isEqualTo(bill.total());
            }
        }
    }
}
