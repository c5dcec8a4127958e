package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A request's JSON object, read field by field. What is not known or of another kind is refused.
final class Body {

    private static final int LONGEST_TEXT = 1_000;
    private static final int MOST_ITEMS = 50;

    private final ObjectNode json;
    private final String path;

    private Body(ObjectNode json, String path) {
        this.json = json;
        this.path = path;
    }

    /// @throws Problem 400, 413 or 415 if the body is no JSON object, or has a field that is none of these
    static Body of(Context context, String... fields) {
        return of(Requests.object(context), "", fields);
    }

    private static Body of(ObjectNode json, String path, String... fields) {
        Set<String> known = new TreeSet<>(List.of(fields));
        if (!known.containsAll(json.propertyNames())) {
            throw Problem.badRequest("%s has a field that is not known; known are %s"
                    .formatted(path.isEmpty() ? "the body" : path, String.join(", ", known)));
        }
        return new Body(json, path);
    }

    /// @throws Problem 400 unless it is text of sensible length without control characters, null or absent
    Optional<String> text(String name) {
        JsonNode value = json.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        return Optional.of(text(value, path + name));
    }

    /// @throws Problem 400 if it is absent or blank
    String requiredText(String name) {
        return text(name).orElseThrow(() -> Problem.badRequest("%s%s is missing".formatted(path, name)));
    }

    private static String text(JsonNode value, String name) {
        if (!value.isString()) {
            throw Problem.badRequest("%s must be text".formatted(name));
        }
        String text = value.stringValue();
        if (text.isBlank()
                || text.length() > LONGEST_TEXT
                || text.chars().anyMatch(Character::isISOControl)
                || !isWellFormed(text)) {
            throw Problem.badRequest(
                    "%s must be 1 to %d characters, none of them a control character".formatted(name, LONGEST_TEXT));
        }
        return text;
    }

    /// Whether UTF-8 can carry it: no half of a surrogate pair alone.
    private static boolean isWellFormed(String text) {
        return text.codePoints()
                .noneMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
    }

    /// @throws Problem 400 unless it is an array of texts, null or absent
    List<String> texts(String name) {
        List<String> texts = new ArrayList<>();
        for (JsonNode value : array(name)) {
            texts.add(text(value, "%s%s[%d]".formatted(path, name, texts.size())));
        }
        return texts;
    }

    /// @throws Problem 400 unless it is an array of objects with these fields, null or absent
    List<Body> objects(String name, String... fields) {
        List<Body> objects = new ArrayList<>();
        for (JsonNode value : array(name)) {
            String at = "%s%s[%d]".formatted(path, name, objects.size());
            if (!(value instanceof ObjectNode object)) {
                throw Problem.badRequest(at + " must be an object");
            }
            objects.add(of(object, at + ".", fields));
        }
        return objects;
    }

    private JsonNode array(String name) {
        JsonNode value = json.path(name);
        if (!value.isMissingNode() && !value.isNull() && !value.isArray() || value.size() > MOST_ITEMS) {
            throw Problem.badRequest("%s%s must be an array of at most %d".formatted(path, name, MOST_ITEMS));
        }
        return value;
    }
}
