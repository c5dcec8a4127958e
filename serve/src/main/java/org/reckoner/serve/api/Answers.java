package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.reckoner.ledger.Sha256;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes answers, with the tags by which a caller knows that nothing changed (RFC 9110, "Validators").
final class Answers {

    static final String JSON = "application/json";

    private static final String GZIPPED = "-gzip";

    private Answers() {}

    static ObjectNode object() {
        return JsonMapper.shared().createObjectNode();
    }

    /// Puts text, or null.
    static void put(ObjectNode json, String name, Optional<String> text) {
        json.put(name, text.orElse(null));
    }

    static void putTime(ObjectNode json, String name, Optional<Instant> at) {
        put(json, name, at.map(Instant::toString));
    }

    static void json(Context context, JsonNode json) {
        context.result(json.toString()).contentType(JSON);
    }

    /// Answers with a strong tag; with 304 and no body if the caller has the same already.
    static void tagged(Context context, String contentType, byte[] body) {
        tagged(context, contentType, body, tag(body));
    }

    static void tagged(Context context, JsonNode json) {
        tagged(context, JSON, json.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// @param tag without quotes; the same for the same bytes only
    static void tagged(Context context, String contentType, byte[] body, String tag) {
        context.header("ETag", quoted(tag + (acceptsGzip(context) ? GZIPPED : "")));
        context.header("Vary", "Accept, Accept-Encoding");
        if (matches(context.header("If-None-Match"), tag)) {
            context.status(304);
            return;
        }
        context.result(body).contentType(contentType);
    }

    /// The tag of some content.
    static String tag(byte[] content) {
        return Sha256.hex(content).substring(0, 40);
    }

    static String tag(JsonNode json) {
        return tag(json.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean acceptsGzip(Context context) {
        return Optional.ofNullable(context.header("Accept-Encoding"))
                .filter(codings -> codings.toLowerCase(Locale.ROOT).contains("gzip"))
                .isPresent();
    }

    /// Whether a list of tags, or `*`, has a tag. What was sent compressed counts as the same.
    private static boolean matches(@org.jspecify.annotations.Nullable String header, String tag) {
        return header != null
                && (header.strip().equals("*")
                        || Arrays.stream(header.split(",", -1))
                                .map(Answers::bare)
                                .anyMatch(tag::equals));
    }

    private static String bare(String quoted) {
        String text = quoted.strip().replaceFirst("^W/", "");
        String unquoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1)
                : text;
        return unquoted.endsWith(GZIPPED) ? unquoted.substring(0, unquoted.length() - GZIPPED.length()) : unquoted;
    }

    private static String quoted(String tag) {
        return "\"" + tag + "\"";
    }

    /// Whether what is there now is what the caller means to replace.
    ///
    /// @param now the tag of what is there; none if nothing is
    /// @throws Problem 428 if the caller does not say what is to be replaced
    static boolean isAsExpected(Context context, Optional<String> now) {
        String ifMatch = context.header("If-Match");
        String ifNoneMatch = context.header("If-None-Match");
        if (ifMatch != null) {
            return now.filter(tag -> matches(ifMatch, tag)).isPresent();
        }
        if (ifNoneMatch != null) {
            return now.filter(tag -> matches(ifNoneMatch, tag)).isEmpty();
        }
        throw Problem.of(
                428,
                "Precondition required",
                "say what you replace: If-Match with the ETag of a GET, If-Match: * for whatever is there, or If-None-Match: * for something new");
    }
}
