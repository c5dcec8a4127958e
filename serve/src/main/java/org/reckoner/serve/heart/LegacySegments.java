package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Event.Value;

/// Segments as nova-billing kept them as shipped, with its mistakes: each change ends all segments of its
/// resource, also those that ended long ago; the tariff is part of a segment's cost; a fixed charge is a
/// negative cost.
final class LegacySegments {

    private final Handle handle;

    LegacySegments(Handle handle) {
        this.handle = handle;
    }

    /// Something was told of a resource's quantity.
    void change(long account, long resource, long at, Value value, long tariff, BigDecimal multiplier) {
        handle.execute("UPDATE heart_segment SET end_at = ? WHERE resource_id = ?", at, resource);
        BigDecimal charged = value.quantity().multiply(multiplier);
        switch (value) {
            case Value.Linear linear -> insert(account, resource, linear, tariff, charged, at);
            case Value.Fixed fixed -> insert(account, resource, fixed, tariff, charged.negate(), at);
            case Value.Closed closed -> {}
        }
    }

    private void insert(long account, long resource, Value value, long tariff, BigDecimal cost, long at) {
        handle.execute(
                """
                INSERT INTO heart_segment (id, account_id, resource_id, kind, quantity, tariff, cost, begin_at, end_at)
                VALUES ((SELECT COALESCE(MAX(id), 0) + 1 FROM heart_segment), ?, ?, ?, ?, ?, ?, ?, ?)""",
                account,
                resource,
                value.kind(),
                value.quantity().toPlainString(),
                tariff,
                cost.toPlainString(),
                at,
                Life.OPEN);
    }

    /// A tariff changed, and what runs is to follow: each open segment of the type goes on as another one from
    /// a moment on, at a cost that is multiplied by new and divided by old. A cost of zero stays zero.
    void migrate(String rtype, BigDecimal before, BigDecimal after, long tariff, Instant at) {
        BigDecimal from = before.signum() == 0 ? BigDecimal.ONE : before;
        handle.createQuery("""
                        SELECT s.* FROM heart_segment s JOIN heart_resource r ON r.id = s.resource_id
                        WHERE r.rtype = ? AND s.end_at = ? ORDER BY s.id""")
                .bind(0, rtype)
                .bind(1, Life.OPEN)
                .map((row, context) -> new Open(
                        row.getLong("id"),
                        row.getLong("account_id"),
                        row.getLong("resource_id"),
                        Recording.value(row.getString("kind"), row.getString("quantity")),
                        new BigDecimal(row.getString("cost"))))
                .list()
                .forEach(open -> {
                    handle.execute("UPDATE heart_segment SET end_at = ? WHERE id = ?", Micros.of(at), open.id());
                    BigDecimal cost = open.cost().multiply(after).divide(from, MathContext.DECIMAL128);
                    insert(open.account(), open.resource(), open.value(), tariff, cost, Micros.of(at));
                });
    }

    private record Open(long id, long account, long resource, Value value, BigDecimal cost) {}
}
