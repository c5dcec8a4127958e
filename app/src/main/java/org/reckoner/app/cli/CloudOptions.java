package org.reckoner.app.cli;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Backfill;
import org.reckoner.app.CloudAccess;
import org.reckoner.app.Session;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Which cloud is asked.
final class CloudOptions {

    @Option(
            names = "--os-cloud",
            paramLabel = "NAME",
            description = "The cloud of clouds.yaml, instead of OS_CLOUD or the configured one.")
    private @Nullable String osCloud;

    @Option(
            names = "--region",
            paramLabel = "NAME",
            description = "The cloud's region to ask, instead of the configured one.")
    private @Nullable String region;

    Optional<String> region() {
        return Optional.ofNullable(region);
    }

    CloudAccess.Choice choice(Optional<String> project, Instant since) {
        return new CloudAccess.Choice(Optional.ofNullable(osCloud), region(), project, since);
    }

    /// What of a cloud's services is listed, and how.
    static final class Listing {

        private static final int MOST_NAMED = 20;

        @Mixin
        private CloudOptions cloud = new CloudOptions();

        @Option(
                names = "--project",
                paramLabel = "PROJECT",
                description = "Only what this project owns: its id or name.")
        private @Nullable String project;

        @Option(
                names = "--page-size",
                paramLabel = "N",
                description = "Resources in one request and one transaction (default ${DEFAULT-VALUE}).")
        private int pageSize = 200;

        Optional<String> region() {
            return cloud.region();
        }

        /// Logs in.
        ///
        /// @throws AskedWrongly if the credentials do not suffice for what is asked for
        CloudAccess access(Session session, Instant since) {
            return CloudAccess.of(
                    session.configuration(), cloud.choice(Optional.ofNullable(project), since), session.clock());
        }

        /// @throws AskedWrongly if the page size makes no sense
        Backfill.Plan plan(boolean dry, Backfill.Gone gone) {
            if (pageSize < 1 || pageSize > 1000) {
                throw new AskedWrongly("--page-size expects 1 to 1000, not " + pageSize);
            }
            return new Backfill.Plan(dry, pageSize, gone);
        }

        /// Tells what a person may have to look at.
        ///
        /// @param missing a sentence about what is not there any more, with the service's name and the number
        static void tellTroubles(Session session, String service, Backfill.Outcome outcome, String missing) {
            outcome.refused()
                    .forEach(refused -> session.warn("reckoner: %s: %s; left out".formatted(service, refused)));
            tell(session, outcome.missing(), missing, service);
            tell(
                    session,
                    outcome.untold(),
                    "%s: %d are new and were otherwise before; they are taken to have been as they are now all along",
                    service);
            tell(
                    session,
                    outcome.ended(),
                    "%s: the ledger knows the end of %d that the service still lists; they are left as they are",
                    service);
        }

        private static void tell(Session session, List<?> resources, String sentence, String service) {
            if (resources.isEmpty()) {
                return;
            }
            session.warn("reckoner: " + sentence.formatted(service, resources.size()));
            resources.stream().limit(MOST_NAMED).forEach(resource -> session.warn("  " + resource));
            if (resources.size() > MOST_NAMED) {
                session.warn("  and %d more".formatted(resources.size() - MOST_NAMED));
            }
        }

        /// Whether there is nothing for a person to look at.
        static boolean isFine(Backfill.Outcome outcome) {
            return outcome.refused().isEmpty()
                    && outcome.missing().isEmpty()
                    && outcome.ended().isEmpty();
        }
    }
}
