package org.reckoner.ledger.observation;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.reckoner.core.meter.Observation;
import org.reckoner.ledger.Database;

/// What projects are called, as far as anything that was told says.
public final class ProjectNames {

    private final Database database;

    public ProjectNames(Database database) {
        this.database = database;
    }

    /// Keeps the names that observations tell.
    static void keep(Handle handle, List<Observation> fresh) {
        insertNames(handle, fresh);
        insertNamesOfProjects(handle, fresh);
    }

    private static void insertNames(Handle handle, List<Observation> fresh) {
        TreeMap<String, Named> newest = new TreeMap<>();
        for (Observation observation : fresh) {
            Optional<String> project = observation.report().owner();
            String name = observation.report().attributes().get("project_name");
            boolean isProject = observation.resource().type().equals("project");
            String named = isProject ? observation.report().attributes().get("name") : name;
            Optional<String> of = isProject ? Optional.of(observation.resource().id()) : project;
            if (of.isPresent() && named != null) {
                newest.merge(
                        of.get(),
                        new Named(Micros.of(observation.occurredAt()), named),
                        BinaryOperator.maxBy(Named.ORDER));
            }
        }
        PreparedBatch rows = handle.prepareBatch("""
                INSERT INTO project_name (project, name, told_at) VALUES (?, ?, ?)
                ON CONFLICT (project) DO UPDATE SET name = excluded.name, told_at = excluded.told_at
                WHERE excluded.told_at > project_name.told_at
                   OR excluded.told_at = project_name.told_at AND excluded.name > project_name.name""");
        newest.forEach((project, named) -> rows.add(project, named.name(), named.toldAt()));
        if (rows.size() > 0) {
            rows.execute();
        }
    }

    /// What Keystone was seen to call projects.
    private static void insertNamesOfProjects(Handle handle, List<Observation> fresh) {
        for (Observation observation : fresh) {
            String name = observation.report().attributes().get("name");
            if (observation.resource().type().equals("project") && name != null) {
                handle.execute(
                        "INSERT INTO project_named (project, told_at, name) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                        observation.resource().id(),
                        Micros.of(observation.occurredAt()),
                        name);
            }
        }
    }

    /// The name that each project was last told to have, by project.
    public Map<String, String> all() {
        return database.read(handle -> {
            TreeMap<String, String> names = new TreeMap<>();
            handle.createQuery("SELECT project, name FROM project_name")
                    .map((row, context) -> Map.entry(row.getString("project"), row.getString("name")))
                    .forEach(entry -> names.put(entry.getKey(), entry.getValue()));
            return names;
        });
    }

    /// What Keystone was seen to call a project, by when it was seen.
    public SortedMap<Instant, String> of(String project) {
        return database.read(handle -> {
            TreeMap<Instant, String> names = new TreeMap<>();
            handle.createQuery("SELECT told_at, name FROM project_named WHERE project = ?")
                    .bind(0, project)
                    .map((row, context) -> Map.entry(Micros.instant(row.getLong("told_at")), row.getString("name")))
                    .forEach(named -> names.put(named.getKey(), named.getValue()));
            return names;
        });
    }

    private record Named(long toldAt, String name) {

        static final Comparator<Named> ORDER =
                Comparator.comparingLong(Named::toldAt).thenComparing(Named::name);
    }
}
