package org.reckoner.core.invoice;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.time.BillingPeriod;

/// A bill frozen: numbered, immutable, chained by hash to the one issued before it.
///
/// @param number unique and gapless in its series
/// @param seller as printed: name and address, line by line
/// @param period the billing period in which it is issued; corrections on it have earlier service periods
/// @param cutoff the number of the last observation that was considered
/// @param lines the period's own, then the corrections of earlier periods
/// @param voids the invoice that a credit note takes back whole
/// @param reason why a credit note was written; empty on invoices
/// @param previousHash SHA-256, in hex, of the document issued before this one; empty on the first
public record Invoice(
        String number,
        Kind kind,
        List<String> seller,
        Account account,
        BillingPeriod period,
        Instant issuedAt,
        LocalDate dueOn,
        Currency currency,
        String priceBook,
        int priceBookVersion,
        long cutoff,
        List<InvoiceLine> lines,
        List<Tax> taxes,
        Optional<String> voids,
        String reason,
        String previousHash) {

    /// What a document does to what the account owes.
    public enum Kind {
        INVOICE,
        CREDIT_NOTE
    }

    public Invoice {
        seller = List.copyOf(seller);
        lines = List.copyOf(lines);
        taxes = List.copyOf(taxes);
    }

    /// A credit note that takes an invoice back whole: every line and tax with the opposite sign.
    public static Invoice creditNote(
            Invoice original, String number, Instant issuedAt, LocalDate dueOn, String reason, String previousHash) {
        List<InvoiceLine> lines = original.lines.stream().map(Invoice::negated).toList();
        List<Tax> taxes = original.taxes.stream()
                .map(tax ->
                        new Tax(tax.rate(), tax.base().negated(), tax.amount().negated()))
                .toList();
        return new Invoice(
                number,
                Kind.CREDIT_NOTE,
                original.seller,
                original.account,
                original.period,
                issuedAt,
                dueOn,
                original.currency,
                original.priceBook,
                original.priceBookVersion,
                original.cutoff,
                lines,
                taxes,
                Optional.of(original.number),
                reason,
                previousHash);
    }

    /// The same with other lines. Taxes stay as they are.
    public Invoice withLines(List<InvoiceLine> others) {
        return new Invoice(
                number,
                kind,
                seller,
                account,
                period,
                issuedAt,
                dueOn,
                currency,
                priceBook,
                priceBookVersion,
                cutoff,
                others,
                taxes,
                voids,
                reason,
                previousHash);
    }

    private static InvoiceLine negated(InvoiceLine line) {
        return new InvoiceLine(
                line.key(),
                line.item(),
                line.meter(),
                line.per(),
                line.rate(),
                Ratio.ZERO.minus(line.quantity()),
                Ratio.ZERO.minus(line.exact()),
                line.amount().negated(),
                Optional.empty(),
                List.of());
    }

    /// The taxes that lines bear: each rate once, on the sum of the lines that it is for.
    ///
    /// @param rates what the account pays on a service period: a correction bears the taxes of what it corrects,
    ///     whatever they are today
    public static List<Tax> taxes(
            List<InvoiceLine> lines,
            Function<BillingPeriod, List<TaxRate>> rates,
            Currency currency,
            Rounding rounding) {
        LinkedHashMap<TaxRate, Money> bases = new LinkedHashMap<>();
        lines.forEach(line ->
                rates.apply(line.key().period()).forEach(rate -> bases.merge(rate, line.amount(), Money::plus)));
        return bases.entrySet().stream()
                .map(base -> Tax.of(base.getKey(), base.getValue(), rounding))
                .toList();
    }

    public Money net() {
        return net(lines, currency);
    }

    public Money tax() {
        return taxes.stream().map(Tax::amount).reduce(Money.zero(currency), Money::plus);
    }

    public Money total() {
        return net().plus(tax());
    }

    /// The sections of the period's own lines, in their order.
    public List<String> sections() {
        return List.copyOf(new LinkedHashSet<>(lines.stream()
                .filter(l -> l.correction().isEmpty())
                .map(l -> l.key().section())
                .toList()));
    }

    public List<InvoiceLine> corrections() {
        return lines.stream().filter(line -> line.correction().isPresent()).toList();
    }

    private static Money net(List<InvoiceLine> lines, Currency currency) {
        return lines.stream().map(InvoiceLine::amount).reduce(Money.zero(currency), Money::plus);
    }
}
