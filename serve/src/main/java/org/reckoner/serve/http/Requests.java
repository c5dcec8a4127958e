package org.reckoner.serve.http;

import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.reckoner.serve.auth.Caller;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads what a request says, and refuses what no request should say.
public final class Requests {

    /// The largest body, in bytes; a batch of events of some ten thousand resources.
    public static final int LARGEST_BODY = 16 * 1024 * 1024;

    private static final int DEEPEST = 64;
    private static final int LONGEST_NUMBER = 100;
    private static final String CALLER = "caller";
    private static final String BODY = "body";

    /// Numbers are read as exact decimals; names given twice and text after the end are refused.
    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
            .enable(
                    DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS,
                    DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Requests() {}

    /// The body, which must be a JSON object.
    ///
    /// @throws Problem 400, 413 or 415
    public static ObjectNode object(Context context) {
        if (json(context) instanceof ObjectNode object) {
            return object;
        }
        throw Problem.badRequest("the body is JSON, but no object {…}");
    }

    /// @throws Problem 415 unless the body is declared as JSON, 413 if it is too large, 400 if it is none
    public static JsonNode json(Context context) {
        mustBeJson(context);
        try {
            return JSON.readTree(body(context));
        } catch (JacksonException e) {
            throw Problem.badRequest("the body is no JSON that is taken here: " + e.getOriginalMessage() + place(e));
        }
    }

    /// A body for somebody else to understand part by part, of which only the beginning is looked at: a list or
    /// an object.
    ///
    /// @throws Problem 415 unless the body is declared as JSON, 413 if it is too large, 400 if it is neither
    public static byte[] listOrObject(Context context) {
        mustBeJson(context);
        byte[] body = body(context);
        String begin = new String(body, 0, Math.min(body.length, 64), StandardCharsets.UTF_8).strip();
        if (!begin.startsWith("[") && !begin.startsWith("{")) {
            throw Problem.badRequest("the body is neither a JSON list […] nor an object {…}");
        }
        return body;
    }

    private static void mustBeJson(Context context) {
        String type = Optional.ofNullable(context.contentType()).orElse("");
        if (!type.matches("(?i)application/([a-z0-9.+-]+\\+)?json\\s*(;.*)?")) {
            throw Problem.unsupportedMediaType("the Content-Type must be application/json");
        }
    }

    private static String place(JacksonException e) {
        TokenStreamLocation location = e.getLocation();
        return location == null ? "" : ", line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
    }

    /// Read from the connection once, and kept for whoever asks again.
    ///
    /// @throws Problem 413 if it is too large
    public static byte[] body(Context context) {
        byte[] body = context.attribute(BODY);
        if (body == null) {
            body = read(context);
            context.attribute(BODY, body);
        }
        return body;
    }

    private static byte[] read(Context context) {
        if (context.req().getContentLengthLong() > LARGEST_BODY) {
            throw tooLarge();
        }
        try (InputStream in = context.bodyInputStream()) {
            byte[] body = in.readNBytes(LARGEST_BODY + 1);
            if (body.length > LARGEST_BODY) {
                throw tooLarge();
            }
            return body;
        } catch (IOException e) {
            throw Problem.badRequest("the body did not arrive whole: " + e.getMessage());
        }
    }

    private static Problem tooLarge() {
        return Problem.tooLarge("a body has at most %d bytes; send it in parts".formatted(LARGEST_BODY));
    }

    /// A query parameter; none if it is absent or empty.
    public static Optional<String> query(Context context, String name) {
        return Optional.ofNullable(context.queryParam(name)).filter(value -> !value.isEmpty());
    }

    /// Who is calling, once that was found out.
    public static Caller caller(Context context) {
        Caller caller = context.attribute(CALLER);
        if (caller == null) {
            throw new IllegalStateException("no caller on " + context.path());
        }
        return caller;
    }

    public static void setCaller(Context context, Caller caller) {
        context.attribute(CALLER, caller);
    }
}
