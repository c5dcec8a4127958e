package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Which period a query asks for.
class PeriodTest {

    private static final List<House> HOUSES = new ArrayList<>();

    @BeforeAll
    static void open() {
        HOUSES.add(new House(TestDatabase.SQLITE, false));
        HOUSES.add(new House(TestDatabase.SQLITE, true));
    }

    @AfterAll
    static void close() {
        HOUSES.forEach(House::close);
    }

    private static void asks(boolean legacy, String query, String from, String to) {
        House.Answer answer = HOUSES.get(legacy ? 1 : 0).get("/bill?" + query);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        JsonNode bill = answer.json();
        assertThat(bill.path("period_start").stringValue()).isEqualTo(from);
        assertThat(bill.path("period_end").stringValue()).isEqualTo(to);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 2012-06-01T00:00:00Z, 2012-07-01T00:00:00Z",
        "period_end=2011-01-01T00:00:00Z, 2012-06-01T00:00:00Z, 2012-07-01T00:00:00Z",
        "time_period=2011, 2011-01-01T00:00:00Z, 2012-01-01T00:00:00Z",
        "time_period=2011-1, 2011-01-01T00:00:00Z, 2011-02-01T00:00:00Z",
        "time_period=2011-01, 2011-01-01T00:00:00Z, 2011-02-01T00:00:00Z",
        "time_period=2011-12, 2011-12-01T00:00:00Z, 2012-01-01T00:00:00Z",
        "time_period=2011&period_start=abc, 2011-01-01T00:00:00Z, 2012-01-01T00:00:00Z",
        "period_start=2011-01-01+00:00:00.5&period_end=2011-01-02T00:00:00.25Z, 2011-01-01T00:00:00.500000Z, 2011-01-02T00:00:00.250000Z",
    })
    void a_period_is_understood_in_both_modes(String query, String from, String to) {
        asks(false, query, from, to);
        asks(true, query, from, to);
    }

    @Test
    void a_day_is_that_day_and_as_shipped_the_first_of_its_month() {
        asks(false, "time_period=2011-01-15", "2011-01-15T00:00:00Z", "2011-01-16T00:00:00Z");
        for (String day : List.of("2011-01-15", "2011-1-xx", "2011-1-5-7")) {
            asks(true, "time_period=" + day, "2011-01-01T00:00:00Z", "2011-01-02T00:00:00Z");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "time_period=",
                "time_period=abc",
                "time_period=2011-x",
                "time_period=2011-13",
                "time_period=2011-0",
                "time_period=0",
                "time_period=99999999999",
                "time_period=%00",
                "period_start=2011-01-01T00:00:00Z",
                "period_start=2011-01-01&period_end=2011-02-01",
                "period_start=2011-01-01T00:00:00%2B01:00&period_end=2011-02-01T00:00:00Z",
                "period_start=2011-02-30T00:00:00Z&period_end=2011-03-01T00:00:00Z",
                "period_start=2011-01-02T00:00:00Z&period_end=2011-01-01T00:00:00Z",
                "period_start=2011-01-01T00:00:00Z&period_end=2011-01-01T00:00:00Z"
            })
    void what_is_no_period_is_refused_in_both_modes(String query) {
        House.Answer problem = HOUSES.get(0).get("/bill?" + query);
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.type()).startsWith("application/problem+json");
        House.Answer page = HOUSES.get(1).get("/v2/report?" + query);
        assertThat(page.status()).isEqualTo(400);
        assertThat(page.isJson()).isFalse();
    }

    @Test
    void the_part_of_a_month_that_is_no_day_is_refused() {
        for (String day : List.of("2011-1-xx", "2011-1-5-7", "2011-02-30", "2011-01-00")) {
            assertThat(HOUSES.get(0).get("/bill?time_period=" + day).status()).isEqualTo(400);
        }
    }
}
