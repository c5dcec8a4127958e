package org.reckoner.serve.heart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Directory.Account;
import tools.jackson.core.io.JsonStringEncoder;

/// The bill of an account as JSON: each resource with what it cost in a period. Agrees with the ledger's own
/// bill of the price book that the tariffs make; in legacy mode with nova-billing as shipped.
///
/// What was read for it is kept until something of the account or any tariff changes. Of a period that is over
/// the answer itself is kept; of one that is not, only the costs are computed again, because they grow.
final class HeartBill {

    private static final BigDecimal YEAR = BigDecimal.valueOf(TariffBook.YEAR);
    private static final long MICROS = 1_000_000;
    private static final int PLACES = 12;
    private static final int OBJECT = 128;
    private static final byte[] NOTHING = new byte[0];

    private final Database database;
    private final boolean legacy;
    private final Cache<Key, byte[]> answers = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 8)
            .weigher((Key key, byte[] json) -> json.length + OBJECT)
            .build();
    private final Cache<Key, List<Part>> growing = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 4)
            .weigher((Key key, List<Part> parts) -> weight(parts))
            .build();

    HeartBill(Database database, boolean legacy) {
        this.database = database;
        this.legacy = legacy;
    }

    /// All that a bill depends on beside what time it is.
    private record Key(long account, long changed, long tariff, Window period) {}

    /// A segment of a resource, with what the bill says of the resource.
    private record Row(
            long resource,
            @Nullable String name,
            String rtype,
            @Nullable Long parent,
            @Nullable Long openedAt,
            @Nullable Long closedAt,
            Share share) {}

    /// What a segment adds to the cost of its resource.
    ///
    /// @param multipliers by which it is charged, each from a moment on
    /// @param cost in legacy mode
    private record Share(
            boolean once,
            BigDecimal quantity,
            NavigableMap<Instant, BigDecimal> multipliers,
            @Nullable BigDecimal cost,
            long begin,
            long end) {}

    /// A resource on a bill.
    ///
    /// @param head its JSON up to the cost
    private record Part(byte[] head, List<Share> shares) {
        int weight() {
            return head.length + OBJECT * (1 + shares.size());
        }
    }

    private static int weight(List<Part> parts) {
        long weight = OBJECT + parts.stream().mapToLong(Part::weight).sum();
        return Math.clamp(weight, 0, Integer.MAX_VALUE);
    }

    /// The account's object, without bytes if it used nothing in the period.
    byte[] json(Account account, Tariffs tariffs, Window period, Instant now) {
        Key key = new Key(account.id(), account.changed(), tariffs.newest(), period);
        if (now.isBefore(period.to())) {
            return json(account, growing.get(key, k -> parts(account, tariffs, period)), period, now);
        }
        return answers.get(key, k -> json(account, parts(account, tariffs, period), period, now));
    }

    private byte[] json(Account account, List<Part> parts, Window period, Instant now) {
        if (parts.isEmpty()) {
            return NOTHING;
        }
        ByteArrayOutputStream json = new ByteArrayOutputStream(256 + 192 * parts.size());
        StringBuilder head = new StringBuilder("{\"id\":").append(account.id()).append(",\"name\":");
        json.writeBytes(utf8(quote(account.name(), head).append(",\"resources\":[")));
        boolean first = true;
        for (Part part : parts) {
            if (!first) {
                json.write(',');
            }
            json.writeBytes(part.head());
            BigDecimal cost = legacy ? legacyCost(part.shares(), period, now) : cost(part.shares(), period, now);
            json.writeBytes(cost.toString().getBytes(StandardCharsets.ISO_8859_1));
            json.write('}');
            first = false;
        }
        json.write(']');
        json.write('}');
        return json.toByteArray();
    }

    private List<Part> parts(Account account, Tariffs tariffs, Window period) {
        List<Row> rows = rows(account, tariffs, period);
        List<Part> parts = new ArrayList<>();
        int from = 0;
        while (from < rows.size()) {
            int to = from + 1;
            while (to < rows.size() && rows.get(to).resource() == rows.get(from).resource()) {
                to++;
            }
            parts.add(part(
                    rows.get(from),
                    rows.subList(from, to).stream().map(Row::share).toList()));
            from = to;
        }
        return parts;
    }

    private List<Row> rows(Account account, Tariffs tariffs, Window period) {
        long from = Micros.of(period.from());
        Map<String, NavigableMap<Instant, BigDecimal>> multipliers = new HashMap<>();
        return database.read(handle -> handle.createQuery("""
                        SELECT s.resource_id, s.kind, s.quantity, s.tariff, s.cost, s.begin_at, s.end_at,
                               r.name, r.rtype, r.parent_id, r.opened_at, r.closed_at
                        FROM heart_segment s JOIN heart_resource r ON r.id = s.resource_id
                        WHERE s.account_id = ? AND s.end_at >= ? AND s.begin_at < ?
                        ORDER BY s.resource_id, s.begin_at, s.id""")
                .bind(0, account.id())
                .bind(1, from)
                .bind(2, Micros.of(period.to()))
                .map((row, context) -> {
                    String rtype = row.getString(9);
                    long tariff = row.getLong(4);
                    return new Row(
                            row.getLong(1),
                            row.getString(8),
                            rtype,
                            nullable(row.getLong(10), row.wasNull()),
                            nullable(row.getLong(11), row.wasNull()),
                            nullable(row.getLong(12), row.wasNull()),
                            new Share(
                                    row.getString(2).equals("fixed"),
                                    new BigDecimal(row.getString(3)),
                                    multipliers.computeIfAbsent(
                                            rtype + " " + tariff, key -> tariffs.multipliers(rtype, tariff)),
                                    Optional.ofNullable(row.getString(5))
                                            .map(BigDecimal::new)
                                            .orElse(null),
                                    row.getLong(6),
                                    row.getLong(7)));
                })
                .filter(row -> row.share().end() > from || row.share().begin() >= from && !legacy)
                .list());
    }

    private static @Nullable Long nullable(long value, boolean isNull) {
        return isNull ? null : value;
    }

    private Part part(Row resource, List<Share> shares) {
        StringBuilder head = new StringBuilder(192);
        head.append("{\"id\":").append(resource.resource());
        quote(resource.name(), head.append(",\"name\":"));
        quote(resource.rtype(), head.append(",\"rtype\":"));
        head.append(",\"parent_id\":").append(resource.parent());
        moment(legacy ? earliest(shares) : resource.openedAt(), head.append(",\"created_at\":"));
        moment(legacy ? destroyed(shares) : resource.closedAt(), head.append(",\"destroyed_at\":"));
        return new Part(utf8(head.append(",\"cost\":")), shares);
    }

    private static StringBuilder quote(@Nullable String text, StringBuilder to) {
        if (text == null) {
            return to.append("null");
        }
        to.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, to);
        return to.append('"');
    }

    private static void moment(@Nullable Long micros, StringBuilder to) {
        quote(micros == null ? null : Moments.format(Micros.instant(micros)), to);
    }

    private static byte[] utf8(StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Long earliest(List<Share> shares) {
        return shares.stream().mapToLong(Share::begin).min().orElseThrow();
    }

    /// As shipped: the latest end among the segments of the period, if that is after the latest beginning.
    private static @Nullable Long destroyed(List<Share> shares) {
        long end = shares.stream()
                .mapToLong(Share::end)
                .filter(at -> at != Held.OPEN)
                .max()
                .orElse(Long.MIN_VALUE);
        long begin = shares.stream().mapToLong(Share::begin).max().orElseThrow();
        return end > begin ? Long.valueOf(end) : null;
    }

    /// What was held costs its multiplier a year for each second; a fixed charge counts once, when it was
    /// made. The future is not charged.
    private static BigDecimal cost(List<Share> shares, Window period, Instant now) {
        BigDecimal held = BigDecimal.ZERO;
        BigDecimal once = BigDecimal.ZERO;
        long from = period.from().getEpochSecond();
        long to = Math.min(period.to().getEpochSecond(), now.getEpochSecond());
        for (Share share : shares) {
            long begin = Math.floorDiv(share.begin(), MICROS);
            long end = share.end() == Held.OPEN ? Long.MAX_VALUE : Math.floorDiv(share.end(), MICROS);
            if (share.quantity().signum() == 0) {
                continue;
            }
            if (!share.once()) {
                BigDecimal seconds = weighted(share.multipliers(), Math.max(begin, from), Math.min(end, to));
                held = held.add(share.quantity().multiply(seconds));
            } else if (begin >= from && begin < to) {
                Map.Entry<Instant, BigDecimal> then = share.multipliers().floorEntry(Instant.ofEpochSecond(begin));
                once = once.add(share.quantity().multiply(then.getValue()));
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
    private static BigDecimal legacyCost(List<Share> shares, Window period, Instant now) {
        BigDecimal held = BigDecimal.ZERO;
        BigDecimal once = BigDecimal.ZERO;
        long from = Micros.of(period.from());
        long to = Micros.of(period.to());
        for (Share share : shares) {
            BigDecimal cost = share.cost() == null ? BigDecimal.ZERO : share.cost();
            if (cost.signum() < 0) {
                once = once.add(cost);
            } else {
                long begin = Math.max(share.begin(), from);
                long end = Math.min(share.end() == Held.OPEN ? Micros.of(now) : share.end(), to);
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
