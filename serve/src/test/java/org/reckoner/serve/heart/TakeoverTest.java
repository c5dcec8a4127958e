package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reckoner.serve.heart.Takeover.Account;
import org.reckoner.serve.heart.Takeover.Books;
import org.reckoner.serve.heart.Takeover.Change;
import org.reckoner.serve.heart.Takeover.Quantity;
import org.reckoner.serve.heart.Takeover.Resource;
import org.reckoner.serve.heart.Takeover.Taken;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;

/// What another Heart knew is known here afterwards.
class TakeoverTest extends OnEachDatabase {

    private static final long Y = House.YEAR;

    @BeforeEach
    void open() {
        house = new House(database, false);
    }

    private Taken take(Books books) {
        return new Heart(HeartSettings.USUAL, house.ledger, house.clock).take(books, "test", changes -> {});
    }

    private static Change change(long resource, int day, Quantity quantity) {
        return new Change(resource, Instant.parse("2011-01-%02dT00:00:00Z".formatted(day)), quantity);
    }

    private static Quantity linear(String quantity) {
        return new Quantity.Linear(new BigDecimal(quantity));
    }

    private static Books books(long multiplier, Change... more) {
        TreeMap<String, BigDecimal> tariffs = new TreeMap<>();
        tariffs.put("local_gb", BigDecimal.valueOf(multiplier));
        List<Change> changes = new ArrayList<>(List.of(
                change(30, 2, linear("0")),
                change(31, 2, linear("20")),
                change(31, 9, new Quantity.Closed()),
                change(40, 10, new Quantity.Fixed(BigDecimal.ONE)),
                change(31, 11, linear("10"))));
        changes.addAll(List.of(more));
        return new Books(
                List.of(
                        new Account(7, "systenant", Optional.of("center 34")),
                        new Account(9, "other", Optional.empty())),
                List.of(
                        new Resource(31, 7, Optional.of(30L), "local_gb", Optional.empty(), Optional.empty()),
                        new Resource(
                                30,
                                7,
                                Optional.empty(),
                                "nova/instance",
                                Optional.of("16"),
                                Optional.of("{\"a\": \"b\"}")),
                        new Resource(40, 9, Optional.empty(), "nova/volume", Optional.of("v"), Optional.empty())),
                tariffs,
                changes);
    }

    private static final String RIGHT = Long.toString(86_400L * (20 * 7 + 10 * 21) + 1);

    @Test
    void everything_is_as_if_its_events_had_been_posted_here() {
        assertThat(take(books(Y))).isEqualTo(new Taken(2, 3, 1, 5));
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo(RIGHT);
        assertThat(house.ledgerTotal("systenant", "2011-01").add(house.ledgerTotal("other", "2011-01")))
                .isEqualByComparingTo(RIGHT);
        JsonNode accounts = house.get("/v2/account").json();
        assertThat(accounts.get(0).path("id").longValue()).isEqualTo(7);
        assertThat(house.get("/v2/cost_center").json()).hasSize(1);
        JsonNode instance = house.get("/v2/resource?name=16").json().get(0);
        assertThat(instance.path("id").longValue()).isEqualTo(30);
        assertThat(instance.path("attrs").path("a").stringValue()).isEqualTo("b");
        assertThat(house.get("/tariff").json().path("local_gb").decimalValue()).isEqualByComparingTo(Long.toString(Y));
    }

    @Test
    void taking_over_again_adds_nothing_also_after_names_and_tariffs_were_changed() {
        take(books(Y));
        house.put("/v2/account?id=7", "{\"name\": \"renamed\"}");
        house.put("/v2/resource?id=30", "{\"name\": \"also renamed\"}");
        house.tariff("2011-06-01T00:00:00Z", true, "{\"local_gb\": 1}");
        long cutoff = house.ledger.observations().cutoff();
        assertThat(take(books(Y))).isEqualTo(new Taken(0, 0, 0, 0));
        assertThat(house.ledger.observations().cutoff()).isEqualTo(cutoff);
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo(RIGHT);
    }

    @Test
    void what_happened_since_is_added() {
        take(books(Y));
        assertThat(take(books(Y, change(31, 12, new Quantity.Closed())))).isEqualTo(new Taken(0, 0, 0, 1));
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo(Long.toString(86_400L * (20 * 7 + 10) + 1));
    }

    @Test
    void events_that_are_posted_afterwards_go_on_with_it() {
        take(books(Y));
        house.post("/v2/event", """
                {"account": "systenant", "rtype": "nova/instance", "name": 16, "datetime": "2011-01-12T00:00:00Z",
                 "children": [{"rtype": "local_gb", "fixed": null}]}""");
        assertThat(house.total("time_period=2011-01")).isEqualByComparingTo(Long.toString(86_400L * (20 * 7 + 10) + 1));
        assertThat(house.get("/resource").json()).hasSize(3);
    }

    @Test
    void ids_that_are_taken_are_replaced() {
        house.tell("2011-01-01T00:00:00Z", "\"linear\": 0");
        Books books = new Books(
                List.of(new Account(1, "a", Optional.empty())),
                List.of(new Resource(1, 1, Optional.empty(), "x", Optional.of("n"), Optional.empty())),
                new TreeMap<>(),
                List.of(change(1, 1, linear("1"))));
        assertThat(take(books)).isEqualTo(new Taken(1, 1, 0, 1));
        assertThat(house.get("/v2/account?name=a").json().get(0).path("id").longValue())
                .isEqualTo(2);
        assertThat(house.get("/v2/resource?name=n").json().get(0).path("id").longValue())
                .isEqualTo(2);
    }

    @Test
    void a_tariff_that_never_was_one_here_stops_it_and_nothing_is_written() {
        house.tariff("2011-01-01T00:00:00Z", false, "{\"local_gb\": 5}");
        assertThatThrownBy(() -> take(books(Y)))
                .isInstanceOf(Problem.class)
                .hasMessageContaining("the tariff of local_gb is 31556952 there, and never was here, where it is 5");
        assertThat(house.get("/account").json()).isEmpty();
        assertThat(house.get("/resource").json()).isEmpty();
        assertThat(house.ledger.observations().cutoff()).isZero();
    }
}
