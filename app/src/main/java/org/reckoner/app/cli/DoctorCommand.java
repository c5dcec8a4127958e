package org.reckoner.app.cli;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.reckoner.app.CloudAccess;
import org.reckoner.app.Session;
import org.reckoner.app.doctor.Check;
import org.reckoner.app.doctor.Doctor;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description = {
            "Check whether everything is there that Reckoner needs, of its own and of the cloud, and say how to make it.",
            "Changes nothing. Exit code 1 if something is missing."
        })
final class DoctorCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--for",
            paramLabel = "FEATURE",
            split = ",",
            description = "Also what this feature needs, if it is not configured yet: concertim, cloudkitty, gnocchi.")
    private List<Doctor.Feature> features = List.of();

    @Mixin
    private CloudOptions cloud = new CloudOptions();

    DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        EnumSet<Doctor.Feature> asked = EnumSet.noneOf(Doctor.Feature.class);
        asked.addAll(features);
        CloudAccess.Choice choice =
                cloud.choice(Optional.empty(), session.clock().instant());
        List<Check> checks = new Doctor(session, choice, asked).examine();
        session.print(Table.of(
                List.of(Column.text("check"), Column.text("verdict"), Column.text("found"), Column.text("remedy")),
                checks.stream()
                        .map(check -> List.of(
                                check.what(),
                                check.verdict().name().toLowerCase(Locale.ROOT),
                                check.found(),
                                check.remedy()))
                        .toList()));
        long missing = checks.stream()
                .filter(check -> check.verdict() == Check.Verdict.MISSING)
                .count();
        long warnings = checks.stream()
                .filter(check -> check.verdict() == Check.Verdict.WARNING)
                .count();
        session.warn("%d checks: %d missing, %d to look at".formatted(checks.size(), missing, warnings));
        return missing == 0 ? 0 : CommandLines.FOUND_WRONG;
    }
}
