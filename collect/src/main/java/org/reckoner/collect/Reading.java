package org.reckoner.collect;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Sample;
import tools.jackson.databind.node.ObjectNode;

/// What became of one message.
public sealed interface Reading {

    /// It tells something of a resource.
    record Observed(Observation observation) implements Reading {}

    /// It tells what a telemetry service read at a moment; of all that it read in a window use is made later.
    record Sampled(Sample sample) implements Reading {}

    /// It carries several messages, each with a reading of its own.
    record Several(List<Reading> readings) implements Reading {

        public Several {
            readings = List.copyOf(readings);
        }
    }

    /// It tells nothing that is billed, and that is known.
    ///
    /// @param why for people
    record Ignored(String eventType, String why) implements Reading {}

    /// It commands something, of which the Heart is to hear: see [org.reckoner.collect.novabilling.Casts].
    ///
    /// @param method what is to be done, such as `run_instance`
    /// @param event as nova-billing's API takes it
    /// @param asBefore types of children that are to hold what they held before they held nothing
    /// @param isNew whether the account of the event owns what it speaks of; else it only gave the command
    /// @param redactedBody as of a refused message, in case that nobody knows what was held before
    record Commanded(String method, ObjectNode event, List<String> asBefore, boolean isNew, String redactedBody)
            implements Reading {

        public Commanded {
            asBefore = List.copyOf(asBefore);
        }
    }

    /// It cannot be believed or is not known: a dead letter, to be read again once its cause is mended.
    ///
    /// @param messageId the sender's id, if it could be read
    /// @param eventType what it is said to be about, if that could be read
    /// @param reason which field, what was found, what was expected
    /// @param redactedBody the body without secrets; [Notifications#read] of it gives the same reading as of
    ///     the body itself
    record Refused(Optional<String> messageId, Optional<String> eventType, String reason, String redactedBody)
            implements Reading {}

    /// This reading, or those that it carries.
    default Stream<Reading> each() {
        return this instanceof Several(List<Reading> readings)
                ? readings.stream().flatMap(Reading::each)
                : Stream.of(this);
    }
}
