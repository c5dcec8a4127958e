package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A part of an answer of WHMCS, which is met in many shapes: numbers are numbers or texts, an empty list is an empty
/// text or absent, a list of one is that one, and lists may be spread over keys such as `invoices[invoice][0][id]`.
///
/// @param about what was asked, for messages
/// @param node never spread over keys
record Said(String about, JsonNode node) {

    private static final Pattern KEY = Pattern.compile("[^\\[\\]]+");

    static Said of(String about, JsonNode answer) {
        return new Said(about, gathered(answer));
    }

    /// Gathers what is spread over keys.
    private static JsonNode gathered(JsonNode answer) {
        if (!(answer instanceof ObjectNode object)
                || object.propertyNames().stream().noneMatch(name -> name.indexOf('[') > 0)) {
            return answer;
        }
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(field -> {
            ObjectNode place = whole;
            Matcher key = KEY.matcher(field.getKey());
            String name = key.find() ? key.group() : field.getKey();
            while (key.find()) {
                place = place.get(name) instanceof ObjectNode there ? there : place.putObject(name);
                name = key.group();
            }
            place.set(name, field.getValue());
        });
        return whole;
    }

    /// Either of the two words in which WHMCS says that it was done.
    boolean isSuccess() {
        return text("result").or(() -> text("status")).filter("success"::equals).isPresent();
    }

    String message() {
        return text("message").orElseGet(node::toString);
    }

    /// A value that is not empty.
    Optional<String> text(String name) {
        return Optional.ofNullable(node.get(name))
                .filter(JsonNode::isValueNode)
                .map(JsonNode::asString)
                .filter(text -> !text.isEmpty());
    }

    /// @throws Undelivered.Unavailable if there is none, as the answer is not what it should be
    String needed(String name) throws Undelivered {
        return text(name).orElseThrow(() -> lacks(name, "a value"));
    }

    int number(String name) throws Undelivered {
        String text = needed(name);
        if (!text.matches("[0-9]{1,9}")) {
            throw lacks(name, "a number");
        }
        return Integer.parseInt(text);
    }

    /// An amount; zero if there is none.
    BigDecimal amount(String name) throws Undelivered {
        String text = text(name).orElse("0");
        if (!text.matches("-?[0-9]{1,15}(\\.[0-9]{1,18})?([eE][+-]?[0-9]{1,2})?")) {
            throw lacks(name, "an amount");
        }
        return new BigDecimal(text);
    }

    /// The code of a currency; empty if there is none.
    String currency(String name) throws Undelivered {
        String text = text(name).orElse("");
        if (!text.matches("([A-Z]{3})?")) {
            throw lacks(name, "a currency");
        }
        return text;
    }

    Optional<LocalDate> date(String name) {
        return text(name).flatMap(Answer::day);
    }

    Optional<Said> part(String name) {
        return Optional.ofNullable(node.get(name))
                .filter(JsonNode::isContainer)
                .map(there -> new Said(about + ", " + name, there));
    }

    /// The elements of a list such as `invoices` of `invoice`, whichever shape it has.
    List<Said> list(String plural, String singular) {
        JsonNode list = node.path(plural).path(singular);
        List<JsonNode> elements = new ArrayList<>();
        if (list.isArray()) {
            list.forEach(elements::add);
        } else if (list instanceof ObjectNode object) {
            boolean byIndex = object.propertyNames().stream().allMatch(name -> name.matches("[0-9]+"));
            if (byIndex) {
                TreeMap<Integer, JsonNode> ordered = new TreeMap<>();
                object.properties().forEach(each -> ordered.put(Integer.parseInt(each.getKey()), each.getValue()));
                elements.addAll(ordered.values());
            } else {
                elements.add(object);
            }
        }
        return elements.stream()
                .map(element -> new Said(about + ", " + singular, element))
                .toList();
    }

    private Undelivered lacks(String name, String expected) {
        return new Undelivered.Unavailable("%s: '%s' is not %s".formatted(about, name, expected));
    }
}
