package org.reckoner.collect.cloudkitty;

import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.Conversion;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.JsonWalk;
import org.reckoner.collect.measured.Making;
import org.reckoner.collect.measured.Point;
import org.reckoner.collect.measured.Store;
import org.reckoner.collect.measured.Windows;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.oslo.Json;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.Window;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks a running CloudKitty what it has rated: the quantities, or the prices that it gave them. By its data frames,
/// point by point, or by its summaries, which are shorter and know no metadata. A window is asked for by itself; pages
/// do not depend on the number of projects.
public final class CloudKitty implements Store {

    public static final String NAME = "cloudkitty";

    /// `qty`, the usual, or `price`.
    static final String VALUE = "value";

    /// `dataframes`, the usual, or `summary`.
    static final String READ = "read";

    private static final Map<String, List<String>> KNOWN =
            new TreeMap<>(Map.of(VALUE, List.of("qty", "price"), READ, List.of("dataframes", "summary")));

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final Api api;
    private final int pageSize;

    /// @param api whose root is that of version 2: `http://host:8889/v2`
    /// @param pageSize so many points at a time
    public CloudKitty(Api api, int pageSize) {
        this.api = api;
        this.pageSize = pageSize;
    }

    /// What `metrics.yml` measures, as CloudKitty has rated it: under its other name, and converted already.
    public static Definition rated(Definition measured) {
        return new Definition(
                measured.meter(),
                measured.meter(),
                measured.type(),
                measured.unit(),
                Definition.Kind.AMOUNT,
                Conversion.NONE,
                Definition.Sampling.of("sum", Optional.empty()),
                measured.keys(),
                Optional.empty(),
                measured.mayBeEmpty(),
                new TreeMap<>());
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void check(Definition definition, Duration windows) {
        definition.granularity(windows);
        definition.store().forEach((key, value) -> {
            List<String> values = KNOWN.get(key);
            if (values == null || !values.contains(value)) {
                throw new IllegalArgumentException("meter %s: CloudKitty has no '%s: %s'; it has %s"
                        .formatted(definition.meter(), key, value, KNOWN));
            }
        });
    }

    @Override
    public Answered ask(Definition definition, Duration windows, Window span, Consumer<Finding> finder) {
        Optional<Processed> slowest = slowest();
        Instant until =
                slowest.map(scope -> scope.begun().plus(period(scope, windows))).orElse(span.to());
        for (Window window : new Windows(windows, 1, 0, 1).of(span)) {
            if (slowest.isPresent() && until.isBefore(window.to())) {
                return new Answered(
                        true, 0, Optional.of(new Behind(window.from(), behind(slowest.get(), until, window))));
            }
            Rated rated = new Rated(definition, windows, window, finder);
            if (definition.store().getOrDefault(READ, "dataframes").equals("summary")) {
                summaries(definition, window, rated);
            } else {
                frames(definition, window, rated);
            }
            rated.tell();
        }
        return new Answered(true, 0);
    }

    private String behind(Processed scope, Instant until, Window window) {
        return "%s has processed project %s until %s, and not yet %s; that is collected later. A scope that is no longer processed must be made inactive"
                .formatted(api.called(), scope.project(), until, window);
    }

    /// How far a project was processed.
    ///
    /// @param begun when the last period that was processed began
    private record Processed(String project, Instant begun) {}

    /// CloudKitty rates project by project, so a window can be there for one and not yet for another. What it notes
    /// of each says how far it is.
    ///
    /// @return nothing if no project is active
    private Optional<Processed> slowest() {
        Optional<Processed> slowest = Optional.empty();
        Set<String> seen = new HashSet<>();
        long offset = 0;
        while (true) {
            Optional<JsonNode> page = page("/scope?limit=%d&offset=%d".formatted(pageSize, offset), "its scopes");
            JsonNode scopes = page.map(body -> body.path("results")).orElseGet(JSON::createArrayNode);
            if (offset == 0 && scopes.isEmpty()) {
                throw new CloudFailure("%s has not processed any project yet".formatted(api.called()));
            }
            boolean more = false;
            for (JsonNode scope : scopes) {
                more |= seen.add(scope.path("scope_id").asString("?"));
                if (scope.path("active").asBoolean(true)) {
                    Processed one = processed(scope);
                    slowest = slowest.filter(other -> !one.begun().isBefore(other.begun()))
                            .or(() -> Optional.of(one));
                }
            }
            if (scopes.size() < pageSize || !more) {
                return slowest;
            }
            offset += scopes.size();
        }
    }

    private Processed processed(JsonNode scope) {
        String project = scope.path("scope_id").asString("?");
        String last = scope.path("last_processed_timestamp").asString("");
        return new Processed(
                project,
                Timestamps.parse(last)
                        .orElseThrow(() ->
                                new CloudFailure("%s does not say until when it has processed project %s, but '%s'"
                                        .formatted(api.called(), project, last))));
    }

    /// How long the period was that was processed last, as its data frames say, of whatever metric: it may have been
    /// another before. If there are none, nothing after its beginning is taken for processed.
    ///
    /// @throws CloudFailure if windows are not made of whole periods
    private Duration period(Processed scope, Duration windows) {
        JsonNode frame = page(
                        "/dataframes?begin=%s&end=%s&limit=1&offset=0"
                                .formatted(scope.begun(), scope.begun().plusSeconds(1)),
                        "its last period")
                .map(page -> page.path("dataframes").path(0).path("period"))
                .orElseGet(JSON::createObjectNode);
        Optional<Window> period = period(frame);
        period.filter(one -> one.seconds() < 1 || windows.toSeconds() % one.seconds() != 0)
                .ifPresent(one -> {
                    throw ofSuchPeriods(one, windows);
                });
        return period.map(one -> Duration.ofSeconds(one.seconds())).orElse(Duration.ZERO);
    }

    /// @param json `{"begin": …, "end": …}`
    private static Optional<Window> period(JsonNode json) {
        Optional<Instant> begin = Timestamps.parse(json.path("begin").asString(""));
        Optional<Instant> end = Timestamps.parse(json.path("end").asString(""));
        return begin.isPresent() && end.isPresent() && !end.get().isBefore(begin.get())
                ? Optional.of(new Window(begin.get(), end.get()))
                : Optional.empty();
    }

    private CloudFailure ofSuchPeriods(Window period, Duration windows) {
        return new CloudFailure(
                "%s rates periods of %d s, of which windows of %d s cannot be made; set measure.window to whole periods"
                        .formatted(api.called(), period.seconds(), windows.toSeconds()));
    }

    private void frames(Definition definition, Window window, Rated rated) {
        String query =
                "/dataframes?begin=%s&end=%s&filters=%s".formatted(window.from(), window.to(), filter(definition));
        pages(definition, query, page -> {
            int points = 0;
            for (JsonNode frame : page.path("dataframes")) {
                Optional<Window> period = period(frame.path("period"));
                period.filter(one -> one.to().isAfter(window.to())).ifPresent(one -> {
                    throw ofSuchPeriods(one, Duration.ofSeconds(window.seconds()));
                });
                for (JsonNode point : frame.path("usage").path(definition.metric())) {
                    points++;
                    Map<String, String> attributes = new TreeMap<>(texts(point.path("groupby")));
                    attributes.putAll(texts(point.path("metadata")));
                    rated.take(
                            attributes,
                            period.map(Window::from),
                            definition.store().getOrDefault(VALUE, "qty").equals("price")
                                    ? point.path("rating").path("price")
                                    : point.path("vol").path("qty"));
                }
            }
            return points;
        });
    }

    private void summaries(Definition definition, Window window, Rated rated) {
        Set<String> groups = new LinkedHashSet<>(definition.keys().resource());
        groups.add(definition.keys().project());
        groups.addAll(definition.keys().attributes());
        String query = "/summary?begin=%s&end=%s&filters=%s&groupby=%s"
                .formatted(
                        window.from(),
                        window.to(),
                        filter(definition),
                        URLEncoder.encode(String.join(",", groups), StandardCharsets.UTF_8));
        pages(definition, query, page -> {
            List<String> columns = new ArrayList<>();
            page.path("columns").forEach(column -> columns.add(column.asString("")));
            JsonNode rows = page.path("results");
            for (JsonNode row : rows) {
                Map<String, JsonNode> cells = new HashMap<>();
                for (int i = 0; i < columns.size(); i++) {
                    cells.put(columns.get(i), row.path(i));
                }
                Map<String, String> attributes = new TreeMap<>();
                groups.forEach(key -> text(cells.get(key)).ifPresent(value -> attributes.put(key, value)));
                rated.take(
                        attributes,
                        Optional.of(window.from()),
                        cells.get(definition.store().getOrDefault(VALUE, "qty").equals("price") ? "rate" : "qty"));
            }
            return rows.size();
        });
    }

    private static String filter(Definition definition) {
        return URLEncoder.encode("type:" + definition.metric(), StandardCharsets.UTF_8);
    }

    /// Takes the points of a page and says how many there were.
    @FunctionalInterface
    private interface Page {
        int points(JsonNode page);
    }

    /// Reads all pages. Where pages are counted off, one that came meanwhile shifts the others, so their total must
    /// stay what it was.
    private void pages(Definition definition, String query, Page reader) {
        long offset = 0;
        long total = -1;
        while (true) {
            Optional<JsonNode> page =
                    page("%s&limit=%d&offset=%d".formatted(query, pageSize, offset), "meter " + definition.meter());
            if (page.isEmpty()) {
                if (offset > 0) {
                    throw shifted(definition);
                }
                return;
            }
            JsonNode told = page.get().path("total");
            if (!told.isIntegralNumber()) {
                throw new CloudFailure("%s did not answer as its API says: expected 'total'".formatted(api.called()));
            }
            if (total >= 0 && total != told.asLong()) {
                throw shifted(definition);
            }
            total = told.asLong();
            int points = reader.points(page.get());
            offset += points;
            if (offset >= total) {
                return;
            }
            if (points == 0) {
                throw shifted(definition);
            }
        }
    }

    private CloudFailure shifted(Definition definition) {
        return new CloudFailure("%s changed meter %s while it was read; it is to be read again"
                .formatted(api.called(), definition.meter()));
    }

    /// @return nothing if there is nothing, which CloudKitty says with a 404; that of a wrong address is HTML
    private Optional<JsonNode> page(String query, String what) {
        Api.Reply<JsonNode> reply = api.ask(Api.Question.get(query), answer -> {
            JsonNode body = JSON.readTree(answer);
            if (!body.isObject()) {
                throw new CloudFailure("%s did not answer as its API says: expected an object".formatted(api.called()));
            }
            return body;
        });
        return switch (reply) {
            case Api.Reply.Fine<JsonNode>(JsonNode body, Optional<String> link) -> Optional.of(body);
            case Api.Reply.Refused<JsonNode>(int status, String reason) -> {
                if (status == 404 && !reason.contains("<")) {
                    yield Optional.empty();
                }
                throw new CloudFailure(
                        "%s answered %d when asked for %s: %s".formatted(api.called(), status, what, reason));
            }
        };
    }

    private static Map<String, String> texts(JsonNode object) {
        Map<String, String> texts = new TreeMap<>();
        object.forEachEntry((key, value) -> text(value).ifPresent(text -> texts.put(key, text)));
        return texts;
    }

    private static Optional<String> text(@Nullable JsonNode value) {
        return value == null || value.isNull() || value.isContainer()
                ? Optional.empty()
                : Optional.of(value.asString("")).filter(text -> !text.isEmpty());
    }

    /// The points of one window; those of one resource are one measure.
    private static final class Rated {

        private final Making making;
        private final Window window;
        private final Consumer<Finding> finder;
        private final Map<String, Map<Map<String, String>, Likeness>> told = new TreeMap<>();

        Rated(Definition definition, Duration windows, Window window, Consumer<Finding> finder) {
            this.making = new Making(definition, windows, window);
            this.window = window;
            this.finder = finder;
        }

        /// @param begin of the point's period
        void take(Map<String, String> attributes, Optional<Instant> begin, @Nullable JsonNode number) {
            Optional<String> resource = making.definition().keys().resourceIn(attributes);
            Optional<Ratio> quantity = number == null || !Json.isNumber(number)
                    ? Optional.empty()
                    : JsonWalk.quantity(new BigDecimal(number.asString("0")));
            if (resource.isEmpty()) {
                refuse("?", "the point does not say which resource it is: " + attributes);
            } else if (begin.filter(window::contains).isEmpty()) {
                refuse(
                        resource.get(),
                        "the point is of %s"
                                .formatted(begin.map(Instant::toString).orElse("no time")));
            } else if (quantity.isEmpty()) {
                refuse(resource.get(), "the point has no number: " + number);
            } else {
                told.computeIfAbsent(resource.get(), id -> new HashMap<>())
                        .merge(
                                attributes,
                                new Likeness(1, quantity.get(), new TreeMap<>(attributes).toString()),
                                Likeness::plus);
            }
        }

        private void refuse(String resource, String why) {
            finder.accept(new Finding.Refused(resource, window, why, ""));
        }

        /// Who pays, and what prices may depend on, is what most points say; of equally many those that come to more.
        void tell() {
            told.forEach((resource, likenesses) -> {
                Ratio sum = likenesses.values().stream().map(Likeness::quantity).reduce(Ratio.ZERO, Ratio::plus);
                Map<String, String> most = Collections.max(likenesses.entrySet(), Map.Entry.comparingByValue())
                        .getKey();
                making.of(
                                resource,
                                List.of(new Point(window.from(), sum)),
                                within -> making.definition().keys().attributesIn(most))
                        .forEach(finder);
            });
        }
    }

    /// The points of a resource that say the same of what it is like.
    ///
    /// @param words what they say
    private record Likeness(int points, Ratio quantity, String words) implements Comparable<Likeness> {

        Likeness plus(Likeness other) {
            return new Likeness(points + other.points, quantity.plus(other.quantity), words);
        }

        @Override
        public int compareTo(Likeness other) {
            return Comparator.comparingInt(Likeness::points)
                    .thenComparing(Likeness::quantity)
                    .thenComparing(Likeness::words)
                    .compare(this, other);
        }
    }
}
