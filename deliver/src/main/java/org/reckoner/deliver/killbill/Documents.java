package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;

/// Our documents among an account's invoices.
final class Documents {

    private static final String USAGE = "USAGE";

    private Documents() {}

    /// The documents of a period. One that is an invoice is told as often as it is there; one that was posted
    /// as usage is told once, with what all of its parts come to, and apart from it drafts that are there
    /// beside the same charges.
    ///
    /// @param period its label
    static List<Receipt> of(String period, List<KillBillInvoice> invoices) {
        List<Receipt> receipts = new ArrayList<>();
        TreeMap<String, Parts> used = new TreeMap<>();
        for (KillBillInvoice invoice : invoices) {
            Optional<Mark> mark = invoice.mark().filter(each -> each.period().equals(period));
            mark.filter(each -> !each.part())
                    .ifPresent(each -> receipts.add(receipt(each.reference(), each.total(), invoice)));
            mark.filter(Mark::part)
                    .ifPresent(each -> used.computeIfAbsent(
                                    each.reference(), reference -> new Parts(reference, each.total()))
                            .charged(invoice));
            invoice.trackings()
                    .filter(each -> each.period().equals(period))
                    .distinct()
                    .forEach(each -> used.computeIfAbsent(
                                    each.reference(), reference -> new Parts(reference, each.total()))
                            .billed(invoice));
        }
        for (Parts parts : used.values()) {
            receipts.addAll(parts.surplus());
            receipts.add(parts.receipt());
        }
        return receipts;
    }

    /// An invoice that is a document.
    static Receipt receipt(String reference, Money ours, KillBillInvoice there) {
        return new Receipt(reference, there.id(), Optional.of(there.total()), there.receiptStatus()).like(ours);
    }

    /// The invoices over which a document is spread.
    private static final class Parts {

        private static final Comparator<KillBillInvoice> BY_DATE =
                Comparator.comparing(KillBillInvoice::date).thenComparing(KillBillInvoice::id);

        private final String reference;
        private final Money ours;
        private final List<KillBillInvoice> usage = new ArrayList<>();
        private final List<KillBillInvoice> charges = new ArrayList<>();

        Parts(String reference, Money ours) {
            this.reference = reference;
            this.ours = ours;
        }

        void charged(KillBillInvoice invoice) {
            charges.add(invoice);
        }

        void billed(KillBillInvoice invoice) {
            usage.add(invoice);
        }

        /// Drafts of what is charged already, as a request makes that is carried out late. They are left out from
        /// then on.
        List<Receipt> surplus() {
            Set<Integer> charged = charges.stream()
                    .filter(invoice -> !invoice.isDraft() && !invoice.isVoid())
                    .flatMap(invoice -> invoice.entries(reference).stream())
                    .collect(Collectors.toSet());
            List<KillBillInvoice> surplus = charges.stream()
                    .filter(invoice -> invoice.isDraft() && !Collections.disjoint(invoice.entries(reference), charged))
                    .toList();
            charges.removeAll(surplus);
            return surplus.stream()
                    .map(invoice -> Documents.receipt(reference, ours, invoice))
                    .toList();
        }

        /// What was voided does not count, unless all of it was: Kill Bill bills the usage of a voided
        /// invoice again.
        Receipt receipt() {
            boolean allVoid = Stream.concat(usage.stream(), charges.stream()).allMatch(KillBillInvoice::isVoid);
            if (!allVoid) {
                usage.removeIf(KillBillInvoice::isVoid);
                charges.removeIf(KillBillInvoice::isVoid);
            }
            KillBillInvoice main =
                    (usage.isEmpty() ? charges : usage).stream().min(BY_DATE).orElseThrow();
            BigDecimal sum = Stream.concat(
                            usage.stream().map(invoice -> invoice.totalOf(USAGE)),
                            charges.stream().map(invoice -> invoice.total().amount()))
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            Optional<Money> total = isShared() ? Optional.empty() : Optional.of(Money.of(main.currency(), sum));
            return new Receipt(reference, main.id(), total, status()).like(ours);
        }

        /// An invoice bills all usage that it finds. If some of it is of another document or of somebody
        /// else, what is ours cannot be told.
        private boolean isShared() {
            return usage.stream()
                    .flatMap(invoice -> invoice.trackingIds().stream())
                    .anyMatch(id -> Tracking.read(id)
                            .filter(tracking -> tracking.reference().equals(reference))
                            .isEmpty());
        }

        private Receipt.Status status() {
            List<Receipt.Status> statuses = Stream.concat(usage.stream(), charges.stream())
                    .map(KillBillInvoice::receiptStatus)
                    .toList();
            for (Receipt.Status each : List.of(
                    Receipt.Status.CANCELLED, Receipt.Status.DRAFT, Receipt.Status.UNKNOWN, Receipt.Status.OPEN)) {
                if (statuses.contains(each)) {
                    return each;
                }
            }
            return Receipt.Status.PAID;
        }
    }
}
