package org.reckoner.deliver;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.invoice.Documents;

/// An invoice that is written line by line into a billing system, for programs that make their own: sections are
/// declared, lines added, and all of it saved at once. What Reckoner issues goes through the outbox instead.
///
/// After Artifice's invoice interface (`add_section`, `add_line`, `cost`, `commit`, `close`). Not thread-safe.
public final class OpenInvoice {

    private final BillingSystem system;
    private final Invoice header;
    private final LinkedHashSet<String> sections = new LinkedHashSet<>();
    private final List<InvoiceLine> lines = new ArrayList<>();
    private Optional<Receipt> committed = Optional.empty();
    private boolean closed;

    /// @param header everything but the lines; its number is the reference
    public OpenInvoice(BillingSystem system, Invoice header) {
        this.system = system;
        this.header = header;
    }

    /// Declares a part of the invoice: a region.
    ///
    /// @throws IllegalStateException if the invoice is closed
    public void addSection(String region) {
        mustBeOpen();
        sections.add(region);
    }

    /// @throws IllegalStateException if the invoice is closed
    /// @throws IllegalArgumentException if the section was not declared, or the money is of another currency
    public void addLine(String region, String item, BigDecimal quantity, String unit, Money amount) {
        mustBeOpen();
        if (!sections.contains(region)) {
            throw new IllegalArgumentException(
                    "the section '%s' was not declared; declared are %s".formatted(region, sections));
        }
        if (!amount.currency().equals(header.currency())) {
            throw new IllegalArgumentException(
                    "the line is in %s, but the invoice in %s".formatted(amount.currency(), header.currency()));
        }
        String id = "line " + (lines.size() + 1);
        lines.add(new InvoiceLine(
                new InvoiceLine.Key(header.period(), region, id, new TreeMap<>()),
                item,
                Optional.empty(),
                unit,
                "",
                Ratio.of(quantity),
                Ratio.of(amount.amount()),
                amount,
                Optional.empty(),
                List.of()));
    }

    /// What the billing system charges for an item in a region, if it has a price of its own.
    ///
    /// @throws Undelivered if it cannot be asked now
    public Optional<BigDecimal> cost(String region, String item) throws Undelivered {
        return system.cost(region, item);
    }

    /// Saves the invoice in the billing system and closes it. If that fails, it stays open and can be committed
    /// again: what arrived already is found and not sent twice.
    ///
    /// @return what the billing system calls it
    /// @throws Undelivered if it was not saved, or that is not known
    public String commit() throws Undelivered {
        if (committed.isEmpty()) {
            mustBeOpen();
            Invoice invoice = header.withLines(lines);
            String text = Documents.write(invoice);
            Outgoing document =
                    new Outgoing(invoice, Sha256.hex(text.getBytes(StandardCharsets.UTF_8)), text, Optional.empty());
            Optional<Receipt> there = system.find(document);
            committed = Optional.of(there.isPresent() ? there.get() : system.create(document));
            closed = true;
        }
        return committed.get().remoteId();
    }

    /// Nothing can be added from now on.
    public void close() {
        closed = true;
    }

    private void mustBeOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "the invoice %s is closed; nothing can be added".formatted(header.number()));
        }
    }
}
