package org.reckoner.collect.prometheus;

import java.io.InputStream;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.JsonWalk;
import org.reckoner.collect.measured.Making;
import org.reckoner.collect.measured.Point;
import org.reckoner.collect.measured.Store;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;
import tools.jackson.core.JsonToken;

/// Asks Prometheus, or what speaks as it does. A meter and a span of windows are one range query, whatever the number
/// of projects: its value at the end of a window is that of the window.
public final class Prometheus implements Store {

    public static final String NAME = "prometheus";

    private final Api api;

    /// @param api whose root is that of the HTTP API: `http://host:9090/api/v1`
    public Prometheus(Api api) {
        this.api = api;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void check(Definition definition, Duration windows) {
        Query.of(definition, definition.granularity(windows));
    }

    @Override
    public Answered ask(Definition definition, Duration windows, Window span, Consumer<Finding> finder) {
        Duration granularity = definition.granularity(windows);
        Making making = new Making(definition, windows, span);
        String query = "/query_range?query=%s&start=%d&end=%d&step=%d"
                .formatted(
                        URLEncoder.encode(Query.of(definition, granularity), StandardCharsets.UTF_8),
                        span.from().plus(granularity).getEpochSecond(),
                        span.to().getEpochSecond(),
                        granularity.toSeconds());
        Api.Reply<Long> reply = api.ask(Api.Question.get(query), answer -> {
            Series series = new Series(api.called(), making, granularity, finder);
            series.read(answer);
            return series.empty;
        });
        return switch (reply) {
            case Api.Reply.Fine<Long>(Long empty, Optional<String> link) -> new Answered(true, empty);
            case Api.Reply.Refused<Long>(int status, String reason) ->
                throw new CloudFailure("%s answered %d when asked for meter %s: %s"
                        .formatted(api.called(), status, definition.meter(), reason));
        };
    }

    /// Reads `{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {…}, "values": [[time,
    /// "value"] …]} …]}}`.
    private static final class Series {

        private final String who;
        private final Making making;
        private final Duration granularity;
        private final Consumer<Finding> finder;
        private final Set<String> told = new HashSet<>();
        private long empty;

        Series(String who, Making making, Duration granularity, Consumer<Finding> finder) {
            this.who = who;
            this.making = making;
            this.granularity = granularity;
            this.finder = finder;
        }

        void read(InputStream answer) {
            boolean hasData = false;
            try (JsonWalk json = new JsonWalk(who, answer)) {
                json.next();
                json.expect(JsonToken.START_OBJECT, "an answer");
                while (json.more(JsonToken.END_OBJECT)) {
                    String key = json.name();
                    JsonToken value = json.next();
                    switch (key) {
                        case "status" -> {
                            if (!json.text("a status").equals("success")) {
                                throw json.otherwise("the status 'success'");
                            }
                        }
                        case "data" -> hasData |= data(json);
                        case "warnings" -> warnings(json, value);
                        default -> json.skip();
                    }
                }
                json.end();
                if (!hasData) {
                    throw json.otherwise("data");
                }
            }
        }

        /// A warning can mean that a part of the data could not be reached; what is not whole counts as nothing.
        private void warnings(JsonWalk json, JsonToken value) {
            if (value == JsonToken.START_ARRAY && json.more(JsonToken.END_ARRAY)) {
                throw new CloudFailure("%s answered with a warning, so that not all may be there: %s"
                        .formatted(who, json.text("words")));
            }
        }

        private boolean data(JsonWalk json) {
            boolean hasResult = false;
            json.expect(JsonToken.START_OBJECT, "data");
            while (json.more(JsonToken.END_OBJECT)) {
                String key = json.name();
                json.next();
                if (key.equals("result")) {
                    hasResult = true;
                    json.expect(JsonToken.START_ARRAY, "a list of series");
                    while (json.more(JsonToken.END_ARRAY)) {
                        json.expect(JsonToken.START_OBJECT, "a series");
                        series(json);
                    }
                } else {
                    json.skip();
                }
            }
            return hasResult;
        }

        private void series(JsonWalk json) {
            Map<String, String> labels = Map.of();
            List<Point> points = new ArrayList<>();
            boolean tooLong = false;
            while (json.more(JsonToken.END_OBJECT)) {
                String key = json.name();
                json.next();
                switch (key) {
                    case "metric" -> {
                        json.expect(JsonToken.START_OBJECT, "labels");
                        labels = json.scalars();
                    }
                    case "values" -> {
                        json.expect(JsonToken.START_ARRAY, "values");
                        while (json.more(JsonToken.END_ARRAY)) {
                            tooLong |= value(json, points);
                        }
                    }
                    default -> json.skip();
                }
            }
            take(labels, points, tooLong);
        }

        /// @return whether it is a number with hundreds of digits
        private boolean value(JsonWalk json, List<Point> points) {
            json.expect(JsonToken.START_ARRAY, "[time, value]");
            json.next();
            Optional<BigDecimal> time = json.number();
            json.next();
            String text = json.text("a value as text");
            if (json.more(JsonToken.END_ARRAY)) {
                throw json.otherwise("two parts of a value");
            }
            if (time.isEmpty() || JsonWalk.quantity(time.get()).isEmpty()) {
                throw json.otherwise("a time");
            }
            if (!text.matches("[-+0-9.eE]{1,60}")) {
                empty++; // NaN, +Inf
                return false;
            }
            Instant ends = Instant.ofEpochSecond(time.get().longValue());
            Optional<Ratio> quantity = number(json, text);
            quantity.ifPresent(number -> points.add(new Point(ends.minus(granularity), number)));
            return quantity.isEmpty();
        }

        private static Optional<Ratio> number(JsonWalk json, String text) {
            try {
                return JsonWalk.quantity(new BigDecimal(text));
            } catch (NumberFormatException e) {
                throw json.otherwise("a number and not '" + text + "'");
            }
        }

        private void take(Map<String, String> labels, List<Point> points, boolean tooLong) {
            Definition.Keys keys = making.definition().keys();
            Optional<String> resource = keys.resourceIn(labels);
            if (resource.isEmpty()) {
                refuse("?", "the series does not say which resource it is: " + labels);
            } else if (!told.add(resource.get())) {
                refuse(
                        resource.get(),
                        "the resource is in the answer twice, now as %s; only what was told first is kept. Let it be named by what distinguishes them, too"
                                .formatted(labels));
            } else {
                if (tooLong) {
                    refuse(resource.get(), "a value has hundreds of digits");
                }
                making.of(resource.get(), points, window -> keys.attributesIn(labels))
                        .forEach(finder);
            }
        }

        private void refuse(String resource, String why) {
            finder.accept(new Finding.Refused(resource, making.span(), why, ""));
        }
    }
}
