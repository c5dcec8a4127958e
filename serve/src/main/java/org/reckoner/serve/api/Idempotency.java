package org.reckoner.serve.api;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.idempotency.IdempotentRequests;
import org.reckoner.ledger.idempotency.IdempotentRequests.Known;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;

/// Lets a POST be sent again without being done again: with an `Idempotency-Key`, the same request gets the
/// same answer for a day. What was refused changed nothing and may be tried again under its key.
final class Idempotency {

    static final String KEY = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";

    private final IdempotentRequests requests;
    private final Clock clock;

    Idempotency(IdempotentRequests requests, Clock clock) {
        this.requests = requests;
        this.clock = clock;
    }

    /// The handler, done once for each key.
    Handler once(Handler handler) {
        return context -> {
            String key = context.header(KEY);
            if (key == null) {
                handler.handle(context);
            } else {
                handle(context, request(context, key), handler);
            }
        };
    }

    private void handle(Context context, IdempotentRequests.Request request, Handler handler) throws Exception {
        switch (requests.begin(request, clock.instant())) {
            case Known.Answered(IdempotentRequests.Answer answer) -> {
                context.header(REPLAYED, "true");
                answer.location().ifPresent(location -> context.header("Location", location));
                context.status(answer.status()).result(answer.body()).contentType(answer.contentType());
            }
            case Known.Running running ->
                throw Problem.conflict(
                        "the request with this Idempotency-Key is still being worked on; ask again later");
            case Known.KeyTaken taken ->
                throw Problem.unprocessable(
                        "this Idempotency-Key was used for another request; take a new key for a new request");
            case Known.Fresh fresh -> {
                boolean done = false;
                try {
                    handler.handle(context);
                    done = context.statusCode() < 400;
                } finally {
                    if (done) {
                        requests.answer(request, answer(context));
                    } else {
                        requests.forget(request);
                    }
                }
            }
        }
    }

    private static IdempotentRequests.Answer answer(Context context) {
        return new IdempotentRequests.Answer(
                context.statusCode(),
                Optional.ofNullable(context.res().getContentType()).orElse(Answers.JSON),
                Optional.ofNullable(context.res().getHeader("Location")),
                Optional.ofNullable(context.result()).orElse(""));
    }

    /// @throws Problem 400 unless the key is 1 to 255 visible ASCII characters
    private static IdempotentRequests.Request request(Context context, String key) {
        if (!key.matches("[\\x21-\\x7e]{1,255}")) {
            throw Problem.badRequest(KEY + " must be 1 to 255 visible ASCII characters");
        }
        Caller caller = Requests.caller(context);
        String who = "%s %s %s".formatted(caller.role(), caller.project().orElse("-"), caller.name());
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        for (String part : new String[] {
            context.method().name(),
            context.path(),
            Optional.ofNullable(context.queryString()).orElse(""),
            Optional.ofNullable(context.contentType()).orElse("")
        }) {
            said.writeBytes((part + "\n").getBytes(StandardCharsets.UTF_8));
        }
        said.writeBytes(Requests.body(context));
        return new IdempotentRequests.Request(who, key, Sha256.hex(said.toByteArray()));
    }
}
