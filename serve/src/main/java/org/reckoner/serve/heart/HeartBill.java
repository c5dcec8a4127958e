package org.reckoner.serve.heart;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Directory.Account;
import org.reckoner.serve.heart.Held.Identity;
import tools.jackson.core.io.JsonStringEncoder;

/// The bill of an account as JSON: each resource with what it cost in a period. Agrees with the ledger's own
/// bill of the price book that the tariffs make; in legacy mode with nova-billing as shipped.
///
/// What was read for it is kept until something of the account or any tariff changes, and serves every later
/// period, too. Of a period that is over the answer itself is kept; of one that is not, the costs are computed
/// again, because they grow.
final class HeartBill {

    private static final BigDecimal YEAR = BigDecimal.valueOf(TariffBook.YEAR);
    private static final long MICROS = 1_000_000;
    private static final int PLACES = 12;
    private static final int OBJECT = 128;
    private static final byte[] NOTHING = new byte[0];

    /// Of a resource that changed more than once, what was told from the last change before the instant on.
    private static final String CHANGES = """
            SELECT c.resource_id, c.kind, c.quantity, c.tariff, c.at,
                   r.name, r.rtype, r.parent_id, r.opened_at, r.closed_at
            FROM heart_resource r JOIN heart_change c ON c.resource_id = r.id
            WHERE r.account_id = :account AND r.closed_at >= :since
              AND c.at >= CASE WHEN r.opened_at = r.latest_at THEN r.opened_at ELSE COALESCE(
                  (SELECT MAX(b.at) FROM heart_change b WHERE b.resource_id = r.id AND b.at < :since), r.opened_at) END
            ORDER BY c.resource_id, c.at, c.event, c.node""";

    private static final String SEGMENTS = """
            SELECT s.resource_id, s.kind, s.quantity, s.tariff, s.begin_at,
                   r.name, r.rtype, r.parent_id, r.opened_at, r.closed_at, s.cost, s.end_at
            FROM heart_segment s JOIN heart_resource r ON r.id = s.resource_id
            WHERE s.account_id = :account AND s.end_at >= :since
            ORDER BY s.resource_id, s.begin_at, s.id""";

    private final Database database;
    private final boolean legacy;
    private final Cache<Key, byte[]> answers = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 8)
            .weigher((Key key, byte[] json) -> json.length + OBJECT)
            .build();
    private final Cache<State, History> histories = Caffeine.newBuilder()
            .maximumWeight(Runtime.getRuntime().maxMemory() / 4)
            .weigher((State state, History history) -> history.weight())
            .build();

    HeartBill(Database database, boolean legacy) {
        this.database = database;
        this.legacy = legacy;
    }

    /// All that an account's bills depend on beside the period and what time it is.
    private record State(long account, long changed, long tariff) {}

    private record Key(State state, Window period) {}

    /// What was read of an account: all that was not over by an instant, in microseconds.
    private record History(long since, List<Part> parts) {
        int weight() {
            long weight = OBJECT + parts.stream().mapToLong(Part::weight).sum();
            return Math.clamp(weight, 0, Integer.MAX_VALUE);
        }
    }

    /// A resource on a bill.
    ///
    /// @param head its JSON up to the cost; in legacy mode up to its times, which the period decides
    private record Part(byte[] head, List<Share> shares) {
        int weight() {
            return head.length + OBJECT * (1 + shares.size());
        }
    }

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
            long end) {

        Share until(long at) {
            return new Share(once, quantity, multipliers, cost, begin, Math.min(end, at));
        }
    }

    /// The account's object, without bytes if it used nothing in the period.
    byte[] json(Account account, Tariffs tariffs, Window period, Instant now) {
        State state = new State(account.id(), account.changed(), tariffs.newest());
        if (now.isBefore(period.to())) {
            return json(account, history(state, tariffs, period), period, now);
        }
        return answers.get(new Key(state, period), key -> json(account, history(state, tariffs, period), period, now));
    }

    private List<Part> history(State state, Tariffs tariffs, Window period) {
        long since = Micros.of(period.from());
        return histories
                .asMap()
                .compute(
                        state,
                        (key, known) -> known != null && known.since() <= since
                                ? known
                                : new History(since, read(state.account(), tariffs, since)))
                .parts();
    }

    private List<Part> read(long account, Tariffs tariffs, long since) {
        Map<String, NavigableMap<Instant, BigDecimal>> multipliers = new HashMap<>();
        List<Part> parts = new ArrayList<>();
        database.read(handle -> handle.createQuery(legacy ? SEGMENTS : CHANGES)
                .bind("account", account)
                .bind("since", since)
                .scanResultSet((rows, context) -> {
                    try (ResultSet row = rows.get()) {
                        long last = 0;
                        while (row.next()) {
                            long resource = row.getLong(1);
                            if (resource != last) {
                                parts.add(new Part(head(row), new ArrayList<>(1)));
                                last = resource;
                            }
                            add(row, tariffs, multipliers, parts.getLast().shares());
                        }
                    }
                    return parts;
                }));
        return parts;
    }

    /// A segment that is stored says when it ends; one that is not, ends with the next change.
    private void add(
            ResultSet row,
            Tariffs tariffs,
            Map<String, NavigableMap<Instant, BigDecimal>> multipliers,
            List<Share> shares)
            throws SQLException {
        String kind = row.getString(2);
        long begin = row.getLong(5);
        if (!legacy && !shares.isEmpty()) {
            shares.add(shares.removeLast().until(begin));
        }
        if (kind.equals("closed")) {
            return;
        }
        String rtype = row.getString(7);
        long tariff = row.getLong(4);
        shares.add(new Share(
                kind.equals("fixed"),
                new BigDecimal(row.getString(3)),
                multipliers.computeIfAbsent(rtype + " " + tariff, key -> tariffs.multipliers(rtype, tariff)),
                legacy ? new BigDecimal(row.getString(11)) : null,
                begin,
                legacy ? row.getLong(12) : Life.OPEN));
    }

    private byte[] head(ResultSet row) throws SQLException {
        StringBuilder head = new StringBuilder(192);
        head.append("{\"id\":").append(row.getLong(1));
        quote(row.getString(6), head.append(",\"name\":"));
        quote(row.getString(7), head.append(",\"rtype\":"));
        long parent = row.getLong(8);
        head.append(",\"parent_id\":").append(parent == Identity.TOP ? null : Long.toString(parent));
        if (!legacy) {
            long closed = row.getLong(10);
            times(number(row, 9), closed == Life.OPEN ? null : Long.valueOf(closed), head);
        }
        return utf8(head);
    }

    private static void times(@Nullable Long created, @Nullable Long destroyed, StringBuilder head) {
        moment(created, head.append(",\"created_at\":"));
        moment(destroyed, head.append(",\"destroyed_at\":"));
        head.append(",\"cost\":");
    }

    private static @Nullable Long number(ResultSet row, int column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private byte[] json(Account account, List<Part> parts, Window period, Instant now) {
        ByteArrayOutputStream json = new ByteArrayOutputStream(256 + 192 * parts.size());
        StringBuilder head = new StringBuilder("{\"id\":").append(account.id()).append(",\"name\":");
        json.writeBytes(utf8(quote(account.name(), head).append(",\"resources\":[")));
        boolean nothing = true;
        for (Part part : parts) {
            List<Share> shares = within(period, part.shares());
            if (shares.isEmpty()) {
                continue;
            }
            if (!nothing) {
                json.write(',');
            }
            json.writeBytes(part.head());
            if (legacy) {
                StringBuilder times = new StringBuilder(96);
                times(earliest(shares), destroyed(shares), times);
                json.writeBytes(utf8(times));
            }
            BigDecimal cost = legacy ? legacyCost(shares, period, now) : cost(shares, period, now);
            json.writeBytes(cost.toString().getBytes(StandardCharsets.ISO_8859_1));
            json.write('}');
            nothing = false;
        }
        if (nothing) {
            return NOTHING;
        }
        json.write(']');
        json.write('}');
        return json.toByteArray();
    }

    private List<Share> within(Window period, List<Share> shares) {
        long from = Micros.of(period.from());
        long to = Micros.of(period.to());
        if (shares.size() == 1) {
            return isWithin(from, to, shares.getFirst()) ? shares : List.of();
        }
        return shares.stream().filter(share -> isWithin(from, to, share)).toList();
    }

    private boolean isWithin(long from, long to, Share share) {
        return share.begin() < to && (share.end() > from || share.end() == from && share.begin() >= from && !legacy);
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
                .filter(at -> at != Life.OPEN)
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
            long end = share.end() == Life.OPEN ? Long.MAX_VALUE : Math.floorDiv(share.end(), MICROS);
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
                long end = Math.min(share.end() == Life.OPEN ? Micros.of(now) : share.end(), to);
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
