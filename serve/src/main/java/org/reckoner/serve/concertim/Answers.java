package org.reckoner.serve.concertim;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.reckoner.serve.http.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The shapes of what Concertim is told. Success is 201 with `success: true`, whatever was asked.
final class Answers {

    private static final Logger LOG = LoggerFactory.getLogger("serve");
    private static final int DONE = 201;

    /// Concertim does not show an item whose stack has no id.
    private static final String NO_STACK = "none";

    private Answers() {}

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    static void done(Context context, ObjectNode answer) {
        answer.put("success", true);
        context.status(DONE).result(answer.toString()).contentType("application/json");
    }

    /// Errors are JSON in the middleware's form, without what it told of its own inside.
    static void errors(RoutesConfig routes) {
        routes.exception(Problem.class, (problem, context) -> refuse(context, problem));
        routes.exception(Unbilled.class, (trouble, context) -> refuse(context, of(trouble)));
        routes.exception(HttpResponseException.class, (e, context) -> refuse(context, of(e, context)));
        routes.exception(Exception.class, (e, context) -> {
            String reference = HexFormat.of()
                    .toHexDigits(ThreadLocalRandom.current().nextLong())
                    .substring(0, 8);
            LOG.error("{} {} for Concertim failed, reference {}", context.method(), context.path(), reference, e);
            refuse(
                    context,
                    Problem.of(
                            500,
                            "InternalError",
                            "this is a defect of the server; its log has more under the reference " + reference));
        });
    }

    private static Problem of(Unbilled trouble) {
        String message = String.valueOf(trouble.getMessage());
        return switch (trouble.kind()) {
            case UNKNOWN -> Problem.of(404, "NotFound", message);
            case REFUSED -> Asked.wrong(message);
            case UNAVAILABLE -> {
                LOG.warn("Concertim could not be answered: {}", message);
                yield Problem.of(503, "BillingUnavailable", message);
            }
        };
    }

    private static Problem of(HttpResponseException e, Context context) {
        return switch (e.getStatus()) {
            case 404 -> Problem.of(404, "NotFound", "there is nothing at this path");
            case 405 -> Problem.of(405, "MethodNotAllowed", "this path does not take " + context.method());
            case 413 -> Problem.tooLarge("the body is too large");
            default -> Problem.of(e.getStatus(), "Refused", String.valueOf(e.getMessage()));
        };
    }

    private static void refuse(Context context, Problem problem) {
        if (problem.status() == 401) {
            context.header("WWW-Authenticate", "Bearer");
        }
        if (problem.status() == 503) {
            context.header("Retry-After", "5");
        }
        ObjectNode answer =
                object().put("success", false).put("error", problem.title()).put("message", problem.detail());
        context.status(problem.status()).result(answer.toString()).contentType("application/json");
    }

    static ObjectNode paper(Billing.Paper paper) {
        ObjectNode json = object();
        json.put("account_id", paper.account());
        put(json, "invoice_id", paper.id());
        json.put("amount", plain(paper.amount()));
        json.put("balance", plain(paper.balance()));
        json.put("credit_adj", plain(paper.creditAdj()));
        json.put("refund_adj", plain(paper.refundAdj()));
        json.put("currency", paper.currency().getCurrencyCode());
        json.put("invoice_date", paper.date().toString());
        json.put("target_date", paper.targetDate().toString());
        put(json, "invoice_number", paper.number());
        json.put("status", paper.status());
        json.put("draft", paper.status().equals("DRAFT"));
        ObjectNode items = json.putObject("items");
        for (Billing.Item item : paper.items()) {
            ObjectNode one = items.putObject(item.key());
            one.put("type", item.kind() == Billing.Kind.COST ? "cost" : "credits");
            one.put("amount", plain(item.amount()));
            one.put("currency", paper.currency().getCurrencyCode());
            put(one, "start_date", item.from().map(Object::toString));
            put(one, "end_date", item.to().map(Object::toString));
            if (item.kind() == Billing.Kind.COST) {
                one.put("openstack_stack_id", item.stack().orElse(NO_STACK));
                one.put("openstack_stack_name", item.text());
            }
        }
        return json;
    }

    /// Two decimal places at least, and no power of ten, which not every reader of JSON knows.
    static BigDecimal plain(BigDecimal amount) {
        return amount.scale() < 2 ? amount.setScale(2) : amount;
    }

    private static void put(ObjectNode json, String key, Optional<String> text) {
        if (text.isPresent()) {
            json.put(key, text.get());
        } else {
            json.putNull(key);
        }
    }
}
