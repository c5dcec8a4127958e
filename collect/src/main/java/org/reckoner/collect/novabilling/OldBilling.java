package org.reckoner.collect.novabilling;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Everything that a database of nova-billing holds, in the words of its second and third generation. One of
/// the first generation is told in them too: an instance is a resource with three children, whose costs are
/// their quantities.
///
/// @param digits how many significant digits of a cost can be believed: MySQL's FLOAT has no more than six
/// @param accounts by id, as all others
/// @param tariffs by resource type, as they are now; nova-billing kept no older ones
/// @param notes what was left out, for people
public record OldBilling(
        Generation generation,
        int digits,
        List<Account> accounts,
        List<Resource> resources,
        List<Segment> segments,
        SortedMap<String, BigDecimal> tariffs,
        List<String> notes) {

    /// Which of nova-billing's databases it is.
    public enum Generation {
        /// 0.0.2: instances and their states, no prices.
        G0,
        /// 2.0: accounts, resources, segments, tariffs.
        G1,
        /// 2.1: also cost centers.
        G2
    }

    /// @param costCenter its name
    public record Account(long id, String name, Optional<String> costCenter) {}

    /// @param attrs a JSON object as text; none if nothing was told
    public record Resource(
            long id,
            long account,
            Optional<Long> parent,
            String rtype,
            Optional<String> name,
            Optional<String> attrs) {}

    /// @param cost a rate for an average Gregorian year if positive, a fixed charge if negative
    /// @param end none while it is open
    public record Segment(long id, long resource, BigDecimal cost, Instant begin, Optional<Instant> end) {}

    public OldBilling {
        accounts = List.copyOf(accounts);
        resources = List.copyOf(resources);
        segments = List.copyOf(segments);
        tariffs = Collections.unmodifiableSortedMap(new TreeMap<>(tariffs));
        notes = List.copyOf(notes);
    }

    /// A type without a tariff costs 1.
    public BigDecimal tariff(String rtype) {
        return tariffs.getOrDefault(rtype, BigDecimal.ONE);
    }
}
