package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.reckoner.core.time.Window;
import org.reckoner.serve.heart.Directory.Account;
import org.reckoner.serve.heart.Directory.Filter;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever a server keeps of a bill, it answers what one that keeps nothing would compute: after any series of
/// writes, also by another server on the same database.
class KeptBillLaws {

    private static final Instant SPRING = Instant.parse("2012-03-01T00:00:00Z");
    private static final Window OVER = window("2012-04-01T00:00:00Z", "2012-05-01T00:00:00Z");
    private static final Window GROWING = window("2012-05-01T00:00:00Z", "2012-06-01T00:00:00Z");

    private static Window window(String from, String to) {
        return new Window(Instant.parse(from), Instant.parse(to));
    }

    @Property(tries = 6)
    void two_servers_answer_what_a_fresh_one_would(
            @ForAll TestDatabase database, @ForAll boolean legacy, @ForAll long seed) {
        Random random = new Random(seed);
        String url = database.fresh();
        try (House one = new House(url, legacy);
                House other = new House(url, legacy)) {
            Instant now = Instant.parse("2012-05-20T00:00:00Z");
            for (int step = 0; step < 25; step++) {
                now = now.plusSeconds(random.nextInt(3600));
                one.clock.set(now);
                other.clock.set(now);
                write(random.nextBoolean() ? one : other, random, step);
                for (House house : List.of(one, other)) {
                    for (Window period : List.of(OVER, GROWING)) {
                        assertThat(kept(house, period))
                                .as("step %d", step)
                                .isEqualTo(fresh(house, legacy, period, now));
                    }
                }
            }
        }
    }

    /// One request at random; what is refused changes nothing.
    private static void write(House house, Random random, int step) {
        String at = Moments.format(SPRING.plus(Duration.ofMinutes(random.nextInt(80 * 24 * 60))));
        switch (random.nextInt(8)) {
            case 0 ->
                house.post(
                        "/tariff",
                        "{\"datetime\":\"%s\",\"migrate\":%s,\"values\":{\"x\":%d,\"y\":%d}}"
                                .formatted(at, random.nextBoolean(), 1 + random.nextInt(4), 1 + random.nextInt(4)));
            case 1 ->
                house.put("/v2/account?id=" + (1 + random.nextInt(2)), "{\"name\":\"renamed %d\"}".formatted(step));
            case 2 -> house.put("/v2/resource?id=" + (1 + random.nextInt(4)), "{\"name\":\"r%d\"}".formatted(step));
            default ->
                house.post(
                        "/v2/event",
                        "{\"account\":\"t%d\",\"rtype\":\"%s\",\"name\":%d,\"datetime\":\"%s\",%s,\"children\":[{\"rtype\":\"y\",\"linear\":%d}]}"
                                .formatted(
                                        random.nextInt(2),
                                        random.nextBoolean() ? "x" : "z",
                                        random.nextInt(2),
                                        at,
                                        quantity(random),
                                        random.nextInt(3)));
        }
    }

    private static String quantity(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "\"fixed\":null";
            case 1 -> "\"fixed\":" + random.nextInt(5);
            default -> "\"linear\":" + random.nextInt(5) + ".25";
        };
    }

    private static JsonNode kept(House house, Window period) {
        return house.get("/v2/report?period_start=%s&period_end=%s"
                        .formatted(Moments.format(period.from()), Moments.format(period.to())))
                .json()
                .path("accounts");
    }

    private static JsonNode fresh(House house, boolean legacy, Window period, Instant now) {
        HeartBill bill = new HeartBill(house.ledger.database(), legacy);
        TariffTable table = new TariffTable(house.ledger, HeartSettings.USUAL, house.clock);
        Tariffs tariffs = house.ledger.database().read(table::tariffs);
        List<Account> accounts = house.ledger.database().read(handle -> new Directory(handle).accounts(new Filter()));
        List<String> objects = new ArrayList<>();
        for (Account account : accounts) {
            byte[] json = bill.json(account, tariffs, period, now);
            if (json.length > 0) {
                objects.add(new String(json, StandardCharsets.UTF_8));
            }
        }
        return JsonMapper.shared().readTree("[" + String.join(",", objects) + "]");
    }
}
