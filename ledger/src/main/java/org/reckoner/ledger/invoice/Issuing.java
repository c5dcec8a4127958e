package org.reckoner.ledger.invoice;

import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.UnableToExecuteStatementException;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.observation.Watermarks;
import org.reckoner.ledger.price.PriceBooks;

/// Freezes bills as invoices: drafts them for review, issues them, and takes them back by credit notes.
///
/// A period is issued account by account, each in one transaction that holds the number, the document, the
/// billed time and the chain. Running it again goes on where it stopped and never issues twice.
public final class Issuing {

    private final Database database;
    private final Observations observations;
    private final Watermarks watermarks;
    private final PriceBooks priceBooks;
    private final Biller biller;
    private final Invoices invoices;
    private final BillingRuns runs;
    private final AuditLog audit;
    private final Drafting drafting;
    private final Parking parking;
    private final InvoiceRules rules;
    private final Clock clock;

    public Issuing(
            Database database,
            Observations observations,
            Watermarks watermarks,
            PriceBooks priceBooks,
            Biller biller,
            Invoices invoices,
            AuditLog audit,
            InvoiceRules rules,
            Clock clock) {
        this.database = database;
        this.observations = observations;
        this.watermarks = watermarks;
        this.priceBooks = priceBooks;
        this.biller = biller;
        this.invoices = invoices;
        this.runs = new BillingRuns(database);
        this.audit = audit;
        this.parking = new Parking(database, audit);
        this.drafting = new Drafting(observations, priceBooks, biller, invoices, runs, parking, rules);
        this.rules = rules;
        this.clock = clock;
    }

    /// What became of one account.
    public sealed interface Outcome {

        Account account();

        record Issued(Account account, Invoice invoice) implements Outcome {}

        record Drafted(Account account, Invoice draft) implements Outcome {}

        /// Its invoice was issued before.
        record Standing(Account account, String number) implements Outcome {}

        /// Nothing was used and nothing is to be corrected.
        record Nothing(Account account) implements Outcome {}

        /// A person must look; the others go on.
        record Parked(Account account, List<String> reasons) implements Outcome {}
    }

    /// A person's word that a period may be invoiced although a source is behind.
    public record Override(String by, String why) {}

    /// Computes the invoices of a period and keeps them for review. Issuing later uses the same cutoff.
    public Outcome draft(Account account, BillingPeriod period, String by) {
        checkOver(period);
        Optional<String> standing = invoices.standing(account.project(), period);
        if (standing.isPresent()) {
            return new Outcome.Standing(account, standing.get());
        }
        PriceBook book = book(account, period);
        Optional<DraftInvoice> draft = drafting.compute(account, period, book, observations.cutoff(), now());
        if (draft.isEmpty()) {
            database.change(handle -> deleteDraft(handle, account, period));
            return new Outcome.Nothing(account);
        }
        Invoice invoice = draft.get().invoice("DRAFT", "");
        Instant now = now();
        database.change(handle -> {
            deleteDraft(handle, account, period);
            handle.execute(
                    """
                    INSERT INTO draft (project, period, price_book, cutoff, total, document, created_at, created_by)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)""",
                    account.project(),
                    period.label(),
                    book.name(),
                    invoice.cutoff(),
                    invoice.total().amount().toPlainString(),
                    Documents.write(invoice),
                    Micros.of(now),
                    by);
        });
        return new Outcome.Drafted(account, invoice);
    }

    private static void deleteDraft(Handle handle, Account account, BillingPeriod period) {
        handle.execute("DELETE FROM draft WHERE project = ? AND period = ?", account.project(), period.label());
    }

    /// The drafts of a period, by project.
    public List<Invoice> drafts(BillingPeriod period) {
        return database.read(
                handle -> handle.createQuery("SELECT document FROM draft WHERE period = ? ORDER BY project")
                        .bind(0, period.label())
                        .mapTo(String.class)
                        .map(Documents::invoice)
                        .list());
    }

    /// The drafts of a period that follow a project, by project, at most so many.
    public List<Invoice> drafts(BillingPeriod period, Optional<String> after, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT document FROM draft WHERE period = ? AND project > ? ORDER BY project LIMIT ?")
                .bind(0, period.label())
                .bind(1, after.orElse(""))
                .bind(2, limit)
                .mapTo(String.class)
                .map(Documents::invoice)
                .list());
    }

    public Optional<Invoice> findDraft(String project, BillingPeriod period) {
        return database.read(handle -> handle.createQuery("SELECT document FROM draft WHERE project = ? AND period = ?")
                .bind(0, project)
                .bind(1, period.label())
                .mapTo(String.class)
                .findOne()
                .map(Documents::invoice));
    }

    /// Parked accounts that follow one, by project and period, at most so many.
    ///
    /// @param period only of this period
    public List<Parked> parked(Optional<BillingPeriod> period, Optional<Parked.Key> after, int limit) {
        return parking.page(period, after, limit);
    }

    /// Refuses a period that may not be invoiced yet.
    ///
    /// @param override who takes it upon himself that a source is behind
    /// @throws LedgerException if the period is not over, shares time with another one, or a source is behind, or
    ///     there is no price book at all
    public void checkReady(BillingPeriod period, Optional<Override> override, String by) {
        checkOver(period);
        if (priceBooks.names().isEmpty()) {
            throw new LedgerException("no price book is loaded; load one: reckoner prices load FILE");
        }
        runs.refuseOverlap(period);
        List<Watermark> behind = watermarks.behind(period.window().to());
        if (behind.isEmpty()) {
            return;
        }
        String gaps = behind.stream()
                .map(watermark -> watermark.scope()
                        + watermark
                                .completeUntil()
                                .map(until -> " is complete until " + until)
                                .orElse(" has no watermark yet"))
                .collect(Collectors.joining("; "));
        if (override.isEmpty()) {
            throw new LedgerException(
                    "period %s ends at %s, but %s. Wait for the sources, tell what is known (reckoner watermarks set), or take it upon yourself: --override-incomplete \"why\""
                            .formatted(period, period.window().to(), gaps));
        }
        database.change(handle -> audit.note(
                handle,
                new AuditLog.Entry(
                        now(),
                        override.get().by(),
                        "period.override-incomplete",
                        period.label(),
                        Optional.of(gaps),
                        Optional.empty(),
                        Optional.of(override.get().why()))));
    }

    private void checkOver(BillingPeriod period) {
        if (clock.instant().isBefore(period.window().to())) {
            throw new LedgerException("period %s is not over until %s; a bill up to now: reckoner bill --period %s"
                    .formatted(period, period.window().to(), period));
        }
    }

    /// Issues the account's invoice for a period. [#checkReady] comes first, once for all accounts.
    public Outcome issue(Account account, BillingPeriod period, String by) {
        Optional<Outcome> outcome = Optional.empty();
        while (outcome.isEmpty()) {
            outcome = attempt(account, period, by);
        }
        return outcome.get();
    }

    /// Computes without holding up other writers, and freezes only if the account's documents are still those
    /// that it was computed from. Nothing if they are not.
    private Optional<Outcome> attempt(Account account, BillingPeriod period, String by) {
        long newest = database.read(handle -> Invoices.newest(handle, account.project()));
        Optional<String> standing = invoices.standing(account.project(), period);
        if (standing.isPresent()) {
            return Optional.of(new Outcome.Standing(account, standing.get()));
        }
        PriceBook book;
        try {
            book = book(account, period);
        } catch (LedgerException noBook) {
            return Optional.of(parked(account, period, List.of(String.valueOf(noBook.getMessage()))));
        }
        BillingRuns.Run run = runs.begin(period, book, observations.cutoff(), now(), by);
        long cutoff = cutoff(account, run);
        Optional<DraftInvoice> draft =
                drafting.compute(account, period, priceBooks.version(run.priceBook(), run.version()), cutoff, now());
        if (draft.isEmpty()) {
            database.change(handle -> {
                deleteDraft(handle, account, period);
                Parking.clear(handle, account, period);
            });
            return Optional.of(new Outcome.Nothing(account));
        }
        List<String> reasons = reasonsToPark(draft.get());
        if (!reasons.isEmpty()) {
            return Optional.of(parked(account, period, reasons));
        }
        try {
            return database.write(handle -> Invoices.newest(handle, account.project()) == newest
                    ? Optional.of(freeze(handle, draft.get(), by))
                    : Optional.empty());
        } catch (UnableToExecuteStatementException e) {
            if (!BilledTime.isBilledTwice(e)) {
                throw e;
            }
            return Optional.of(
                    parked(
                            account,
                            period,
                            List.of(
                                    "some of this time is billed to another account already; issue that account's correction first")));
        }
    }

    /// A draft is issued on what it was computed from, unless more was invoiced of the period since. Otherwise
    /// a period that was voided is issued anew on all that is known now; one that is issued for the first time
    /// on what the run fixed.
    private long cutoff(Account account, BillingRuns.Run run) {
        String project = account.project();
        Optional<Long> drafted = draftCutoff(account, run.period());
        if (drafted.isPresent()
                && drafted.get() >= invoices.inForce(project, run.period()).cutoff()) {
            return drafted.get();
        }
        return invoices.isTouched(project, run.period()) ? observations.cutoff() : run.cutoff();
    }

    private Outcome freeze(Handle handle, DraftInvoice draft, String by) {
        String project = draft.account().project();
        Invoices.Place place = invoices.next(handle, rules.numbers(), Invoice.Kind.INVOICE, draft.issuedAt());
        Invoice invoice = draft.invoice(place.number(), place.previousHash());
        invoices.insert(handle, place, invoice, draft.services(), by);
        Deliveries.owe(handle, place.number(), rules.backends(), draft.issuedAt());
        handle.execute(
                "INSERT INTO invoiced_period (project, period, invoice_id) VALUES (?, ?, ?)",
                project,
                draft.period().label(),
                place.id());
        draft.billedTime().forEach((service, truth) -> {
            if (BilledTime.settle(handle, project, service, truth, place.id())) {
                Invoices.addService(handle, project, service, place.id());
            }
        });
        deleteDraft(handle, draft.account(), draft.period());
        Parking.clear(handle, draft.account(), draft.period());
        audit.note(
                handle,
                new AuditLog.Entry(
                        draft.issuedAt(),
                        by,
                        "invoice.issue",
                        place.number(),
                        Optional.empty(),
                        Optional.of(invoice.total().toString()),
                        Optional.empty()));
        return new Outcome.Issued(draft.account(), invoice);
    }

    private Optional<Long> draftCutoff(Account account, BillingPeriod period) {
        return database.read(handle -> handle.createQuery("SELECT cutoff FROM draft WHERE project = ? AND period = ?")
                .bind(0, account.project())
                .bind(1, period.label())
                .mapTo(Long.class)
                .findOne());
    }

    private List<String> reasonsToPark(DraftInvoice draft) {
        if (!draft.problems().isEmpty() || parking.isReleased(draft.account(), draft.period())) {
            return draft.problems();
        }
        Optional<Money> last = invoices.lastBefore(draft.account().project(), draft.period())
                .map(Invoice::total)
                .filter(total -> total.currency().equals(draft.book().currency()));
        return rules.limits().exceededBy(draft.invoice("DRAFT", "").total(), last);
    }

    private Outcome parked(Account account, BillingPeriod period, List<String> reasons) {
        parking.park(account, period, reasons, now());
        return new Outcome.Parked(account, reasons);
    }

    /// A person looked, and the account's invoice may be issued as it is.
    ///
    /// @throws LedgerException if it is not parked
    public void release(Account account, BillingPeriod period, String by, String why) {
        parking.release(account, period, now(), by, why);
    }

    /// Takes an invoice back whole by a credit note. Its period can then be issued again.
    ///
    /// @throws LedgerException if there is no such invoice, it is a credit note, it is voided already, a later
    ///     invoice builds on it, or time that it took back is billed to another account
    public Invoice voidInvoice(String number, String why, String by) {
        try {
            return database.write(handle -> takeBack(handle, number, why, by));
        } catch (UnableToExecuteStatementException e) {
            if (!BilledTime.isBilledTwice(e)) {
                throw e;
            }
            throw new LedgerException(
                    "%s took back time that is billed to another account since; void that account's invoice first"
                            .formatted(number),
                    e);
        }
    }

    private Invoice takeBack(Handle handle, String number, String why, String by) {
        Invoices.Stored stored = invoices.find(number)
                .orElseThrow(
                        () -> new LedgerException("there is no invoice " + number + "; see: reckoner invoices list"));
        Invoice original = stored.invoice();
        if (original.kind() != Invoice.Kind.INVOICE) {
            throw new LedgerException(number + " is a credit note; only invoices are voided");
        }
        String project = original.account().project();
        Optional<String> standing = invoices.standing(handle, project, original.period());
        if (!standing.equals(Optional.of(number))) {
            throw new LedgerException(number + " was voided before");
        }
        invoices.correctedBy(handle, project, stored.id()).ifPresent(later -> {
            throw new LedgerException(
                    "%s is corrected by the later invoice %s; void that one first".formatted(number, later));
        });
        Instant now = now();
        Invoices.Place place = invoices.next(handle, rules.numbers(), Invoice.Kind.CREDIT_NOTE, now);
        Invoice note = Invoice.creditNote(
                original, place.number(), now, LocalDate.ofInstant(now, ZoneOffset.UTC), why, place.previousHash());
        invoices.insert(handle, place, note, Invoices.services(handle, project, stored.id()), by);
        Deliveries.owe(handle, place.number(), rules.backends(), now);
        handle.execute(
                "DELETE FROM invoiced_period WHERE project = ? AND period = ?",
                project,
                original.period().label());
        BilledTime.undo(handle, stored.id(), place.id());
        audit.note(
                handle,
                new AuditLog.Entry(
                        now,
                        by,
                        "invoice.void",
                        number,
                        Optional.of(original.total().toString()),
                        Optional.of("credit note " + place.number()),
                        Optional.of(why)));
        return note;
    }

    /// The version that the period's run fixed; the newest while there is none.
    private PriceBook book(Account account, BillingPeriod period) {
        PriceBook newest = biller.priceBook(account, period);
        return runs.find(period, newest.name())
                .map(run -> priceBooks.version(run.priceBook(), run.version()))
                .orElse(newest);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS);
    }
}
