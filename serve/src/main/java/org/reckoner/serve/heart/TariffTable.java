package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.serve.heart.Tariffs.Tariff;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.json.JsonMapper;

/// Tariffs as stored, and the price book that is written with each change of them.
final class TariffTable {

    /// More resource types than any cloud has; each new one makes a new version of the price book.
    private static final int MOST_TYPES = 500;

    private final Ledger ledger;
    private final HeartSettings settings;
    private final Clock clock;
    private volatile Tariffs known = Tariffs.NONE;

    TariffTable(Ledger ledger, HeartSettings settings, Clock clock) {
        this.ledger = ledger;
        this.settings = settings;
        this.clock = clock;
    }

    /// All tariffs; read again only if there are newer ones.
    Tariffs tariffs(Handle handle) {
        long newest = newest(handle);
        Tariffs before = known;
        if (before.newest() == newest) {
            return before;
        }
        TreeMap<String, List<Tariff>> byType = new TreeMap<>();
        posted(handle)
                .forEach(one -> byType.computeIfAbsent(one.rtype(), rtype -> new ArrayList<>())
                        .add(one.tariff()));
        Tariffs read = new Tariffs(byType);
        known = read;
        return read;
    }

    private static long newest(Handle handle) {
        return handle.createQuery("SELECT COALESCE(MAX(generation), 0) FROM heart_tariff")
                .mapTo(Long.class)
                .one();
    }

    /// @param afterEvent the number of the last event that was posted before it
    record Posted(String rtype, Tariff tariff, long afterEvent) {}

    /// All tariffs in the order in which they were posted.
    List<Posted> posted(Handle handle) {
        return handle.createQuery("SELECT * FROM heart_tariff ORDER BY generation, rtype")
                .map((row, context) -> new Posted(row.getString("rtype"), tariff(row), row.getLong("after_event")))
                .list();
    }

    private static Tariff tariff(ResultSet row) throws SQLException {
        return new Tariff(
                row.getLong("generation"),
                new BigDecimal(row.getString("multiplier")),
                Micros.instant(row.getLong("at")),
                row.getInt("migrate") == 1);
    }

    /// What was set, and what was before.
    record Change(Tariffs before, SortedMap<String, Tariff> changed) {}

    /// Sets multipliers, inside the caller's transaction. Those that are as they were make no new generation.
    Change set(Handle handle, SortedMap<String, BigDecimal> values, Instant at, boolean migrate, String by) {
        Tariffs before = tariffs(handle);
        long generation = newest(handle) + 1;
        TreeMap<String, Tariff> changed = new TreeMap<>();
        values.forEach((rtype, multiplier) -> {
            if (before.multiplier(rtype).compareTo(multiplier) != 0
                    || !before.byType().containsKey(rtype)) {
                changed.put(rtype, new Tariff(generation, multiplier, at.truncatedTo(ChronoUnit.SECONDS), migrate));
            }
        });
        changed.forEach((rtype, tariff) -> handle.execute(
                "INSERT INTO heart_tariff (generation, rtype, multiplier, at, migrate, after_event) VALUES (?, ?, ?, ?, ?, (SELECT COALESCE(MAX(number), 0) FROM heart_posted))",
                tariff.generation(),
                rtype,
                tariff.multiplier().toPlainString(),
                Micros.of(tariff.at()),
                migrate ? 1 : 0));
        if (!changed.isEmpty()) {
            know(handle, changed.keySet());
            writeBook(handle, before.and(changed), by);
            ledger.audit()
                    .note(
                            handle,
                            new AuditLog.Entry(
                                    clock.instant(),
                                    by,
                                    "heart.tariff",
                                    "tariff " + generation,
                                    Optional.of(text(before, changed.keySet())),
                                    Optional.of(text(before.and(changed), changed.keySet())),
                                    Optional.of((migrate ? "migrates what runs at " : "for what begins after ")
                                            + Moments.format(at))));
        }
        return new Change(before, changed);
    }

    private static String text(Tariffs tariffs, Collection<String> rtypes) {
        TreeMap<String, String> multipliers = new TreeMap<>();
        rtypes.forEach(rtype -> multipliers.put(rtype, tariffs.multiplier(rtype).toPlainString()));
        return JsonMapper.shared().writeValueAsString(multipliers);
    }

    /// Sees to it that the price book prices these resource types too.
    ///
    /// @throws Problem 400 if there are too many
    void price(Handle handle, Collection<String> rtypes) {
        if (know(handle, rtypes)) {
            writeBook(handle, tariffs(handle), "heart");
        }
    }

    /// @return whether one of them is new
    private static boolean know(Handle handle, Collection<String> rtypes) {
        TreeSet<String> fresh = new TreeSet<>(rtypes);
        List<String> stored = rtypes(handle);
        stored.forEach(fresh::remove);
        if (stored.size() + fresh.size() > MOST_TYPES) {
            throw Problem.badRequest("too many resource types: at most %d can have a price".formatted(MOST_TYPES));
        }
        fresh.forEach(rtype -> handle.execute("INSERT INTO heart_rtype (rtype) VALUES (?)", rtype));
        return !fresh.isEmpty();
    }

    private static List<String> rtypes(Handle handle) {
        return handle.createQuery("SELECT rtype FROM heart_rtype")
                .mapTo(String.class)
                .list();
    }

    private void writeBook(Handle handle, Tariffs tariffs, String by) {
        String text = TariffBook.text(tariffs, rtypes(handle), settings.currency());
        switch (PriceBookFile.read(TariffBook.NAME, text)) {
            case PriceBookFile.Read read ->
                ledger.priceBooks().load(handle, read.book(), text, clock.instant(), by, Optional.empty());
            case PriceBookFile.Refused refused ->
                throw new IllegalStateException("tariffs make no price book: " + refused.errors());
        }
    }
}
