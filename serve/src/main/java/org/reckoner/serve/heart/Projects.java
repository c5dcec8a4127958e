package org.reckoner.serve.heart;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Ledger;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.heart.Directory.Filter;
import org.reckoner.serve.heart.ProjectUsage.Item;
import org.reckoner.serve.heart.ProjectUsage.Kind;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The first generation of nova-billing's API, which knew no prices: what projects used, under `/projects`.
final class Projects {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration SHORT = Duration.ofDays(31);
    private static final BigDecimal HOUR = BigDecimal.valueOf(3600);
    private static final int PLACES = 12;
    private static final String LONG = "-long";

    private final Ledger ledger;
    private final Clock clock;
    private final Answers answers;
    private final boolean legacy;
    private final ProjectUsage usage;

    Projects(Ledger ledger, Clock clock, Answers answers, boolean legacy) {
        this.ledger = ledger;
        this.clock = clock;
        this.answers = answers;
        this.legacy = legacy;
        this.usage = new ProjectUsage(ledger, legacy);
    }

    void add(RoutesConfig routes) {
        routes.get("/projects", answers.of(this::projects), Access.READER);
        routes.get("/projects/{id}", answers.of(this::project), Access.READER);
    }

    private void projects(Context context) {
        Optional<String> own = Requests.caller(context).only();
        TreeMap<String, String> names = own.map(project -> {
                    TreeMap<String, String> one = new TreeMap<>();
                    one.put(project, name(project).orElse(project));
                    return one;
                })
                .orElseGet(this::names);
        answer(context, names, own.isPresent());
    }

    /// Another project's answers as one that is not there: as shipped 401 to those who may not see it.
    private void project(Context context) {
        String id = context.pathParam("id");
        Caller caller = Requests.caller(context);
        if (!caller.sees(id)) {
            throw Problem.of(401, "Not allowed", "the token is not of this project");
        }
        TreeMap<String, String> one = new TreeMap<>();
        one.put(
                id,
                name(id).or(() -> caller.isAdmin() ? Optional.empty() : Optional.of(id))
                        .orElseThrow(() -> Problem.notFound("there is no project of this id")));
        answer(context, one, true);
    }

    /// Everybody who ever owned something, was set up, or has an account of the Heart, by project.
    private TreeMap<String, String> names() {
        TreeMap<String, String> names = new TreeMap<>();
        ledger.database()
                .read(handle -> new Directory(handle).accounts(new Filter()))
                .forEach(account -> names.put(account.project(), account.name()));
        ledger.accounts().all().forEach(account -> names.putIfAbsent(account.project(), account.name()));
        return names;
    }

    private Optional<String> name(String project) {
        return ledger
                .database()
                .read(handle -> new Directory(handle).accounts(new Filter().is("a.project", project)))
                .stream()
                .findFirst()
                .map(Directory.Account::name)
                .or(() -> ledger.accounts().of(project).map(account -> account.name()));
    }

    private void answer(Context context, Map<String, String> projects, boolean one) {
        Instant now = clock.instant();
        Window period = new AskedPeriod(legacy, now).of(context::queryParam);
        Map<Kind, Boolean> included = included(context.queryParam("include"), period, one);
        String base = "%s://%s/projects/".formatted(context.scheme(), host(context));
        context.contentType("application/json");
        try {
            OutputStream out = context.outputStream();
            out.write("{\"period_start\":\"%s\",\"period_end\":\"%s\",\"projects\":["
                    .formatted(Moments.format(period.from()), Moments.format(period.to()))
                    .getBytes(StandardCharsets.UTF_8));
            boolean first = true;
            for (Map.Entry<String, String> project : projects.entrySet()) {
                if (!first) {
                    out.write(',');
                }
                first = false;
                ObjectNode json = JSON.createObjectNode()
                        .put("id", project.getKey())
                        .put("name", project.getValue())
                        .put("url", base + URLEncoder.encode(project.getKey(), StandardCharsets.UTF_8));
                included.forEach((kind, isLong) ->
                        json.set(kind.key, statistics(usage.items(kind, project.getKey(), period, now), isLong)));
                out.write(JSON.writeValueAsBytes(json));
            }
            out.write(']');
            out.write('}');
        } catch (IOException e) {
            throw Problem.badRequest("the caller went away: " + e.getMessage());
        }
    }

    /// With the port, as G0 always said it.
    private static String host(Context context) {
        String host = Optional.ofNullable(context.host()).orElse("localhost");
        return host.matches(".*:\\d+") ? host : host + (context.scheme().equals("https") ? ":443" : ":80");
    }

    /// What is asked for, and whether with each item. Without a word about it: instances, with each of them
    /// if it is about one project and no more than 31 days.
    private Map<Kind, Boolean> included(@Nullable String include, Window period, boolean one) {
        EnumMap<Kind, Boolean> included = new EnumMap<>(Kind.class);
        if (include == null) {
            boolean isLong = one && Duration.between(period.from(), period.to()).compareTo(SHORT) <= 0;
            included.put(Kind.INSTANCES, isLong);
            return included;
        }
        if (!legacy) {
            mustBeKnown(include);
        }
        for (Kind kind : Kind.values()) {
            if (include.contains(kind.key)) {
                included.put(kind, include.contains(kind.key + LONG));
            }
        }
        return included;
    }

    /// @throws Problem 400
    private static void mustBeKnown(String include) {
        for (String word : include.split(",", -1)) {
            boolean known = List.of(Kind.values()).stream()
                    .anyMatch(kind -> word.equals(kind.key) || word.equals(kind.key + LONG));
            if (!known) {
                throw Problem.badRequest(
                        "include is a list, with commas, of instances, instances-long, images, images-long, volumes, volumes-long");
            }
        }
    }

    private static ObjectNode statistics(List<Item> items, boolean isLong) {
        TreeMap<String, BigDecimal> sum = new TreeMap<>();
        items.forEach(item -> item.usage().forEach((what, exact) -> sum.merge(what, exact, BigDecimal::add)));
        ObjectNode json = JSON.createObjectNode();
        json.put("count", items.size());
        json.set("usage", hours(sum));
        if (isLong) {
            ArrayNode list = json.putArray("items");
            items.forEach(item -> list.add(json(item)));
        }
        return json;
    }

    private static ObjectNode json(Item item) {
        ObjectNode json = JSON.createObjectNode();
        json.set("id", item.id().map(Projects::id).orElse(JSON.nullNode()));
        json.put("name", item.name().orElse(null));
        json.put("created_at", Moments.format(item.createdAt()));
        json.put("destroyed_at", item.destroyedAt().map(Moments::format).orElse(null));
        json.put("lifetime_sec", item.seconds());
        json.set("usage", hours(item.usage()));
        return json;
    }

    /// G0 knew its instances and volumes by number.
    private static JsonNode id(String id) {
        return id.matches("0|[1-9]\\d{0,17}")
                ? JSON.getNodeFactory().numberNode(Long.parseLong(id))
                : JSON.getNodeFactory().stringNode(id);
    }

    private static ObjectNode hours(Map<String, BigDecimal> unitSeconds) {
        ObjectNode json = JSON.createObjectNode();
        unitSeconds.forEach((what, exact) -> {
            BigDecimal hours =
                    exact.divide(HOUR, PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
            json.put(what, hours.scale() < 0 ? hours.setScale(0) : hours);
        });
        return json;
    }
}
