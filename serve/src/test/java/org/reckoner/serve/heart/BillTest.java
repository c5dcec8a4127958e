package org.reckoner.serve.heart;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/// What events and tariffs cost, as documented and as shipped.
class BillTest extends OnEachDatabase {

    private static final long Y = House.YEAR;
    private static final String JANUARY = "time_period=2011-01";

    private void documented() {
        house = new House(database, false);
    }

    private void legacy() {
        house = new House(database, true);
    }

    private void costs(String period, String expected) {
        assertThat(house.total(period)).isEqualByComparingTo(expected);
    }

    /// The JSON bill and the ledger's own bill of a month of account `t`.
    private void costsHereAndInTheLedger(String month, String expected) {
        costs("time_period=" + month, expected);
        assertThat(house.ledgerTotal("t", month)).isEqualByComparingTo(expected);
    }

    @Test
    void the_story_costs_what_was_used_and_the_ledger_bills_the_same() {
        documented();
        Scenario.tell(house, "", "systenant");
        JsonNode bill = house.get("/bill?" + JANUARY).json();
        assertThat(bill.path("period_start").stringValue()).isEqualTo("2011-01-01T00:00:00Z");
        assertThat(bill.path("period_end").stringValue()).isEqualTo("2011-02-01T00:00:00Z");
        assertThat(bill.path("bill")).hasSize(1);
        assertThat(bill.path("bill").path(0).path("id").intValue()).isEqualTo(1);
        assertThat(bill.path("bill").path(0).path("name").stringValue()).isEqualTo("systenant");
        assertThat(rows(bill.path("bill").path(0)))
                .containsExactly(
                        "1 nova/instance 16 - 2011-01-02T00:00:00Z - 0.0",
                        "2 local_gb - 1 2011-01-02T00:00:00Z - 100224000.0",
                        "3 memory_mb - 1 2011-01-02T00:00:00Z - 14332723200.0",
                        "4 vcpus - 1 2011-01-02T00:00:00Z - 2160000.0",
                        "5 nova/volume 12 - 2011-01-02T00:00:00Z 2011-01-06T00:00:00Z 93657600.0",
                        "6 nova/volume 3 - 2011-01-04T00:00:00Z - 135129600.0");
        costs(JANUARY, "14663894400");
        assertThat(house.ledgerBill("systenant", "2011-01").total().amount()).isEqualByComparingTo("14663894400");
        assertThat(house.ledgerBill("systenant", "2011-01").unpriced()).isEmpty();
    }

    @Test
    void as_shipped_the_story_costs_more_than_twice_as_much_and_the_ledger_still_bills_what_was_used() {
        legacy();
        Scenario.tell(house, "", "systenant");
        assertThat(rows(house.get("/bill?" + JANUARY).json().path("bill").path(0)))
                .containsExactly(
                        "1 nova/instance 16 - 2011-01-02T00:00:00Z - 0.0",
                        "2 local_gb - 1 2011-01-02T00:00:00Z - 103680000.0",
                        "3 memory_mb - 1 2011-01-02T00:00:00Z - 32912179200.0",
                        "4 vcpus - 1 2011-01-02T00:00:00Z - 4320000.0",
                        "5 nova/volume 12 - 2011-01-02T00:00:00Z 2011-01-06T00:00:00Z 359078400.0",
                        "6 nova/volume 3 - 2011-01-04T00:00:00Z - 135129600.0");
        assertThat(house.ledgerBill("systenant", "2011-01").total().amount()).isEqualByComparingTo("14663894400");
    }

    static List<String> rows(JsonNode account) {
        List<String> rows = new ArrayList<>();
        account.path("resources")
                .forEach(r -> rows.add(String.join(
                        " ",
                        r.path("id").asString(),
                        r.path("rtype").asString(),
                        text(r.path("name")),
                        text(r.path("parent_id")),
                        text(r.path("created_at")),
                        text(r.path("destroyed_at")),
                        r.path("cost").decimalValue().setScale(1).toPlainString())));
        return rows;
    }

    private static String text(JsonNode value) {
        return value.isNull() ? "-" : value.asString();
    }

    @Test
    void switching_the_mode_derives_all_segments_again() {
        documented();
        Scenario.tell(house, "/v1", "systenant");
        house.restart(true);
        costs(JANUARY, "33514387200");
        house.restart(false);
        costs(JANUARY, "14663894400");
    }

    @Test
    void without_a_tariff_a_unit_costs_one_a_year() {
        documented();
        house.tell("2011-01-01T00:00:00Z", "\"linear\": 365.2425");
        costsHereAndInTheLedger("2011-01", "31");
    }

    @Test
    void the_same_without_a_tariff_as_shipped() {
        legacy();
        house.tell("2011-01-01T00:00:00Z", "\"linear\": 365.2425");
        costs(JANUARY, "31");
    }

    @Test
    void what_is_held_costs_quantity_times_tariff_times_seconds() {
        documented();
        house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": " + Y + "}");
        house.tell("2011-01-01T00:00:00Z", "\"linear\": 2");
        costsHereAndInTheLedger("2011-01", "5356800");
        costs("time_period=2011", "63072000");
        costs("period_start=2011-01-01T00:00:00Z&period_end=2011-01-01T00:01:00Z", "120");
        costs("period_start=2011-01-01T00:00:00&period_end=2011-01-01+00:01:00.0", "120");
    }

    @Test
    void what_ended_before_or_begins_after_the_period_is_not_on_its_bill() {
        for (boolean mode : new boolean[] {false, true}) {
            house = new House(database, mode);
            house.tell("2011-01-01T00:00:00Z", "\"linear\": " + Y);
            house.tell("2011-01-02T00:00:00Z", "\"fixed\": null");
            for (String period : List.of(
                    "period_start=2011-01-02T00:00:00Z&period_end=2011-01-03T00:00:00Z",
                    "period_start=2010-12-31T00:00:00Z&period_end=2011-01-01T00:00:00Z")) {
                assertThat(house.get("/bill?" + period).json().path("bill")).isEmpty();
            }
            if (!mode) {
                house.close();
            }
        }
    }

    @Test
    void another_quantity_ends_the_one_before() {
        documented();
        house.tell("2011-01-02T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-03T00:00:00Z", "\"linear\": " + 2 * Y);
        costsHereAndInTheLedger("2011-01", "5097600");
    }

    @Test
    void of_many_changes_a_month_costs_what_the_last_before_it_and_those_in_it_say() {
        documented();
        house.tariff("2010-01-01T00:00:00Z", true, "{\"x\": %d}".formatted(Y));
        for (int month = 1; month <= 5; month++) {
            house.tell("2011-%02d-11T00:00:00Z".formatted(month), "\"linear\": " + month);
            house.tell("2011-%02d-21T00:00:00Z".formatted(month), "\"linear\": " + 10 * month);
        }
        house.tell("2011-05-21T00:00:00Z", "\"fixed\": null");
        costsHereAndInTheLedger("2011-04", Long.toString(86_400L * (10 * 30 + 10 * 4 + 10 * 40)));
        costsHereAndInTheLedger("2011-05", Long.toString(86_400L * (10 * 40 + 10 * 5)));
        costs("time_period=2011-06", "0");
        costsHereAndInTheLedger("2011-02", Long.toString(86_400L * (10 * 10 + 10 * 2 + 8 * 20)));
    }

    @Test
    void a_pause_is_not_charged() {
        documented();
        house.tell("2011-01-02T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-03T00:00:00Z", "\"linear\": 0");
        house.tell("2011-01-04T00:00:00Z", "\"linear\": " + Y);
        costsHereAndInTheLedger("2011-01", "2505600");
    }

    @Test
    void as_shipped_a_pause_is_charged() {
        legacy();
        house.tell("2011-01-02T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-03T00:00:00Z", "\"linear\": 0");
        house.tell("2011-01-04T00:00:00Z", "\"linear\": " + Y);
        costs(JANUARY, "2592000");
    }

    @Test
    void the_time_between_closing_and_opening_again_is_not_charged() {
        documented();
        house.tell("2011-01-02T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-09T00:00:00Z", "\"fixed\": null");
        house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y);
        costsHereAndInTheLedger("2011-01", "2505600");
    }

    @Test
    void as_shipped_the_time_between_closing_and_opening_again_is_charged() {
        legacy();
        house.tell("2011-01-02T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-09T00:00:00Z", "\"fixed\": null");
        house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y);
        costs(JANUARY, "2592000");
    }

    @Test
    void a_fixed_charge_counts_once_and_is_positive() {
        documented();
        house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": 3}");
        house.tell("2011-01-10T00:00:00Z", "\"fixed\": 5");
        costsHereAndInTheLedger("2011-01", "15");
        costsHereAndInTheLedger("2011-02", "0");
    }

    @Test
    void as_shipped_a_fixed_charge_is_negative_and_comes_again_each_month() {
        legacy();
        house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": 3}");
        house.tell("2011-01-10T00:00:00Z", "\"fixed\": 5");
        costs(JANUARY, "-15");
        costs("time_period=2011-02", "-15");
    }

    @Test
    void a_negative_quantity_is_refused_and_as_shipped_a_fixed_charge() {
        documented();
        assertThat(house.tell("2011-01-10T00:00:00Z", "\"linear\": -7").status())
                .isEqualTo(400);
        house.close();
        legacy();
        house.tell("2011-01-10T00:00:00Z", "\"linear\": -7");
        costs(JANUARY, "-7");
    }

    @Test
    void a_new_tariff_leaves_what_runs_as_it_is() {
        for (boolean mode : new boolean[] {true, false}) {
            house = new House(database, mode);
            house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": " + Y + "}");
            house.tell("2011-01-01T00:00:00Z", "\"linear\": 2");
            house.tariff("2011-01-11T00:00:00Z", false, "{\"x\": " + 3 * Y + "}");
            costsHereAndInTheLedger("2011-01", "5356800");
            if (mode) {
                house.close();
            }
        }
    }

    @Test
    void a_new_tariff_that_migrates_charges_what_runs_from_its_moment_on() {
        for (boolean mode : new boolean[] {true, false}) {
            house = new House(database, mode);
            house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": " + Y + "}");
            house.tell("2011-01-01T00:00:00Z", "\"linear\": 2");
            house.tariff("2011-01-11T00:00:00Z", true, "{\"x\": " + 3 * Y + "}");
            costsHereAndInTheLedger("2011-01", "12614400");
            if (mode) {
                house.close();
            }
        }
    }

    @Test
    void a_first_tariff_that_migrates_multiplies_what_ran_without_one() {
        for (boolean mode : new boolean[] {true, false}) {
            house = new House(database, mode);
            house.tell("2011-01-01T00:00:00Z", "\"linear\": " + Y);
            house.tariff("2011-01-11T00:00:00Z", true, "{\"x\": 2.0}");
            costsHereAndInTheLedger("2011-01", "4492800");
            if (mode) {
                house.close();
            }
        }
    }

    @Test
    void what_begins_after_a_new_tariff_is_charged_by_it() {
        documented();
        house.tariff("2010-01-01T00:00:00Z", false, "{\"x\": " + Y + "}");
        house.tell("2011-01-01T00:00:00Z", "\"linear\": 1");
        house.tariff("2011-01-11T00:00:00Z", false, "{\"x\": " + 3 * Y + "}");
        house.tell("2011-01-21T00:00:00Z", "\"linear\": 1");
        costsHereAndInTheLedger("2011-01", Long.toString(20 * 86_400 + 3 * 11 * 86_400));
    }

    @Test
    void a_tariff_of_nothing_can_be_taken_back() {
        documented();
        house.tell("2011-01-01T00:00:00Z", "\"linear\": " + Y);
        house.tariff("2011-01-11T00:00:00Z", true, "{\"x\": 0}");
        house.tariff("2011-01-21T00:00:00Z", true, "{\"x\": 1}");
        costsHereAndInTheLedger("2011-01", Long.toString(21 * 86_400));
    }

    @Test
    void an_issued_month_does_not_change_by_what_happens_later() {
        documented();
        house.tell("2010-12-05T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-02-10T00:00:00Z", "\"linear\": " + 2 * Y);
        house.tell("2011-03-15T00:00:00Z", "\"fixed\": null");
        costsHereAndInTheLedger("2010-12", "2332800");
        costsHereAndInTheLedger("2011-01", "2678400");
        costsHereAndInTheLedger("2011-02", "4060800");
        costsHereAndInTheLedger("2011-03", "2419200");
    }

    @Test
    void as_shipped_a_month_changes_by_what_happens_later() {
        legacy();
        house.tell("2010-12-05T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-02-10T00:00:00Z", "\"linear\": " + 2 * Y);
        house.tell("2011-03-15T00:00:00Z", "\"fixed\": null");
        costs("time_period=2010-12", "2332800");
        costs(JANUARY, "2678400");
        costs("time_period=2011-02", "5702400");
        costs("time_period=2011-03", "3628800");
    }

    @Test
    void events_may_come_in_any_order() {
        documented();
        house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-05T00:00:00Z", "\"linear\": " + Y);
        costsHereAndInTheLedger("2011-01", "2332800");
    }

    @Test
    void as_shipped_events_in_another_order_take_time_away() {
        legacy();
        house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-05T00:00:00Z", "\"linear\": " + Y);
        costs(JANUARY, "1900800");
    }

    @Test
    void an_event_that_is_posted_twice_counts_once() {
        for (boolean mode : new boolean[] {true, false}) {
            house = new House(database, mode);
            assertThat(house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y).status())
                    .isEqualTo(200);
            assertThat(house.tell("2011-01-10T00:00:00Z", "\"linear\": " + Y).status())
                    .isEqualTo(200);
            costsHereAndInTheLedger("2011-01", "1900800");
            assertThat(house.ledger.observations().cutoff()).isEqualTo(1);
            if (mode) {
                house.close();
            }
        }
    }

    @Test
    void a_fixed_charge_that_is_posted_twice_is_charged_once_and_two_are_charged_twice() {
        documented();
        house.tell("2011-01-10T00:00:00Z", "\"fixed\": 5");
        house.tell("2011-01-10T00:00:00Z", "\"fixed\": 5.0");
        house.tell("2011-01-10T00:00:01Z", "\"fixed\": 5");
        costsHereAndInTheLedger("2011-01", "10");
    }

    @Test
    void of_two_events_of_one_moment_the_later_post_holds() {
        documented();
        for (int quantity = 1; quantity <= 12; quantity++) {
            house.tell("2011-01-01T00:00:00Z", "\"linear\": " + quantity * Y);
        }
        costsHereAndInTheLedger("2011-01", Long.toString(12 * 31 * 86_400L));
    }

    @Test
    void attributes_that_come_before_a_quantity_charge_nothing() {
        documented();
        house.tell("2011-01-01T00:00:00Z", "\"attrs\": {\"a\": 1}");
        house.tell("2011-01-11T00:00:00Z", "\"linear\": " + Y);
        house.tell("2011-01-21T00:00:00Z", "\"attrs\": {\"a\": 2}");
        costsHereAndInTheLedger("2011-01", Long.toString(21 * 86_400L));
    }

    @Test
    void parts_of_seconds_are_charged_alike_here_and_in_the_ledger() {
        documented();
        house.tell("2011-01-01T00:00:00.9Z", "\"linear\": " + Y);
        house.tell("2011-01-01T00:00:02.5Z", "\"fixed\": null");
        costsHereAndInTheLedger("2011-01", "2");
    }

    @Test
    void the_future_costs_nothing() {
        documented();
        house.clock.set("2011-01-11T00:00:00Z");
        house.tell("2011-01-01T00:00:00Z", "\"linear\": " + Y);
        house.post(
                "/event",
                "{\"account\":\"t\",\"rtype\":\"x\",\"name\":\"later\",\"datetime\":\"2011-01-20T00:00:00Z\",\"linear\":1e6}");
        costs("", Long.toString(10 * 86_400L));
        assertThat(house.get("/bill?time_period=2012").json().path("bill")).isEmpty();
    }

    @Test
    void a_bill_follows_every_change() {
        documented();
        house.tell("2011-01-01T00:00:00Z", "\"linear\": " + Y);
        costs(JANUARY, "2678400");
        house.tell("2011-01-11T00:00:00Z", "\"fixed\": null");
        costs(JANUARY, "864000");
        house.tariff("2011-01-06T00:00:00Z", true, "{\"x\": 2}");
        costsHereAndInTheLedger("2011-01", "1296000");
    }

    @Test
    void types_that_no_price_book_could_name_are_priced() {
        documented();
        BigDecimal sum = BigDecimal.ZERO;
        for (String rtype :
                List.of("vcpus", "volume", "GB", "A b", "a/b", "a.b", "é'\\\"", "123", "x: {y}", "#", "1 2")) {
            assertThat(house.post(
                                    "/v2/event",
                                    "{\"account\":\"t\",\"rtype\":\"%s\",\"datetime\":\"2011-01-01T00:00:00Z\",\"linear\":365.2425}"
                                            .formatted(
                                                    rtype.replace("\"", "\\\"").replace("\\'", "\\\\'")))
                            .status())
                    .as(rtype)
                    .isIn(200, 400);
        }
        sum = house.total(JANUARY);
        assertThat(house.ledgerTotal("t", "2011-01")).isEqualByComparingTo(sum);
        assertThat(house.ledgerBill("t", "2011-01").unpriced()).isEmpty();
    }
}
