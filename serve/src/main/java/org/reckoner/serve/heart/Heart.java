package org.reckoner.serve.heart;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.DeadLetter;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.heart.Directory.Account;
import org.reckoner.serve.heart.Directory.Filter;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// nova-billing's Heart on Reckoner's ledger: events in, tariffs, and bills, under the paths of all
/// generations of its API. What it writes are ordinary observations and an ordinary price book.
public final class Heart {

    /// Where the scripts of its tables are, and the table that remembers which of them ran.
    static final String SCHEMA = "org/reckoner/serve/heart";

    static final String HISTORY = "heart_schema_history";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int MULTI_STATUS = 207;
    private static final int LONGEST_MULTIPLIER = 40;

    private final HeartSettings settings;
    private final Database database;
    private final Clock clock;
    private final TariffTable tariffs;
    private final EventLog events;
    private final HeartBill bill;
    private final Ledger ledger;
    private final Answers answers;

    /// Makes or updates the Heart's tables in the ledger's database.
    ///
    /// @throws org.reckoner.ledger.LedgerException if that cannot be done
    public Heart(HeartSettings settings, Ledger ledger, Clock clock) {
        this.settings = settings;
        this.ledger = ledger;
        this.database = ledger.database();
        this.clock = clock;
        this.answers = new Answers(settings.legacy());
        this.tariffs = new TariffTable(ledger, settings, clock);
        this.events =
                new EventLog(database, (handle, posted) -> recording(handle).record(posted));
        this.bill = new HeartBill(database, settings.legacy());
        database.extend(SCHEMA, HISTORY);
        new Rebuilding(database, settings, tariffs).ifModeChanged();
    }

    /// Takes over what another Heart knew, in one transaction: all of it or nothing. Taken over again, it
    /// adds only what is new.
    ///
    /// @param by for the audit log
    /// @param progress is told how many more changes were taken
    /// @throws Problem if something of it cannot be taken; it says what
    public Takeover.Taken take(Takeover.Books books, String by, LongConsumer progress) {
        return database.write(
                handle -> new Takeover(handle, ledger, settings, tariffs, clock.instant(), by).take(books, progress));
    }

    /// What became of commands.
    ///
    /// @param kept that count, from now or from an earlier time
    /// @param dead that are dead letters from now on
    public record Kept(int kept, int dead) {}

    /// Takes a batch of commands to Nova, and of messages that could not be read, in one transaction. When it
    /// returns the batch is durable; when it throws nothing of it is kept.
    public Kept keep(List<Command> commands, List<DeadLetter.Fresh> letters) {
        return database.write(handle -> new Commands(
                        handle,
                        ledger,
                        new EventReader(settings.legacy(), true),
                        (same, events) -> recording(same).record(events),
                        clock.instant())
                .keep(commands, letters));
    }

    private Recording recording(Handle handle) {
        return new Recording(handle, ledger, settings, tariffs, clock.instant());
    }

    /// Adds the routes of all generations.
    public void routes(RoutesConfig routes) {
        routes.get("/", context -> Answers.json(context, firstVersion(context)), Access.PUBLIC);
        routes.get("/version", context -> Answers.json(context, version(context)), Access.PUBLIC);
        for (Generation api : Generation.values()) {
            get(routes, api.prefix + api.bill, context -> bill(context, api));
            routes.post(api.prefix + "/event", answers.of(context -> event(context, api)), Access.SERVICE);
            get(routes, api.prefix + "/tariff", this::tariff);
            routes.post(api.prefix + "/tariff", answers.of(this::setTariff), Access.ADMIN);
        }
        new Projects(ledger, clock, answers, settings.legacy()).add(routes);
        new DirectoryRoutes(ledger, clock, answers, this::know, settings.legacy()).add(routes);
    }

    private void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, answers.of(handler), Access.READER);
    }

    private static String host(Context context) {
        return "http://" + Optional.ofNullable(context.host()).orElse("localhost");
    }

    /// Where the first generation, 0.0.2, said what it is; later ones have `/version`.
    private static ObjectNode firstVersion(Context context) {
        ObjectNode version = JSON.createObjectNode().put("version", "0.0.2").put("application", "nova-billing");
        links(version.putArray("links"), host(context), List.of("projects"));
        return version;
    }

    /// What both generations say, which differ in their keys.
    private static ObjectNode version(Context context) {
        String host = host(context);
        ObjectNode version = JSON.createObjectNode();
        version.put("version", "2.0.0");
        version.put("application", "nova-billing");
        links(version.putArray("links").addArray(), host, List.of("bill", "resource", "account", "tariff"));
        ArrayNode versions = version.putArray("versions");
        ObjectNode second = versions.addObject().put("id", "v2").put("status", "CURRENT");
        links(
                second.putArray("links"),
                host + "/v2",
                List.of("report", "resource", "account", "tariff", "cost_center"));
        ObjectNode first = versions.addObject().put("id", "v1").put("status", "SUPPORTED");
        links(first.putArray("links"), host + "/v1", List.of("bill", "resource", "account", "tariff"));
        return version;
    }

    private static void links(ArrayNode links, String base, List<String> paths) {
        paths.forEach(path -> links.addObject().put("href", base + "/" + path).put("rel", "self"));
    }

    /// One event, or a list of them that is answered in its order; what cannot count stands there as a
    /// problem.
    private void event(Context context, Generation api) {
        JsonNode body = Requests.json(context);
        EventReader reader = new EventReader(settings.legacy(), api != Generation.G1);
        if (!body.isArray()) {
            Event event = reader.event(body);
            switch (events.post(List.of(event)).getFirst()) {
                case Outcome.Counted counted -> Answers.json(context, echo(event, counted, api));
                case Outcome.Refused refused -> throw refused.problem();
            }
            return;
        }
        batch(context, api, body, reader);
    }

    private void batch(Context context, Generation api, JsonNode body, EventReader reader) {
        List<Object> read = new ArrayList<>();
        List<Event> good = new ArrayList<>();
        for (JsonNode one : body) {
            try {
                Event event = reader.event(one);
                good.add(event);
                read.add(event);
            } catch (Problem problem) {
                read.add(problem);
            }
        }
        List<Outcome> outcomes = good.isEmpty() ? List.of() : events.post(good);
        ArrayNode answer = JSON.createArrayNode();
        boolean allCount = true;
        int at = 0;
        for (Object one : read) {
            Outcome outcome = one instanceof Problem problem ? new Outcome.Refused(problem) : outcomes.get(at++);
            if (outcome instanceof Outcome.Counted counted && one instanceof Event event) {
                answer.add(echo(event, counted, api));
            } else if (outcome instanceof Outcome.Refused refused) {
                allCount = false;
                answer.addObject()
                        .put("status", refused.problem().status())
                        .put("title", refused.problem().title())
                        .put("detail", refused.problem().detail());
            }
        }
        context.status(allCount ? 200 : MULTI_STATUS);
        Answers.json(context, answer);
    }

    private ObjectNode echo(Event event, Outcome.Counted counted, Generation api) {
        ObjectNode echo = JSON.createObjectNode();
        if (!api.namesAccounts()) {
            echo.put("account_id", counted.accountId());
        } else if (settings.legacy() && event.account().isEmpty()) {
            echo.set("account", event.givenName());
        } else {
            echo.put("account", counted.account());
        }
        echo.put("rtype", event.root().rtype());
        echo.put("datetime", Moments.format(event.at()));
        echo.set("name", event.givenName());
        return echo;
    }

    /// Makes the resources of a tree known, of which nothing happened.
    private Outcome know(Event tree) {
        return database.write(handle -> recording(handle).know(tree));
    }

    private void tariff(Context context) {
        ObjectNode all = JSON.createObjectNode();
        Tariffs known = database.read(tariffs::tariffs);
        known.byType().keySet().forEach(rtype -> {
            BigDecimal multiplier = known.multiplier(rtype);
            all.put(rtype, multiplier.scale() < 1 ? multiplier.setScale(1) : multiplier);
        });
        Answers.json(context, all);
    }

    private void setTariff(Context context) {
        ObjectNode body = Requests.object(context);
        Instant at = body.optional("datetime")
                .filter(JsonNode::isString)
                .flatMap(text -> Moments.parse(text.stringValue()))
                .orElseThrow(() -> Problem.badRequest("valid datetime must be specified"));
        if (!(body.path("values") instanceof ObjectNode values)) {
            throw Problem.badRequest("values must be specified");
        }
        boolean migrate = migrate(body.path("migrate"));
        TreeMap<String, BigDecimal> multipliers = multipliers(values);
        String by = Requests.caller(context).name();
        database.change(handle -> {
            TariffTable.Change change = tariffs.set(handle, multipliers, at, migrate, by);
            if (settings.legacy() && migrate) {
                LegacySegments segments = new LegacySegments(handle);
                change.changed()
                        .forEach((rtype, tariff) -> segments.migrate(
                                rtype,
                                change.before().multiplier(rtype),
                                tariff.multiplier(),
                                tariff.generation(),
                                at));
            }
        });
        Answers.json(context, values);
    }

    private static boolean migrate(JsonNode given) {
        if (given.isMissingNode() || given.isNull()) {
            return false;
        }
        if (!given.isBoolean()) {
            throw Problem.badRequest("migrate must be true or false");
        }
        return given.booleanValue();
    }

    private TreeMap<String, BigDecimal> multipliers(ObjectNode values) {
        TreeMap<String, BigDecimal> multipliers = new TreeMap<>();
        values.forEachEntry((rtype, value) -> {
            String name = EventReader.rtype(JSON.getNodeFactory().stringNode(rtype));
            if (settings.legacy() && value.isBoolean()) {
                multipliers.put(name, value.booleanValue() ? BigDecimal.ONE : BigDecimal.ZERO);
            } else if (value.isNumber() || !settings.legacy()) {
                multipliers.put(name, multiplier(rtype, value));
            }
        });
        return multipliers;
    }

    private static BigDecimal multiplier(String rtype, JsonNode value) {
        String what = "the tariff of " + rtype;
        BigDecimal multiplier = EventReader.number(value, what);
        if (multiplier.signum() < 0) {
            throw Problem.badRequest("%s must not be negative: %s".formatted(what, multiplier.toPlainString()));
        }
        if (multiplier.toPlainString().length() > LONGEST_MULTIPLIER) {
            throw Problem.badRequest("%s has more than %d digits".formatted(what, LONGEST_MULTIPLIER));
        }
        return multiplier;
    }

    private void bill(Context context, Generation api) {
        Instant now = clock.instant();
        Window period = new AskedPeriod(settings.legacy(), now).of(context::queryParam);
        List<Account> accounts = accounts(context, api);
        boolean notBegun = !now.isAfter(period.from()) && !(settings.legacy() && api == Generation.G1);
        stream(context, api, period, notBegun ? List.of() : accounts, now);
    }

    /// The accounts that a bill is asked of, among those that the caller may see.
    private List<Account> accounts(Context context, Generation api) {
        Filter filter = DirectoryRoutes.visible(context);
        Optional<String> id = Requests.query(context, "account_id");
        Optional<String> name = Requests.query(context, "account_name")
                .or(() -> settings.legacy() && api != Generation.G1
                        ? Optional.empty()
                        : Requests.query(context, "account"));
        if (id.isPresent()) {
            filter.is("a.id", DirectoryRoutes.id(id.get(), "account_id"));
        } else if (name.isPresent()) {
            filter.is("a.name", name.get());
        } else if (api.hasCostCenters()) {
            return database.read(handle -> {
                DirectoryRoutes.costCenter(context, new Directory(handle), filter);
                return new Directory(handle).accounts(filter);
            });
        }
        List<Account> found = database.read(handle -> new Directory(handle).accounts(filter));
        if (id.isEmpty() && name.isPresent() && found.isEmpty()) {
            throw Problem.notFound("there is no account of this name");
        }
        return found;
    }

    private void stream(Context context, Generation api, Window period, List<Account> accounts, Instant now) {
        Tariffs known = database.read(tariffs::tariffs);
        context.contentType("application/json");
        try {
            OutputStream out = context.outputStream();
            out.write("{\"period_start\":\"%s\",\"period_end\":\"%s\",\"%s\":["
                    .formatted(Moments.format(period.from()), Moments.format(period.to()), api.billKey)
                    .getBytes(StandardCharsets.UTF_8));
            boolean first = true;
            for (Account account : accounts) {
                byte[] json = bill.json(account, known, period, now);
                if (json.length > 0) {
                    if (!first) {
                        out.write(',');
                    }
                    out.write(json);
                    first = false;
                }
            }
            out.write(']');
            out.write('}');
        } catch (IOException e) {
            throw Problem.badRequest("the caller went away: " + e.getMessage());
        }
    }

    /// A value that may be nothing, as JSON.
    static JsonNode json(@Nullable Long number) {
        return number == null ? JSON.nullNode() : JSON.getNodeFactory().numberNode(number.longValue());
    }
}
