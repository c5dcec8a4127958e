package org.reckoner.core.invoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.reckoner.core.meter.Flow;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Use;

/// A bill's money by something else than its lines: by cluster, by resource, by the value of a dimension.
///
/// Every line's exact amount is shared out whole. Of a charge whose resource changed meanwhile (was moved to
/// another cluster, got another value), each stretch of use gets its part by quantity and time. So the exact
/// shares sum to the exact lines; lines and shares are rounded each for itself, and what that comes to is
/// told.
///
/// @param by what it is by
/// @param shares ascending by key; the one with the empty key is what belongs to none: fees of the account,
///     percentages, resources without the dimension
/// @param total the bill's
public record Breakdown(String by, List<Share> shares, Money total) {

    /// The resource itself.
    public static final String RESOURCE = "resource";

    /// The dimensions that say in which cluster a resource is: its id and what it is called.
    public static final String CLUSTER = "cluster";

    public static final String CLUSTER_NAME = "cluster_name";

    public Breakdown {
        shares = List.copyOf(shares);
    }

    /// @param key the value; empty for what has none
    /// @param name what people call it; the key if they call it nothing
    /// @param exact before rounding
    /// @param amount rounded as lines are
    public record Share(String key, String name, Ratio exact, Money amount) {}

    /// @param by [#RESOURCE], or a dimension: [#CLUSTER], `metadata.KEY`, `type`, `region`, `flavor` …
    /// @param timelines of all resources in the bill, with names for ids
    public static Breakdown of(Bill bill, String by, Collection<Timeline> timelines, Rounding rounding) {
        Map<ResourceId, Timeline> byResource =
                timelines.stream().collect(Collectors.toMap(Timeline::resource, Function.identity()));
        TreeMap<String, Ratio> exact = new TreeMap<>();
        TreeMap<String, String> names = new TreeMap<>();
        for (InvoiceLine line : bill.lines()) {
            Ratio left = line.exact();
            for (Charge charge : line.charges()) {
                Optional<Timeline> timeline = Optional.ofNullable(byResource.get(charge.resource()));
                for (Part part : parts(charge)) {
                    Place place = place(by, charge, part.use(), timeline);
                    exact.merge(place.key(), part.amount(), Ratio::plus);
                    names.put(place.key(), place.name());
                }
                left = left.minus(charge.amount());
            }
            if (left.signum() != 0) {
                exact.merge("", left, Ratio::plus);
            }
        }
        List<Share> shares = exact.entrySet().stream()
                .map(share -> new Share(
                        share.getKey(),
                        names.getOrDefault(share.getKey(), share.getKey()),
                        share.getValue(),
                        rounding.round(share.getValue(), bill.currency())))
                .toList();
        return new Breakdown(by, shares, bill.total());
    }

    private record Place(String key, String name) {}

    private record Part(Use use, Ratio amount) {}

    /// A charge's amount, shared out over its uses.
    private static List<Part> parts(Charge charge) {
        List<Ratio> weights = charge.uses().stream().map(Breakdown::weight).toList();
        Ratio all = weights.stream().reduce(Ratio.ZERO, Ratio::plus);
        List<Part> parts = new ArrayList<>();
        Ratio left = charge.amount();
        for (int i = 0; i < weights.size(); i++) {
            boolean last = i == weights.size() - 1;
            Ratio amount = last || all.signum() == 0
                    ? left
                    : charge.amount().times(weights.get(i)).dividedBy(all);
            parts.add(new Part(charge.uses().get(i), amount));
            left = left.minus(amount);
        }
        return parts;
    }

    private static Ratio weight(Use use) {
        return Ratio.of(use.counted().multiply(BigDecimal.valueOf(use.window().seconds())));
    }

    private static Place place(String by, Charge charge, Use use, Optional<Timeline> timeline) {
        ResourceId resource = charge.resource();
        return switch (by) {
            case RESOURCE -> new Place(resource.toString(), charge.name());
            case "type" -> new Place(resource.type(), resource.type());
            case "region" -> new Place(resource.region(), resource.region());
            default -> {
                Map<String, String> attributes =
                        timeline.map(known -> attributes(known, use)).orElse(Map.of());
                String key = attributes.getOrDefault(by, "");
                String name = by.equals(CLUSTER) ? attributes.getOrDefault(CLUSTER_NAME, key) : key;
                yield new Place(key, name);
            }
        };
    }

    /// As they were when the use began.
    private static Map<String, String> attributes(Timeline timeline, Use use) {
        Optional<Map<String, String>> then = timeline.at(use.window().from()).map(Segment::attributes);
        return then.or(() -> timeline.flows().stream()
                        .filter(flow -> use.evidence().contains(flow.evidence()))
                        .map(Flow::attributes)
                        .<Map<String, String>>map(attributes -> attributes)
                        .findFirst())
                .orElse(Map.of());
    }

    /// The exact sum of all shares, which is that of the bill's lines.
    public Ratio exact() {
        return shares.stream().map(Share::exact).reduce(Ratio.ZERO, Ratio::plus);
    }

    /// What the bill's total is more than its rounded shares.
    public Money roundingDifference() {
        return shares.stream().map(Share::amount).reduce(total, Money::minus);
    }
}
