package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Seconds that a server was in a tracked state, by its flavor.
///
/// A state and flavor hold until the next sample; the last until the end of the window. A sample from before
/// the window tells how it began, but only if another within it shows that the server was still there.
///
/// Distil itself bills time in untracked states as soon as a tracked one follows within the window; so it does
/// here as legacy.
///
/// @param tracked states that are billed, in the services' own words
/// @param numbered whether the state is the sample's volume, as of the meter `state` of 2014, and not in the
///     metadata
/// @param legacy whether to bill as Distil does
public record Uptime(Set<String> tracked, boolean numbered, boolean legacy) implements Transformer {

    /// As Distil's own sample configuration has it.
    public static final List<String> USUALLY_TRACKED = List.of(
            "active",
            "paused",
            "rescue",
            "rescued",
            "resize",
            "resized",
            "verify_resize",
            "suspended",
            "shutoff",
            "stopped");

    /// Where the state is told; the first that is there.
    static final List<String> STATE_KEYS = List.of("status", "state");

    /// Where the flavor is told; the first that is there.
    static final List<String> FLAVOR_KEYS = List.of("instance_type", "flavor.name", "flavor.id", "instance_flavor_id");

    private static final Map<Integer, String> NUMBERS = Map.ofEntries(
            Map.entry(1, "active"),
            Map.entry(2, "building"),
            Map.entry(3, "paused"),
            Map.entry(4, "suspended"),
            Map.entry(5, "stopped"),
            Map.entry(6, "rescued"),
            Map.entry(7, "resized"),
            Map.entry(8, "soft_deleted"),
            Map.entry(9, "deleted"),
            Map.entry(10, "error"),
            Map.entry(11, "shelved"),
            Map.entry(12, "shelved_offloaded"));

    public Uptime {
        tracked = Set.copyOf(tracked);
    }

    @Override
    public Result result() {
        return Result.TIME;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) throws Unmeasurable {
        long start = window.from().getEpochSecond();
        long end = window.to().getEpochSecond();
        ByName<BigDecimal> usage = ByName.of();
        Sample previous = null;
        String flavor = null;
        boolean runs = false;
        boolean seen = false;
        long mark = start;
        for (Sample sample : samples) {
            long time = sample.time().getEpochSecond();
            if (time >= end) {
                break;
            }
            boolean runsNow = isTracked(sample);
            String flavorNow = runsNow ? Mapping.first(sample, FLAVOR_KEYS) : null;
            if (previous == null) {
                mark = Math.max(time, start);
                seen = time >= start;
            } else if (legacy ? runs && time > mark : time >= start) {
                seen = true;
                boolean goesOn = runs && runsNow && Objects.equals(flavor, flavorNow);
                if (runs && !goesOn && time > mark) {
                    usage = with(usage, previous, flavor, time - mark);
                }
                mark = goesOn ? mark : Math.max(time, mark);
            }
            runs = runsNow;
            flavor = flavorNow;
            previous = sample;
        }
        if (previous != null && runs && seen) {
            usage = with(usage, previous, flavor, end - mark);
        }
        return usage;
    }

    private boolean isTracked(Sample sample) {
        String state = numbered
                ? sample.volume().map(volume -> NUMBERS.get(volume.intValue())).orElse(null)
                : Mapping.first(sample, STATE_KEYS);
        return state != null && tracked.contains(state);
    }

    private static ByName<BigDecimal> with(
            ByName<BigDecimal> usage, Sample sample, @Nullable String flavor, long seconds) throws Unmeasurable {
        if (flavor == null) {
            throw new Unmeasurable("the sample %s of %s has no flavor in its metadata; expected one of %s"
                    .formatted(sample.id(), sample.time(), String.join(", ", FLAVOR_KEYS)));
        }
        BigDecimal more = BigDecimal.valueOf(seconds);
        BigDecimal before = usage.get(flavor);
        return usage.with(flavor, before == null ? more : before.add(more));
    }
}
