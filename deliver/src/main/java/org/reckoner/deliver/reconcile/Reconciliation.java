package org.reckoner.deliver.reconcile;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Delivered;
import org.reckoner.deliver.Invoicer;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.delivery.Deliveries;
import org.reckoner.ledger.delivery.Delivery;
import org.reckoner.ledger.invoice.Invoices;

/// Compares the documents of a billing period, here and there.
public final class Reconciliation {

    private static final int PAGE = 500;

    /// How long before and after a period documents were issued that may be on the same invoices as those of
    /// it.
    private static final Duration NEIGHBOURS = Duration.ofDays(62);

    private Reconciliation() {}

    /// Every document that either side knows of, by reference.
    ///
    /// @throws Undelivered if the billing system cannot be read now
    public static List<Finding> of(Ledger ledger, String backend, BillingSystem system, BillingPeriod period)
            throws Undelivered {
        TreeMap<String, Delivery.State> owed = owed(ledger, backend, period);
        TreeMap<String, List<Receipt>> there = new TreeMap<>();
        for (Receipt receipt : documents(ledger, backend, system, period)) {
            there.computeIfAbsent(receipt.reference(), reference -> new ArrayList<>())
                    .add(receipt);
        }
        TreeMap<String, Money> issued = new TreeMap<>();
        for (Invoices.Summary each : ledger.invoices().list(Optional.empty(), Optional.of(period))) {
            issued.put(each.number(), Money.parse(each.currency() + " " + each.total()));
        }
        // what was delivered while the billing system was read may be there or not, and is right either way
        owed(ledger, backend, period).forEach((number, state) -> {
            if (there.containsKey(number)) {
                owed.putIfAbsent(number, state);
            }
        });
        List<Finding> findings = new ArrayList<>();
        owed.forEach((number, state) -> findings.add(finding(
                number, Optional.ofNullable(issued.get(number)), state, there.getOrDefault(number, List.of()))));
        there.forEach((reference, receipts) -> {
            if (!owed.containsKey(reference)) {
                findings.add(
                        finding(reference, Finding.Kind.EXTRA, Optional.ofNullable(issued.get(reference)), receipts));
            }
        });
        return findings;
    }

    /// @throws Undelivered.Unavailable also if the adapter, which may be a stranger's, fails in another way
    private static List<Receipt> documents(Ledger ledger, String backend, BillingSystem system, BillingPeriod period)
            throws Undelivered {
        try {
            return List.copyOf(
                    system instanceof Invoicer invoicer
                            ? invoicer.documents(period, project -> delivered(ledger, backend, period, project))
                            : system.documents(period));
        } catch (LedgerException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new Undelivered.Unavailable("the adapter failed: " + e, e);
        }
    }

    private static List<Delivered> delivered(Ledger ledger, String backend, BillingPeriod period, String project) {
        Instant from = period.window().from().minus(NEIGHBOURS);
        Instant to = period.window().to().plus(NEIGHBOURS);
        List<Delivered> delivered = new ArrayList<>();
        for (Invoices.Summary each : ledger.invoices().list(Optional.of(project), Optional.empty())) {
            if (!each.issuedAt().isBefore(from) && each.issuedAt().isBefore(to)
                    || each.period().equals(period.label())) {
                confirmed(ledger, backend, each.number()).ifPresent(delivered::add);
            }
        }
        delivered.sort(Comparator.comparing(Delivered::confirmed)
                .thenComparing(each -> each.document().reference()));
        return delivered;
    }

    private static Optional<Delivered> confirmed(Ledger ledger, String backend, String number) {
        Deliveries.Filter filter = new Deliveries.Filter(
                Optional.of(backend), Optional.of(Delivery.State.CONFIRMED), Optional.of(number), Optional.empty());
        return ledger.deliveries().page(filter, 0, 1).stream()
                .findFirst()
                .flatMap(delivery -> ledger.invoices()
                        .find(number)
                        .map(stored -> new Delivered(
                                Outgoing.of(stored, Optional.empty()),
                                delivery.remoteId().orElse(""),
                                delivery.changedAt())));
    }

    private static TreeMap<String, Delivery.State> owed(Ledger ledger, String backend, BillingPeriod period) {
        Deliveries.Filter filter =
                new Deliveries.Filter(Optional.of(backend), Optional.empty(), Optional.empty(), Optional.of(period));
        TreeMap<String, Delivery.State> owed = new TreeMap<>();
        long after = 0;
        List<Delivery> page = ledger.deliveries().page(filter, after, PAGE);
        while (!page.isEmpty()) {
            page.forEach(delivery -> owed.put(delivery.number(), delivery.state()));
            after = page.getLast().id();
            page = ledger.deliveries().page(filter, after, PAGE);
        }
        return owed;
    }

    private static Finding finding(
            String reference, Optional<Money> issued, Delivery.State state, List<Receipt> receipts) {
        return finding(reference, kind(issued, state, receipts), issued, receipts);
    }

    private static Finding.Kind kind(Optional<Money> issued, Delivery.State state, List<Receipt> receipts) {
        if (receipts.isEmpty()) {
            boolean mustBeThere = state == Delivery.State.CONFIRMED || state == Delivery.State.REFUSED;
            return mustBeThere ? Finding.Kind.MISSING : Finding.Kind.WAITING;
        }
        List<Receipt> inForce = receipts.stream()
                .filter(each -> each.status() != Receipt.Status.CANCELLED)
                .toList();
        if (state == Delivery.State.CANCELLED) {
            return inForce.isEmpty() ? Finding.Kind.WAITING : Finding.Kind.EXTRA;
        }
        if (inForce.size() > 1) {
            return Finding.Kind.DOUBLED;
        }
        Receipt receipt = counting(receipts);
        if (receipt.total().isPresent() && issued.map(receipt::differsFrom).orElse(true)) {
            return Finding.Kind.DIFFERENT;
        }
        return receipt.status() == Receipt.Status.CANCELLED ? Finding.Kind.CANCELLED : Finding.Kind.AGREES;
    }

    /// Of several the first that is not cancelled.
    private static Receipt counting(List<Receipt> receipts) {
        return receipts.stream()
                .filter(each -> each.status() != Receipt.Status.CANCELLED)
                .findFirst()
                .orElseGet(receipts::getFirst);
    }

    private static Finding finding(
            String reference, Finding.Kind kind, Optional<Money> issued, List<Receipt> receipts) {
        Optional<Receipt> one = receipts.isEmpty() ? Optional.empty() : Optional.of(counting(receipts));
        return new Finding(
                reference,
                kind,
                issued,
                one.flatMap(Receipt::total),
                one.map(Receipt::remoteId),
                one.map(Receipt::status));
    }
}
