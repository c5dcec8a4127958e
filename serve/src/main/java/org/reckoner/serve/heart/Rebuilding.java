package org.reckoner.serve.heart;

import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Derives again what is derived, when the Heart is started in another mode than before: segments are stored in
/// legacy mode only. Nothing is lost by it: what the events said is the same in both.
final class Rebuilding {

    private static final Logger LOG = LoggerFactory.getLogger("serve");

    private final Database database;
    private final String mode;
    private final boolean legacy;
    private final TariffTable tariffs;

    Rebuilding(Database database, HeartSettings settings, TariffTable tariffs) {
        this.database = database;
        this.legacy = settings.legacy();
        this.mode = legacy ? "legacy" : "documented";
        this.tariffs = tariffs;
    }

    void ifModeChanged() {
        if (mode(database::read).equals(Optional.of(mode))) {
            return;
        }
        database.change(handle -> {
            Optional<String> before = mode(work -> work.withHandle(handle));
            if (before.equals(Optional.of(mode))) {
                return;
            }
            if (before.isPresent()) {
                LOG.info("The Heart was {} and is {} now: deriving again what each resource held", before.get(), mode);
                rebuild(handle);
            }
            handle.execute("DELETE FROM heart_mode");
            handle.execute("INSERT INTO heart_mode (mode) VALUES (?)", mode);
            handle.execute("UPDATE heart_account SET changed = changed + 1");
        });
    }

    private interface Reader {
        Optional<String> read(org.jdbi.v3.core.HandleCallback<Optional<String>, RuntimeException> work);
    }

    private static Optional<String> mode(Reader reader) {
        return reader.read(handle -> handle.createQuery("SELECT mode FROM heart_mode")
                .mapTo(String.class)
                .findOne());
    }

    private void rebuild(Handle handle) {
        handle.execute("DELETE FROM heart_segment");
        if (legacy) {
            replay(handle);
            return;
        }
        List<Long> resources = handle.createQuery("SELECT DISTINCT resource_id FROM heart_change ORDER BY resource_id")
                .mapTo(Long.class)
                .list();
        new Lives(handle).derive(resources);
    }

    /// Everything in the order in which it was posted, tariffs in between.
    private void replay(Handle handle) {
        LegacySegments segments = new LegacySegments(handle);
        Tariffs all = tariffs.tariffs(handle);
        List<Told> told = handle.createQuery("""
                        SELECT c.*, r.rtype, r.account_id FROM heart_change c JOIN heart_resource r ON r.id = c.resource_id
                        ORDER BY c.event, c.node""")
                .map((row, context) -> new Told(
                        row.getLong("event"),
                        row.getLong("account_id"),
                        row.getLong("resource_id"),
                        row.getString("rtype"),
                        row.getLong("at"),
                        Recording.value(row.getString("kind"), row.getString("quantity")),
                        row.getLong("tariff")))
                .list();
        List<TariffTable.Posted> posted = tariffs.posted(handle);
        int next = 0;
        for (Told one : told) {
            while (next < posted.size() && posted.get(next).afterEvent() < one.event()) {
                migrate(segments, all, posted.get(next++));
            }
            segments.change(
                    one.account(),
                    one.resource(),
                    one.at(),
                    one.value(),
                    one.tariff(),
                    all.multiplierOf(one.rtype(), one.tariff()));
        }
        posted.subList(next, posted.size()).forEach(tariff -> migrate(segments, all, tariff));
    }

    private static void migrate(LegacySegments segments, Tariffs all, TariffTable.Posted posted) {
        if (posted.tariff().migrate()) {
            segments.migrate(
                    posted.rtype(),
                    all.multiplierBefore(posted.rtype(), posted.tariff().generation()),
                    posted.tariff().multiplier(),
                    posted.tariff().generation(),
                    posted.tariff().at());
        }
    }

    private record Told(
            long event, long account, long resource, String rtype, long at, Event.Value value, long tariff) {}
}
