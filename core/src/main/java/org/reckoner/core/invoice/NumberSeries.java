package org.reckoner.core.invoice;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Locale;

/// How documents are numbered: gapless from 1 within a series, and a series for each kind and year, such as
/// `INV-2026-000001`.
///
/// @param invoicePrefix of invoices
/// @param creditNotePrefix of credit notes
public record NumberSeries(String invoicePrefix, String creditNotePrefix) {

    public static final NumberSeries USUAL = new NumberSeries("INV", "CN");

    /// @throws IllegalArgumentException if the prefixes are blank or equal
    public NumberSeries {
        if (invoicePrefix.isBlank() || creditNotePrefix.isBlank() || invoicePrefix.equals(creditNotePrefix)) {
            throw new IllegalArgumentException("invoices and credit notes need prefixes of their own, not '%s' and '%s'"
                    .formatted(invoicePrefix, creditNotePrefix));
        }
    }

    /// The series that a document belongs to: `INV-2026`.
    public String series(Invoice.Kind kind, Instant issuedAt) {
        String prefix = kind == Invoice.Kind.INVOICE ? invoicePrefix : creditNotePrefix;
        return prefix + "-" + issuedAt.atOffset(ZoneOffset.UTC).getYear();
    }

    public static String number(String series, long ordinal) {
        return String.format(Locale.ROOT, "%s-%06d", series, ordinal);
    }
}
