package org.reckoner.simulators.whmcs;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The forms in which one and the same answer is met.
public enum Shape {
    /// objects in lists, and numbers as numbers
    NESTED,
    /// objects in lists, every number a text; an empty list is an empty text
    TEXTS,
    /// every value at the top, under a path such as `invoices[invoice][0][id]`, and a text; empty lists are left out
    FLATTENED,
    /// a list of one is that one
    SINGLE;

    ObjectNode of(ObjectNode answer) {
        return switch (this) {
            case NESTED -> answer;
            case TEXTS -> (ObjectNode) texts(answer);
            case SINGLE -> (ObjectNode) single(answer);
            case FLATTENED -> {
                ObjectNode flat = JsonNodeFactory.instance.objectNode();
                answer.properties().forEach(field -> flatten(flat, field.getKey(), field.getValue()));
                yield flat;
            }
        };
    }

    private static void flatten(ObjectNode flat, String path, JsonNode value) {
        switch (value) {
            case ObjectNode object ->
                object.properties()
                        .forEach(field -> flatten(flat, path + "[" + field.getKey() + "]", field.getValue()));
            case ArrayNode list -> {
                for (int i = 0; i < list.size(); i++) {
                    flatten(flat, path + "[" + i + "]", list.get(i));
                }
            }
            default -> flat.put(path, value.asString());
        }
    }

    private static JsonNode texts(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(field -> copy.set(field.getKey(), texts(field.getValue())));
                yield copy;
            }
            case ArrayNode list when list.isEmpty() -> JsonNodeFactory.instance.stringNode("");
            case ArrayNode list -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> copy.add(texts(each)));
                yield copy;
            }
            default -> JsonNodeFactory.instance.stringNode(value.asString());
        };
    }

    private static JsonNode single(JsonNode value) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode copy = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(field -> copy.set(field.getKey(), single(field.getValue())));
                yield copy;
            }
            case ArrayNode list when list.size() == 1 -> single(list.get(0));
            case ArrayNode list -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                list.forEach(each -> copy.add(single(each)));
                yield copy;
            }
            default -> value;
        };
    }
}
