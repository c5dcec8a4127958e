package org.reckoner.ledger.invoice;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Breakdown;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.rate.Rater;
import org.reckoner.core.rate.Rating;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.observation.Observations;
import org.reckoner.ledger.observation.ProjectNames;
import org.reckoner.ledger.observation.Timelines;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.observation.Watermarks;
import org.reckoner.ledger.price.PriceBooks;

/// Computes bills from what the ledger holds: `bill = reckon(observations up to a cutoff, price book version,
/// period)`.
public final class Biller {

    private final Observations observations;
    private final Timelines timelines;
    private final ProjectNames projectNames;
    private final Watermarks watermarks;
    private final PriceBooks priceBooks;
    private final Optional<String> defaultPriceBook;

    public Biller(
            Observations observations,
            Timelines timelines,
            ProjectNames projectNames,
            Watermarks watermarks,
            PriceBooks priceBooks,
            Optional<String> defaultPriceBook) {
        this.observations = observations;
        this.timelines = timelines;
        this.projectNames = projectNames;
        this.watermarks = watermarks;
        this.priceBooks = priceBooks;
        this.defaultPriceBook = defaultPriceBook;
    }

    /// The account's bill.
    ///
    /// @param until use after it is not counted; the period's end in a finished period
    public Bill bill(Account account, PriceBook book, BillingPeriod period, Instant until, long cutoff) {
        Window window = period.window();
        Instant end = until.isBefore(window.from()) ? window.from() : until.isBefore(window.to()) ? until : window.to();
        Window counted = new Window(window.from(), end);
        Rating rating =
                counted.isEmpty() ? new Rating(List.of(), List.of()) : rate(book, account.project(), counted, cutoff);
        return Bill.of(named(account, period), period, end, cutoff, book, rating);
    }

    /// An account under the name that its project had when the period ended, as far as Keystone was asked for
    /// names. A name that an operator set stays.
    Account named(Account account, BillingPeriod period) {
        SortedMap<Instant, String> names = projectNames.of(account.project());
        if (names.isEmpty()
                || !names.containsValue(account.name()) && !account.name().equals(account.project())) {
            return account;
        }
        SortedMap<Instant, String> then = names.headMap(period.window().to());
        return account.named(
                then.isEmpty()
                        ? names.firstEntry().getValue()
                        : then.lastEntry().getValue());
    }

    /// The bill's money by something else than its lines.
    ///
    /// @param by as [Breakdown] understands it
    /// @param book that priced the bill
    public Breakdown breakdown(Bill bill, PriceBook book, String by) {
        Window counted = new Window(bill.period().window().from(), bill.until());
        List<Timeline> known =
                counted.isEmpty() ? List.of() : timelines.of(bill.account().project(), counted, bill.cutoff());
        return Breakdown.of(bill, by, known, book.rounding());
    }

    /// An account owes no fees of the time before it was there.
    private Rating rate(PriceBook book, String project, Window window, long cutoff) {
        List<Timeline> known = timelines.of(project, window, cutoff);
        Rating rating = Rater.rate(book, project, window, known);
        boolean onlyFees = !rating.lines().isEmpty()
                && rating.lines().stream().allMatch(line -> line.charges().isEmpty());
        return onlyFees && !isThere(project, window, cutoff, known) ? new Rating(List.of(), rating.unpriced()) : rating;
    }

    /// Whether the project owned anything in the window or before it.
    private boolean isThere(String project, Window window, long cutoff, List<Timeline> within) {
        Predicate<Timeline> owned = timeline -> timeline.isOwnedBefore(project, window.to());
        Window before = new Window(Instant.EPOCH, window.from());
        return within.stream().anyMatch(owned)
                || timelines.of(project, before, cutoff).stream().anyMatch(owned);
    }

    /// Up to when use can be counted now: the period's end if everything up to it is known, else the moment
    /// up to which anything is known at all: by the newest observation, or because every source says that it is
    /// complete. All that flowed, and was told by then, lies before it.
    public Instant until(BillingPeriod period, long cutoff) {
        Optional<Instant> newest = observations.knownUntil(cutoff);
        List<Watermark> sources = watermarks.all();
        Optional<Instant> complete =
                sources.stream().anyMatch(source -> source.completeUntil().isEmpty())
                        ? Optional.empty()
                        : sources.stream()
                                .flatMap(source -> source.completeUntil().stream())
                                .min(Instant::compareTo);
        Instant known = Stream.concat(newest.stream(), complete.stream())
                .max(Instant::compareTo)
                .orElse(period.window().from());
        Instant end = period.window().to();
        return known.isBefore(end) ? known : end;
    }

    /// The price book version that prices an account's use of a period.
    ///
    /// @throws LedgerException if no book is loaded, or none is named and several are loaded
    public PriceBook priceBook(Account account, BillingPeriod period) {
        return priceBooks.forPeriod(priceBookName(account), period);
    }

    /// The name of the price book that prices an account's use.
    ///
    /// @throws LedgerException if no book is loaded, or none is named and several are loaded
    public String priceBookName(Account account) {
        if (account.priceBook().isPresent()) {
            return account.priceBook().get();
        }
        if (defaultPriceBook.isPresent()) {
            return defaultPriceBook.get();
        }
        List<String> names = priceBooks.names();
        if (names.size() == 1) {
            return names.getFirst();
        }
        throw new LedgerException(
                names.isEmpty()
                        ? "no price book is loaded; load one: reckoner prices load FILE"
                        : "several price books are loaded (%s) and account %s has none; set prices.default in the configuration, or: reckoner accounts set %s --price-book NAME"
                                .formatted(String.join(", ", names), account.name(), account.project()));
    }
}
