package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.ledger.Sha256;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Where a page ends, as opaque text: the key of its last item, bound to the list and its filters.
///
/// A cursor grants nothing: whoever makes one up sees the same list from another place.
final class Cursor {

    private static final int LONGEST = 8_192;

    private Cursor() {}

    static String of(Context context, List<String> key) {
        ArrayNode parts = JsonMapper.shared().createArrayNode();
        parts.add(list(context));
        key.forEach(parts::add);
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(parts.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// The key of the last item that the caller has.
    ///
    /// @param length of the list's keys
    /// @throws Problem 400 if the text is no cursor, or one of another list or other filters
    static Optional<List<String>> key(Context context, int length) {
        return Requests.query(context, "cursor").map(text -> {
            List<String> parts = parts(text);
            if (parts.size() != length + 1 || !parts.getFirst().equals(list(context)) || !areStorable(parts)) {
                throw Problem.badRequest(
                        "this cursor is of another list or of other filters; begin again without a cursor");
            }
            return parts.subList(1, parts.size());
        });
    }

    private static boolean areStorable(List<String> parts) {
        return parts.stream().noneMatch(part -> part.indexOf('\0') >= 0);
    }

    private static List<String> parts(String text) {
        List<String> parts = new ArrayList<>();
        try {
            if (text.length() <= LONGEST) {
                byte[] bytes = Base64.getUrlDecoder().decode(text);
                for (JsonNode part : JsonMapper.shared().readTree(bytes)) {
                    parts.add(part.asString(""));
                }
            }
        } catch (IllegalArgumentException | JacksonException e) {
            parts.clear();
        }
        return parts;
    }

    /// Tells lists apart: the path and the filters, whatever their order.
    private static String list(Context context) {
        Map<String, List<String>> filters = new TreeMap<>(context.queryParamMap());
        List.of("limit", "cursor", "format").forEach(filters::remove);
        return Sha256.hex((context.path() + filters).getBytes(StandardCharsets.UTF_8))
                .substring(0, 12);
    }
}
