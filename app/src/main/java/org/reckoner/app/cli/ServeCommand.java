package org.reckoner.app.cli;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.CloudRounds;
import org.reckoner.app.CollectingRounds;
import org.reckoner.app.Couriers;
import org.reckoner.app.Listening;
import org.reckoner.app.Posts;
import org.reckoner.app.Reexamination;
import org.reckoner.app.Rounds;
import org.reckoner.app.SamplingRounds;
import org.reckoner.app.Session;
import org.reckoner.app.concertim.Middleware;
import org.reckoner.app.concertim.Pusher;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.Reading;
import org.reckoner.core.meter.Observation;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.api.Reread;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description = {
            "Serve bills and everything else over HTTP, until stopped. Configured under 'serve'.",
            "Where 'listen' is configured too, it collects from the RabbitMQ at the same time; where 'measure' is, from",
            "those stores; where 'openstack.reconcile' is, it asks the cloud's services now and then what was missed."
        })
final class ServeCommand implements Callable<Integer> {

    private static final String HOW_CALLERS_ARE_KNOWN = """
            it is not said how callers are known. Add to reckoner.yaml:
            serve:
              keystone:
                url: https://keystone.example.org:5000/v3
            In nova-billing's settings.json it is keystone_conf: {"auth_uri": "https://keystone.example.org:5000/v3"}.
            Or, for a trial on this machine only: reckoner serve --no-authentication""";

    private final Session session;

    ServeCommand(Session session) {
        this.session = session;
    }

    @Option(names = "--port", paramLabel = "PORT", description = "Instead of the configured one; default 8787.")
    private @Nullable Integer port;

    @Option(
            names = "--no-authentication",
            description = "Everybody is an admin; listens on 127.0.0.1 only. For trials.")
    private boolean open;

    @Option(names = "--without-listener", description = "Leave collecting to another process.")
    private boolean withoutListener;

    /// What is done while the server runs.
    @FunctionalInterface
    interface Meanwhile {
        void run(Server server) throws IOException, InterruptedException;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Configuration configuration = session.configuration();
        ServerSettings settings = settings(configuration);
        configuration.logging().ifPresent(logging -> logging.begin("reckoner-serve"));
        CountDownLatch told = new CountDownLatch(1);
        serve(settings, told, server -> told.await());
        return 0;
    }

    /// Serves until something has been done, or the listener has failed.
    ///
    /// @param told is counted down when all is to stop
    void serve(ServerSettings settings, CountDownLatch told, Meanwhile meanwhile)
            throws IOException, InterruptedException {
        Configuration configuration = session.configuration();
        AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
        Optional<Listening> listener =
                configuration.listen().filter(listen -> !withoutListener).map(listen -> Listening.of(session, listen));
        Server server = new Server(settings, session.ledger(), session.clock(), reader(), Posts.of(session));
        try (server;
                @Nullable Middleware concertim = Middleware.of(session).orElse(null);
                @Nullable Pusher pusher = Pusher.of(session).orElse(null);
                Couriers couriers = Couriers.start(session);
                Rounds rounds = new Rounds()) {
            StopSignals.whenTold(told::countDown);
            SamplingRounds.start(session, rounds);
            CloudRounds.start(session, rounds);
            if (!withoutListener) {
                CollectingRounds.start(session, rounds);
            }
            session.noteConfiguration();
            server.start();
            if (concertim != null) {
                concertim.start();
            }
            if (pusher != null) {
                pusher.start(rounds);
            }
            Optional<Thread> listening =
                    listener.map(ready -> Thread.ofPlatform().name("listener").start(() -> {
                        try {
                            ready.run();
                        } catch (RuntimeException e) {
                            failure.set(e);
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        } finally {
                            told.countDown();
                        }
                    }));
            meanwhile.run(server);
            listener.ifPresent(Listening::close);
            if (listening.isPresent()) {
                listening.get().join(TimeUnit.SECONDS.toMillis(30));
            }
        }
        RuntimeException failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    /// Reads dead letters as they would be read if they came now.
    private Function<DeadLetter, Reread> reader() {
        Reexamination reexamination = new Reexamination(session);
        return letter -> switch (reexamination.read(letter)) {
            case Reading.Observed(Observation observation) -> new Reread.Understood(List.of(observation));
            case Reading.Ignored(String eventType, String why) -> new Reread.OfNoConcern(why);
            case Reading.Commanded commanded ->
                new Reread.Refused("a command to Nova is replayed by: reckoner dead-letters replay " + letter.id());
            case Reading.Sampled sampled ->
                new Reread.Refused("a sample is replayed by: reckoner dead-letters replay " + letter.id());
            case Reading.Several several -> new Reread.Refused("it holds several messages; ingest it as a file");
            case Reading.Refused refused -> new Reread.Refused(refused.reason());
        };
    }

    private ServerSettings settings(Configuration configuration) {
        if (open) {
            return ServerSettings.local(port == null ? ServerSettings.USUAL_PORT : port)
                    .withHeart(configuration.heart());
        }
        ServerSettings settings = configuration.serve().orElseThrow(() -> new AskedWrongly(HOW_CALLERS_ARE_KNOWN));
        return port == null ? settings : settings.onPort(port);
    }
}
