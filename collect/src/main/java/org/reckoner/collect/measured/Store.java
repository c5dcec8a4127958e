package org.reckoner.collect.measured;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.reckoner.core.time.Window;

/// Something that knows measures.
public interface Store {

    /// The first part of every source's name: `gnocchi`.
    String name();

    /// Whether the store can be asked for this at all; told when Reckoner starts, not at the end of the month.
    ///
    /// @throws IllegalArgumentException if the definition says something that the store does not understand
    void check(Definition definition, Duration windows);

    /// Asks for a meter of all projects and resources. What it finds is told while the answer is still coming in, and
    /// can be told a second time if the answer breaks off and is asked for again. Only when this returns was the
    /// answer whole.
    ///
    /// @param span some windows, without gaps
    /// @throws RuntimeException if the store does not answer, or not wholly; then nothing is known of the span
    Answered ask(Definition definition, Duration windows, Window span, Consumer<Finding> finder);

    /// What a whole answer came to.
    ///
    /// @param metricExists whether the store knows the metric; what it does not know was never measured, or is
    ///     misspelt
    /// @param empty how many values there were that say nothing: null, NaN
    /// @param behind if the store itself has not got as far as was asked
    record Answered(boolean metricExists, long empty, Optional<Behind> behind) {

        /// All windows were answered.
        public Answered(boolean metricExists, long empty) {
            this(metricExists, empty, Optional.empty());
        }
    }

    /// A store has not got further: what begins then, or later, is to be asked for another time.
    ///
    /// @param why in words
    record Behind(Instant until, String why) {}
}
