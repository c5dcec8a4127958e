package org.reckoner.ledger.status;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.rate.Unpriced;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.invoice.Parked;
import org.reckoner.ledger.observation.Reading;
import org.reckoner.ledger.observation.Watermark;
import org.reckoner.ledger.sample.Samples;

/// How far each source is complete, and what is missing for a period to be invoiced.
///
/// @param isOver whether the period has ended; nothing is missing before
/// @param parked accounts that a person must look at first
/// @param deadLetters how many messages wait to be understood
/// @param unpriced use that no price applies to, by account
/// @param unbillable accounts without a price book that fits, and why
public record Status(
        BillingPeriod period,
        boolean isOver,
        List<Source> sources,
        List<Parked> parked,
        long deadLetters,
        SortedMap<Account, List<UnpricedUse>> unpriced,
        SortedMap<Account, String> unbillable) {

    private static final int PARKED_AT_ONCE = 1_000;

    /// A source and what is known of it.
    ///
    /// @param behind how far its completeness is behind now; none while that is not known
    /// @param reading when its API was last read as a whole and compared
    /// @param newestSample when the newest sample of its region was taken, if use is made of samples; none if all
    ///     were dropped
    public record Source(
            Watermark watermark, Optional<Duration> behind, Optional<Reading> reading, Optional<Instant> newestSample) {

        public Watermark.Scope scope() {
            return watermark.scope();
        }

        /// None while that is not known.
        public Optional<Instant> completeUntil() {
            return watermark.completeUntil();
        }

        /// Whether it has told all of a period.
        public boolean reachesEndOf(BillingPeriod period) {
            return watermark.reaches(period.window().to());
        }

        /// Whether it is behind by more than that, or nobody knows.
        public boolean isBehindBy(Duration most) {
            return behind.map(lag -> lag.compareTo(most) > 0).orElse(true);
        }

        /// Whether use is made of samples for it.
        public boolean isOfSamples() {
            return scope().source().startsWith(Samples.SOURCE);
        }

        /// Whether the samples that it is made of ended before the period did.
        public boolean isSilentSince(BillingPeriod period) {
            return isOfSamples()
                    && newestSample
                            .filter(taken -> !taken.isBefore(period.window().to()))
                            .isEmpty();
        }
    }

    /// All sources, by region and name.
    ///
    /// @param now what time it is
    public static List<Source> sources(Ledger ledger, Instant now) {
        Map<Watermark.Scope, Reading> readings =
                ledger.readings().last().stream().collect(Collectors.toMap(Reading::scope, reading -> reading));
        TreeMap<String, Optional<Instant>> newest = new TreeMap<>();
        return ledger.watermarks().all().stream()
                .sorted(Comparator.comparing(Watermark::scope))
                .map(watermark -> {
                    Watermark.Scope scope = watermark.scope();
                    return new Source(
                            watermark,
                            watermark
                                    .completeUntil()
                                    .map(until -> until.isBefore(now) ? Duration.between(until, now) : Duration.ZERO),
                            Optional.ofNullable(readings.get(scope)),
                            scope.source().startsWith(Samples.SOURCE)
                                    ? newest.computeIfAbsent(scope.region(), ledger.samples()::newest)
                                    : Optional.empty());
                })
                .toList();
    }

    /// @param resources how many hold it
    public record UnpricedUse(String type, String meter, int resources) {}

    /// @param now what time it is
    public static Status of(Ledger ledger, BillingPeriod period, Instant now) {
        TreeMap<Account, List<UnpricedUse>> unpriced = byName();
        TreeMap<Account, String> unbillable = byName();
        long cutoff = ledger.observations().cutoff();
        Instant until = ledger.biller().until(period, cutoff);
        for (Account account : ledger.accounts().all()) {
            try {
                Bill bill = ledger.biller()
                        .bill(account, ledger.biller().priceBook(account, period), period, until, cutoff);
                if (!bill.unpriced().isEmpty()) {
                    unpriced.put(account, unpriced(bill.unpriced()));
                }
            } catch (LedgerException e) {
                unbillable.put(account, String.valueOf(e.getMessage()));
            }
        }
        return new Status(
                period,
                !now.isBefore(period.window().to()),
                sources(ledger, now),
                parked(ledger, period),
                ledger.deadLetters().waiting(),
                unpriced,
                unbillable);
    }

    private static <T> TreeMap<Account, T> byName() {
        return new TreeMap<>(Comparator.comparing(Account::name).thenComparing(Account::project));
    }

    private static List<Parked> parked(Ledger ledger, BillingPeriod period) {
        List<Parked> waiting = new ArrayList<>();
        Optional<Parked.Key> after = Optional.empty();
        List<Parked> page;
        do {
            page = ledger.issuing().parked(Optional.of(period), after, PARKED_AT_ONCE);
            page.stream().filter(parked -> parked.released().isEmpty()).forEach(waiting::add);
            after = page.isEmpty() ? after : Optional.of(page.getLast().key());
        } while (page.size() == PARKED_AT_ONCE);
        return waiting;
    }

    private static List<UnpricedUse> unpriced(List<Unpriced> uses) {
        TreeMap<String, TreeMap<String, Set<String>>> resources = new TreeMap<>();
        uses.forEach(use -> resources
                .computeIfAbsent(use.resource().type(), type -> new TreeMap<>())
                .computeIfAbsent(use.meter(), meter -> new TreeSet<>())
                .add(use.resource().toString()));
        List<UnpricedUse> all = new ArrayList<>();
        resources.forEach(
                (type, meters) -> meters.forEach((meter, ids) -> all.add(new UnpricedUse(type, meter, ids.size()))));
        return all;
    }

    /// Sources that have not told all of the period; before its end all of them, as none can have.
    public List<Source> behind() {
        return sources.stream().filter(source -> !source.reachesEndOf(period)).toList();
    }

    /// Whether something keeps the period from being invoiced, or will, once it is over.
    public boolean needsALook() {
        return isOver && !behind().isEmpty()
                || !parked.isEmpty()
                || deadLetters > 0
                || !unpriced.isEmpty()
                || !unbillable.isEmpty();
    }
}
