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
import org.reckoner.core.meter.Sample;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.ledger.observation.Intake;
import org.reckoner.ledger.sample.Samples;

/// Carries messages into the ledger: read, gathered into batches, each batch taken in one transaction.
public final class Ingestion {

    private final Notifications notifications;
    private final Intake intake;
    private final String region;
    private final int batchSize;

    /// @param region whose samples these are
    public Ingestion(Notifications notifications, Intake intake, String region, int batchSize) {
        this.notifications = notifications;
        this.intake = intake;
        this.region = region;
        this.batchSize = batchSize;
    }

    /// What became of the messages.
    ///
    /// @param parts what they carried: several samples may come in one message
    /// @param samples how many of them were samples that are wanted
    /// @param ignored by event type, how many
    public record Summary(long messages, long parts, long samples, Intake.Taken taken, Map<String, Long> ignored) {

        public long ignoredMessages() {
            return ignored.values().stream().mapToLong(Long::longValue).sum();
        }
    }

    /// @param progress is told how many messages were done, after each batch
    public Summary ingest(Stream<RawMessage> messages, LongConsumer progress) {
        Batch batch = new Batch(region);
        Count count = new Count();
        messages.forEachOrdered(message -> {
            count.messages++;
            count.pending++;
            notifications.read(message.body()).each().forEach(reading -> {
                count.note(reading);
                batch.add(message.origin(), reading);
                if (batch.size >= batchSize) {
                    count.taken = count.taken.plus(batch.into(intake));
                }
            });
            if (batch.size == 0) {
                progress.accept(count.pending);
                count.pending = 0;
            }
        });
        progress.accept(count.pending);
        return count.summary(batch.into(intake));
    }

    private static final class Count {

        private final TreeMap<String, Long> ignored = new TreeMap<>();
        private Intake.Taken taken = Intake.Taken.NOTHING;
        private long messages;
        private long pending;
        private long parts;
        private long samples;

        void note(Reading reading) {
            parts++;
            if (reading instanceof Reading.Ignored nothing) {
                ignored.merge(nothing.eventType(), 1L, Long::sum);
            } else if (reading instanceof Reading.Sampled) {
                samples++;
            }
        }

        Summary summary(Intake.Taken last) {
            return new Summary(messages, parts, samples, taken.plus(last), ignored);
        }
    }

    /// One batch of a listener.
    public static Intake.Taken take(Intake intake, String region, String origin, List<Reading> readings) {
        Batch batch = new Batch(region);
        readings.forEach(reading -> batch.add(origin, reading));
        return batch.into(intake);
    }

    private static final class Batch {

        private final String region;
        private final List<Observation> observed = new ArrayList<>();
        private final List<Sample> samples = new ArrayList<>();
        private final List<DeadLetter.Fresh> refused = new ArrayList<>();
        private int size;

        Batch(String region) {
            this.region = region;
        }

        void add(String origin, Reading reading) {
            size++;
            switch (reading) {
                case Reading.Several(List<Reading> several) -> several.forEach(each -> add(origin, each));
                case Reading.Sampled(Sample sample) -> samples.add(sample);
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
            Intake.Taken taken = observed.isEmpty() && samples.isEmpty() && refused.isEmpty()
                    ? Intake.Taken.NOTHING
                    : intake.take(observed, new Samples.Batch(region, samples), refused);
            observed.clear();
            samples.clear();
            refused.clear();
            size = 0;
            return taken;
        }
    }
}
