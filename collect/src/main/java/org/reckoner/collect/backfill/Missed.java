package org.reckoner.collect.backfill;

import java.time.Instant;
import java.util.Optional;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.time.Window;

/// Something that the ledger lacked, and the observation that makes up for it.
public record Missed(Kind kind, Observation fact) {

    /// What it was that was missed.
    public enum Kind {
        /// That it came to be.
        CREATION("creation"),
        /// That it went.
        DELETION("deletion"),
        /// A change of its state: stopped, started, shelved.
        STATE("state"),
        /// A change of owner, size, flavor or anything else that was told before.
        ATTRIBUTES("attributes"),
        /// What no message ever told, such as extra specs.
        DETAILS("details");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// As in the events of observations, and for people.
        public String word() {
            return word;
        }
    }

    /// When it happened, as well as it can be known.
    public Instant at() {
        return fact.occurredAt();
    }

    /// Within which time it happened; nothing if the service told exactly when.
    public Optional<Window> within() {
        return fact.report().within();
    }
}
