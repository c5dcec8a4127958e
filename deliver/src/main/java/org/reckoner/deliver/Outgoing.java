package org.reckoner.deliver;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.ledger.invoice.Invoices;

/// A document on its way to a billing system.
///
/// @param invoice the document as it was issued, with its account, period, taxes and totals
/// @param fingerprint SHA-256 of the issued document, in hex
/// @param text the issued document as JSON
/// @param takesBack what the billing system calls the invoice that this credit note takes back, if it has it
public record Outgoing(Invoice invoice, String fingerprint, String text, Optional<String> takesBack) {

    /// A document as it lies in the ledger.
    public static Outgoing of(Invoices.Stored stored, Optional<String> takesBack) {
        return new Outgoing(stored.invoice(), stored.hash(), stored.document(), takesBack);
    }

    /// What the billing system keeps to know it by: its number, which Reckoner gives to no other document.
    public String reference() {
        return invoice.number();
    }

    /// The regions, each with its lines; corrections of earlier periods stand in a section of their own, named
    /// after period and region.
    public List<Section> sections() {
        return Section.of(invoice.lines());
    }

    /// @param name the region; empty for what belongs to the account as a whole
    public record Section(String name, List<InvoiceLine> lines) {

        public Section {
            lines = List.copyOf(lines);
        }

        private static List<Section> of(List<InvoiceLine> lines) {
            LinkedHashMap<String, List<InvoiceLine>> sections = new LinkedHashMap<>();
            lines.forEach(line -> sections.computeIfAbsent(name(line), name -> new ArrayList<>())
                    .add(line));
            return sections.entrySet().stream()
                    .map(section -> new Section(section.getKey(), section.getValue()))
                    .toList();
        }

        private static String name(InvoiceLine line) {
            return line.correction().isEmpty()
                    ? line.key().section()
                    : (line.key().period() + " " + line.key().section()).strip();
        }
    }
}
