package org.reckoner.serve.api;

import java.util.List;
import org.reckoner.core.meter.Observation;

/// What a dead letter comes to when it is read once more.
public sealed interface Reread {

    /// It is understood now.
    record Understood(List<Observation> observations) implements Reread {
        public Understood {
            observations = List.copyOf(observations);
        }
    }

    /// It tells nothing that is billed.
    record OfNoConcern(String why) implements Reread {}

    /// It is still not understood.
    record Refused(String reason) implements Reread {}
}
