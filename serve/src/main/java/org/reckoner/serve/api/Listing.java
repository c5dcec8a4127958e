package org.reckoner.serve.api;

import io.javalin.http.Context;
import jakarta.servlet.ServletOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers a list: a page of it as `{"items": […], "next": …}`, or all that is left as one JSON object a line
/// (`application/x-ndjson`), streamed as it is read.
final class Listing {

    private static final int USUAL_LIMIT = 100;
    private static final int LARGEST_LIMIT = 1_000;
    private static final int STREAMED_AT_ONCE = 500;
    private static final List<Form> FORMS = List.of(Form.JSON, Form.NDJSON);

    private Listing() {}

    /// Reads the items that follow a key, at most so many.
    @FunctionalInterface
    interface Source {
        List<Item> after(Optional<List<String>> key, int limit);
    }

    /// @param key what the items are ordered by
    record Item(List<String> key, ObjectNode json) {}

    /// @param filters the query parameters that the list knows beside `limit`, `cursor` and `format`
    static void checkQuery(Context context, String... filters) {
        Set<String> known = new HashSet<>(Set.of(filters));
        known.addAll(Set.of("limit", "cursor", "format"));
        Parameters.only(context, known);
    }

    /// @param keyLength how many parts the items' keys have
    static void answer(Context context, int keyLength, Source source) {
        Optional<List<String>> key = Cursor.key(context, keyLength);
        if (Form.chosen(context, FORMS) == Form.NDJSON) {
            stream(context, key, source);
        } else {
            page(context, key, source);
        }
    }

    private static void page(Context context, Optional<List<String>> key, Source source) {
        int limit = limit(context);
        List<Item> items = source.after(key, limit + 1);
        List<Item> shown = items.size() > limit ? items.subList(0, limit) : items;
        ObjectNode page = Answers.object();
        ArrayNode array = page.putArray("items");
        shown.forEach(item -> array.add(item.json()));
        page.put(
                "next",
                items.size() > limit ? Cursor.of(context, shown.getLast().key()) : null);
        Answers.json(context, page);
    }

    private static int limit(Context context) {
        return Requests.query(context, "limit")
                .map(text -> {
                    if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > LARGEST_LIMIT) {
                        throw Problem.badRequest("limit is a whole number from 1 to " + LARGEST_LIMIT);
                    }
                    return Integer.valueOf(text);
                })
                .orElse(USUAL_LIMIT);
    }

    private static void stream(Context context, Optional<List<String>> key, Source source) {
        List<Item> items = source.after(key, STREAMED_AT_ONCE);
        context.contentType(Form.NDJSON.contentType());
        Streaming.answer(context, out -> {
            List<Item> chunk = items;
            while (!chunk.isEmpty()) {
                write(out, chunk);
                chunk = chunk.size() < STREAMED_AT_ONCE
                        ? List.of()
                        : source.after(Optional.of(chunk.getLast().key()), STREAMED_AT_ONCE);
            }
        });
    }

    private static void write(ServletOutputStream out, List<Item> items) {
        try {
            for (Item item : items) {
                out.write((item.json().toString() + "\n").getBytes(StandardCharsets.UTF_8));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
