package org.reckoner.core.price;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;

/// What something costs: usage of a meter, under conditions, in a validity window.
///
/// @param id unique in its price book and stable over versions: two versions of one price share it
/// @param item what the invoice calls it
/// @param meter what is priced; none for a fee of the account or a percentage
/// @param surcharge empty for the price of the thing itself; prices with a surcharge name are charged on top,
///     one for each name
/// @param when all must hold
/// @param validity when usage must lie to be priced so
/// @param per what the model's quantity is counted in
/// @param slice the grain of time
/// @param groupBy dimensions whose values get lines of their own
/// @param priority decides between prices of equally many conditions; the larger wins
public record Price(
        String id,
        String item,
        Optional<String> meter,
        String surcharge,
        List<Condition> when,
        Window validity,
        Per per,
        PriceModel model,
        TimeSlice slice,
        List<String> groupBy,
        int priority) {

    public Price {
        when = List.copyOf(when);
        groupBy = List.copyOf(groupBy);
    }

    public boolean applies(Map<String, String> dimensions) {
        return when.stream().allMatch(condition -> condition.holds(dimensions));
    }

    /// Whether it beats another that applies as well: more conditions first, then priority.
    boolean beats(Price other) {
        return when.size() != other.when.size() ? when.size() > other.when.size() : priority > other.priority;
    }

    /// Whether nothing decides between the two for some usage: same meter, surcharge, rank, time, and no
    /// condition of one that excludes the other.
    public boolean clashes(Price other) {
        return meter.isPresent()
                && meter.equals(other.meter)
                && surcharge.equals(other.surcharge)
                && !beats(other)
                && !other.beats(this)
                && validity.overlaps(other.validity)
                && when.stream().noneMatch(mine -> other.when.stream().anyMatch(mine::excludes));
    }
}
