package org.reckoner.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;
import org.reckoner.collect.recording.RawMessage;
import org.reckoner.core.meter.Observation;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Intake;

/// Carries messages into the ledger: read, gathered into batches, each batch taken in one transaction.
public final class Ingestion {

    private final Notifications notifications;
    private final Intake intake;
    private final int batchSize;

    public Ingestion(Notifications notifications, Intake intake, int batchSize) {
        this.notifications = notifications;
        this.intake = intake;
        this.batchSize = batchSize;
    }

    /// What became of the messages.
    ///
    /// @param ignored by event type, how many
    public record Summary(long messages, Intake.Taken taken, Map<String, Long> ignored) {

        public long ignoredMessages() {
            return ignored.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// @param progress is told how many messages were done, after each batch
    public Summary ingest(Stream<RawMessage> messages, LongConsumer progress) {
        Batch batch = new Batch();
        TreeMap<String, Long> ignored = new TreeMap<>();
        long[] count = {0};
        Intake.Taken[] taken = {Intake.Taken.NOTHING};
        messages.forEachOrdered(message -> {
            count[0]++;
            Reading reading = notifications.read(message.body());
            if (reading instanceof Reading.Ignored nothing) {
                ignored.merge(nothing.eventType(), 1L, Long::sum);
            }
            batch.add(message.origin(), reading);
            if (batch.size == batchSize) {
                taken[0] = taken[0].plus(batch.into(intake));
                progress.accept(batchSize);
            }
        });
        progress.accept(batch.size);
        taken[0] = taken[0].plus(batch.into(intake));
        return new Summary(count[0], taken[0], ignored);
    }

    /// One batch of a listener.
    public static Intake.Taken take(Intake intake, String origin, List<Reading> readings) {
        Batch batch = new Batch();
        readings.forEach(reading -> batch.add(origin, reading));
        return batch.into(intake);
    }

    private static final class Batch {

        private final List<Observation> observed = new ArrayList<>();
        private final List<DeadLetter.Fresh> refused = new ArrayList<>();
        private int size;

        void add(String origin, Reading reading) {
            size++;
            switch (reading) {
                case Reading.Observed(Observation observation) -> observed.add(observation);
                case Reading.Ignored ignored -> {}
                case Reading.Commanded(var method, var event, var asBefore, var isNew, var body) ->
                    refused.add(new DeadLetter.Fresh(
                            origin,
                            Optional.of(method),
                            Optional.empty(),
                            "a command to Nova among notifications; see listen.rpc-casts",
                            body));
                case Reading.Refused(
                        Optional<String> messageId,
                        Optional<String> eventType,
                        String reason,
                        String body) -> refused.add(new DeadLetter.Fresh(origin, eventType, messageId, reason, body));
            }
        }

        Intake.Taken into(Intake intake) {
            Intake.Taken taken =
                    observed.isEmpty() && refused.isEmpty() ? Intake.Taken.NOTHING : intake.take(observed, refused);
            observed.clear();
            refused.clear();
            size = 0;
            return taken;
        }
    }
}
