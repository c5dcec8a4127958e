package org.reckoner.serve;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.json.JsonMapper;
import io.javalin.router.Endpoint;
import java.lang.reflect.Type;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.serve.api.Api;
import org.reckoner.serve.api.Reread;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.auth.Authentication;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.auth.KeystoneTokens;
import org.reckoner.serve.ceilometer.PublicationRoutes;
import org.reckoner.serve.ceilometer.Publications;
import org.reckoner.serve.heart.Heart;
import org.reckoner.serve.http.Errors;
import org.reckoner.serve.http.Listening;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import org.reckoner.serve.operations.Health;
import org.reckoner.serve.operations.Metrics;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server over a ledger. All routes are listed in one place, [#routes].
///
/// A slow client holds a virtual thread and no more; a connection that says nothing is closed after
/// [#IDLE]. Stopping first says so at `/health/ready`, then lets requests that are under way end.
public final class Server implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("serve");
    private static final Duration IDLE = Duration.ofSeconds(30);

    private final ServerSettings settings;
    private final Ledger ledger;
    private final Clock clock;
    private final Function<DeadLetter, Reread> reader;
    private final Optional<Publications> publications;
    private final Authentication authentication;
    private final Metrics metrics;
    private final Heart heart;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Javalin javalin;

    /// A server that cannot read messages of the services, and so leaves dead letters as they are.
    ///
    /// @param ledger stays the caller's to close, after the server
    public Server(ServerSettings settings, Ledger ledger, Clock clock) {
        this(settings, ledger, clock, letter -> new Reread.Refused("this server reads no messages"));
    }

    /// @param ledger stays the caller's to close, after the server
    /// @param reader reads a dead letter once more
    public Server(ServerSettings settings, Ledger ledger, Clock clock, Function<DeadLetter, Reread> reader) {
        this(settings, ledger, clock, reader, Optional.empty());
    }

    /// @param publications how samples that are posted are taken, if they are
    public Server(
            ServerSettings settings,
            Ledger ledger,
            Clock clock,
            Function<DeadLetter, Reread> reader,
            Optional<Publications> publications) {
        this.publications = publications;
        this.settings = settings;
        this.ledger = ledger;
        this.clock = clock;
        this.reader = reader;
        this.authentication = settings.keystone()
                .<Authentication>map(keystone -> new KeystoneTokens(
                        keystone,
                        HttpClient.newBuilder()
                                .connectTimeout(keystone.timeout())
                                .build(),
                        clock))
                .orElseGet(Authentication.Off::new);
        this.metrics = new Metrics(ledger, clock);
        this.heart = new Heart(settings.heart(), ledger, clock);
        this.javalin = Javalin.create(this::configure);
    }

    private void configure(JavalinConfig config) {
        new Listening(settings.host(), settings.port(), IDLE, Requests.LARGEST_BODY).configure(config);
        config.http.compressionStrategy = CompressionStrategy.GZIP;
        config.jsonMapper(new Json());
        routes(config.routes);
    }

    private void routes(RoutesConfig routes) {
        Errors.handle(routes);
        metrics.routes(routes);
        routes.beforeMatched(this::admit);
        new Health(ledger, stopping::get).routes(routes);
        heart.routes(routes);
        new PublicationRoutes(publications).routes(routes);
        new Api(ledger, clock, reader).routes(routes);
    }

    /// Nobody gets past this who may not.
    private void admit(Context context) {
        List<Access> allowed =
                context.routeRoles().stream().map(Access.class::cast).toList();
        if (allowed.contains(Access.PUBLIC)) {
            return;
        }
        Caller caller = allowed.contains(Access.TELEMETRY)
                ? publisher(context).orElseGet(() -> byToken(context))
                : byToken(context);
        if (allowed.stream().noneMatch(caller::may)) {
            throw Problem.forbidden("the roles of this token do not allow this");
        }
        Requests.setCaller(context, caller);
    }

    private Caller byToken(Context context) {
        return authentication.caller(Optional.ofNullable(context.header("X-Auth-Token")));
    }

    /// Who posts samples with a name and a password.
    ///
    /// @throws Problem 401 if they are wrong, or none are configured
    private Optional<Caller> publisher(Context context) {
        Optional<String> said = Optional.ofNullable(context.header("Authorization"));
        if (said.isEmpty() || authentication instanceof Authentication.Off) {
            return Optional.empty();
        }
        return Optional.of(publications
                .flatMap(Publications::publisher)
                .filter(known -> known.isMeant(said.get()))
                .map(known -> Caller.publisher(known.user()))
                .orElseThrow(() -> Problem.unauthenticated("the name or the password is wrong")));
    }

    /// Begins to listen.
    ///
    /// @throws ServerException if the port is taken or the host is not this machine's
    public void start() {
        try {
            javalin.start();
        } catch (RuntimeException e) {
            throw new ServerException(
                    "cannot listen on %s:%d: %s. Is another server there? Set serve.host and serve.port."
                            .formatted(settings.host(), settings.port(), e.getMessage()),
                    e);
        }
        LOG.info(
                "Listening on http://{}:{}, {}",
                settings.host(),
                port(),
                settings.keystone()
                        .map(keystone -> "callers known by Keystone at " + keystone.url())
                        .orElse("WITHOUT AUTHENTICATION"));
    }

    public int port() {
        return javalin.port();
    }

    /// Everything that was added to the router, for the tests that hold it to the contract.
    List<Endpoint> endpoints() {
        return javalin.unsafe.internalRouter.allHttpHandlers().stream()
                .map(parsed -> parsed.endpoint)
                .toList();
    }

    /// Lets requests end, then stops listening.
    @Override
    public void close() {
        if (stopping.compareAndSet(false, true)) {
            javalin.stop();
            metrics.close();
            LOG.info("Stopped");
        }
    }

    /// Jackson 3, which Javalin does not know.
    private static final class Json implements JsonMapper {
        @Override
        public String toJsonString(Object value, Type type) {
            return tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(value);
        }
    }
}
