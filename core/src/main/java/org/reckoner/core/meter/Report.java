package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.reckoner.core.time.Window;

/// What an observation says of its resource. What it leaves unsaid stays as it was.
///
/// @param owner the project that pays from now on
/// @param state the resource's state, in OpenStack's words (`active`, `stopped`, `in-use` …)
/// @param beganAt since when the resource has existed, if told
/// @param endedAt since when it is gone, if it is
/// @param levels quantities held from now on, by meter: `vcpus` 4
/// @param flows quantities that flowed at this moment, by meter: `image.download` 5000000
/// @param attributes whatever a price may depend on, by dimension: `flavor` c1.small, `metadata.tier` gold
/// @param complete dimension prefixes of which every attribute is told, so that one not told is gone:
///     `metadata.`
/// @param measured the window over which the flows were measured, if they were. Such a report tells nothing
///     of the resource's state: its owner and attributes are of that window alone. What the same source tells
///     of the same window again replaces what it told before.
/// @param within if it is not known exactly when what it tells came to be: some time in this window, at whose
///     end it was seen to be so. The fold takes that end, so that whatever is told later of the time before
///     holds.
public record Report(
        Optional<String> owner,
        Optional<String> state,
        Optional<Instant> beganAt,
        Optional<Instant> endedAt,
        SortedMap<String, BigDecimal> levels,
        SortedMap<String, BigDecimal> flows,
        SortedMap<String, String> attributes,
        SortedSet<String> complete,
        Optional<Window> measured,
        Optional<Window> within) {

    /// Says nothing; the start of every other report.
    public static final Report NOTHING = new Report(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ByName.of(),
            ByName.of(),
            ByName.of(),
            Collections.emptySortedSet(),
            Optional.empty(),
            Optional.empty());

    public Report {
        levels = ByName.copyOf(levels);
        flows = ByName.copyOf(flows);
        attributes = ByName.copyOf(attributes);
        complete = complete.isEmpty()
                ? Collections.emptySortedSet()
                : Collections.unmodifiableSortedSet(new TreeSet<>(complete));
        if (measured.isPresent()
                && (state.isPresent()
                        || beganAt.isPresent()
                        || endedAt.isPresent()
                        || !levels.isEmpty()
                        || !complete.isEmpty())) {
            throw new IllegalArgumentException("what is measured over a window tells no state: " + measured.get());
        }
        levels.forEach(Report::mustNotBeNegative);
        flows.forEach(Report::mustNotBeNegative);
    }

    private static void mustNotBeNegative(String meter, BigDecimal quantity) {
        if (quantity.signum() < 0) {
            throw new IllegalArgumentException("a quantity is not negative: " + meter + " = " + quantity);
        }
    }

    /// A report of what flowed over a window, for whom, and what was known of the resource then.
    ///
    /// @throws IllegalArgumentException if a quantity is negative
    public static Report over(
            Window window, String owner, SortedMap<String, BigDecimal> flows, SortedMap<String, String> attributes) {
        return new Report(
                Optional.of(owner),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ByName.of(),
                flows,
                attributes,
                Collections.emptySortedSet(),
                Optional.of(window),
                Optional.empty());
    }

    /// A report of what came to be when the observation happened.
    public Report(
            Optional<String> owner,
            Optional<String> state,
            Optional<Instant> beganAt,
            Optional<Instant> endedAt,
            SortedMap<String, BigDecimal> levels,
            SortedMap<String, BigDecimal> flows,
            SortedMap<String, String> attributes,
            SortedSet<String> complete,
            Optional<Window> measured) {
        this(owner, state, beganAt, endedAt, levels, flows, attributes, complete, measured, Optional.empty());
    }

    /// Whether it tells of the resource itself, and not only of something that flowed.
    public boolean tellsState() {
        return measured.isEmpty()
                && (owner.isPresent()
                        || state.isPresent()
                        || beganAt.isPresent()
                        || endedAt.isPresent()
                        || !levels.isEmpty()
                        || !attributes.isEmpty()
                        || !complete.isEmpty());
    }

    public Report owner(String project) {
        return new Report(
                Optional.of(project), state, beganAt, endedAt, levels, flows, attributes, complete, measured, within);
    }

    public Report state(String word) {
        return new Report(
                owner, Optional.of(word), beganAt, endedAt, levels, flows, attributes, complete, measured, within);
    }

    public Report began(Instant at) {
        return new Report(
                owner, state, Optional.of(at), endedAt, levels, flows, attributes, complete, measured, within);
    }

    public Report ended(Instant at) {
        return new Report(
                owner, state, beganAt, Optional.of(at), levels, flows, attributes, complete, measured, within);
    }

    /// @throws IllegalArgumentException if the quantity is negative
    public Report level(String meter, BigDecimal quantity) {
        ByName<BigDecimal> more = ByName.copyOf(levels).with(meter, quantity);
        return new Report(owner, state, beganAt, endedAt, more, flows, attributes, complete, measured, within);
    }

    public Report level(String meter, long quantity) {
        return level(meter, BigDecimal.valueOf(quantity));
    }

    /// @throws IllegalArgumentException if the quantity is negative
    public Report flow(String meter, BigDecimal quantity) {
        ByName<BigDecimal> more = ByName.copyOf(flows).with(meter, quantity);
        return new Report(owner, state, beganAt, endedAt, levels, more, attributes, complete, measured, within);
    }

    public Report attribute(String dimension, String value) {
        ByName<String> more = ByName.copyOf(attributes).with(dimension, value);
        return new Report(owner, state, beganAt, endedAt, levels, flows, more, complete, measured, within);
    }

    /// Says that every attribute whose dimension begins with the prefix is told here.
    public Report complete(String prefix) {
        TreeSet<String> more = new TreeSet<>(complete);
        more.add(prefix);
        return new Report(owner, state, beganAt, endedAt, levels, flows, attributes, more, measured, within);
    }

    /// Says that the flows were measured over a window. The observation happens at its beginning, and of two
    /// that tell of one window the one with the later id holds.
    ///
    /// @throws IllegalArgumentException if the report tells of a state, a beginning, an end or levels too
    public Report measured(Window window) {
        return new Report(
                owner, state, beganAt, endedAt, levels, flows, attributes, complete, Optional.of(window), within);
    }

    /// Says that what it tells came to be at some time within a window.
    public Report within(Window window) {
        return new Report(
                owner, state, beganAt, endedAt, levels, flows, attributes, complete, measured, Optional.of(window));
    }
}
