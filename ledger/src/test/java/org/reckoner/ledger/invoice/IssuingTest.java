package org.reckoner.ledger.invoice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.money.Money;
import org.reckoner.ledger.House;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.OnEachDatabase;
import org.reckoner.ledger.Told;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.invoice.Issuing.Outcome;

class IssuingTest extends OnEachDatabase {

    private static final Money THIRTY = Money.parse("EUR 30.00");

    @Test
    void an_issued_document_reads_back_byte_for_byte() {
        house.set("alpha", Optional.empty(), new TaxRate("VAT", new BigDecimal("19.0")));
        house.tell(Told.volume("v", "alpha", "2026-11-07T11:13:17.123456Z", 3));
        Invoice invoice = house.invoice("alpha", "2026-11");
        String document =
                house.ledger().invoices().find(invoice.number()).orElseThrow().document();
        assertThat(Documents.write(Documents.invoice(document))).isEqualTo(document);
        assertThat(Documents.write(invoice)).isEqualTo(document);
        house.verified();
    }

    @Test
    void an_invoice_is_the_bill_of_its_period() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice invoice = house.invoice("alpha", "2026-11");
        assertThat(invoice.total()).isEqualTo(THIRTY);
        assertThat(invoice.dueOn()).isEqualTo(LocalDate.parse("2027-06-15"));
        assertThat(house.billedSeconds("alpha", "v")).isEqualTo(30 * 86_400);
    }

    @Test
    void each_document_carries_the_hash_of_the_one_before() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-01", 1));
        house.issueAll("2026-11");
        List<Invoices.Stored> documents = house.documents();
        assertThat(documents.get(0).previousHash()).isEmpty();
        assertThat(documents.get(1).previousHash())
                .isEqualTo(Documents.hash(documents.get(0).document()));
        assertThat(documents.get(1).invoice().previousHash())
                .isEqualTo(documents.get(0).hash());
    }

    @Test
    void numbers_are_gapless_in_each_series_and_year() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1));
        house.clock().set("2026-12-31T23:59:59Z");
        assertThat(house.invoice("alpha", "2026-10").number()).isEqualTo("INV-2026-000001");
        assertThat(house.invoice("alpha", "2026-11").number()).isEqualTo("INV-2026-000002");
        house.clock().set("2027-01-01T00:00:00Z");
        assertThat(house.invoice("alpha", "2026-12").number()).isEqualTo("INV-2027-000001");
        assertThat(house.voided("INV-2027-000001").number()).isEqualTo("CN-2027-000001");
        assertThat(house.invoice("alpha", "2026-12").number()).isEqualTo("INV-2027-000002");
        house.verified();
    }

    @Test
    void a_second_run_finds_the_invoice_standing() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice invoice = house.invoice("alpha", "2026-11");
        assertThat(house.issue("alpha", "2026-11"))
                .isEqualTo(new Outcome.Standing(house.account("alpha"), invoice.number()));
        assertThat(house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR))
                .isInstanceOf(Outcome.Standing.class);
        assertThat(house.documents()).hasSize(1);
    }

    @Test
    void an_account_without_use_gets_no_invoice() {
        house.tell(Told.volume("v", "alpha", "2026-12-01", 1));
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Nothing.class);
        assertThat(house.documents()).isEmpty();
    }

    @Test
    void an_account_owes_fees_from_the_period_on_in_which_it_first_owned_anything() {
        house.load(House.bookWithFee());
        house.tell(Told.volume("v", "alpha", "2026-12-11", 1), Told.gone("v", "2026-12-21"));
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Nothing.class);
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(Money.parse("EUR 20.00"));
        assertThat(house.invoice("alpha", "2027-01").total()).isEqualTo(Money.parse("EUR 10.00"));
        house.verified();
    }

    @Test
    void taxes_are_each_a_percentage_of_the_net_total() {
        house.set(
                "alpha",
                Optional.empty(),
                new TaxRate("VAT", new BigDecimal("19")),
                new TaxRate("City", new BigDecimal("0.125")));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Invoice invoice = house.invoice("alpha", "2026-11");
        assertThat(invoice.taxes().get(0).amount()).isEqualTo(Money.parse("EUR 5.70"));
        assertThat(invoice.taxes().get(1).amount()).isEqualTo(Money.parse("EUR 0.04"));
        assertThat(invoice.total()).isEqualTo(Money.parse("EUR 35.74"));
        house.verified();
    }

    @Test
    void accounts_of_several_price_books_are_invoiced_in_their_currencies() {
        house.load(House.book("dollars", "USD", "2.00"));
        house.load(House.book("yen", "JPY", "100"));
        house.set("alpha", Optional.of("standard"));
        house.set("beta", Optional.of("dollars"));
        house.set("gamma", Optional.of("yen"));
        house.tell(
                Told.volume("v", "alpha", "2026-11-01", 1),
                Told.volume("w", "beta", "2026-11-01", 1),
                Told.volume("x", "gamma", "2026-11-01", 1));
        house.issueAll("2026-11");
        assertThat(house.documents().stream()
                        .map(stored -> stored.invoice().total().toString()))
                .containsExactly("EUR 30.00", "USD 60.00", "JPY 3000");
        house.verified();
    }

    @Test
    void an_account_without_a_book_is_parked_while_several_are_loaded_and_no_other() {
        house.load(House.book("dollars", "USD", "2.00"));
        house.set("beta", Optional.of("dollars"));
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-01", 1));
        TreeMap<String, Outcome> outcomes = house.issueAll("2026-11");
        assertThat(outcomes.get("alpha"))
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("dollars, standard", "--price-book"));
        assertThat(outcomes.get("beta")).isInstanceOf(Outcome.Issued.class);
        house.set("alpha", Optional.of("standard"));
        assertThat(house.invoice("alpha", "2026-11").total()).isEqualTo(THIRTY);
        house.verified();
    }

    @Test
    void a_jump_parks_that_account_and_no_other() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1), Told.volume("w", "beta", "2026-10-01", 1));
        house.issueAll("2026-10");
        house.tell(Told.resized("v", "2026-11-01", 100));
        assertThat(house.issueAll("2026-11"))
                .extractingByKey("alpha")
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("EUR 3000.00", "10 times", "EUR 31.00"));
        assertThat(house.documents()).hasSize(3);
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Parked.class);
        house.ledger()
                .issuing()
                .release(house.account("alpha"), House.month("2026-11"), House.OPERATOR, "they told us");
        assertThat(house.invoice("alpha", "2026-11").total()).isEqualTo(Money.parse("EUR 3000.00"));
        assertThat(house.ledger().audit().latest(20))
                .anySatisfy(entry -> assertThat(entry)
                        .returns("account.release", AuditLog.Entry::action)
                        .returns(Optional.of("they told us"), AuditLog.Entry::why));
        house.verified();
    }

    @Test
    void what_is_not_parked_cannot_be_released() {
        assertThatThrownBy(() -> house.ledger()
                        .issuing()
                        .release(house.account("alpha"), House.month("2026-11"), House.OPERATOR, "why not"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("not parked for 2026-11");
    }

    @Test
    void a_release_is_for_one_invoice_and_not_for_the_next() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1));
        house.invoice("alpha", "2026-10");
        house.tell(Told.resized("v", "2026-11-01", 100));
        house.issue("alpha", "2026-11");
        house.ledger().issuing().release(house.account("alpha"), House.month("2026-11"), House.OPERATOR, "seen");
        Invoice invoice = house.invoice("alpha", "2026-11");
        house.voided(invoice.number());
        house.tell(Told.resized("v", "2026-11-02", 9000));
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Parked.class);
    }

    @Test
    void a_later_period_waits_for_one_that_is_parked() {
        house.tell(Told.volume("v", "alpha", "2026-10-01", 1));
        house.invoice("alpha", "2026-10");
        house.tell(Told.resized("v", "2026-11-01", 100), Told.resized("v", "2026-12-01", 1));
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Parked.class);
        assertThat(house.issue("alpha", "2026-12"))
                .isInstanceOfSatisfying(
                        Outcome.Parked.class,
                        parked -> assertThat(parked.reasons())
                                .singleElement()
                                .asString()
                                .contains("2026-11 is parked"));
        house.ledger().issuing().release(house.account("alpha"), House.month("2026-11"), House.OPERATOR, "seen");
        house.invoice("alpha", "2026-11");
        assertThat(house.invoice("alpha", "2026-12").total()).isEqualTo(Money.parse("EUR 31.00"));
        house.verified();
    }

    @Test
    void a_parked_period_that_comes_to_nothing_waits_no_longer() {
        house.tell(Told.volume("v", "alpha", "2026-09-01", 1), Told.gone("v", "2026-11-01"));
        house.invoice("alpha", "2026-09");
        house.tell(Told.of("v", "2026-10-01", Told.full("alpha", "2026-09-01", 100)));
        assertThat(house.issue("alpha", "2026-10")).isInstanceOf(Outcome.Parked.class);
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Parked.class);
        house.ledger().issuing().release(house.account("alpha"), House.month("2026-10"), House.OPERATOR, "seen");
        house.invoice("alpha", "2026-10");
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Nothing.class);
        house.tell(Told.volume("w", "alpha", "2026-12-01", 1));
        assertThat(house.issue("alpha", "2026-12")).isInstanceOf(Outcome.Issued.class);
    }

    @Test
    void a_period_is_refused_while_a_source_is_behind() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        assertThatThrownBy(() ->
                        house.ledger().issuing().checkReady(House.month("2026-11"), Optional.empty(), House.OPERATOR))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("cinder in RegionOne has no watermark yet")
                .hasMessageContaining("--override-incomplete");
        house.complete("2026-11-30T23:59:59Z");
        assertThatThrownBy(() ->
                        house.ledger().issuing().checkReady(House.month("2026-11"), Optional.empty(), House.OPERATOR))
                .hasMessageContaining("cinder in RegionOne is complete until 2026-11-30T23:59:59Z");
        house.complete("2026-12-01");
        house.ledger().issuing().checkReady(House.month("2026-11"), Optional.empty(), House.OPERATOR);
    }

    @Test
    void a_person_may_override_and_it_is_recorded() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.ledger()
                .issuing()
                .checkReady(
                        House.month("2026-11"),
                        Optional.of(new Issuing.Override("olga", "the queue is lost for good")),
                        House.OPERATOR);
        assertThat(house.ledger().audit().latest(1)).singleElement().satisfies(entry -> {
            assertThat(entry.who()).isEqualTo("olga");
            assertThat(entry.action()).isEqualTo("period.override-incomplete");
            assertThat(entry.subject()).isEqualTo("2026-11");
            assertThat(entry.before().orElseThrow()).contains("cinder in RegionOne");
            assertThat(entry.why()).contains("the queue is lost for good");
        });
    }

    @Test
    void a_period_that_is_not_over_is_refused() {
        house.clock().set("2026-11-30T23:59:59Z");
        assertThatThrownBy(() ->
                        house.ledger().issuing().checkReady(House.month("2026-11"), Optional.empty(), House.OPERATOR))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("not over until 2026-12-01T00:00:00Z");
        assertThatThrownBy(() ->
                        house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("not over");
    }

    @Test
    void a_period_that_shares_time_with_another_is_refused() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        assertThatThrownBy(() -> house.ledger()
                        .issuing()
                        .checkReady(House.month("2026-11-15..2026-12-15"), Optional.empty(), House.OPERATOR))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("shares time with 2026-11");
        assertThatThrownBy(() -> house.issue("alpha", "2026-11-15..2026-12-15"))
                .isInstanceOf(LedgerException.class)
                .hasMessageContaining("shares time with 2026-11");
    }

    @Test
    void a_draft_keeps_its_cutoff() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        Outcome drafted =
                house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR);
        Invoice draft = ((Outcome.Drafted) drafted).draft();
        house.tell(Told.volume("w", "alpha", "2026-11-01", 1));
        assertThat(house.ledger().issuing().drafts(House.month("2026-11")))
                .extracting(Documents::write)
                .containsExactly(Documents.write(draft));
        Invoice invoice = house.invoice("alpha", "2026-11");
        assertThat(invoice.total()).isEqualTo(draft.total()).isEqualTo(THIRTY);
        assertThat(invoice.cutoff()).isEqualTo(draft.cutoff());
        assertThat(house.ledger().issuing().drafts(House.month("2026-11"))).isEmpty();
        assertThat(house.invoice("alpha", "2026-12").corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.amount()).isEqualTo(THIRTY));
        house.verified();
    }

    @Test
    void what_came_between_a_draft_and_the_start_of_the_run_is_corrected_later() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("x", "beta", "2026-11-01", 1));
        house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR);
        house.tell(Told.volume("w", "alpha", "2026-11-01", 1), Told.gone("w", "2026-11-02"));
        house.invoice("beta", "2026-11");
        house.invoice("alpha", "2026-11");
        assertThat(house.invoice("alpha", "2026-12").corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.amount()).isEqualTo(Money.parse("EUR 1.00")));
        house.verified();
    }

    @Test
    void a_new_draft_that_comes_to_nothing_takes_the_place_of_the_old_one() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1));
        house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR);
        house.tell(Told.gone("v", "2026-11-01"));
        assertThat(house.ledger().issuing().draft(house.account("alpha"), House.month("2026-11"), House.OPERATOR))
                .isInstanceOf(Outcome.Nothing.class);
        assertThat(house.ledger().issuing().drafts(House.month("2026-11"))).isEmpty();
        assertThat(house.issue("alpha", "2026-11")).isInstanceOf(Outcome.Nothing.class);
    }

    @Test
    void a_draft_has_the_prices_of_the_run_that_has_begun() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-01", 1));
        house.invoice("alpha", "2026-11");
        house.load(House.book("standard", "EUR", "5.00"));
        Outcome drafted = house.ledger().issuing().draft(house.account("beta"), House.month("2026-11"), House.OPERATOR);
        assertThat(((Outcome.Drafted) drafted).draft().total()).isEqualTo(THIRTY);
        assertThat(house.invoice("beta", "2026-11").total()).isEqualTo(THIRTY);
    }

    @Test
    void a_run_that_stopped_in_the_middle_goes_on_with_its_cutoff_and_prices() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-01", 1));
        Invoice first = house.invoice("alpha", "2026-11");
        house.tell(Told.resized("w", "2026-11-01", 2));
        house.load(House.book("standard", "EUR", "5.00"));
        Invoice second = house.invoice("beta", "2026-11");
        assertThat(second.cutoff()).isEqualTo(first.cutoff());
        assertThat(second.priceBookVersion()).isEqualTo(1);
        assertThat(second.total()).isEqualTo(THIRTY);
        Invoice next = house.invoice("beta", "2026-12");
        assertThat(next.priceBookVersion()).isEqualTo(2);
        assertThat(next.corrections())
                .singleElement()
                .satisfies(line -> assertThat(line.amount()).isEqualTo(Money.parse("EUR 30.00")));
        house.verified();
    }

    @Test
    void an_account_that_a_stopped_run_left_out_is_not_lost() {
        house.tell(Told.volume("v", "alpha", "2026-11-01", 1), Told.volume("w", "beta", "2026-11-01", 1));
        house.tell(Told.gone("w", "2026-12-01"));
        house.invoice("alpha", "2026-11");
        assertThat(house.invoice("beta", "2026-12").total()).isEqualTo(THIRTY);
        assertThat(house.issue("beta", "2026-11")).isInstanceOf(Outcome.Nothing.class);
        assertThat(house.invoiced("beta", "2026-11")).isEqualTo(THIRTY);
        house.verified();
    }

    @Test
    void two_at_once_issue_each_account_once() throws Exception {
        List<String> projects = List.of("p0", "p1", "p2", "p3", "p4", "p5");
        projects.forEach(project -> house.tell(Told.volume("v-" + project, project, "2026-11-01", 1)));
        atOnce(8, () -> house.issueAll("2026-11", projects));
        assertThat(house.documents().stream()
                        .map(stored -> stored.invoice().account().project()))
                .containsExactlyInAnyOrderElementsOf(projects);
        house.verified();
    }

    @Test
    void two_periods_issued_at_once_bill_nothing_twice() throws Exception {
        for (int round = 0; round < 5; round++) {
            house.tell(
                    Told.image("i" + round, "p" + round, "2026-11-01"),
                    Told.download("i" + round, "2026-11-02", 5000),
                    Told.download("i" + round, "2026-12-02", 7000));
        }
        // Begins the run, so that the later period looks back at it.
        house.issue("nobody", "2026-11");
        for (int round = 0; round < 5; round++) {
            String project = "p" + round;
            List<String> periods = List.of("2026-11", "2026-12");
            try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
                List<Future<Outcome>> outcomes = threads.invokeAll(periods.stream()
                        .<Callable<Outcome>>map(period -> () -> house.issue(project, period))
                        .toList());
                for (Future<Outcome> outcome : outcomes) {
                    outcome.get();
                }
            }
            house.issue(project, "2027-01");
            assertThat(house.invoiced(project, "2026-11")).isEqualTo(Money.parse("EUR 5.00"));
            assertThat(house.invoiced(project, "2026-12")).isEqualTo(Money.parse("EUR 7.00"));
        }
        house.verified();
    }

    @Test
    void many_writers_never_starve_each_other_of_connections() throws Exception {
        for (int i = 0; i < 16; i++) {
            house.tell(Told.volume("v" + i, "p" + i, "2026-11-01", 1));
        }
        house.issueAll("2026-11");
        List<String> numbers = house.documents().stream()
                .map(stored -> stored.invoice().number())
                .toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<Invoice>> notes = threads.invokeAll(numbers.stream()
                    .<Callable<Invoice>>map(number -> () -> house.voided(number))
                    .toList());
            for (Future<Invoice> note : notes) {
                assertThat(note.get().kind()).isEqualTo(Invoice.Kind.CREDIT_NOTE);
            }
        }
        house.verified();
    }

    private static void atOnce(int count, Runnable work) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(count)) {
            List<Future<?>> done = new java.util.ArrayList<>();
            for (int i = 0; i < count; i++) {
                done.add(threads.submit(work));
            }
            for (Future<?> future : done) {
                future.get();
            }
        }
    }
}
