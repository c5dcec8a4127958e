package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;

/// Reckoner's own REST API, and the document that describes it.
public final class Api {

    private static final String PREFIX = "/api/v1/";

    private static final Pattern BAD_ESCAPE = Pattern.compile("%(?![0-9a-fA-F]{2})");

    private final Ledger ledger;
    private final Clock clock;
    private final Function<DeadLetter, Reread> reader;
    private final byte[] contract = contract();

    /// @param reader reads a dead letter once more
    public Api(Ledger ledger, Clock clock, Function<DeadLetter, Reread> reader) {
        this.ledger = ledger;
        this.clock = clock;
        this.reader = reader;
    }

    public void routes(RoutesConfig routes) {
        Idempotency idempotency = new Idempotency(ledger.idempotentRequests(), clock);
        routes.before(Api::prepare);
        routes.get("/openapi.yaml", this::describe, Access.PUBLIC);
        new Whoami().routes(routes);
        new AccountRoutes(ledger, clock).routes(routes);
        new ResourceRoutes(ledger).routes(routes);
        new UsageRoutes(ledger).routes(routes);
        new PriceBookRoutes(ledger, idempotency, clock).routes(routes);
        new BillRoutes(ledger).routes(routes);
        new DraftRoutes(ledger, idempotency, clock).routes(routes);
        new InvoiceRoutes(ledger, idempotency).routes(routes);
        new ParkedRoutes(ledger, idempotency).routes(routes);
        new DeliveryRoutes(ledger, idempotency, clock).routes(routes);
        new WatermarkRoutes(ledger, clock).routes(routes);
        new DeadLetterRoutes(ledger, idempotency, reader).routes(routes);
        new AuditRoutes(ledger).routes(routes);
    }

    /// Answers are one caller's own and hold what tenants wrote: no cache may keep them unasked, and no
    /// browser may take them for a page that acts.
    private static void prepare(Context context) {
        if (!context.path().startsWith(PREFIX)) {
            return;
        }
        context.header("Cache-Control", "private, no-cache");
        context.header("X-Content-Type-Options", "nosniff");
        context.header(
                "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox");
        if (Optional.ofNullable(context.queryString())
                .filter(query -> BAD_ESCAPE.matcher(query).find())
                .isPresent()) {
            throw Problem.badRequest("the query is not percent-encoded as RFC 3986 wants it");
        }
        boolean hasNul = context.path().indexOf('\0') >= 0
                || context.queryParamMap().values().stream()
                        .flatMap(List::stream)
                        .anyMatch(value -> value.indexOf('\0') >= 0);
        if (hasNul) {
            throw Problem.badRequest("the address holds the character U+0000");
        }
    }

    private void describe(Context context) {
        Answers.tagged(context, "application/yaml; charset=utf-8", contract);
    }

    private static byte[] contract() {
        try (InputStream in = Api.class.getResourceAsStream("/org/reckoner/serve/openapi.yaml")) {
            return Objects.requireNonNull(in, "not packaged: openapi.yaml").readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the packaged openapi.yaml", e);
        }
    }
}
