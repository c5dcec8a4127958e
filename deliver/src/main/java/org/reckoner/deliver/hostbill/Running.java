package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Receipt;

/// What the running period of an account says of our documents.
///
/// @param account HostBill's id of it
/// @param comparable whether what is posted of a document is its total
record Running(long account, Collection<Metered> variables, boolean comparable) {

    /// What there is of each document by its comments, each once.
    List<Receipt> marked() {
        Told told = new Told();
        for (Metered each : variables) {
            each.ours().forEach((reference, usages) -> told.add(usages.getFirst(), 0));
        }
        return told.receipts();
    }

    /// What HostBill makes of the documents of a billing period, by what it counts and charges. One that it
    /// has twice is told twice. If it counts only what came last, the others are told with what is left of
    /// them. If it counts or charges something else again, nobody can tell which document it is about: the
    /// last one of the billing period bears the difference.
    List<Receipt> counted(BillingPeriod period) {
        Told told = new Told();
        for (Metered each : variables) {
            tell(each, period, told);
        }
        return told.receipts();
    }

    private static void tell(Metered variable, BillingPeriod period, Told told) {
        TreeMap<String, List<Metered.Marked>> ours = new TreeMap<>(variable.ours());
        ours.values().removeIf(usages -> !usages.getFirst().mark().period().equals(period.label()));
        BigDecimal astray = variable.astray();
        if (astray.signum() == 0) {
            ours.values().forEach(usages -> told.add(usages.getFirst(), 0));
        } else if (variable.countsRepeated(astray)) {
            ours.values().forEach(usages -> {
                for (int copy = 0; copy < usages.size(); copy++) {
                    told.add(usages.get(copy), copy);
                }
            });
        } else if (variable.countsOnlyTheLast()) {
            ours.values().forEach(usages -> {
                told.add(usages.getFirst(), 0);
                if (!variable.isLast(usages.getLast())) {
                    told.astray(
                            usages.getFirst(),
                            usages.getFirst().mark().amount().amount().negate());
                }
            });
        } else {
            ours.values().forEach(usages -> told.add(usages.getFirst(), 0));
            ours.values().stream()
                    .map(List::getFirst)
                    .max((one, other) -> Long.compare(one.id(), other.id()))
                    .ifPresent(last -> told.astray(last, astray));
        }
    }

    /// Which usage of which document.
    ///
    /// @param number 0 for the first time that it is there
    private record Copy(String reference, int number) implements Comparable<Copy> {
        @Override
        public int compareTo(Copy other) {
            int byReference = reference.compareTo(other.reference);
            return byReference == 0 ? Integer.compare(number, other.number) : byReference;
        }
    }

    private final class Told {
        private final TreeMap<Copy, Money> totals = new TreeMap<>();
        private final Map<Copy, Long> first = new HashMap<>();
        private final TreeSet<Copy> astray = new TreeSet<>();

        private void add(Metered.Marked usage, int number) {
            Copy copy = new Copy(usage.mark().reference(), number);
            totals.merge(copy, usage.mark().amount(), Money::plus);
            first.merge(copy, usage.id(), Math::min);
        }

        private void astray(Metered.Marked usage, BigDecimal difference) {
            Copy copy = new Copy(usage.mark().reference(), 0);
            totals.merge(copy, Money.of(usage.mark().amount().currency(), difference), Money::plus);
            astray.add(copy);
        }

        private List<Receipt> receipts() {
            List<Receipt> receipts = new ArrayList<>();
            totals.forEach((copy, total) -> receipts.add(new Receipt(
                    copy.reference(),
                    "%d/%d".formatted(account, first.get(copy)),
                    Optional.of(total).filter(known -> comparable || astray.contains(copy)),
                    Receipt.Status.OPEN)));
            return receipts;
        }
    }
}
