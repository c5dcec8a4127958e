package org.reckoner.serve.heart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Directory.Account;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/// The bill of an account as JSON: each resource with what it cost in a period. Agrees with the ledger's own
/// bill of the price book that the tariffs make; in legacy mode with nova-billing as shipped.
///
/// An answer is kept until something of the account or any tariff changes, for periods that are over.
final class HeartBill {

    private static final BigDecimal YEAR = BigDecimal.valueOf(TariffBook.YEAR);
    private static final long MICROS = 1_000_000;
    private static final int PLACES = 12;
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Database database;
    private final boolean legacy;
    private final Cache<Key, byte[]> answers = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 8)
            .weigher((Key key, byte[] json) -> json.length + 128)
            .build();

    HeartBill(Database database, boolean legacy) {
        this.database = database;
        this.legacy = legacy;
    }

    private record Key(long account, long changed, long tariff, Window period) {}

    /// A segment of a resource, with what the bill says of the resource.
    private record Row(
            long resource,
            @Nullable String name,
            String rtype,
            @Nullable Long parent,
            @Nullable Long openedAt,
            @Nullable Long closedAt,
            String kind,
            BigDecimal quantity,
            long tariff,
            @Nullable BigDecimal cost,
            long begin,
            long end) {}

    /// The account's object, without bytes if it used nothing in the period.
    byte[] json(Account account, Tariffs tariffs, Window period, Instant now) {
        if (now.isBefore(period.to())) {
            return compute(account, tariffs, period, now);
        }
        Key key = new Key(account.id(), account.changed(), tariffs.newest(), period);
        byte[] known = answers.getIfPresent(key);
        if (known == null) {
            known = compute(account, tariffs, period, now);
            answers.put(key, known);
        }
        return known;
    }

    private byte[] compute(Account account, Tariffs tariffs, Window period, Instant now) {
        List<Row> rows = rows(account, period);
        if (rows.isEmpty()) {
            return new byte[0];
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256 + 160 * rows.size());
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeNumberProperty("id", account.id());
            json.writeStringProperty("name", account.name());
            json.writeArrayPropertyStart("resources");
            int from = 0;
            while (from < rows.size()) {
                int to = from + 1;
                while (to < rows.size()
                        && rows.get(to).resource() == rows.get(from).resource()) {
                    to++;
                }
                write(json, rows.subList(from, to), tariffs, period, now);
                from = to;
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private List<Row> rows(Account account, Window period) {
        long from = Micros.of(period.from());
        List<Row> rows = new ArrayList<>();
        database.read(handle -> {
            handle.createQuery("""
                            SELECT s.resource_id, s.kind, s.quantity, s.tariff, s.cost, s.begin_at, s.end_at,
                                   r.name, r.rtype, r.parent_id, r.opened_at, r.closed_at
                            FROM heart_segment s JOIN heart_resource r ON r.id = s.resource_id
                            WHERE s.account_id = ? AND s.end_at >= ? AND s.begin_at < ?
                            ORDER BY s.resource_id, s.begin_at, s.id""")
                    .bind(0, account.id())
                    .bind(1, from)
                    .bind(2, Micros.of(period.to()))
                    .map((row, context) -> new Row(
                            row.getLong(1),
                            row.getString(8),
                            row.getString(9),
                            nullable(row.getLong(10), row.wasNull()),
                            nullable(row.getLong(11), row.wasNull()),
                            nullable(row.getLong(12), row.wasNull()),
                            row.getString(2),
                            new BigDecimal(row.getString(3)),
                            row.getLong(4),
                            Optional.ofNullable(row.getString(5))
                                    .map(BigDecimal::new)
                                    .orElse(null),
                            row.getLong(6),
                            row.getLong(7)))
                    .forEach(row -> {
                        if (row.end() > from || row.begin() >= from && !legacy) {
                            rows.add(row);
                        }
                    });
            return rows;
        });
        return rows;
    }

    private static @Nullable Long nullable(long value, boolean isNull) {
        return isNull ? null : value;
    }

    private void write(JsonGenerator json, List<Row> rows, Tariffs tariffs, Window period, Instant now) {
        Row first = rows.getFirst();
        json.writeStartObject();
        json.writeNumberProperty("id", first.resource());
        json.writeStringProperty("name", first.name());
        json.writeStringProperty("rtype", first.rtype());
        if (first.parent() == null) {
            json.writeNullProperty("parent_id");
        } else {
            json.writeNumberProperty("parent_id", first.parent());
        }
        moment(json, "created_at", legacy ? earliest(rows) : first.openedAt());
        moment(json, "destroyed_at", legacy ? destroyed(rows) : first.closedAt());
        json.writeNumberProperty("cost", legacy ? legacyCost(rows, period, now) : cost(rows, tariffs, period, now));
        json.writeEndObject();
    }

    private static void moment(JsonGenerator json, String name, @Nullable Long micros) {
        json.writeStringProperty(name, micros == null ? null : Moments.format(Micros.instant(micros)));
    }

    private static Long earliest(List<Row> rows) {
        return rows.stream().mapToLong(Row::begin).min().orElseThrow();
    }

    /// As shipped: the latest end among the segments of the period, if that is after the latest beginning.
    private static @Nullable Long destroyed(List<Row> rows) {
        long end = rows.stream()
                .mapToLong(Row::end)
                .filter(at -> at != Held.OPEN)
                .max()
                .orElse(Long.MIN_VALUE);
        long begin = rows.stream().mapToLong(Row::begin).max().orElseThrow();
        return end > begin ? Long.valueOf(end) : null;
    }

    /// What was held costs its multiplier a year for each second; a fixed charge counts once, when it was
    /// made. The future is not charged.
    private static BigDecimal cost(List<Row> rows, Tariffs tariffs, Window period, Instant now) {
        BigDecimal held = BigDecimal.ZERO;
        BigDecimal once = BigDecimal.ZERO;
        long from = period.from().getEpochSecond();
        long to = Math.min(period.to().getEpochSecond(), now.getEpochSecond());
        for (Row row : rows) {
            long begin = Math.floorDiv(row.begin(), MICROS);
            long end = row.end() == Held.OPEN ? Long.MAX_VALUE : Math.floorDiv(row.end(), MICROS);
            if (row.quantity().signum() == 0) {
                continue;
            }
            NavigableMap<Instant, BigDecimal> multipliers = tariffs.multipliers(row.rtype(), row.tariff());
            if (row.kind().equals("linear")) {
                BigDecimal seconds = weighted(multipliers, Math.max(begin, from), Math.min(end, to));
                held = held.add(row.quantity().multiply(seconds));
            } else if (begin >= from && begin < to) {
                Map.Entry<Instant, BigDecimal> then = multipliers.floorEntry(Instant.ofEpochSecond(begin));
                once = once.add(row.quantity().multiply(then.getValue()));
            }
        }
        return shown(held.divide(YEAR, PLACES + 8, RoundingMode.HALF_EVEN).add(once));
    }

    /// Seconds, each times the multiplier that holds in it.
    private static BigDecimal weighted(NavigableMap<Instant, BigDecimal> multipliers, long from, long to) {
        if (from >= to) {
            return BigDecimal.ZERO;
        }
        if (multipliers.size() == 1) {
            return multipliers.firstEntry().getValue().multiply(BigDecimal.valueOf(to - from));
        }
        BigDecimal sum = BigDecimal.ZERO;
        for (Map.Entry<Instant, BigDecimal> part : multipliers.entrySet()) {
            Instant next = multipliers.higherKey(part.getKey());
            long begin = Math.max(from, part.getKey().getEpochSecond());
            long end = next == null ? to : Math.min(to, next.getEpochSecond());
            if (begin < end) {
                sum = sum.add(part.getValue().multiply(BigDecimal.valueOf(end - begin)));
            }
        }
        return sum;
    }

    /// As shipped: fixed charges are negative and come again in each period, and time may be negative too.
    private static BigDecimal legacyCost(List<Row> rows, Window period, Instant now) {
        BigDecimal held = BigDecimal.ZERO;
        BigDecimal once = BigDecimal.ZERO;
        long from = Micros.of(period.from());
        long to = Micros.of(period.to());
        for (Row row : rows) {
            BigDecimal cost = row.cost() == null ? BigDecimal.ZERO : row.cost();
            if (cost.signum() < 0) {
                once = once.add(cost);
            } else {
                long begin = Math.max(row.begin(), from);
                long end = Math.min(row.end() == Held.OPEN ? Micros.of(now) : row.end(), to);
                held = held.add(cost.multiply(BigDecimal.valueOf(Math.floorDiv(end - begin, MICROS))));
            }
        }
        return shown(held.divide(YEAR, PLACES + 8, RoundingMode.HALF_EVEN).add(once));
    }

    /// With a decimal point, as clients expect of a float.
    private static BigDecimal shown(BigDecimal cost) {
        BigDecimal plain = cost.setScale(PLACES, RoundingMode.HALF_EVEN).stripTrailingZeros();
        return plain.scale() < 1 ? plain.setScale(1) : plain;
    }
}
