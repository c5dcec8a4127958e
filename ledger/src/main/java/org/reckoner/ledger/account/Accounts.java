package org.reckoner.ledger.account;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.ProjectNames;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/// Who pays: every project that ever owned something or that an operator set up.
public final class Accounts {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Database database;
    private final Observations observations;
    private final ProjectNames projectNames;
    private final AuditLog audit;

    public Accounts(Database database, Observations observations, ProjectNames projectNames, AuditLog audit) {
        this.database = database;
        this.observations = observations;
        this.projectNames = projectNames;
        this.audit = audit;
    }

    /// All accounts by project id, with what was set for each and, where no name was set, the name that the
    /// cloud gave.
    public List<Account> all() {
        TreeMap<String, Account> accounts = new TreeMap<>();
        Map<String, String> names = projectNames.all();
        observations.projects().forEach(project -> accounts.put(project, Account.unknown(project)));
        set().forEach(account -> accounts.put(account.project(), account));
        accounts.replaceAll((project, account) -> account.name().equals(project) && names.containsKey(project)
                ? account.named(names.get(project))
                : account);
        return List.copyOf(accounts.values());
    }

    /// The account of a project, by its id or by its name if only one has that name.
    public Optional<Account> find(String projectOrName) {
        List<Account> all = all();
        Optional<Account> byId = all.stream()
                .filter(account -> account.project().equals(projectOrName))
                .findFirst();
        List<Account> byName = all.stream()
                .filter(account -> account.name().equals(projectOrName))
                .toList();
        return byId.isPresent() ? byId : byName.size() == 1 ? Optional.of(byName.getFirst()) : Optional.empty();
    }

    /// The account of a project id, if the project ever owned something or was set up.
    public Optional<Account> of(String project) {
        return database.read(handle -> of(handle, project));
    }

    private static Optional<Account> of(Handle handle, String project) {
        return handle.createQuery("""
                        SELECT p.project AS id, a.*, n.name AS told
                        FROM (SELECT :project AS project) p
                        LEFT JOIN account a ON a.project = p.project
                        LEFT JOIN project_name n ON n.project = p.project
                        WHERE a.project IS NOT NULL
                           OR EXISTS (SELECT 1 FROM resource_owner w WHERE w.project = p.project)""")
                .bind("project", project)
                .map((row, context) -> current(row))
                .findOne();
    }

    /// The accounts that follow a project id, by project id, at most so many. The cost does not grow with the
    /// number of accounts nor of resources.
    public List<Account> page(Optional<String> after, int limit) {
        return database.read(handle -> handle.createQuery("""
                        WITH RECURSIVE owner (project, place) AS (
                            SELECT (SELECT MIN(project) FROM resource_owner WHERE project > :after), 1
                            UNION ALL
                            SELECT (SELECT MIN(w.project) FROM resource_owner w WHERE w.project > owner.project), place + 1
                            FROM owner WHERE owner.project IS NOT NULL AND place < :limit)
                        SELECT p.project AS id, a.*, n.name AS told
                        FROM (SELECT project FROM owner WHERE project IS NOT NULL
                              UNION
                              SELECT project FROM (SELECT project FROM account WHERE project > :after
                                                   ORDER BY project LIMIT :limit) s) p
                        LEFT JOIN account a ON a.project = p.project
                        LEFT JOIN project_name n ON n.project = p.project
                        ORDER BY p.project LIMIT :limit""")
                .bind("after", after.orElse(""))
                .bind("limit", limit)
                .map((row, context) -> current(row))
                .list());
    }

    /// What was set, and where no name was set, the name that the cloud gave.
    private static Account current(ResultSet row) throws SQLException {
        String project = row.getString("id");
        String told = row.getString("told");
        Account account = row.getString("project") == null ? Account.unknown(project) : account(row);
        return told != null && account.name().equals(project) ? account.named(told) : account;
    }

    private List<Account> set() {
        return database.read(handle -> handle.createQuery("SELECT * FROM account ORDER BY project")
                .map((row, context) -> account(row))
                .list());
    }

    /// Sets everything that an operator may say of an account.
    public void save(Account account, Instant now, String by) {
        database.change(handle -> save(handle, account, now, by, Optional.empty()));
    }

    /// What became of a replacement.
    public enum Replaced {
        CREATED,
        CHANGED,
        /// The account is not what it was expected to be; nothing was changed.
        NOT_AS_EXPECTED
    }

    /// As [#save], only if the account is as expected at that moment.
    ///
    /// @param why for the audit log
    public Replaced replace(
            Account account, Predicate<Optional<Account>> expected, Instant now, String by, Optional<String> why) {
        return database.write(handle -> {
            Optional<Account> before = of(handle, account.project());
            if (!expected.test(before)) {
                return Replaced.NOT_AS_EXPECTED;
            }
            save(handle, account, now, by, why);
            return before.isPresent() ? Replaced.CHANGED : Replaced.CREATED;
        });
    }

    private void save(Handle handle, Account account, Instant now, String by, Optional<String> why) {
        Optional<String> before = handle.createQuery("SELECT * FROM account WHERE project = ?")
                .bind(0, account.project())
                .map((row, context) -> account(row))
                .findOne()
                .map(Accounts::text);
        handle.createUpdate("""
                            INSERT INTO account (project, name, price_book, taxes, address, customer, cost_center)
                            VALUES (:project, :name, :book, :taxes, :address, :customer, :center)
                            ON CONFLICT (project) DO UPDATE SET
                                name = excluded.name, price_book = excluded.price_book, taxes = excluded.taxes,
                                address = excluded.address, customer = excluded.customer, cost_center = excluded.cost_center""")
                .bind("project", account.project())
                .bind("name", account.name())
                .bindByType("book", account.priceBook().orElse(null), String.class)
                .bind("taxes", taxes(account))
                .bind("address", address(account))
                .bindByType("customer", account.customer().orElse(null), String.class)
                .bindByType("center", account.costCenter().orElse(null), String.class)
                .execute();
        audit.note(
                handle,
                new AuditLog.Entry(now, by, "account.set", account.project(), before, Optional.of(text(account)), why));
    }

    private static String taxes(Account account) {
        ArrayNode taxes = JSON.createArrayNode();
        account.taxes()
                .forEach(tax -> taxes.addObject()
                        .put("name", tax.name())
                        .put("percent", tax.percent().toPlainString()));
        return JSON.writeValueAsString(taxes);
    }

    private static String address(Account account) {
        ArrayNode lines = JSON.createArrayNode();
        account.address().forEach(lines::add);
        return JSON.writeValueAsString(lines);
    }

    private static Account account(ResultSet row) throws SQLException {
        List<TaxRate> taxes = new ArrayList<>();
        for (JsonNode tax : JSON.readTree(row.getString("taxes"))) {
            taxes.add(new TaxRate(
                    tax.path("name").stringValue(),
                    new BigDecimal(tax.path("percent").stringValue())));
        }
        List<String> address = new ArrayList<>();
        JSON.readTree(row.getString("address")).forEach(line -> address.add(line.stringValue()));
        String project = row.getString("project");
        return new Account(
                project,
                Optional.ofNullable(row.getString("name")).orElse(project),
                Optional.ofNullable(row.getString("price_book")),
                taxes,
                address,
                Optional.ofNullable(row.getString("customer")),
                Optional.ofNullable(row.getString("cost_center")));
    }

    private static String text(Account account) {
        return JSON.writeValueAsString(JSON.createObjectNode()
                .put("name", account.name())
                .put("price_book", account.priceBook().orElse(null))
                .put("customer", account.customer().orElse(null))
                .put("cost_center", account.costCenter().orElse(null))
                .put("taxes", taxes(account))
                .put("address", address(account)));
    }
}
