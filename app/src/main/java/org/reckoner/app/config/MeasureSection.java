package org.reckoner.app.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.app.config.Configuration.StoreKind;
import org.reckoner.app.config.Configuration.StoreSettings;
import org.reckoner.collect.measured.Combination;
import org.reckoner.collect.measured.Conversion;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Mutation;
import org.reckoner.collect.measured.Skip;
import org.reckoner.collect.measured.Windows;
import org.reckoner.core.money.Ratio;
import org.reckoner.prices.yaml.YamlFields;

/// Reads the section `measure`: from which stores measures are collected, which, and when.
final class MeasureSection {

    /// An hour, an hour after it was over; the last three once more; a day in one request.
    private static final Windows USUAL = new Windows(Duration.ofHours(1), 2, 3, 24);

    private static final int USUAL_PAGE = 1000;
    private static final String PROJECT = "project_id";

    /// What of a meter only its store understands.
    private static final List<String> GNOCCHI =
            List.of("resource-type", "re-aggregation", "operations", "history", "filter");

    private static final List<String> PROMETHEUS = List.of("function", "range-function", "prefix", "suffix");
    private static final List<String> CLOUDKITTY = List.of("value", "read");

    private MeasureSection() {}

    static Optional<Configuration.Measuring> read(YamlFields section) {
        Duration length = ConfigurationFile.duration(section, "window").orElse(USUAL.length());
        int patience = section.whole("wait-windows").orElse(USUAL.patience());
        int again = section.whole("again").orElse(USUAL.again());
        int together = section.whole("together").orElse(USUAL.together());
        Optional<Instant> since = section.value("since", "an instant such as 2026-11-01T00:00:00Z", Instant::parse);
        List<StoreSettings> stores = new ArrayList<>();
        for (StoreKind kind : StoreKind.values()) {
            section.fields(kind.word()).flatMap(store -> store(kind, store)).ifPresent(stores::add);
        }
        section.noOthers();
        try {
            return Optional.of(
                    new Configuration.Measuring(new Windows(length, patience, again, together), since, stores));
        } catch (IllegalArgumentException e) {
            section.error(section.at(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<StoreSettings> store(StoreKind kind, YamlFields store) {
        Optional<URI> url = store.value("url", "an http address", ConfigurationFile::http);
        if (kind == StoreKind.PROMETHEUS) {
            store.mustHave("url");
        }
        Optional<String> user = store.text("user");
        Optional<Path> password = store.text("password-file").map(Path::of);
        Optional<Path> token = store.text("token-file").map(Path::of);
        Optional<Path> authority = store.text("ca-file").map(Path::of);
        int page = store.value("page-size", "a whole number, 1 or more", ConfigurationFile::positive)
                .orElse(USUAL_PAGE);
        Optional<Path> metrics = store.text("metrics-file").map(Path::of);
        String projectKey = store.text("project-key").orElse(PROJECT);
        boolean mayBeEmpty = store.flag("may-be-empty").orElse(false);
        List<Definition> definitions = new ArrayList<>();
        store.fields("meters")
                .ifPresent(meters -> meters.keys()
                        .forEach(name -> meters.fields(name)
                                .flatMap(one -> definition(kind, name, one, projectKey, mayBeEmpty))
                                .ifPresent(definitions::add)));
        store.noOthers();
        if (metrics.isEmpty() && definitions.isEmpty() && !store.hasErrors()) {
            store.error(store.at(), "nothing is measured: expected 'meters' or 'metrics-file'");
        }
        return Optional.of(new StoreSettings(
                kind, url, user, password, token, authority, page, metrics, projectKey, mayBeEmpty, definitions));
    }

    private static Optional<Definition> definition(
            StoreKind kind, String name, YamlFields one, String projectKey, boolean mayBeEmpty) {
        one.mustHave("unit");
        String unit = one.text("unit").orElse("");
        String metric = one.text("metric").orElse(name);
        Definition.Kind means = one.value(
                        "kind", "amount or level", text -> Definition.Kind.valueOf(text.toUpperCase(Locale.ROOT)))
                .orElse(Definition.Kind.AMOUNT);
        Optional<Conversion> conversion = conversion(one);
        Definition.Sampling sampling =
                kind == StoreKind.CLOUDKITTY ? Definition.Sampling.of("sum", Optional.empty()) : sampling(one);
        List<String> resource = ConfigurationFile.texts(one, "resource-key");
        String project = one.text("project-key").orElse(projectKey);
        List<String> attributes = ConfigurationFile.texts(one, "attributes");
        Optional<Skip> skip = one.text("skip").flatMap(expression -> skip(one, expression));
        boolean empty = one.flag("may-be-empty").orElse(mayBeEmpty);
        TreeMap<String, String> store = new TreeMap<>();
        for (String key : ofStore(kind)) {
            one.text(key).ifPresent(value -> store.put(key, value));
        }
        String type = one.text("type").orElse(store.getOrDefault("resource-type", name));
        one.noOthers();
        if (conversion.isEmpty() || unit.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Definition(
                    name,
                    metric,
                    type,
                    unit,
                    means,
                    conversion.get(),
                    sampling,
                    Definition.Keys.of(resource.isEmpty() ? List.of("id") : resource, project, attributes),
                    skip,
                    empty,
                    store));
        } catch (IllegalArgumentException e) {
            one.error(one.at(), String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static List<String> ofStore(StoreKind kind) {
        return switch (kind) {
            case GNOCCHI -> GNOCCHI;
            case PROMETHEUS -> PROMETHEUS;
            case CLOUDKITTY -> CLOUDKITTY;
        };
    }

    private static Definition.Sampling sampling(YamlFields one) {
        String aggregation = one.text("aggregation").orElse("max");
        Optional<Duration> granularity = ConfigurationFile.duration(one, "granularity");
        Optional<Combination> combination = one.value(
                        "combine",
                        "sum, max, min, mean, first or last",
                        text -> Combination.valueOf(text.toUpperCase(Locale.ROOT)))
                .or(() -> Combination.of(aggregation));
        return new Definition.Sampling(aggregation, granularity, combination);
    }

    private static Optional<Skip> skip(YamlFields one, String expression) {
        try {
            return Optional.of(Skip.parse(expression));
        } catch (IllegalArgumentException e) {
            one.error("skip", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private static Optional<Conversion> conversion(YamlFields one) {
        Ratio factor = one.value("factor", "a number or a fraction such as 1/1048576", Ratio::parse)
                .orElse(Ratio.of(1));
        Ratio offset = one.value("offset", "a number or a fraction such as 1/1048576", Ratio::parse)
                .orElse(Ratio.ZERO);
        Mutation mutation = one.value("mutate", "NONE, NUMBOOL, NOTNUMBOOL, FLOOR, CEIL or MAP", Mutation::parse)
                .orElse(Mutation.NONE);
        TreeMap<Ratio, Ratio> table = new TreeMap<>();
        one.asWritten("mutate-map").forEach((from, to) -> {
            try {
                table.put(Ratio.parse(from), Ratio.parse(String.valueOf(to)));
            } catch (IllegalArgumentException | ArithmeticException e) {
                one.error("mutate-map", "'%s: %s' are no numbers".formatted(from, to));
            }
        });
        try {
            return Optional.of(new Conversion(factor, offset, mutation, table));
        } catch (IllegalArgumentException e) {
            one.error("mutate", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }
}
