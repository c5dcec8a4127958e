package org.reckoner.deliver.kit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.reckoner.deliver.http.Answer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Answers in which one value is of another kind than it should be: nothing, a list, an object, a number as people
/// write it.
final class Distorted {

    private static final List<String> OTHERS =
            List.of("null", "\"\"", "[]", "{}", "\"1,234.50\"", "true", "1e3", "[null]", "\"\\u0000\"");
    private static final Pattern SCALAR = Pattern.compile("<(int|string|double|boolean)>[^<]*</\\1>");
    private static final List<String> OTHER_ELEMENTS = List.of(
            "<nil/>",
            "<string></string>",
            "<array><data></data></array>",
            "<struct></struct>",
            "<string>1,234.50</string>",
            "<int>1,234</int>",
            "<boolean>1</boolean>",
            "");

    private Distorted() {}

    static Reply of(Reply reply, Random random) {
        String text = new String(reply.body(), UTF_8);
        return reply.with((text.startsWith("<") ? xml(text, random) : json(text, random)).getBytes(UTF_8));
    }

    private static String xml(String text, Random random) {
        List<MatchResult> values = SCALAR.matcher(text).results().toList();
        if (values.isEmpty()) {
            return text;
        }
        MatchResult one = values.get(random.nextInt(values.size()));
        return text.substring(0, one.start())
                + OTHER_ELEMENTS.get(random.nextInt(OTHER_ELEMENTS.size()))
                + text.substring(one.end());
    }

    private static String json(String text, Random random) {
        try {
            JsonNode whole = Answer.JSON.readTree(text);
            List<Consumer<JsonNode>> places = new ArrayList<>();
            collect(whole, places);
            if (places.isEmpty()) {
                return text;
            }
            String other = OTHERS.get(random.nextInt(OTHERS.size()));
            places.get(random.nextInt(places.size())).accept(Answer.JSON.readTree(other));
            return whole.toString();
        } catch (JacksonException e) {
            return text; // a page, or nothing
        }
    }

    private static void collect(JsonNode node, List<Consumer<JsonNode>> places) {
        switch (node) {
            case ObjectNode object ->
                object.properties().forEach(each -> {
                    places.add(other -> object.set(each.getKey(), other));
                    collect(each.getValue(), places);
                });
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    int place = i;
                    places.add(other -> array.set(place, other));
                    collect(array.get(i), places);
                }
            }
            default -> {}
        }
    }
}
