package org.reckoner.deliver.odoo;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;

/// Which of an invoice's taxes a line bears. An invoice says of each tax only on how much it is; all lines of one
/// service period bear the same ones, so the periods whose lines come to as much are looked for.
final class Taxation {

    private static final int MOST_PERIODS = 12;

    private final Invoice invoice;
    private final Map<Tax, Set<String>> periods;

    private Taxation(Invoice invoice, Map<Tax, Set<String>> periods) {
        this.invoice = invoice;
        this.periods = periods;
    }

    /// @return nothing if the invoice does not tell
    static Optional<Taxation> of(Invoice invoice) {
        TreeMap<String, Money> nets = new TreeMap<>();
        invoice.lines().forEach(line -> nets.merge(line.key().period().label(), line.amount(), Money::plus));
        Map<Tax, Set<String>> found = new IdentityHashMap<>();
        for (Tax tax : invoice.taxes()) {
            Optional<Set<String>> bearing = comingTo(tax.base(), nets);
            if (bearing.isEmpty()) {
                return Optional.empty();
            }
            found.put(tax, bearing.get());
        }
        return Optional.of(new Taxation(invoice, found));
    }

    /// The largest of the sets of periods whose lines come to so much.
    private static Optional<Set<String>> comingTo(Money base, TreeMap<String, Money> nets) {
        List<String> labels = List.copyOf(nets.keySet());
        int all = (1 << Math.min(labels.size(), MOST_PERIODS + 1)) - 1;
        if (labels.size() > MOST_PERIODS) {
            return sum(nets.values(), base).compareTo(base) == 0
                    ? Optional.of(new TreeSet<>(labels))
                    : Optional.empty();
        }
        Optional<Set<String>> best = Optional.empty();
        for (int choice = all; choice >= 0; choice--) {
            TreeSet<String> chosen = new TreeSet<>();
            for (int i = 0; i < labels.size(); i++) {
                if ((choice >> i & 1) == 1) {
                    chosen.add(labels.get(i));
                }
            }
            boolean fits = sum(chosen.stream().map(nets::get).toList(), base).compareTo(base) == 0;
            if (fits && chosen.size() > best.map(Set::size).orElse(-1)) {
                best = Optional.of(chosen);
            }
        }
        return best;
    }

    private static Money sum(Iterable<Money> amounts, Money like) {
        Money sum = Money.zero(like.currency());
        for (Money each : amounts) {
            sum = sum.plus(each);
        }
        return sum;
    }

    List<Tax> of(InvoiceLine line) {
        List<Tax> borne = new ArrayList<>();
        for (Tax tax : invoice.taxes()) {
            if (periods.getOrDefault(tax, Set.of()).contains(line.key().period().label())) {
                borne.add(tax);
            }
        }
        return borne;
    }
}
