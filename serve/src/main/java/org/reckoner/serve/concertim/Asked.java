package org.reckoner.serve.concertim;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a request says. As in the middleware a key may stand at any depth, but not in `cloud_env`, which is how
/// Concertim logs in to the cloud and is not looked at.
record Asked(ObjectNode body) {

    private static final String LOGIN = "cloud_env";
    private static final int LONGEST = 255;
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,20}(\\.[0-9]{1,20})?");

    /// A text that must be there.
    ///
    /// @param names of which one is taken, the first first
    String text(String... names) {
        return optionalText(names).orElseThrow(() -> missing(names));
    }

    Optional<String> optionalText(String... names) {
        return value(names).map(value -> {
            String text = value.isString() || value.isIntegralNumber() ? value.asString() : "";
            if (text.isBlank() || text.length() > LONGEST || text.chars().anyMatch(Character::isISOControl)) {
                throw wrong("'%s' is to be a text of 1 to %d characters".formatted(names[0], LONGEST));
            }
            return text;
        });
    }

    /// A number, also as text, as Concertim writes decimals.
    BigDecimal number(String... names) {
        JsonNode value = value(names).orElseThrow(() -> missing(names));
        String text = value.isNumber() || value.isString() ? value.asString() : "";
        if (!NUMBER.matcher(text).matches()) {
            throw wrong("'%s' is to be a number such as 50.00".formatted(names[0]));
        }
        return new BigDecimal(text);
    }

    private static Problem missing(String... names) {
        return Problem.of(
                415, "MissingRequiredArgument", "the body lacks '%s'".formatted(String.join("' or '", names)));
    }

    int whole(String name, int usual, int least, int most) {
        Optional<JsonNode> value = value(name);
        if (value.isEmpty()) {
            return usual;
        }
        String text =
                value.get().isNumber() || value.get().isString() ? value.get().asString() : "";
        if (text.matches("[0-9]{1,9}")) {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw wrong("'%s' is to be a whole number from %d to %d".formatted(name, least, most));
    }

    /// A day, or a moment of which the day counts.
    Optional<LocalDate> day(String name) {
        return optionalText(name).map(text -> {
            try {
                return LocalDate.parse(text.length() > 10 && text.charAt(10) == 'T' ? text.substring(0, 10) : text);
            } catch (DateTimeException e) {
                throw wrong("'%s' is to be a day such as 2026-11-30".formatted(name));
            }
        });
    }

    private Optional<JsonNode> value(String... names) {
        for (String name : names) {
            Optional<JsonNode> found = find(body, name);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    /// The nearest to the top; null is as if it were absent.
    private static Optional<JsonNode> find(JsonNode from, String name) {
        List<JsonNode> level = List.of(from);
        while (!level.isEmpty()) {
            for (JsonNode each : level) {
                JsonNode value = each.path(name);
                if (!value.isMissingNode() && !value.isNull()) {
                    return Optional.of(value);
                }
            }
            level = level.stream()
                    .flatMap(each -> each.propertyStream()
                            .filter(field -> !field.getKey().equals(LOGIN))
                            .map(Map.Entry::getValue))
                    .filter(JsonNode::isObject)
                    .toList();
        }
        return Optional.empty();
    }

    static Problem wrong(String detail) {
        return Problem.of(406, "InvalidAPICall", detail);
    }
}
