package org.reckoner.collect.measured;

import org.reckoner.core.time.Window;

/// What came of a window of a resource.
public sealed interface Finding {

    record Found(Measure measure) implements Finding {}

    /// It has values, but what they say cannot be believed.
    ///
    /// @param reason in words
    /// @param values as the store told them
    record Refused(String resource, Window window, String reason, String values) implements Finding {}
}
