package org.reckoner.app.cli;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Sampling;
import org.reckoner.app.Session;
import org.reckoner.app.Telemetry;
import org.reckoner.app.config.SampleSettings;
import org.reckoner.core.meter.Observation;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "samples",
        mixinStandardHelpOptions = true,
        description =
                "Samples of Ceilometer, and the use that is made of them by Distil's meter mappings. Configured under 'samples'.")
final class SamplesCommand {

    private static final int MOST_NAMED = 20;

    private final Session session;

    SamplesCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "run",
            mixinStandardHelpOptions = true,
            description = {
                "Make use of the samples of every hour that is over, and anew of those to which more came.",
                "The server does so by itself. Running it again adds nothing. Exit code 1 if some could not be used."
            })
    int run(
            @Option(names = "--dry-run", description = "Keep nothing; print what would be told.") boolean dryRun,
            @Option(
                            names = "--all",
                            description =
                                    "Look at all hours whose samples are still kept, also those that nothing was added to; after a change of the mapping.")
                    boolean all) {
        Sampling sampling = session.sampling().orElseThrow(() -> new AskedWrongly(HOW_SAMPLES_ARE_CONFIGURED));
        List<Sampling.Outcome> outcomes = new ArrayList<>();
        Optional<Instant> complete =
                sampling.run(new Sampling.Plan(dryRun, all), session.clock().instant(), outcomes::add);
        session.print(dryRun ? plan(outcomes) : done(outcomes));
        complete.ifPresent(until -> session.warn("All that came is made use of until " + until));
        List<String> refused =
                outcomes.stream().flatMap(outcome -> outcome.refused().stream()).toList();
        refused.stream().limit(MOST_NAMED).forEach(reason -> session.warn("reckoner: " + reason));
        if (refused.size() > MOST_NAMED) {
            session.warn("and %d more; see: reckoner dead-letters list".formatted(refused.size() - MOST_NAMED));
        }
        if (!dryRun) {
            int dropped = sampling.prune(session.clock().instant());
            if (dropped > 0) {
                session.warn("%d samples were kept long enough and dropped".formatted(dropped));
            }
        }
        return refused.isEmpty() ? 0 : CommandLines.FOUND_WRONG;
    }

    private static final String HOW_SAMPLES_ARE_CONFIGURED = """
            it is not said what is made of samples. Add to reckoner.yaml:
            samples:
              mapping: /etc/reckoner/meter_mappings.yml""";

    /// One row an hour and meter.
    private static Table done(List<Sampling.Outcome> outcomes) {
        return Table.of(
                List.of(
                        Column.text("from"),
                        Column.text("to"),
                        Column.text("meter"),
                        Column.number("resources"),
                        Column.number("told"),
                        Column.number("nobody pays"),
                        Column.number("refused")),
                outcomes.stream()
                        .map(outcome -> List.of(
                                outcome.window().from().toString(),
                                outcome.window().to().toString(),
                                outcome.meter(),
                                Integer.toString(outcome.resources()),
                                Integer.toString(outcome.told().size()),
                                Integer.toString(outcome.unpaid()),
                                Integer.toString(outcome.refused().size())))
                        .toList());
    }

    /// One row a resource and service.
    private static Table plan(List<Sampling.Outcome> outcomes) {
        List<List<String>> rows = new ArrayList<>();
        for (Sampling.Outcome outcome : outcomes) {
            for (Observation told : outcome.told()) {
                for (Map.Entry<String, BigDecimal> flow : told.report().flows().entrySet()) {
                    rows.add(List.of(
                            outcome.window().from().toString(),
                            outcome.meter(),
                            told.report().owner().orElse(""),
                            told.resource().type(),
                            told.resource().id(),
                            flow.getKey(),
                            flow.getValue().stripTrailingZeros().toPlainString()));
                }
            }
        }
        return Table.of(
                List.of(
                        Column.text("from"),
                        Column.text("meter"),
                        Column.text("project"),
                        Column.text("type"),
                        Column.text("resource"),
                        Column.text("service"),
                        Column.number("quantity")),
                rows);
    }

    @Command(
            name = "services",
            mixinStandardHelpOptions = true,
            description =
                    "The services of the mapping as the meters of a price book, and in which unit each is told. Flavors are added by hand, in s.")
    void services() {
        SampleSettings settings =
                session.configuration().samples().orElseThrow(() -> new AskedWrongly(HOW_SAMPLES_ARE_CONFIGURED));
        TreeMap<String, String> services = new TreeMap<>(
                Telemetry.of(settings, type -> Optional.empty()).mappings().services());
        session.print(Table.of(
                List.of(Column.text("meter"), Column.text("kind"), Column.text("unit")),
                services.entrySet().stream()
                        .map(service -> List.of(service.getKey(), "amount", service.getValue()))
                        .toList()));
    }
}
