package org.reckoner.simulators.concertim;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The API of Concertim's visualiser over invented teams, racks and devices: log-in by a token in a header that
/// lives for a day, lists, changes with the checks that its models make.
///
/// Its clock only moves when told to.
public final class ConcertimSimulator implements AutoCloseable {

    public static final String LOGIN = "admin";
    public static final String PASSWORD = "correct horse";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Duration LIFE = Duration.ofDays(1);
    private static final Set<String> KINDS = Set.of("teams", "racks", "devices");

    /// What was changed.
    ///
    /// @param kind `teams`, `racks` or `devices`
    /// @param values as they were sent
    public record Change(String kind, String id, Map<String, String> values) {
        public Change {
            values = Map.copyOf(values);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<String, TreeMap<String, ObjectNode>> things = new TreeMap<>();
    private final TreeMap<String, Instant> tokens = new TreeMap<>();
    private final TreeMap<String, Integer> broken = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final SimulatedServer server;
    private final boolean showsMoney;
    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private int logins;

    private ConcertimSimulator(int port, boolean showsMoney) {
        this.showsMoney = showsMoney;
        KINDS.forEach(kind -> things.put(kind, new TreeMap<>()));
        server = SimulatedServer.start(port, this::answer);
    }

    /// @param port 0 for any that is free
    /// @param showsMoney whether lists of teams tell costs and credits, which not every release does
    public static ConcertimSimulator start(int port, boolean showsMoney) {
        return new ConcertimSimulator(port, showsMoney);
    }

    public SimulatedServer server() {
        return server;
    }

    public String url() {
        return server.url();
    }

    public void team(String id, String name, String project, String account) {
        put(
                "teams",
                id,
                JSON.createObjectNode()
                        .put("name", name)
                        .put("project_id", project)
                        .put("billing_acct_id", account));
    }

    /// @param stack in its metadata
    public void rack(String id, String team, String stack) {
        ObjectNode rack = JSON.createObjectNode().put("name", "rack-" + id).put("cost", "0.0");
        rack.putObject("owner").put("id", team);
        rack.putObject("metadata").put("openstack_stack_id", stack);
        put("racks", id, rack);
    }

    /// @param instance in its metadata
    public void device(String id, String rack, String instance) {
        ObjectNode device = JSON.createObjectNode().put("name", "device-" + id).put("cost", "0.0");
        device.putObject("location").put("rack_id", rack);
        device.putObject("metadata").put("openstack_instance_id", instance);
        put("devices", id, device);
    }

    private void put(String kind, String id, ObjectNode thing) {
        locked(() -> {
            things(kind).put(id, thing.put("id", id));
            return id;
        });
    }

    private TreeMap<String, ObjectNode> things(String kind) {
        return Optional.ofNullable(things.get(kind)).orElseThrow();
    }

    /// Changes of one thing are answered with a status from now on; with 200 they go well again.
    public void breaks(String kind, String id, int status) {
        locked(() -> broken.put(kind + "/" + id, status));
    }

    /// All tokens are forgotten, as after a restart with another secret.
    public void forgetTokens() {
        locked(() -> {
            tokens.clear();
            return true;
        });
    }

    public void now(Instant instant) {
        locked(() -> {
            now = instant;
            return true;
        });
    }

    /// What was changed, in order.
    public List<Change> changes() {
        return locked(() -> List.copyOf(changes));
    }

    public int logins() {
        return locked(() -> logins);
    }

    /// What it has of a thing under a key; empty if nothing.
    public String value(String kind, String id, String key) {
        return locked(() -> Optional.ofNullable(things(kind).get(id))
                .map(thing -> thing.path(key).asString(""))
                .orElse(""));
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Reply answer(Request request) {
        return locked(() -> answerAlone(request));
    }

    private Reply answerAlone(Request request) {
        if (request.method().equals("POST") && request.path().equals("/users/sign_in.json")) {
            return signIn(request);
        }
        Optional<Instant> end = request.headers()
                .first("Authorization")
                .filter(header -> header.startsWith("Bearer "))
                .flatMap(header -> Optional.ofNullable(tokens.get(header)));
        if (end.isEmpty() || !now.isBefore(end.get())) {
            return Reply.json(401, "{\"error\":\"You need to sign in or sign up before continuing.\"}");
        }
        String[] words = request.path().split("/");
        if (words.length < 4 || !request.path().startsWith("/api/v1/") || !KINDS.contains(words[3])) {
            return Reply.json(404, "{\"status\":404}");
        }
        if (words.length == 4 && request.method().equals("GET")) {
            return list(words[3]);
        }
        boolean changes = request.method().equals("PATCH") || request.method().equals("PUT");
        return words.length == 5 && changes ? change(words[3], words[4], request) : Reply.json(404, "{\"status\":404}");
    }

    private Reply signIn(Request request) {
        JsonNode user = json(request).path("user");
        if (!user.path("login").asString("").equals(LOGIN)
                || !user.path("password").asString("").equals(PASSWORD)) {
            return Reply.json(401, "{\"error\":\"Invalid login or password.\"}");
        }
        String token = "Bearer token-" + ++logins;
        tokens.put(token, now.plus(LIFE));
        return Reply.json(200, "{\"id\":1,\"login\":\"admin\"}").with("Authorization", token);
    }

    private Reply list(String kind) {
        ArrayNode list = JSON.createArrayNode();
        things(kind).values().forEach(thing -> {
            ObjectNode shown = thing.deepCopy();
            if (kind.equals("teams") && !showsMoney) {
                shown.remove(List.of("cost", "credits", "billing_period_start", "billing_period_end"));
            }
            list.add(shown);
        });
        return Reply.json(200, list.toString());
    }

    private static JsonNode json(Request request) {
        try {
            return JSON.readTree(request.body());
        } catch (JacksonException e) {
            return JSON.createObjectNode();
        }
    }

    private Reply change(String kind, String id, Request request) {
        ObjectNode thing = things(kind).get(id);
        int status = broken.getOrDefault(kind + "/" + id, 200);
        if (thing == null) {
            return Reply.json(404, "{\"status\":404}");
        }
        if (status != 200) {
            return Reply.json(status, "{\"error\":\"broken\"}");
        }
        ObjectNode after = thing.deepCopy();
        TreeMap<String, String> values = new TreeMap<>();
        json(request).path(kind.substring(0, kind.length() - 1)).forEachEntry((key, value) -> {
            after.set(key, value);
            values.put(key, value.asString(""));
        });
        ObjectNode errors = kind.equals("teams") ? wrongInTeam(after) : wrongCost(after);
        if (!errors.isEmpty()) {
            return Reply.json(422, errors.toString());
        }
        things(kind).put(id, after);
        changes.add(new Change(kind, id, values));
        return Reply.json(200, after.toString());
    }

    private static ObjectNode wrongCost(ObjectNode thing) {
        ObjectNode errors = JSON.createObjectNode();
        number(thing, "cost").ifPresent(cost -> {
            if (cost.signum() < 0) {
                errors.putArray("cost").add("must be greater than or equal to 0");
            }
        });
        if (isGiven(thing, "cost") && number(thing, "cost").isEmpty()) {
            errors.putArray("cost").add("is not a number");
        }
        return errors;
    }

    private ObjectNode wrongInTeam(ObjectNode team) {
        ObjectNode errors = wrongCost(team);
        if (isGiven(team, "credits") && number(team, "credits").isEmpty()) {
            errors.putArray("credits").add("is not a number");
        }
        Optional<LocalDate> start = day(team, "billing_period_start");
        Optional<LocalDate> end = day(team, "billing_period_end");
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (start.isPresent() != end.isPresent()) {
            errors.putArray("billing_period").add("must have a start date and end date, or neither");
        }
        if (start.filter(today::isBefore).isPresent()) {
            errors.putArray("billing_period_start").add("must be today or earlier");
        }
        if (end.filter(today::isAfter).isPresent()) {
            errors.putArray("billing_period_end").add("must be today or later");
        }
        if (start.isPresent() && end.isPresent() && !end.get().isAfter(start.get())) {
            errors.putArray("billing_period_end").add("must be greater than " + start.get());
        }
        return errors;
    }

    private static boolean isGiven(ObjectNode thing, String key) {
        return !thing.path(key).asString("").isEmpty();
    }

    private static Optional<BigDecimal> number(ObjectNode thing, String key) {
        try {
            return isGiven(thing, key)
                    ? Optional.of(new BigDecimal(thing.path(key).asString("")))
                    : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<LocalDate> day(ObjectNode thing, String key) {
        try {
            return isGiven(thing, key)
                    ? Optional.of(LocalDate.parse(thing.path(key).asString("")))
                    : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
