package org.reckoner.serve.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.reckoner.ledger.LedgerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Every error is answered as `application/problem+json` (RFC 9457). One that nobody foresaw is logged with a
/// reference that the caller is given too; the caller sees nothing else of it.
public final class Errors {

    private static final Logger LOG = LoggerFactory.getLogger("serve");

    private Errors() {}

    public static void handle(RoutesConfig routes) {
        routes.exception(Problem.class, (problem, context) -> answer(context, problem));
        routes.exception(HttpResponseException.class, (e, context) -> answer(context, of(e, context)));
        routes.exception(LedgerException.class, (e, context) -> {
            LOG.error("{} {}: {}", context.method(), context.path(), e.getMessage(), e);
            answer(context, Problem.unavailable("the ledger cannot do this now; the server's log says why"));
        });
        routes.exception(Exception.class, (e, context) -> {
            String reference = HexFormat.of()
                    .toHexDigits(ThreadLocalRandom.current().nextLong())
                    .substring(0, 8);
            LOG.error("{} {} failed, reference {}", context.method(), context.path(), reference, e);
            answer(
                    context,
                    Problem.of(
                            500,
                            "Internal error",
                            "this is a defect of the server; its log has more under the reference " + reference));
        });
    }

    private static Problem of(HttpResponseException e, Context context) {
        return switch (e.getStatus()) {
            case 404 -> Problem.notFound("there is nothing at this path");
            case 405 -> Problem.of(405, "Method not allowed", "this path does not take " + context.method());
            case 413 -> Problem.tooLarge("the body is too large; send it in parts");
            default -> Problem.of(e.getStatus(), "Refused", String.valueOf(e.getMessage()));
        };
    }

    /// Answers with a problem.
    public static void answer(Context context, Problem problem) {
        ObjectNode json = JsonMapper.shared().createObjectNode();
        json.put("type", "about:blank");
        json.put("title", problem.title());
        json.put("status", problem.status());
        json.put("detail", problem.detail());
        if (problem.status() == 401) {
            context.header("WWW-Authenticate", "Keystone");
        }
        if (problem.status() == 503) {
            context.header("Retry-After", "5");
        }
        context.status(problem.status()).result(json.toString()).contentType("application/problem+json");
    }
}
