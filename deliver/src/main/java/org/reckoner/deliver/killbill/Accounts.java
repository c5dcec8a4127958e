package org.reckoner.deliver.killbill;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import org.reckoner.core.invoice.Account;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Remembered;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which of Kill Bill's accounts a project is.
///
/// It is looked for where any integration of OpenStack with Kill Bill has put the project's id: the account's
/// external key; the custom field `openstack_project_id` or `project_cloud_id` of an account;
/// `openstack_project_id` of a subscription.
///
/// Settings: `create-accounts` (`false`); for those that are made `locale` (none), `time-zone` (`UTC`),
/// `bill-cycle-day` (`1`), and `account-fields`, custom fields by name, in which `{project}`, `{name}`,
/// `{customer}` and `{cost-center}` stand for the account's own (`openstack_project_id: "{project}"`).
final class Accounts {

    static final String[] SETTINGS = {"create-accounts", "locale", "time-zone", "bill-cycle-day", "account-fields"};

    static final String PROJECT_FIELD = "openstack_project_id";
    static final List<String> ACCOUNT_FIELDS = List.of(PROJECT_FIELD, "project_cloud_id");
    private static final int LONGEST_NAME = 100;
    private static final int EXISTS = 3000;
    private static final int FIELD_EXISTS = 9000;

    private final Api api;
    private final String backend;
    private final boolean create;
    private final Optional<String> locale;
    private final String timeZone;
    private final int billCycleDay;
    private final SortedMap<String, String> fields;

    private final Remembered<String> known = new Remembered<>();
    private final ReentrantLock creating = new ReentrantLock();

    /// @throws BadAdapter if a setting is wrong
    Accounts(Api api, AdapterSettings settings) {
        this.api = api;
        backend = settings.backend();
        create = settings.value("create-accounts", "true or false", Accounts::yes)
                .orElse(false);
        locale = settings.text("locale");
        timeZone = settings.text("time-zone").orElse("UTC");
        billCycleDay = settings.value("bill-cycle-day", "a day of the month, 1 to 31", Accounts::day)
                .orElse(1);
        SortedMap<String, String> given = settings.pairs("account-fields");
        fields = given.isEmpty() ? new TreeMap<>(Map.of(PROJECT_FIELD, "{project}")) : given;
    }

    static boolean yes(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static int day(String text) {
        int day = Integer.parseInt(text);
        if (day < 1 || day > 31) {
            throw new IllegalArgumentException(text);
        }
        return day;
    }

    /// The id of a project's account.
    ///
    /// @throws Undelivered.Refused if several accounts claim to be the project's
    Optional<String> find(String project) throws Undelivered {
        Optional<String> before = known.get(project);
        if (before.isPresent()) {
            return before;
        }
        Optional<String> found = byKey(project);
        if (found.isEmpty()) {
            found = byFields(project);
        }
        found.ifPresent(account -> known.put(project, account));
        return found;
    }

    /// It may not be the project's any more, or not be there.
    void forget(String project) {
        known.forget(project);
    }

    /// The id of a project's account, which is made if that is configured.
    ///
    /// @throws Undelivered.Refused if there is none and none may be made
    String findOrCreate(Account account, Currency currency) throws Undelivered {
        Optional<String> found = find(account.project());
        if (found.isPresent()) {
            return found.get();
        }
        if (!create) {
            throw new Undelivered.Refused(
                    "%s: Kill Bill has no account for the project %s, neither by its external key nor by a custom field; make one, or set 'create-accounts: true', and retry"
                            .formatted(backend, account.project()));
        }
        creating.lock();
        try {
            Optional<String> meanwhile = known.get(account.project());
            return meanwhile.isPresent() ? meanwhile.get() : create(account, currency);
        } finally {
            creating.unlock();
        }
    }

    private Optional<String> byKey(String project) throws Undelivered {
        Optional<JsonNode> found = api.look("/accounts?externalKey=" + Api.word(project));
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (!needed(found.get(), "externalKey").equals(project)) { // as if capitals did not matter
            return Optional.empty();
        }
        String id = needed(found.get(), "accountId");
        if (create) {
            complete(id, project);
        }
        return Optional.of(id);
    }

    static String needed(JsonNode json, String field) throws Undelivered {
        String value = json.path(field).asString("");
        if (value.isEmpty()) {
            throw new Undelivered.Unavailable(
                    "Kill Bill told an account or subscription without '%s'".formatted(field));
        }
        return value;
    }

    /// What a process that was killed between making an account and its fields has left open.
    private void complete(String id, String project) throws Undelivered {
        if (!fields.containsValue("{project}")) {
            return;
        }
        TreeSet<String> there = new TreeSet<>();
        api.list("/accounts/%s/customFields".formatted(Api.word(id)))
                .forEach(field -> there.add(field.path("name").asString("")));
        for (String name : fields.keySet()) {
            if (fields.get(name).equals("{project}") && !there.contains(name)) {
                saveFields(id, new TreeMap<>(Map.of(name, project)));
            }
        }
    }

    private Optional<String> byFields(String project) throws Undelivered {
        TreeSet<String> accounts = new TreeSet<>();
        for (String field : ACCOUNT_FIELDS) {
            accounts.addAll(search("ACCOUNT", field, project));
        }
        if (accounts.isEmpty()) {
            for (String subscription : search("SUBSCRIPTION", PROJECT_FIELD, project)) {
                accounts.add(needed(api.get("/subscriptions/" + Api.word(subscription)), "accountId"));
            }
        }
        if (accounts.size() > 1) {
            throw new Undelivered.Refused(
                    "%s: the accounts %s of Kill Bill all claim to be of the project %s; leave the field on one of them and retry"
                            .formatted(backend, String.join(", ", accounts), project));
        }
        return accounts.stream().findFirst();
    }

    /// What carries a custom field with a value: the ids. Kill Bill has an index on both. Whether capitals matter
    /// is left to its database, so what it finds is compared.
    List<String> search(String type, String field, String value) throws Undelivered {
        List<String> ids = new ArrayList<>();
        String question = "/customFields/search?objectType=%s&fieldName=%s&fieldValue=%s"
                .formatted(type, Api.word(field), Api.word(value));
        for (JsonNode each : api.pages(question, "customFieldId")) {
            if (each.path("name").asString("").equals(field)
                    && each.path("value").asString("").equals(value)) {
                ids.add(each.path("objectId").asString(""));
            }
        }
        return ids;
    }

    private String create(Account account, Currency currency) throws Undelivered {
        ObjectNode body = Answer.JSON
                .createObjectNode()
                .put("name", Entry.plain(account.name(), LONGEST_NAME))
                .put("externalKey", account.project())
                .put("currency", currency.getCurrencyCode())
                .put("timeZone", timeZone)
                .put("billCycleDayLocal", billCycleDay);
        locale.ifPresent(text -> body.put("locale", text));
        Answer answer = api.tryPost("/accounts", body);
        if (Api.code(answer).filter(code -> code == EXISTS).isPresent()) {
            // somebody else made it just now
            return byKey(account.project())
                    .orElseThrow(() -> new Undelivered.Unavailable(
                            "%s: Kill Bill has the external key %s, or one that it takes for the same, and tells no such account"
                                    .formatted(backend, account.project())));
        }
        String id = Api.made(Api.accepted(answer));
        TreeMap<String, String> values = new TreeMap<>();
        fields.forEach((name, value) -> values.put(
                name,
                value.replace("{project}", account.project())
                        .replace("{name}", account.name())
                        .replace("{customer}", account.customer().orElse(""))
                        .replace("{cost-center}", account.costCenter().orElse(""))));
        values.values().removeIf(String::isEmpty);
        saveFields(id, values);
        known.put(account.project(), id);
        return id;
    }

    private void saveFields(String id, SortedMap<String, String> values) throws Undelivered {
        saveFields("accounts", id, values);
    }

    /// Fields that are there already keep their values.
    ///
    /// @param kind `accounts` or `subscriptions`
    void saveFields(String kind, String id, SortedMap<String, String> values) throws Undelivered {
        ArrayNode body = Answer.JSON.createArrayNode();
        values.forEach((name, value) ->
                body.addObject().put("name", name).put("value", Entry.plain(value, Entry.LONGEST_TEXT)));
        if (body.isEmpty()) {
            return;
        }
        Answer answer = api.tryPost("/%s/%s/customFields".formatted(kind, Api.word(id)), body);
        if (Api.code(answer).filter(code -> code == FIELD_EXISTS).isEmpty()) {
            Api.mustBe(Api.MADE, answer);
        }
    }
}
