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
import org.reckoner.collect.measured.Windows;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;
import tools.jackson.core.JsonToken;

/// Asks Prometheus, or what speaks as it does. A meter and a span of windows are one range query, whatever the number
/// of projects: its value at the end of a window is that of the window.
///
/// A label that changes, as a server's flavor does, ends one series and begins another. Series of one resource that
/// take turns are taken together.
public final class Prometheus implements Store {

    public static final String NAME = "prometheus";

    /// So many values of a series Prometheus gives in one answer; it is a constant in its source.
    private static final int MOST_VALUES = 11_000;

    private static final String HISTOGRAM =
            "the values are histograms, which are no quantity. Say which number of them is meant, such as prefix: 'histogram_sum(' and suffix: ')'";

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
        Duration granularity = definition.granularity(windows);
        Query.of(definition, granularity);
        if (windows.dividedBy(granularity) > MOST_VALUES) {
            throw new IllegalArgumentException(
                    "meter %s: a window of %d s has more values for %d s each than the %d that Prometheus gives in one answer"
                            .formatted(definition.meter(), windows.toSeconds(), granularity.toSeconds(), MOST_VALUES));
        }
    }

    @Override
    public Answered ask(Definition definition, Duration windows, Window span, Consumer<Finding> finder) {
        Duration granularity = definition.granularity(windows);
        int together = (int) (MOST_VALUES / windows.dividedBy(granularity));
        long empty = 0;
        for (Window part : new Windows(windows, 1, 0, together).between(span.from(), span.to())) {
            empty += one(new Making(definition, windows, part), granularity, finder);
        }
        return new Answered(true, empty);
    }

    /// @return how many values say nothing
    private long one(Making making, Duration granularity, Consumer<Finding> finder) {
        Definition definition = making.definition();
        String query = "/query_range?query=%s&start=%d&end=%d&step=%d"
                .formatted(
                        URLEncoder.encode(Query.of(definition, granularity), StandardCharsets.UTF_8),
                        making.span().from().plus(granularity).getEpochSecond(),
                        making.span().to().getEpochSecond(),
                        granularity.toSeconds());
        Api.Reply<Long> reply = api.ask(Api.Question.get(query), answer -> {
            Matrix matrix = new Matrix(api.called(), making, granularity, finder);
            matrix.read(answer);
            return matrix.empty;
        });
        return switch (reply) {
            case Api.Reply.Fine<Long>(Long empty, Optional<String> link) -> empty;
            case Api.Reply.Refused<Long>(int status, String reason) ->
                throw new CloudFailure("%s answered %d when asked for meter %s: %s"
                        .formatted(api.called(), status, definition.meter(), reason));
        };
    }

    /// Reads `{"status": "success", "data": {"resultType": "matrix", "result": [{"metric": {…}, "values": [[time,
    /// "value"] …]} …]}}`.
    private static final class Matrix {

        private final String who;
        private final Making making;
        private final Duration granularity;
        private final Consumer<Finding> finder;
        private final Set<String> told = new HashSet<>();
        private final List<Series> current = new ArrayList<>();
        private String resource = "";
        private long empty;

        Matrix(String who, Making making, Duration granularity, Consumer<Finding> finder) {
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
                tell();
            }
        }

        /// A warning can mean that a part of the data could not be reached; what is not whole counts as nothing.
        /// Some releases put remarks on the query among them, as that a counter's name should end in `_total`.
        private void warnings(JsonWalk json, JsonToken value) {
            while (value == JsonToken.START_ARRAY && json.more(JsonToken.END_ARRAY)) {
                String words = json.text("words");
                if (!words.startsWith("PromQL info:")) {
                    throw new CloudFailure(
                            "%s answered with a warning, so that not all may be there: %s".formatted(who, words));
                }
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
                        take(series(json));
                    }
                } else {
                    json.skip();
                }
            }
            return hasResult;
        }

        private Series series(JsonWalk json) {
            Map<String, String> labels = Map.of();
            List<Point> points = new ArrayList<>();
            Optional<String> wrong = Optional.empty();
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
                            wrong = value(json, points) ? Optional.of("a value has hundreds of digits") : wrong;
                        }
                    }
                    case "histograms" -> {
                        json.skip();
                        wrong = Optional.of(HISTOGRAM);
                    }
                    default -> json.skip();
                }
            }
            return new Series(labels, points, wrong);
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

        private void take(Series series) {
            Optional<String> named = making.definition().keys().resourceIn(series.labels());
            if (named.isEmpty()) {
                refuse("?", "the series does not say which resource it is: " + series.words());
                return;
            }
            if (!named.get().equals(resource)) {
                tell();
                resource = named.get();
            }
            if (told.contains(resource)) {
                refuse(resource, twice(series));
            } else {
                current.add(series);
            }
        }

        /// All of one resource is there.
        private void tell() {
            if (current.isEmpty()) {
                return;
            }
            told.add(resource);
            current.sort(Series.BY_LABELS);
            List<Series> several = new ArrayList<>();
            for (Series series : current) {
                if (several.stream().allMatch(other -> series.alternates(other, granularity))) {
                    several.add(series);
                } else {
                    refuse(resource, twice(series));
                }
                series.wrong().ifPresent(why -> refuse(resource, why));
            }
            Definition definition = making.definition();
            making.of(
                            resource,
                            Series.joined(several, definition.sampling().combination()),
                            window -> definition
                                    .keys()
                                    .attributesIn(
                                            Series.longest(several, window).labels()))
                    .forEach(finder);
            current.clear();
        }

        private static String twice(Series series) {
            return "the resource is in the answer twice at the same time, now as %s; this is left out. Let the resource be named by what distinguishes them, too"
                    .formatted(series.words());
        }

        private void refuse(String resource, String why) {
            finder.accept(new Finding.Refused(resource, making.span(), why, ""));
        }
    }
}
