package org.reckoner.serve.heart;

import org.jspecify.annotations.Nullable;
import org.reckoner.serve.heart.Event.Value;

/// From when to when a resource held something, by what was told of its quantity in the order of time.
///
/// @param openedAt when it first held something, in microseconds; none if it never did
/// @param closedAt when it ceased to; [#OPEN] while it did not
record Life(@Nullable Long openedAt, long closedAt) {

    /// The end of what has not ended.
    static final long OPEN = Long.MAX_VALUE;

    /// Of which nothing was told.
    static final Life NONE = new Life(null, OPEN);

    /// With what was told next.
    Life and(long at, Value value) {
        if (value instanceof Value.Closed) {
            return openedAt != null && closedAt == OPEN ? new Life(openedAt, at) : this;
        }
        return new Life(openedAt == null ? Long.valueOf(at) : openedAt, OPEN);
    }
}
