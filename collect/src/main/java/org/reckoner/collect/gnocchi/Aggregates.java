package org.reckoner.collect.gnocchi;

import java.io.InputStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.JsonWalk;
import org.reckoner.collect.measured.Point;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.money.Ratio;
import tools.jackson.core.JsonToken;

/// Reads the answers of Gnocchi as they come in, a resource at a time.
final class Aggregates {

    private static final String WHO = "Gnocchi";

    /// What Gnocchi says of one group.
    ///
    /// @param group attributes and their values; what is null is left out
    /// @param points in Gnocchi's order
    /// @param empty how many values were null or no number
    /// @param wrong what cannot be read, in words
    record Group(Map<String, String> group, List<Point> points, int empty, Optional<String> wrong) {}

    private final JsonWalk json;
    private final Duration granularity;

    private Aggregates(JsonWalk json, Duration granularity) {
        this.json = json;
        this.granularity = granularity;
    }

    /// Reads `[{"group": {…}, "measures": {"measures": {"aggregated": [[time, granularity, value] …]}}} …]`.
    ///
    /// @param granularity that was asked for
    /// @throws tools.jackson.core.JacksonException if it is not JSON, or not all of it
    /// @throws CloudFailure if it is JSON of another form
    static void read(InputStream answer, Duration granularity, Consumer<Group> groups) {
        try (JsonWalk json = new JsonWalk(WHO, answer)) {
            Aggregates reading = new Aggregates(json, granularity);
            json.next();
            json.expect(JsonToken.START_ARRAY, "a list of groups");
            while (json.more(JsonToken.END_ARRAY)) {
                json.expect(JsonToken.START_OBJECT, "a group");
                groups.accept(reading.group());
            }
            json.end();
        }
    }

    /// Reads `[{"id": …, "project_id": …} …]`, and of each element the values that are no lists and objects.
    static void resources(InputStream answer, Consumer<Map<String, String>> resources) {
        try (JsonWalk json = new JsonWalk(WHO, answer)) {
            json.next();
            json.expect(JsonToken.START_ARRAY, "a list of resources");
            while (json.more(JsonToken.END_ARRAY)) {
                json.expect(JsonToken.START_OBJECT, "a resource");
                resources.accept(json.scalars());
            }
            json.end();
        }
    }

    private Group group() {
        Map<String, String> group = Map.of();
        Values values = null;
        while (json.more(JsonToken.END_OBJECT)) {
            String key = json.name();
            JsonToken value = json.next();
            switch (key) {
                case "group" -> {
                    json.expect(JsonToken.START_OBJECT, "the attributes of a group");
                    group = json.scalars();
                }
                case "measures" -> values = measures(value);
                default -> json.skip();
            }
        }
        if (values == null) {
            throw json.otherwise("the measures of a group");
        }
        return new Group(group, values.points, values.empty, Optional.ofNullable(values.wrong));
    }

    /// The values are two or three objects deep, under `measures` and `aggregated`.
    private @Nullable Values measures(JsonToken at) {
        if (at == JsonToken.START_ARRAY) {
            return values();
        }
        json.expect(JsonToken.START_OBJECT, "measures");
        Values found = null;
        while (json.more(JsonToken.END_OBJECT)) {
            String key = json.name();
            JsonToken value = json.next();
            if (key.equals("measures") || key.equals("aggregated")) {
                found = measures(value);
            } else {
                json.skip();
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
        while (json.more(JsonToken.END_ARRAY)) {
            json.expect(JsonToken.START_ARRAY, "[time, granularity, value]");
            json.next();
            String time = json.text("the time of a value");
            json.next();
            Optional<BigDecimal> length = json.number();
            json.next();
            Optional<BigDecimal> value = json.number();
            if (json.more(JsonToken.END_ARRAY)) {
                throw json.otherwise("three parts of a value");
            }
            take(values, time, length, value);
        }
        return values;
    }

    private void take(Values into, String time, Optional<BigDecimal> length, Optional<BigDecimal> value) {
        Optional<Instant> at = Timestamps.parse(time);
        Optional<Ratio> quantity = value.flatMap(JsonWalk::quantity);
        if (at.isEmpty()) {
            into.wrong = "'%s' is no time".formatted(time);
        } else if (length.isEmpty() || length.get().compareTo(BigDecimal.valueOf(granularity.toSeconds())) != 0) {
            into.wrong = "the value for %s is for %s s, and values for %d s were asked for"
                    .formatted(time, length.map(BigDecimal::toPlainString).orElse("?"), granularity.toSeconds());
        } else if (value.isEmpty()) {
            into.empty++;
        } else if (quantity.isEmpty()) {
            into.wrong = "the value for %s has hundreds of digits".formatted(time);
        } else {
            into.points.add(new Point(at.get(), quantity.get()));
        }
    }
}
