package org.reckoner.serve.heart;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.heart.Directory.Account;
import org.reckoner.serve.heart.Directory.CostCenter;
import org.reckoner.serve.heart.Directory.Filter;
import org.reckoner.serve.heart.Directory.Resource;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Accounts, cost centers and resources: what there is, and their names.
final class DirectoryRoutes {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Ledger ledger;
    private final Database database;
    private final Clock clock;
    private final Answers answers;
    private final Function<Event, Outcome> know;
    private final boolean legacy;

    /// @param know makes the resources of a tree known
    DirectoryRoutes(Ledger ledger, Clock clock, Answers answers, Function<Event, Outcome> know, boolean legacy) {
        this.ledger = ledger;
        this.database = ledger.database();
        this.clock = clock;
        this.answers = answers;
        this.know = know;
        this.legacy = legacy;
    }

    void add(RoutesConfig routes) {
        for (Generation api : Generation.values()) {
            get(routes, api.prefix + "/account", context -> accounts(context, api));
            get(routes, api.prefix + "/resource", context -> resources(context, api));
        }
        for (Generation api : List.of(Generation.G1, Generation.V1)) {
            routes.post(api.prefix + "/resource", answers.of(context -> resource(context, api)), Access.SERVICE);
        }
        routes.post("/v2/account", answers.of(this::newAccount), Access.ADMIN);
        routes.put("/v2/account", answers.of(this::renameAccount), Access.ADMIN);
        routes.put("/v2/resource", answers.of(this::renameResource), Access.ADMIN);
        get(routes, "/v2/cost_center", this::costCenters);
        routes.post("/v2/cost_center", answers.of(this::newCostCenter), Access.ADMIN);
        routes.put("/v2/cost_center", answers.of(this::renameCostCenter), Access.ADMIN);
        routes.delete("/v2/cost_center", answers.of(this::deleteCostCenter), Access.ADMIN);
    }

    private void get(RoutesConfig routes, String path, Handler handler) {
        routes.get(path, answers.of(handler), Access.READER);
    }

    /// A filter that lets through what the caller may see: a project's caller the account that was made under
    /// its project's id, an admin everything.
    static Filter visible(Context context) {
        Filter filter = new Filter();
        Requests.caller(context).only().ifPresent(project -> filter.is("a.project", project));
        return filter;
    }

    /// @throws Problem 400 unless it is a whole number
    static long id(String text, String name) {
        if (!text.matches("-?\\d{1,18}")) {
            throw Problem.badRequest("%s must be a whole number".formatted(name));
        }
        return Long.parseLong(text);
    }

    /// Adds conditions on the cost center, if any is asked for.
    ///
    /// @throws Problem 404 if it is of an unknown name
    static void costCenter(Context context, Directory directory, Filter filter) {
        Requests.query(context, "cost_center_id")
                .ifPresent(id -> filter.is("a.cost_center_id", id(id, "cost_center_id")));
        Requests.query(context, "cost_center_name").ifPresent(name -> {
            if (directory.costCenters(new Filter().is("c.name", name)).isEmpty()) {
                throw Problem.notFound("there is no cost center of this name");
            }
            filter.is("c.name", name);
        });
    }

    private static void idAndName(Context context, String table, Filter filter) {
        Requests.query(context, "id").ifPresent(id -> filter.is(table + ".id", id(id, "id")));
        Requests.query(context, "name").ifPresent(name -> filter.is(table + ".name", name));
    }

    private void accounts(Context context, Generation api) {
        List<Account> found = database.read(handle -> accounts(context, api, new Directory(handle)));
        ArrayNode list = JSON.createArrayNode();
        found.forEach(account -> list.add(json(account, api)));
        Answers.json(context, list);
    }

    private static List<Account> accounts(Context context, Generation api, Directory directory) {
        Filter filter = visible(context);
        if (!api.namesAccounts()) {
            idAndName(context, "a", filter);
        }
        if (api.hasCostCenters()) {
            costCenter(context, directory, filter);
        }
        return directory.accounts(filter);
    }

    private static ObjectNode json(Account account, Generation api) {
        ObjectNode json = JSON.createObjectNode().put("id", account.id()).put("name", account.name());
        if (api.hasCostCenters()) {
            json.set("cost_center_id", Heart.json(account.costCenter()));
        }
        return json;
    }

    private void resources(Context context, Generation api) {
        List<Resource> found = database.read(handle -> resources(context, api, new Directory(handle)));
        ArrayNode list = JSON.createArrayNode();
        found.forEach(resource -> {
            ObjectNode json = json(resource, api);
            json.set("attrs", JSON.readTree(resource.attrs()));
            list.add(json);
        });
        Answers.json(context, list);
    }

    private static List<Resource> resources(Context context, Generation api, Directory directory) {
        Filter filter = visible(context);
        idAndName(context, "r", filter);
        Requests.query(context, "rtype").ifPresent(rtype -> filter.is("r.rtype", rtype));
        Requests.query(context, "account_id").ifPresent(id -> filter.is("r.account_id", id(id, "account_id")));
        Requests.query(context, "parent_id").map(id -> id(id, "parent_id")).ifPresent(filter::isBelow);
        if (!api.namesAccounts()) {
            Requests.query(context, "account_name").ifPresent(name -> {
                if (directory.accounts(visible(context).is("a.name", name)).isEmpty()) {
                    throw Problem.notFound("there is no account of this name");
                }
                filter.is("a.name", name);
            });
        }
        if (api.hasCostCenters()) {
            costCenter(context, directory, filter);
        }
        return directory.resources(filter);
    }

    private static ObjectNode json(Resource resource, Generation api) {
        ObjectNode json = JSON.createObjectNode();
        json.put("id", resource.id());
        json.put("name", resource.name());
        json.put("rtype", resource.rtype());
        json.put("account_id", resource.account());
        json.set("parent_id", Heart.json(resource.parent()));
        if (api.hasCostCenters()) {
            json.set("cost_center_id", Heart.json(resource.costCenter()));
        }
        return json;
    }

    private void resource(Context context, Generation api) {
        Event tree = new EventReader(legacy, !api.namesAccounts()).tree(Requests.object(context));
        switch (know.apply(tree)) {
            case Outcome.Counted counted -> {
                ObjectNode json = JSON.createObjectNode();
                if (api.namesAccounts()) {
                    json.put("account", counted.account());
                } else {
                    json.put("account_id", counted.accountId());
                }
                json.put("rtype", tree.root().rtype());
                json.set("name", tree.givenName());
                Answers.json(context, json);
            }
            case Outcome.Refused refused -> throw refused.problem();
        }
    }

    /// A name that the body must say.
    private static String name(ObjectNode body, String key) {
        return body.optional(key)
                .filter(name -> !name.isNull())
                .map(name -> EventReader.name(name, key))
                .filter(name -> !name.isEmpty())
                .orElseThrow(() -> Problem.badRequest(key + " must be specified"));
    }

    private void newAccount(Context context) {
        ObjectNode body = Requests.object(context);
        Optional<String> center = Optional.of(name(body, "cost_center_name"));
        String name = EventReader.account(JSON.createObjectNode().put("account", name(body, "name")))
                .orElseThrow();
        Account account = database.write(handle -> {
            Directory directory = new Directory(handle);
            Filter named = new Filter().is("a.name", name);
            boolean isNew = directory.accounts(named).isEmpty();
            directory.account(name, center);
            Account made = directory.accounts(named).getFirst();
            if (isNew) {
                note(handle, context, "heart.account.new", name, Optional.empty(), center);
            }
            return made;
        });
        Answers.json(context, json(account, Generation.V2));
    }

    private void note(
            Handle handle,
            Context context,
            String action,
            String subject,
            Optional<String> before,
            Optional<String> after) {
        ledger.audit()
                .note(
                        handle,
                        new AuditLog.Entry(
                                clock.instant(),
                                Requests.caller(context).name(),
                                action,
                                subject,
                                before,
                                after,
                                Optional.empty()));
    }

    /// The one that the filter must match.
    private static <T> T one(List<T> found, String what) {
        if (found.size() != 1) {
            throw Problem.badRequest(
                    "the filter must match exactly one %s; it matches %d".formatted(what, found.size()));
        }
        return found.getFirst();
    }

    private void renameAccount(Context context) {
        String name = EventReader.account(
                        JSON.createObjectNode().put("account", name(Requests.object(context), "name")))
                .orElseThrow();
        Account renamed = database.write(handle -> {
            Directory directory = new Directory(handle);
            Account account = one(accounts(context, Generation.V2, directory), "account");
            mustBeFree(
                    directory.accounts(new Filter().is("a.name", name)).stream()
                            .anyMatch(other -> other.id() != account.id()),
                    "account");
            directory.rename(account, name);
            note(
                    handle,
                    context,
                    "heart.account.rename",
                    "account " + account.id(),
                    Optional.of(account.name()),
                    Optional.of(name));
            return directory.accounts(new Filter().is("a.id", account.id())).getFirst();
        });
        Answers.json(context, json(renamed, Generation.V2));
    }

    private static void mustBeFree(boolean isTaken, String what) {
        if (isTaken) {
            throw Problem.conflict("another %s has this name".formatted(what));
        }
    }

    private void renameResource(Context context) {
        String name = name(Requests.object(context), "name");
        Resource renamed = database.write(handle -> {
            Directory directory = new Directory(handle);
            Resource resource = one(resources(context, Generation.V2, directory), "resource");
            mustBeFree(directory.isTaken(resource, name), "resource");
            directory.rename(resource, name);
            note(
                    handle,
                    context,
                    "heart.resource.rename",
                    "resource " + resource.id(),
                    Optional.ofNullable(resource.name()),
                    Optional.of(name));
            return directory.resources(new Filter().is("r.id", resource.id())).getFirst();
        });
        Answers.json(context, json(renamed, Generation.V2));
    }

    /// A project's caller sees the cost center of its own account.
    private void costCenters(Context context) {
        Filter filter = new Filter();
        idAndName(context, "c", filter);
        List<CostCenter> found = database.read(handle -> {
            Directory directory = new Directory(handle);
            if (!Requests.caller(context).isAdmin()) {
                long own = directory.accounts(visible(context)).stream()
                        .map(Account::costCenter)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElse(-1L);
                filter.is("c.id", own);
            }
            return directory.costCenters(filter);
        });
        ArrayNode list = JSON.createArrayNode();
        found.forEach(center -> list.add(json(center)));
        Answers.json(context, list);
    }

    private static JsonNode json(CostCenter center) {
        return JSON.createObjectNode().put("id", center.id()).put("name", center.name());
    }

    private void newCostCenter(Context context) {
        String name = name(Requests.object(context), "name");
        CostCenter center = database.write(handle -> {
            Directory directory = new Directory(handle);
            boolean isNew =
                    directory.costCenters(new Filter().is("c.name", name)).isEmpty();
            CostCenter made = directory.costCenter(name);
            if (isNew) {
                note(handle, context, "heart.cost-center.new", name, Optional.empty(), Optional.of(name));
            }
            return made;
        });
        Answers.json(context, json(center));
    }

    private void renameCostCenter(Context context) {
        String name = name(Requests.object(context), "name");
        CostCenter renamed = database.write(handle -> {
            Directory directory = new Directory(handle);
            Filter filter = new Filter();
            idAndName(context, "c", filter);
            CostCenter center = one(directory.costCenters(filter), "cost center");
            mustBeFree(
                    directory.costCenters(new Filter().is("c.name", name)).stream()
                            .anyMatch(other -> other.id() != center.id()),
                    "cost center");
            directory.rename(center, name);
            note(
                    handle,
                    context,
                    "heart.cost-center.rename",
                    "cost center " + center.id(),
                    Optional.of(center.name()),
                    Optional.of(name));
            return new CostCenter(center.id(), name);
        });
        Answers.json(context, json(renamed));
    }

    private void deleteCostCenter(Context context) {
        Filter going = new Filter();
        idAndName(context, "c", going);
        Filter heir = new Filter();
        Requests.query(context, "migrate_id").ifPresent(id -> heir.is("c.id", id(id, "migrate_id")));
        Requests.query(context, "migrate_name").ifPresent(name -> heir.is("c.name", name));
        database.change(handle -> {
            Directory directory = new Directory(handle);
            CostCenter center = one(directory.costCenters(going), "cost center to delete");
            CostCenter to = one(directory.costCenters(heir), "cost center to migrate to");
            if (center.id() == to.id()) {
                throw Problem.badRequest("the cost center to delete cannot be the one to migrate to");
            }
            directory.delete(center, to);
            note(
                    handle,
                    context,
                    "heart.cost-center.delete",
                    "cost center " + center.id(),
                    Optional.of(center.name()),
                    Optional.of("accounts to " + to.name()));
        });
        context.status(204);
    }
}
