package org.reckoner.core.invoice;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// How documents are numbered: gapless from 1 within a series, and a series for each kind and year, such as
/// `INV-2026-000001`.
///
/// @param invoicePrefix of invoices
/// @param creditNotePrefix of credit notes
public record NumberSeries(String invoicePrefix, String creditNotePrefix) {

    private static final Pattern PREFIX = Pattern.compile("[\\p{L}0-9][\\p{L}0-9_-]*");

    public static final NumberSeries USUAL = new NumberSeries("INV", "CN");

    /// @throws IllegalArgumentException if the prefixes are equal, or one is not fit for the name of a file
    public NumberSeries {
        if (invoicePrefix.equals(creditNotePrefix)) {
            throw new IllegalArgumentException(
                    "invoices and credit notes need prefixes of their own, not both '%s'".formatted(invoicePrefix));
        }
        for (String prefix : List.of(invoicePrefix, creditNotePrefix)) {
            if (!PREFIX.matcher(prefix).matches()) {
                throw new IllegalArgumentException(
                        "a prefix is letters, digits, - and _, such as INV, not '%s'".formatted(prefix));
            }
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
