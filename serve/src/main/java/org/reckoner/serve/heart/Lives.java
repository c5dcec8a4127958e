package org.reckoner.serve.heart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Rows;
import org.reckoner.serve.heart.Event.Value;

/// Derives again, inside a transaction, from when to when resources held something.
final class Lives {

    private final Handle handle;

    Lives(Handle handle) {
        this.handle = handle;
    }

    /// From everything that was told of them.
    ///
    /// @param resources their ids
    void derive(List<Long> resources) {
        Rows.chunks(resources).forEach(this::deriveTogether);
    }

    private record Told(long resource, long at, Value value) {}

    private void deriveTogether(List<Long> resources) {
        Map<Long, Life> lives = new LinkedHashMap<>();
        handle.createQuery("""
                        SELECT resource_id, at, kind, quantity FROM heart_change WHERE resource_id IN (<ids>)
                        ORDER BY resource_id, at, event, node""")
                .bindList("ids", resources)
                .map((row, context) -> new Told(
                        row.getLong("resource_id"),
                        row.getLong("at"),
                        Recording.value(row.getString("kind"), row.getString("quantity"))))
                .forEach(told -> lives.put(
                        told.resource(),
                        lives.getOrDefault(told.resource(), Life.NONE).and(told.at(), told.value())));
        try (Rows rows = Rows.of(handle, "UPDATE heart_resource SET opened_at = ?, closed_at = ? WHERE id = ?")) {
            lives.forEach((resource, life) -> rows.add(life.openedAt(), life.closedAt(), resource));
            rows.write();
        }
    }
}
