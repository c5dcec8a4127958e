package org.reckoner.collect.measured;

import org.reckoner.core.time.Window;

/// What came of a window of a resource, or of a resource altogether.
public sealed interface Finding {

    record Found(Measure measure) implements Finding {}

    /// It has values, but what they say cannot be believed.
    ///
    /// @param reason in words
    /// @param values as the store told them
    record Refused(String resource, Window window, String reason, String values) implements Finding {}

    /// The store has no values such as were asked for of a resource, and never will have them. The others
    /// are told without it.
    ///
    /// @param reason in words
    record LeftOut(String resource, String reason) implements Finding {}
}
