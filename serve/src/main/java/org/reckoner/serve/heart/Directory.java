package org.reckoner.serve.heart;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.reckoner.serve.heart.Held.Identity;
import org.reckoner.serve.heart.Held.Owner;

/// Accounts, cost centers and resources by their whole-number ids and names.
final class Directory {

    /// The longest name that the ledger keeps.
    private static final int LONGEST_PROJECT = 255;

    private final Handle handle;

    Directory(Handle handle) {
        this.handle = handle;
    }

    /// @param changed counts the changes of what its bill shows
    record Account(
            long id, String name, String project, @Nullable Long costCenter, long changed) {}

    record CostCenter(long id, String name) {}

    /// @param attrs JSON text
    record Resource(
            long id,
            long account,
            @Nullable Long parent,
            String rtype,
            @Nullable String name,
            String attrs,
            @Nullable Long costCenter) {}

    /// Conditions that all must hold, for a query.
    static final class Filter {
        private final List<String> conditions = new ArrayList<>();
        private final TreeMap<String, Object> values = new TreeMap<>();

        /// @param column `a.name`
        Filter is(String column, Object value) {
            return condition(column, "=", value);
        }

        /// Of resources: those that have this one as their parent.
        Filter isBelow(long parent) {
            return is("r.parent_id", parent).isNot("r.parent_id", Identity.TOP);
        }

        private Filter isNot(String column, Object value) {
            return condition(column, "<>", value);
        }

        private Filter condition(String column, String comparison, Object value) {
            String key = column.replace('.', '_') + values.size();
            conditions.add("%s %s :%s".formatted(column, comparison, key));
            values.put(key, value);
            return this;
        }

        private String where() {
            return conditions.isEmpty() ? "" : " WHERE " + String.join(" AND ", conditions);
        }

        private Query bind(Query query) {
            values.forEach(query::bind);
            return query;
        }
    }

    private long next(String table) {
        return handle.createQuery("SELECT COALESCE(MAX(id), 0) + 1 FROM " + table)
                .mapTo(Long.class)
                .one();
    }

    /// The account of a name, made if there is none.
    ///
    /// @param costCenter where a new one belongs, made too if there is none
    Owner account(String name, Optional<String> costCenter) {
        return accounts(new Filter().is("a.name", name)).stream()
                .findFirst()
                .map(known -> new Owner(known.id(), name, known.project()))
                .orElseGet(() -> newAccount(name, costCenter, next("heart_account")));
    }

    /// The account that was once made under a name, whatever it is called now; else a new one, under the
    /// given id if that is free.
    Owner account(String madeAs, Optional<String> costCenter, long wantedId) {
        return accounts(new Filter().is("a.project", madeAs)).stream()
                .findFirst()
                .map(known -> new Owner(known.id(), known.name(), known.project()))
                .orElseGet(() -> {
                    boolean free = accounts(new Filter().is("a.id", wantedId)).isEmpty();
                    return newAccount(madeAs, costCenter, free ? wantedId : next("heart_account"));
                });
    }

    private Owner newAccount(String name, Optional<String> costCenter, long id) {
        String project = project(name, id);
        handle.createUpdate("""
                        INSERT INTO heart_account (id, name, project, cost_center_id, changed)
                        VALUES (:id, :name, :project, :center, 0)""")
                .bind("id", id)
                .bind("name", name)
                .bind("project", project)
                .bindByType(
                        "center",
                        costCenter.map(center -> costCenter(center).id()).orElse(null),
                        Long.class)
                .execute();
        return new Owner(id, name, project);
    }

    /// The owner in the ledger: the account's name, unless an account that was renamed has that already.
    private String project(String name, long id) {
        String project = name;
        for (int i = 0; !accounts(new Filter().is("a.project", project)).isEmpty(); i++) {
            String suffix = "#" + id + "+".repeat(i);
            project = name.substring(0, Math.min(name.length(), LONGEST_PROJECT - suffix.length())) + suffix;
        }
        return project;
    }

    /// The cost center of a name, made if there is none.
    CostCenter costCenter(String name) {
        return costCenters(new Filter().is("c.name", name)).stream().findFirst().orElseGet(() -> {
            long id = next("heart_cost_center");
            handle.execute("INSERT INTO heart_cost_center (id, name) VALUES (?, ?)", id, name);
            return new CostCenter(id, name);
        });
    }

    /// By id. The filter speaks of `a`, the account, and `c`, its cost center.
    List<Account> accounts(Filter filter) {
        return filter.bind(handle.createQuery("""
                        SELECT a.* FROM heart_account a LEFT JOIN heart_cost_center c ON c.id = a.cost_center_id""" + filter.where() + " ORDER BY a.id"))
                .map((row, context) -> new Account(
                        row.getLong("id"),
                        row.getString("name"),
                        row.getString("project"),
                        number(row, "cost_center_id"),
                        row.getLong("changed")))
                .list();
    }

    /// By id. The filter speaks of `c`.
    List<CostCenter> costCenters(Filter filter) {
        return filter.bind(
                        handle.createQuery("SELECT c.* FROM heart_cost_center c" + filter.where() + " ORDER BY c.id"))
                .map((row, context) -> new CostCenter(row.getLong("id"), row.getString("name")))
                .list();
    }

    /// By id. The filter speaks of `r`, the resource, `a` and `c`.
    List<Resource> resources(Filter filter) {
        return filter.bind(handle.createQuery("""
                        SELECT r.*, a.cost_center_id FROM heart_resource r
                        JOIN heart_account a ON a.id = r.account_id
                        LEFT JOIN heart_cost_center c ON c.id = a.cost_center_id""" + filter.where() + " ORDER BY r.id"))
                .map((row, context) -> new Resource(
                        row.getLong("id"),
                        row.getLong("account_id"),
                        parent(row),
                        row.getString("rtype"),
                        row.getString("name"),
                        row.getString("attrs"),
                        number(row, "cost_center_id")))
                .list();
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private static @Nullable Long parent(ResultSet row) throws SQLException {
        long parent = row.getLong("parent_id");
        return parent == Identity.TOP ? null : Long.valueOf(parent);
    }

    void rename(Account account, String name) {
        handle.execute("UPDATE heart_account SET name = ?, changed = changed + 1 WHERE id = ?", name, account.id());
    }

    void rename(CostCenter center, String name) {
        handle.execute("UPDATE heart_cost_center SET name = ? WHERE id = ?", name, center.id());
    }

    void rename(Resource resource, String name) {
        handle.execute(
                "UPDATE heart_resource SET name = ?, step = ?, path = ? WHERE id = ?",
                name,
                Spelling.step(resource.rtype(), Optional.of(name)),
                path(resource.id()),
                resource.id());
        noteChanged(List.of(resource.account()));
    }

    /// The path of a resource: as it is stored, or else its parent's path and its own step.
    private String path(long resource) {
        return handle.createQuery("""
                        SELECT r.path, r.parent_id, r.step, a.project
                        FROM heart_resource r JOIN heart_account a ON a.id = r.account_id WHERE r.id = ?""")
                .bind(0, resource)
                .map((row, context) -> {
                    String kept = row.getString("path");
                    long parent = row.getLong("parent_id");
                    String step = row.getString("step");
                    if (kept != null) {
                        return kept;
                    }
                    String above = parent == Identity.TOP ? Spelling.part(row.getString("project")) : path(parent);
                    return Spelling.path(above, step);
                })
                .one();
    }

    /// Whether another resource is of this name already.
    boolean isTaken(Resource resource, String name) {
        Filter sameName = new Filter()
                .is("r.parent_id", resource.parent() == null ? Identity.TOP : resource.parent())
                .is("r.step", Spelling.step(resource.rtype(), Optional.of(name)))
                .is("r.account_id", resource.account());
        return resources(sameName).stream().anyMatch(other -> other.id() != resource.id());
    }

    /// Gives all accounts of a cost center to another, and deletes it.
    void delete(CostCenter center, CostCenter heir) {
        handle.execute("UPDATE heart_account SET cost_center_id = ? WHERE cost_center_id = ?", heir.id(), center.id());
        handle.execute("DELETE FROM heart_cost_center WHERE id = ?", center.id());
    }

    /// Notes that the bills of accounts show something else now.
    void noteChanged(Collection<Long> accounts) {
        PreparedBatch batch = handle.prepareBatch("UPDATE heart_account SET changed = changed + 1 WHERE id = ?");
        accounts.forEach(batch::add);
        if (batch.size() > 0) {
            batch.execute();
        }
    }
}
