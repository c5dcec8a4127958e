package org.reckoner.app.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.app.config.ConfigurationFile;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.observation.Reading;
import org.reckoner.ledger.sample.Samples;
import org.reckoner.ledger.status.Status;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "How far each source is complete, how far behind, and what is missing for a period to be invoiced:",
            "sources, parked accounts, dead letters, use without a price, accounts without a price book.",
            "",
            "Exit code 1 if something is missing, or a source is behind by more than --most-behind."
        })
final class StatusCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--period",
            paramLabel = "PERIOD",
            description = "The period to be invoiced; default the last month that is over.")
    private @Nullable String period;

    @Option(
            names = "--most-behind",
            paramLabel = "DURATION",
            description =
                    "Such as 30m, 6h or 2d: a source that is further behind now, or of which nobody knows, is wrong.")
    private @Nullable String mostBehind;

    StatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Instant now = session.clock().instant();
        BillingPeriod asked =
                period == null ? BillingPeriod.of(session.month().minusMonths(1)) : Session.period(period);
        Duration most = mostBehind == null
                ? null
                : ConfigurationFile.duration(mostBehind)
                        .orElseThrow(() ->
                                new AskedWrongly("--most-behind expects a duration such as 30m, 6h or 2d, not '%s'"
                                        .formatted(mostBehind)));
        Status status = Status.of(session.ledger(), asked, now);
        session.print(sources(status));
        tell(status);
        boolean late = most != null && status.sources().stream().anyMatch(source -> source.isBehindBy(most));
        return status.needsALook() || late ? CommandLines.FOUND_WRONG : 0;
    }

    private static Table sources(Status status) {
        return Table.of(
                List.of(
                        Column.text("source"),
                        Column.text("region"),
                        Column.text("complete_until"),
                        Column.text("behind"),
                        Column.text("reaches_" + status.period().label()),
                        Column.text("last_read"),
                        Column.number("missed_then"),
                        Column.text("set_by")),
                status.sources().stream()
                        .map(source -> List.of(
                                source.scope().source(),
                                source.scope().region(),
                                source.completeUntil().map(Instant::toString).orElse("unknown"),
                                source.behind().map(StatusCommand::inWords).orElse(""),
                                source.reachesEndOf(status.period()) ? "yes" : status.isOver() ? "no" : "not over yet",
                                source.reading()
                                        .map(reading -> reading.beganAt().toString())
                                        .orElse(""),
                                source.reading()
                                        .map(Reading::missed)
                                        .map(missed -> Long.toString(missed))
                                        .orElse(""),
                                source.watermark().setBy()))
                        .toList());
    }

    /// The two greatest units, as `3d 4h`.
    static String inWords(Duration duration) {
        List<String> words = new ArrayList<>();
        long[] parts = {duration.toDays(), duration.toHoursPart(), duration.toMinutesPart(), duration.toSecondsPart()};
        String[] units = {"d", "h", "m", "s"};
        for (int i = 0; i < parts.length && words.size() < 2; i++) {
            if (parts[i] > 0 || !words.isEmpty()) {
                words.add(parts[i] + units[i]);
            }
        }
        return words.isEmpty() ? "0s" : String.join(" ", words);
    }

    private static Instant seconds(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS);
    }

    private static String until(Status.Source source) {
        return source.completeUntil().map(Instant::toString).orElse("nobody knows when");
    }

    /// One sentence for all meters of a region, since it is one Ceilometer that told them or fell silent.
    private static String ofSamples(String region, List<Status.Source> sources, BillingPeriod period) {
        Status.Source first = sources.getFirst();
        String which = sources.size() == 1
                ? first.scope().source()
                : "%s and %d more".formatted(first.scope().source(), sources.size() - 1);
        return "the samples of %s (%s) do not reach the end of %s; use was made of them until %s, and the newest is of %s. %s"
                .formatted(
                        region,
                        which,
                        period.label(),
                        until(first),
                        first.newestSample().map(Instant::toString).orElse("a time that was dropped"),
                        first.isSilentSince(period)
                                ? "Ceilometer is silent since then. If it is gone for good: reckoner watermarks remove '%s*' --because …"
                                        .formatted(Samples.SOURCE)
                                : "See: reckoner samples run");
    }

    private void tell(Status status) {
        String label = status.period().label();
        if (status.sources().isEmpty()) {
            session.warn("no source has told anything yet");
        }
        if (!status.isOver()) {
            session.warn("%s is not over; it can be invoiced after %s"
                    .formatted(label, status.period().window().to()));
        } else {
            status.behind().stream()
                    .filter(source -> !source.isOfSamples())
                    .forEach(source -> session.warn(
                            "%s has not told all of %s; it is complete until %s. See: reckoner watermarks, reckoner reconcile cloud"
                                    .formatted(source.scope(), label, until(source))));
            status.behind().stream()
                    .filter(Status.Source::isOfSamples)
                    .collect(
                            Collectors.groupingBy(source -> source.scope().region(), TreeMap::new, Collectors.toList()))
                    .forEach((region, sources) -> session.warn(ofSamples(region, sources, status.period())));
        }
        status.sources()
                .forEach(source -> source.watermark()
                        .stuck()
                        .ifPresent(
                                stuck -> session.warn("%s is stuck since %s; tries since then: %d, the next at %s. %s"
                                        .formatted(
                                                source.scope(),
                                                seconds(stuck.since()),
                                                stuck.tries(),
                                                seconds(stuck.againAt()),
                                                stuck.why()))));
        status.parked()
                .forEach(parked -> session.warn("account %s is parked for %s: %s. See: reckoner invoices release"
                        .formatted(parked.key().project(), label, parked.reason())));
        if (status.deadLetters() > 0) {
            session.warn(
                    "%d messages wait to be understood. See: reckoner dead-letters".formatted(status.deadLetters()));
        }
        status.unpriced()
                .forEach((account, uses) -> uses.forEach(use -> session.warn("account %s: no price for %s of %d %s"
                        .formatted(account.name(), use.meter(), use.resources(), use.type()))));
        status.unbillable()
                .forEach((account, why) ->
                        session.warn("account %s cannot be billed: %s".formatted(account.name(), why)));
        if (status.isOver() && !status.needsALook()) {
            session.warn("nothing is missing for %s".formatted(label));
        }
    }
}
