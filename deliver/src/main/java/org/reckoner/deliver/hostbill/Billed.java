package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Delivered;
import org.reckoner.deliver.Receipt;

/// What HostBill's invoices say of documents whose usage they were made of. An invoice does not name them: it
/// has a line for each variable, with the sum of a period. So the documents of that period are told by when
/// they were seen among its usage, and their sum is compared with the lines.
///
/// @param date on which HostBill ended the period
/// @param invoices of that day that bill metered usage of the account; more than one only if something was
///     split
record Billed(LocalDate date, List<There> invoices) {

    /// The invoices that bill metered usage of an account, by the day on which its period ended.
    ///
    /// @param invoices the oldest first
    static List<Billed> of(long account, List<There> invoices) {
        TreeMap<LocalDate, List<There>> byDate = new TreeMap<>();
        for (There each : invoices) {
            if (each.hasMetered(account)) {
                byDate.computeIfAbsent(each.date(), date -> new ArrayList<>()).add(each);
            }
        }
        return byDate.entrySet().stream()
                .map(day -> new Billed(day.getKey(), day.getValue()))
                .toList();
    }

    /// What became of documents. Of one that is on no invoice nothing is told.
    ///
    /// @param documents of the account that are not among the usage of its running period, in the order in
    ///     which they were confirmed
    /// @param posted how much of a document was posted
    /// @param currency of HostBill's id, if the settings name it
    static List<Receipt> receipts(
            long account,
            List<Billed> billed,
            List<Delivered> documents,
            Function<Delivered, BigDecimal> posted,
            Function<String, Optional<Currency>> currency) {
        List<Receipt> receipts = new ArrayList<>();
        List<Delivered> rest = new ArrayList<>(documents);
        for (Billed each : billed) {
            List<Delivered> its = each.its(account, rest, posted);
            rest.removeAll(its);
            receipts.addAll(each.receipts(account, its, posted, currency));
        }
        return receipts;
    }

    /// The first one of a month whose documents nobody confirmed, though it bills something. It was made of
    /// usage that is not known for delivered, as of documents that were refused because HostBill had them
    /// twice; or of what others posted.
    ///
    /// @param documents as for [#receipts]
    static Optional<Billed> unknown(
            long account,
            List<Billed> billed,
            List<Delivered> documents,
            Function<Delivered, BigDecimal> posted,
            LocalDate from) {
        List<Delivered> rest = new ArrayList<>(documents);
        for (Billed each : billed) {
            List<Delivered> its = each.its(account, rest, posted);
            rest.removeAll(its);
            if (!each.date().isBefore(from)) {
                return Optional.of(each)
                        .filter(first -> its.isEmpty()
                                && first.metered(account).signum() != 0
                                && first.date().isBefore(from.plusMonths(1)));
            }
        }
        return Optional.empty();
    }

    /// All of it, as something that was not delivered.
    Receipt unknown(long account, String project, Function<String, Optional<Currency>> currency) {
        There first = invoices.getFirst();
        return new Receipt(
                "account %d of %s".formatted(account, project),
                "invoice " + first.id(),
                currency.apply(first.currency()).map(unit -> Money.of(unit, metered(account))),
                outcome());
    }

    /// Those that were seen before the period ended. Of what was seen on that very day the clock of neither
    /// side tells whether it was before: it belongs here if the sum is right with it, and not if it is right
    /// without.
    private List<Delivered> its(long account, List<Delivered> documents, Function<Delivered, BigDecimal> posted) {
        List<Delivered> certain =
                documents.stream().filter(each -> day(each).isBefore(date)).toList();
        List<Delivered> all =
                documents.stream().filter(each -> !day(each).isAfter(date)).toList();
        boolean isRightWithout = sum(certain, posted).compareTo(metered(account)) == 0;
        boolean isRightWith = sum(all, posted).compareTo(metered(account)) == 0;
        return isRightWithout && !isRightWith ? certain : all;
    }

    private static LocalDate day(Delivered document) {
        return document.confirmed().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private static BigDecimal sum(List<Delivered> documents, Function<Delivered, BigDecimal> posted) {
        return documents.stream().map(posted).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    private BigDecimal metered(long account) {
        return invoices.stream().map(each -> each.metered(account)).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// If the sum is another, nobody can tell which document it is about: the last one bears the difference.
    private List<Receipt> receipts(
            long account,
            List<Delivered> its,
            Function<Delivered, BigDecimal> posted,
            Function<String, Optional<Currency>> currency) {
        There first = invoices.getFirst();
        BigDecimal difference = metered(account).subtract(sum(its, posted));
        List<Receipt> receipts = new ArrayList<>();
        for (Delivered each : its) {
            Money ours = each.document().invoice().total();
            boolean isLast = each.equals(its.getLast());
            Optional<Money> there = currency.apply(first.currency())
                    .map(unit -> Money.of(unit, isLast ? ours.amount().add(difference) : ours.amount()));
            receipts.add(
                    new Receipt(each.document().reference(), "invoice " + first.id(), there, outcome()).like(ours));
        }
        return receipts;
    }

    /// That of the first that is not cancelled.
    private Receipt.Status outcome() {
        return invoices.stream()
                .map(There::outcome)
                .filter(status -> status != Receipt.Status.CANCELLED)
                .findFirst()
                .orElse(Receipt.Status.CANCELLED);
    }
}
