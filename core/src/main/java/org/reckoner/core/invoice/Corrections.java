package org.reckoner.core.invoice;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;

/// What has come to light since a period was invoiced.
public final class Corrections {

    private Corrections() {}

    /// The differences, line by line, between what was invoiced for a period and its bill as known now.
    /// Invoiced lines plus these equal the bill's amounts exactly, for every price model, because the bill is
    /// computed whole and then compared.
    ///
    /// @param invoiced every line of every invoice, correction and credit note whose service period is the
    ///     bill's
    public static List<InvoiceLine> between(Collection<InvoiceLine> invoiced, Bill now) {
        TreeMap<InvoiceLine.Key, Both> lines = new TreeMap<>();
        invoiced.forEach(
                line -> lines.computeIfAbsent(line.key(), key -> new Both(now)).invoiced(line));
        now.lines()
                .forEach(line ->
                        lines.computeIfAbsent(line.key(), key -> new Both(now)).now(line));
        List<InvoiceLine> corrections = new ArrayList<>();
        lines.values().forEach(both -> both.difference().ifPresent(corrections::add));
        return corrections;
    }

    private static final class Both {

        private Money invoiced;
        private Money now;
        private Ratio quantity = Ratio.ZERO;
        private Ratio exact = Ratio.ZERO;
        private Optional<InvoiceLine> sample = Optional.empty();

        Both(Bill bill) {
            invoiced = Money.zero(bill.currency());
            now = Money.zero(bill.currency());
        }

        void invoiced(InvoiceLine line) {
            invoiced = invoiced.plus(line.amount());
            quantity = quantity.minus(line.quantity());
            exact = exact.minus(line.exact());
            sample = Optional.of(line);
        }

        void now(InvoiceLine line) {
            now = now.plus(line.amount());
            quantity = quantity.plus(line.quantity());
            exact = exact.plus(line.exact());
            sample = Optional.of(line);
        }

        Optional<InvoiceLine> difference() {
            Money difference = now.minus(invoiced);
            if (difference.isZero()) {
                return Optional.empty();
            }
            InvoiceLine line = sample.orElseThrow();
            return Optional.of(new InvoiceLine(
                    line.key(),
                    line.item(),
                    line.meter(),
                    line.per(),
                    line.rate(),
                    quantity,
                    exact,
                    difference,
                    Optional.of(new InvoiceLine.Correction(invoiced, now)),
                    List.of()));
        }
    }
}
