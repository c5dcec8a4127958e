package org.reckoner.collect.gnocchi;

import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.Point;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.money.Ratio;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// Reads the answers of Gnocchi as they come in, a resource at a time.
final class Aggregates {

    /// Numbers of doubles are within these powers of ten.
    private static final int LARGEST_EXPONENT = 400;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    /// What Gnocchi says of one group.
    ///
    /// @param group attributes and their values; what is null is left out
    /// @param points in Gnocchi's order
    /// @param empty how many values were null or no number
    /// @param wrong what cannot be read, in words
    record Group(Map<String, String> group, List<Point> points, int empty, Optional<String> wrong) {}

    @FunctionalInterface
    interface Groups {
        void take(Group group);
    }

    /// One element of a list of resources.
    @FunctionalInterface
    interface Resources {
        void take(Map<String, String> attributes);
    }

    private final JsonParser json;
    private final Duration granularity;

    private Aggregates(JsonParser json, Duration granularity) {
        this.json = json;
        this.granularity = granularity;
    }

    /// Reads `[{"group": {…}, "measures": {"measures": {"aggregated": [[time, granularity, value] …]}}} …]`.
    ///
    /// @param granularity that was asked for
    /// @throws tools.jackson.core.JacksonException if it is not JSON, or not all of it
    /// @throws CloudFailure if it is JSON of another form
    static void read(InputStream answer, Duration granularity, Groups groups) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
            new Aggregates(json, granularity).groups(groups);
        }
    }

    /// Reads `[{"id": …, "project_id": …} …]`, and of each element the values that are no lists and objects.
    static void resources(InputStream answer, Resources resources) {
        try (JsonParser json = JSON.createParser(ObjectReadContext.empty(), answer)) {
            Aggregates reading = new Aggregates(json, Duration.ZERO);
            reading.expect(json.nextToken(), JsonToken.START_ARRAY, "a list of resources");
            while (reading.more(JsonToken.END_ARRAY)) {
                reading.expect(json.currentToken(), JsonToken.START_OBJECT, "a resource");
                resources.take(reading.scalars());
            }
            reading.end();
        }
    }

    private void groups(Groups groups) {
        expect(json.nextToken(), JsonToken.START_ARRAY, "a list of groups");
        while (more(JsonToken.END_ARRAY)) {
            expect(json.currentToken(), JsonToken.START_OBJECT, "a group");
            groups.take(group());
        }
        end();
    }

    private Group group() {
        Map<String, String> group = Map.of();
        Values values = null;
        while (more(JsonToken.END_OBJECT)) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            switch (key) {
                case "group" -> {
                    expect(value, JsonToken.START_OBJECT, "the attributes of a group");
                    group = scalars();
                }
                case "measures" -> values = measures(value);
                default -> json.skipChildren();
            }
        }
        if (values == null) {
            throw otherwise("the measures of a group");
        }
        return new Group(group, values.points, values.empty, Optional.ofNullable(values.wrong));
    }

    /// The values are two or three objects deep, under `measures` and `aggregated`.
    private @Nullable Values measures(JsonToken at) {
        if (at == JsonToken.START_ARRAY) {
            return values();
        }
        expect(at, JsonToken.START_OBJECT, "measures");
        Values found = null;
        while (more(JsonToken.END_OBJECT)) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (key.equals("measures") || key.equals("aggregated")) {
                found = measures(value);
            } else {
                json.skipChildren();
            }
        }
        return found;
    }

    private static final class Values {
        private final List<Point> points = new ArrayList<>();
        private int empty;
        private @Nullable String wrong;
    }

    private Values values() {
        Values values = new Values();
        while (more(JsonToken.END_ARRAY)) {
            expect(json.currentToken(), JsonToken.START_ARRAY, "[time, granularity, value]");
            String time = text(json.nextToken(), "the time of a value");
            Optional<BigDecimal> length = number(json.nextToken());
            JsonToken valueToken = json.nextToken();
            Optional<BigDecimal> value = number(valueToken);
            if (json.nextToken() != JsonToken.END_ARRAY) {
                throw otherwise("three parts of a value");
            }
            Optional<Instant> at = Timestamps.parse(time);
            if (at.isEmpty()) {
                values.wrong = "'%s' is no time".formatted(time);
            } else if (length.isEmpty() || length.get().compareTo(BigDecimal.valueOf(granularity.toSeconds())) != 0) {
                values.wrong = "the value for %s is for %s s, and values for %d s were asked for"
                        .formatted(time, length.map(BigDecimal::toPlainString).orElse("?"), granularity.toSeconds());
            } else if (value.isEmpty()) {
                values.empty++;
            } else if (tooLong(value.get())) {
                values.wrong = "the value for %s has hundreds of digits".formatted(time);
            } else {
                values.points.add(new Point(at.get(), Ratio.of(value.get())));
            }
        }
        return values;
    }

    private static boolean tooLong(BigDecimal value) {
        return Math.abs((long) value.precision() - value.scale()) > LARGEST_EXPONENT
                || Math.abs((long) value.scale()) > LARGEST_EXPONENT;
    }

    /// Nothing for null and for what is no number, `NaN` and `Infinity`.
    private Optional<BigDecimal> number(JsonToken at) {
        return switch (at) {
            case VALUE_NUMBER_INT -> Optional.of(json.getDecimalValue());
            case VALUE_NUMBER_FLOAT -> json.isNaN() ? Optional.empty() : Optional.of(json.getDecimalValue());
            case VALUE_NULL -> Optional.empty();
            default -> throw otherwise("a number");
        };
    }

    private Map<String, String> scalars() {
        Map<String, String> scalars = new TreeMap<>();
        while (more(JsonToken.END_OBJECT)) {
            String key = json.currentName();
            JsonToken value = json.nextToken();
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                scalars.put(key, json.getString());
            } else {
                json.skipChildren();
            }
        }
        return scalars;
    }

    private String text(@Nullable JsonToken at, String what) {
        if (at != JsonToken.VALUE_STRING) {
            throw otherwise(what);
        }
        return json.getString();
    }

    private boolean more(JsonToken end) {
        JsonToken next = json.nextToken();
        if (next == null) {
            throw new StreamReadException(json, "the answer ends within a value");
        }
        return next != end;
    }

    private void end() {
        if (json.nextToken() != null) {
            throw otherwise("nothing more");
        }
    }

    private void expect(@Nullable JsonToken found, JsonToken expected, String what) {
        if (found == null) {
            throw new StreamReadException(json, "the answer is empty");
        }
        if (found != expected) {
            throw otherwise(what);
        }
    }

    private CloudFailure otherwise(String what) {
        return new CloudFailure("Gnocchi did not answer as its API says: expected %s at line %d, column %d"
                .formatted(
                        what,
                        json.currentTokenLocation().getLineNr(),
                        json.currentTokenLocation().getColumnNr()));
    }
}
