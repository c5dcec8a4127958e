package org.reckoner.ledger.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.money.Money;
import org.reckoner.ledger.House;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.Told;
import org.reckoner.ledger.invoice.Issuing.Outcome;

/// What comes to light after a period was invoiced, and what is taken back.
class CorrectionsTest extends OnEachDatabase {

    @Test
    void late_use_is_a_line_of_the_next_invoice_with_its_own_service_period() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        house.tell(Told.resized("v", "2026-11-21", 2));
        Invoice next = house.invoice("alpha", "2026-12");
        InvoiceLine line = next.corrections().getFirst();
        assertThat(line.key().period()).isEqualTo(House.month("2026-11"));
        assertThat(line.amount()).isEqualTo(eur("10.00"));
        assertThat(line.correction()).contains(new InvoiceLine.Correction(eur("30.00"), eur("40.00")));
        assertThat(next.total()).isEqualTo(eur("72.00"));
        house.verified();
    }

    @Test
    void a_correction_bears_the_taxes_that_its_period_was_invoiced_with() {
        house.set("alpha", Optional.empty(), vat("25"));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        house.set("alpha", Optional.empty(), vat("20"));
        house.tell(Told.resized("v", "2026-11-21", 2));
        Invoice next = house.invoice("alpha", "2026-12");
        assertThat(next.taxes())
                .containsExactly(
                        new Tax(vat("20"), eur("62.00"), eur("12.40")), new Tax(vat("25"), eur("10.00"), eur("2.50")));
        house.verified();
        house.voided(next.number());
        assertThat(house.invoice("alpha", "2026-12").taxes()).isEqualTo(next.taxes());
        house.verified();
    }

    private static TaxRate vat(String percent) {
        return new TaxRate("VAT", new BigDecimal(percent));
    }

    @Test
    void the_truth_may_come_to_light_in_several_rounds() {
        house.tell(Told.volume("v", "alpha", "2026-09-01", 1));
        house.invoice("alpha", "2026-09");
        house.tell(Told.resized("v", "2026-09-21", 2));
        house.invoice("alpha", "2026-10");
        house.tell(Told.resized("v", "2026-09-11", 3), Told.resized("v", "2026-10-31", 1));
        house.invoice("alpha", "2026-11");
        house.tell(Told.resized("v", "2026-09-30", 5));
        Invoice last = house.invoice("alpha", "2026-12");
        assertThat(last.corrections().stream().map(line -> line.key().period().label()))
                .containsExactly("2026-09", "2026-10");
        for (String period : List.of("2026-09", "2026-10", "2026-11", "2026-12")) {
            assertThat(house.invoiced("alpha", period))
                    .isEqualTo(house.bill("alpha", period).total());
        }
        house.verified();
    }

    @Test
    void an_account_that_had_no_invoice_is_billed_late_use() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.issueAll("2026-11");
        house.tell(Told.volume("w", "beta", "2026-11-21", 1), Told.gone("w", "2026-12-01"));
        Invoice late = house.invoice("beta", "2026-12");
        assertThat(late.total()).isEqualTo(eur("10.00"));
        assertThat(late.corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.key().period()).isEqualTo(House.month("2026-11")));
        assertThat(house.billedSeconds("beta", "w")).isEqualTo(10 * 86_400);
        house.verified();
    }

    @Test
    void a_new_account_does_not_owe_the_fees_of_earlier_periods() {
        house.load(House.bookWithFee());
        house.tell(Told.typeNamed("t", "ssd", "2026-09-01"), Told.volume("v", "alpha", "2026-10-01", 1));
        house.issueAll("2026-10");
        house.issueAll("2026-11");
        house.tell(Told.volume("w", "beta", "2026-12-11", 1));
        assertThat(house.invoice("beta", "2026-12").total()).isEqualTo(eur("31.00"));
        house.verified();
    }

    @Test
    void an_account_that_turns_out_to_be_older_owes_the_fees_since_then() {
        house.load(House.bookWithFee());
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1), Told.volume("w", "beta", "2026-12-01", 1));
        house.issueAll("2026-10");
        house.issueAll("2026-11");
        house.tell(Told.volume("w", "beta", "2026-11-21", 1));
        assertThat(house.invoice("beta", "2026-12").total()).isEqualTo(eur("61.00"));
        house.verified();
    }

    @Test
    void a_new_name_of_a_volume_type_leaves_earlier_periods_as_they_are() {
        house.load("""
                price-book: standard
                currency: EUR
                prices:
                  - {id: ssd, item: SSD, meter: volume.size, per: GiB day, price: 1, when: {volume_type: ssd}}
                  - {id: gold, item: Gold, meter: volume.size, per: GiB day, price: 2, when: {volume_type: gold}}
                """);
        house.tell(Told.typeNamed("t", "ssd", "2026-11-11"), Told.volumeOfType("v", "alpha", "2026-11-01", "t"));
        assertThat(house.invoice("alpha", "2026-11").total()).isEqualTo(eur("30.00"));
        house.tell(Told.typeNamed("t", "gold", "2026-12-11"));
        Invoice next = house.invoice("alpha", "2026-12");
        assertThat(next.corrections()).isEmpty();
        assertThat(next.total()).isEqualTo(eur("52.00"));
        house.verified();
    }

    @Test
    void late_use_of_an_account_without_an_invoice_survives_the_void_of_the_one_that_billed_it() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.issueAll("2026-11");
        house.tell(Told.volume("w", "beta", "2026-11-21", 1));
        Invoice late = house.invoice("beta", "2026-12");
        house.voided(late.number());
        Invoice again = house.invoice("beta", "2026-12");
        assertThat(again.total()).isEqualTo(late.total()).isEqualTo(eur("41.00"));
        house.verified();
    }

    @Test
    void a_late_deletion_shortens_what_was_billed() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        house.tell(Told.gone("v", "2026-11-11"), Told.volume("w", "alpha", "2026-12-01", 1));
        Invoice next = house.invoice("alpha", "2026-12");
        assertThat(next.corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.amount()).isEqualTo(eur("-20.00")));
        assertThat(next.total()).isEqualTo(eur("11.00"));
        assertThat(house.billedSeconds("alpha", "v")).isEqualTo(10 * 86_400);
        house.verified();
    }

    @Test
    void a_negative_total_is_parked_until_a_person_releases_it() {
        house.set("alpha", Optional.empty(), new TaxRate("VAT", new BigDecimal("19")));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        house.tell(Told.gone("v", "2026-11-11"));
        assertThat(house.issue("alpha", "2026-12"))
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("negative", "EUR -23.80"));
        house.ledger().issuing().release(house.account("alpha"), House.month("2026-12"), House.OPERATOR, "right");
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(eur("-23.80"));
        house.verified();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alpha,beta", "beta,alpha"})
    void a_late_change_of_owner_moves_the_time_whoever_comes_first(String order) {
        house.tell(
                Told.volume("v", "alpha", "2026-11-01", 1),
                Told.volume("a", "alpha", "2026-11-01", 5),
                Told.volume("b", "beta", "2026-11-01", 5));
        house.issueAll("2026-11");
        house.tell(Told.moved("v", "beta", "2026-11-11"));
        List<String> projects = List.of(order.split(","));
        TreeMap<String, Outcome> outcomes = house.issueAll("2026-12", projects);
        assertThat(outcomes.get("alpha")).isInstanceOf(Outcome.Issued.class);
        if (order.startsWith("beta")) {
            assertThat(outcomes.get("beta"))
                    .isInstanceOfSatisfying(
                            Outcome.Parked.class,
                            parked -> assertThat(parked.reasons())
                                    .singleElement()
                                    .asString()
                                    .contains("billed to another account"));
            outcomes.putAll(house.issueAll("2026-12", projects));
        }
        assertThat(outcomes.get("beta")).isInstanceOf(Outcome.Issued.class);
        assertThat(house.invoiced("alpha", "2026-11")).isEqualTo(eur("160.00"));
        assertThat(house.invoiced("beta", "2026-11")).isEqualTo(eur("170.00"));
        assertThat(house.billedSeconds("alpha", "v")).isEqualTo(10 * 86_400);
        assertThat(house.billedSeconds("beta", "v")).isEqualTo(51 * 86_400);
        house.verified();
    }

    /// Each waits for the other's correction. Taking one invoice back and issuing it again unties them.
    @Test
    void two_that_swapped_volumes_are_untied_by_a_void() {
        house.tell(
                Told.volume("x", "alpha", "2026-11-01", 1),
                Told.volume("y", "beta", "2026-11-01", 1),
                Told.volume("a", "alpha", "2026-12-01", 9),
                Told.volume("b", "beta", "2026-12-01", 9));
        house.invoice("alpha", "2026-11");
        Invoice beta = house.invoice("beta", "2026-11");
        house.tell(Told.moved("x", "beta", "2026-11-11"), Told.moved("y", "alpha", "2026-11-11"));
        assertThat(house.issueAll("2026-12").values()).allMatch(Outcome.Parked.class::isInstance);
        house.voided(beta.number());
        assertThat(house.issue("alpha", "2026-12")).isInstanceOf(Outcome.Issued.class);
        house.invoice("beta", "2026-11");
        assertThat(house.issue("beta", "2026-12")).isInstanceOf(Outcome.Issued.class);
        house.verified();
    }

    @Test
    void only_an_overlap_parks_and_any_other_failure_is_told() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.sql("ALTER TABLE billed_time RENAME COLUMN period TO renamed");
        assertThatThrownBy(() -> house.issue("alpha", "2026-11"))
                .isNotInstanceOf(LedgerException.class)
                .hasMessageContaining("billed_time");
        assertThat(house.documents()).isEmpty();
    }

    @Test
    void a_void_writes_a_credit_note_and_frees_the_time() {
        house.set("alpha", Optional.empty(), new TaxRate("VAT", new BigDecimal("19")));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice invoice = house.invoice("alpha", "2026-11");
        Invoice note = house.voided(invoice.number());
        assertThat(note.kind()).isEqualTo(Invoice.Kind.CREDIT_NOTE);
        assertThat(note.voids()).contains(invoice.number());
        assertThat(note.reason()).isEqualTo("a mistake");
        assertThat(note.total()).isEqualTo(eur("-35.70"));
        assertThat(house.billedSeconds("alpha", "v")).isZero();
        assertThat(house.ledger().invoices().list(Optional.of("alpha"), Optional.empty()))
                .extracting(Invoices.Summary::voidedBy)
                .containsExactly(Optional.of(note.number()), Optional.empty());
        house.verified();
    }

    @Test
    void a_voided_period_is_issued_again_on_all_that_is_known() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice first = house.invoice("alpha", "2026-11");
        house.tell(Told.resized("v", "2026-11-21", 2));
        house.voided(first.number());
        Invoice second = house.invoice("alpha", "2026-11");
        assertThat(second.total()).isEqualTo(eur("40.00"));
        assertThat(second.corrections()).isEmpty();
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(eur("62.00"));
        house.verified();
    }

    @Test
    void what_is_voided_and_not_issued_again_stays_waived() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.voided(house.invoice("alpha", "2026-11").number());
        house.tell(Told.resized("v", "2026-11-21", 2));
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(eur("62.00"));
        assertThat(house.invoiced("alpha", "2026-11").isZero()).isTrue();
        house.verified();
        assertThat(house.invoice("alpha", "2026-11").total()).isEqualTo(eur("40.00"));
        house.verified();
    }

    @Test
    void a_voided_invoice_that_had_been_parked_holds_up_nothing() {
        house.tell(
                Told.volume("v", "alpha", "2026-11-01", 1),
                Told.volume("a", "alpha", "2026-11-01", 5),
                Told.volume("b", "beta", "2026-11-01", 5));
        house.issueAll("2026-11");
        house.tell(Told.moved("v", "beta", "2026-11-11"));
        house.issueAll("2026-12", List.of("beta", "alpha", "beta"));
        String number = house.documents().getLast().invoice().number();
        house.voided(number);
        assertThat(house.issue("beta", "2027-01")).isInstanceOf(Outcome.Issued.class);
    }

    @Test
    void nothing_is_voided_twice() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice invoice = house.invoice("alpha", "2026-11");
        Invoice note = house.voided(invoice.number());
        assertThatThrownBy(() -> house.voided(invoice.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("voided before");
        house.invoice("alpha", "2026-11");
        assertThatThrownBy(() -> house.voided(invoice.number())).hasMessageContaining("voided before");
        assertThatThrownBy(() -> house.voided(note.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("credit note");
        assertThatThrownBy(() -> house.voided("INV-1999-000001"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("no invoice INV-1999-000001");
        assertThat(house.documents()).hasSize(3);
    }

    @Test
    void an_invoice_that_a_later_one_corrects_is_not_voided_before_that() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice november = house.invoice("alpha", "2026-11");
        house.tell(Told.resized("v", "2026-11-21", 2));
        Invoice december = house.invoice("alpha", "2026-12");
        assertThatThrownBy(() -> house.voided(november.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("corrected by the later invoice " + december.number());
        house.voided(december.number());
        house.voided(november.number());
        assertThat(house.billedSeconds("alpha", "v")).isZero();
        house.verified();
    }

    @Test
    void an_invoice_whose_corrections_a_later_one_corrects_is_not_voided_before_that() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1));
        house.invoice("alpha", "2026-10");
        house.tell(Told.of("v", "2026-10-21", Told.full("alpha", "2026-10-01", 2)), Told.resized("v", "2026-11-01", 1));
        Invoice november = house.invoice("alpha", "2026-11");
        house.tell(Told.resized("v", "2026-10-11", 3));
        Invoice december = house.invoice("alpha", "2026-12");
        assertThat(december.corrections()).hasSize(1);
        assertThatThrownBy(() -> house.voided(november.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("corrected by the later invoice " + december.number());
        house.verified();
    }

    @Test
    void time_that_a_later_invoice_changed_without_a_line_is_respected_as_well() {
        house.load(House.book("standard", "EUR", "0.0000001"));
        house.set("alpha", Optional.of("standard"));
        house.tell(Told.volume("v", "alpha", "2026-09-01", 1), Told.download("i", "2026-10-02", 5000));
        house.tell(Told.image("i", "alpha", "2026-09-01"));
        for (String month : List.of("09", "10", "11")) {
            house.tell(Told.download("i", "2026-" + month + "-02", 5000));
        }
        house.invoice("alpha", "2026-09");
        house.tell(Told.gone("v", "2026-09-21"));
        Invoice october = house.invoice("alpha", "2026-10");
        house.tell(Told.gone("v", "2026-09-11"));
        Invoice november = house.invoice("alpha", "2026-11");
        assertThat(house.billedSeconds("alpha", "v")).isEqualTo(10 * 86_400);
        assertThatThrownBy(() -> house.voided(october.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining(november.number());
        house.voided(november.number());
        house.voided(october.number());
        assertThat(house.billedSeconds("alpha", "v")).isEqualTo(30 * 86_400);
        house.verified();
    }

    /// The correction went with the invoice that carried it, and a later one that looked and found nothing
    /// new must not hide that.
    @Test
    void a_correction_that_was_voided_with_its_invoice_comes_again() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1));
        house.invoice("alpha", "2026-10");
        house.tell(Told.of("v", "2026-10-22", Told.full("alpha", "2026-10-01", 2)));
        Invoice november = house.invoice("alpha", "2026-11");
        house.invoice("alpha", "2026-12");
        house.voided(november.number());
        house.verified();
        Invoice again = house.invoice("alpha", "2026-11");
        assertThat(again.total()).isEqualTo(november.total()).isEqualTo(eur("70.00"));
        assertThat(house.invoiced("alpha", "2026-10"))
                .isEqualTo(house.bill("alpha", "2026-10").total());
        house.verified();
    }

    @Test
    void a_void_that_would_bill_time_twice_is_refused_with_the_reason() {
        house.tell(
                Told.volume("v", "alpha", "2026-11-01", 1),
                Told.volume("a", "alpha", "2026-11-01", 5),
                Told.volume("b", "beta", "2026-11-01", 5));
        house.issueAll("2026-11");
        house.tell(Told.moved("v", "beta", "2026-11-11"));
        Invoice alpha = house.invoice("alpha", "2026-12");
        Invoice beta = house.invoice("beta", "2026-12");
        assertThatThrownBy(() -> house.voided(alpha.number()))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("billed to another account");
        house.voided(beta.number());
        house.voided(alpha.number());
        house.verified();
        house.issueAll("2026-12");
        assertThat(house.invoiced("beta", "2026-11")).isEqualTo(eur("170.00"));
        house.verified();
    }

    @Test
    void an_account_that_changed_its_book_is_corrected_by_the_prices_of_the_time() {
        house.load(House.book("cheap", "EUR", "0.50"));
        house.set("alpha", Optional.of("standard"));
        house.set("beta", Optional.of("cheap"));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 2), Told.volume("w", "beta", "2026-11-01", 1));
        house.issueAll("2026-11");
        house.set("alpha", Optional.of("cheap"));
        house.tell(Told.resized("v", "2026-11-21", 4));
        Invoice december = house.invoice("alpha", "2026-12");
        assertThat(december.corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.amount()).isEqualTo(eur("20.00")));
        assertThat(house.ledger()
                        .verification()
                        .explain(december, december.corrections().getFirst()))
                .hasValueSatisfying(
                        explained -> assertThat(explained.book().name()).isEqualTo("standard"));
        house.verified();
    }

    @Test
    void late_use_of_a_period_that_no_run_prices_parks_the_account_until_it_is_issued() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-12-01", 1));
        house.issueAll("2026-11");
        house.load(House.book("other", "EUR", "2.00"));
        house.set("beta", Optional.of("other"));
        house.tell(Told.volume("w", "beta", "2026-11-21", 1));
        assertThat(house.issue("beta", "2026-12"))
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("never invoiced", "'other'", "issue --period 2026-11 --account beta"));
        assertThat(house.invoice("beta", "2026-11").total()).isEqualTo(eur("20.00"));
        assertThat(house.invoice("beta", "2026-12").total()).isEqualTo(eur("62.00"));
        house.verified();
    }

    @Test
    void a_draft_older_than_what_was_invoiced_of_its_period_since_is_computed_anew() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-21", 1));
        house.ledger().issuing().draft(house.account("beta"), House.month("2026-11"), House.OPERATOR);
        house.invoice("alpha", "2026-11");
        house.tell(Told.resized("w", "2026-11-26", 2));
        assertThat(house.invoice("beta", "2026-12").total()).isEqualTo(eur("77.00"));
        assertThat(house.issue("beta", "2026-11")).isInstanceOf(Outcome.Nothing.class);
        assertThat(house.invoiced("beta", "2026-11")).isEqualTo(eur("15.00"));
        assertThat(house.ledger().issuing().drafts(House.month("2026-11"))).isEmpty();
        house.verified();
    }

    @Test
    void an_account_that_changed_its_currency_is_parked_if_the_old_one_needs_a_correction() {
        house.load(House.book("dollars", "USD", "2.00"));
        house.set("alpha", Optional.of("standard"));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice november = house.invoice("alpha", "2026-11");
        house.set("alpha", Optional.of("dollars"));
        house.tell(Told.resized("v", "2026-11-21", 2));
        assertThat(house.issue("alpha", "2026-12"))
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("2026-11 was invoiced in EUR", "USD"));
        // A person's way out: the period is invoiced anew, in the new currency.
        house.voided(november.number());
        assertThat(house.invoice("alpha", "2026-11").total()).isEqualTo(Money.parse("USD 80.00"));
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(Money.parse("USD 124.00"));
        house.tell(Told.resized("v", "2026-11-30", 3));
        assertThat(house.invoice("alpha", "2027-01").corrections())
                .extracting(InvoiceLine::amount)
                .containsExactly(Money.parse("USD 2.00"), Money.parse("USD 62.00"));
        house.verified();
    }

    @Test
    void a_flow_after_the_end_is_billed_at_any_cutoff() {
        house.tell(Told.image("i", "alpha", "2026-11-01"));
        house.tell(Told.about(
                Told.image("i"), "2026-12-01", org.reckoner.core.meter.Report.NOTHING.ended(Told.time("2026-11-30"))));
        house.tell(Told.download("i", "2026-12-01T00:00:01Z", 4000));
        assertThat(house.bill("alpha", "2026-12").total()).isEqualTo(eur("4.00"));
        long cutoff = house.ledger().observations().cutoff();
        house.tell(Told.download("i", "2027-01-01", 1000));
        assertThat(house.bill("alpha", "2026-12", cutoff).total()).isEqualTo(eur("4.00"));
        house.invoice("alpha", "2026-12");
        house.verified();
    }

    private static Money eur(String amount) {
        return Money.parse("EUR " + amount);
    }
}
