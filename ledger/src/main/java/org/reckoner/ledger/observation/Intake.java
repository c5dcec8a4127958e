package org.reckoner.ledger.observation;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Sample;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.DatabaseFails;
import org.reckoner.ledger.sample.Samples;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The one way in: a batch of what the sources said, taken in a single transaction. When it returns, the
/// batch is durable and a broker's messages may be acknowledged; when it throws, nothing of it is kept.
public final class Intake {

    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);

    private final Database database;
    private final Observations observations;
    private final Samples samples;
    private final DeadLetters deadLetters;
    private final Watermarks watermarks;
    private final Clock clock;

    public Intake(
            Database database,
            Observations observations,
            Samples samples,
            DeadLetters deadLetters,
            Watermarks watermarks,
            Clock clock) {
        this.database = database;
        this.observations = observations;
        this.samples = samples;
        this.deadLetters = deadLetters;
        this.watermarks = watermarks;
        this.clock = clock;
    }

    /// @param added observations and samples that were new
    /// @param known observations and samples told before
    /// @param dead messages kept as dead letters that were not there yet
    public record Taken(int added, int known, int dead) {

        public static final Taken NOTHING = new Taken(0, 0, 0);

        public Taken plus(Taken other) {
            return new Taken(added + other.added, known + other.known, dead + other.dead);
        }
    }

    /// Takes a batch whole. What the database refuses, though nothing here foresaw it, becomes a dead letter,
    /// and the rest goes on.
    ///
    /// @throws DatabaseFails if the database is at fault; then nothing was taken
    public Taken take(List<Observation> batch, List<DeadLetter.Fresh> refused) {
        return take(batch, Samples.Batch.NONE, refused);
    }

    /// The same with samples, of which use is made later.
    public Taken take(List<Observation> batch, Samples.Batch read, List<DeadLetter.Fresh> refused) {
        try {
            return take(batch, read, refused, Optional.empty());
        } catch (DatabaseFails failure) {
            throw failure;
        } catch (RuntimeException poisoned) {
            LOG.error(
                    "The ledger cannot keep a batch of {}; each is tried by itself",
                    batch.size() + read.samples().size(),
                    poisoned);
            Taken taken = take(List.of(), Samples.Batch.NONE, refused, Optional.empty());
            for (Observation observation : batch) {
                taken = taken.plus(
                        alone(List.of(observation), Samples.Batch.NONE, why -> letter(observation, cannotKeep(why))));
            }
            for (Sample sample : read.samples()) {
                taken = taken.plus(alone(
                        List.of(),
                        new Samples.Batch(read.region(), List.of(sample)),
                        why -> letter(sample, cannotKeep(why))));
            }
            return taken;
        }
    }

    private Taken alone(List<Observation> batch, Samples.Batch read, Function<String, DeadLetter.Fresh> letter) {
        try {
            return take(batch, read, List.of(), Optional.empty());
        } catch (DatabaseFails failure) {
            throw failure;
        } catch (RuntimeException refused) {
            return take(
                    List.of(),
                    Samples.Batch.NONE,
                    List.of(letter.apply(String.valueOf(refused.getMessage()))),
                    Optional.empty());
        }
    }

    private static String cannotKeep(String why) {
        return "the ledger cannot keep it: %s. This is a mistake in Reckoner: report it; what was understood of the message is kept here"
                .formatted(why);
    }

    /// Takes a batch inside the caller's transaction, which keeps something of its own with it, and by that
    /// knows that nothing of the batch was told before. So the ledger does not look; should one have been told
    /// all the same, the database refuses it.
    ///
    /// @throws IllegalArgumentException if one of them cannot be stored
    public void takeNew(Handle handle, List<Observation> batch, Instant now) {
        batch.forEach(observation -> Observations.refusal(observation).ifPresent(why -> {
            throw new IllegalArgumentException(why);
        }));
        Observations.insert(handle, batch, now);
        watermarks.seen(handle, Observations.scopes(batch), now);
    }

    /// Keeps a dead letter inside the caller's transaction.
    ///
    /// @return whether it is a new one
    public boolean refuse(Handle handle, DeadLetter.Fresh letter, Instant now) {
        return deadLetters.keep(handle, letter, now);
    }

    /// Takes a dead letter that is understood at last.
    public Taken replay(long deadLetter, List<Observation> understood) {
        return replay(deadLetter, understood, Samples.Batch.NONE);
    }

    /// The same of one that tells of samples.
    public Taken replay(long deadLetter, List<Observation> understood, Samples.Batch read) {
        return take(understood, read, List.of(), Optional.of(deadLetter));
    }

    private Taken take(
            List<Observation> told, Samples.Batch read, List<DeadLetter.Fresh> refused, Optional<Long> replayed) {
        Instant now = clock.instant();
        List<Observation> batch = new ArrayList<>();
        List<DeadLetter.Fresh> letters = new ArrayList<>(refused);
        for (Observation observation : told) {
            Observations.refusal(observation)
                    .ifPresentOrElse(why -> letters.add(letter(observation, why)), () -> batch.add(observation));
        }
        return database.write(handle -> {
            Appended appended = observations.append(handle, batch, now);
            watermarks.seen(handle, Observations.scopes(batch), now);
            Samples.Kept kept = samples.keep(handle, read, now);
            int dead = 0;
            for (Sample late : kept.tooLate()) {
                dead += deadLetters.keep(handle, tooLate(late), now) ? 1 : 0;
            }
            for (DeadLetter.Fresh letter : letters) {
                dead += deadLetters.keep(handle, letter, now) ? 1 : 0;
            }
            for (Observation conflicting : appended.conflicting()) {
                dead += deadLetters.keep(handle, conflict(conflicting), now) ? 1 : 0;
            }
            replayed.ifPresent(id -> deadLetters.replayed(handle, id, now));
            int known = read.samples().size() - kept.added() - kept.tooLate().size();
            return new Taken(appended.added() + kept.added(), appended.known() + known, dead);
        });
    }

    private static DeadLetter.Fresh tooLate(Sample sample) {
        return letter(
                sample,
                "use was made of that time and its other samples were dropped; nothing changes by this one. Keep samples longer: samples.keep");
    }

    private static DeadLetter.Fresh letter(Sample sample, String reason) {
        return new DeadLetter.Fresh(
                sample.source(),
                Optional.of("sample of " + sample.meter()),
                Optional.of(sample.id()),
                reason,
                "%s of %s at %s: %s"
                        .formatted(
                                sample.meter(),
                                sample.resource(),
                                sample.time(),
                                sample.volume().map(BigDecimal::toString).orElse("none")));
    }

    private static DeadLetter.Fresh conflict(Observation observation) {
        return letter(
                observation,
                "message id %s is known with another content; the first stays, this one is kept here for a person to compare"
                        .formatted(observation.id().messageId()));
    }

    private static DeadLetter.Fresh letter(Observation observation, String reason) {
        return new DeadLetter.Fresh(
                observation.id().source(),
                Optional.of(observation.event()),
                Optional.of(observation.id().messageId()),
                reason,
                "%s at %s tells of %s: %s"
                        .formatted(
                                observation.event(),
                                observation.occurredAt(),
                                observation.resource(),
                                ReportJson.write(observation.report())));
    }
}
