package org.reckoner.deliver.whmcs;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;

/// What a document is known by in WHMCS: a line in an invoice's notes, or the beginning of a credit's description,
/// `Reckoner INV-2026-000001 for 2026-11`.
///
/// @param reference Reckoner's number of the document
/// @param period in which it was issued
record Mark(String reference, String period) {

    private static final Pattern INVOICE = Pattern.compile("(?m)^Reckoner (\\S+) for (\\S+?):?\\s*$");
    private static final Pattern CREDIT = Pattern.compile("(?m)^Taken back by Reckoner (\\S+) for (\\S+?)\\s*$");

    static Mark of(Outgoing document) {
        return new Mark(document.reference(), document.invoice().period().label());
    }

    /// The invoice that notes belong to.
    static Optional<Mark> invoice(String notes) {
        return first(INVOICE.matcher(notes));
    }

    /// The credit note that took the invoice back to which notes belong.
    static Optional<Mark> creditNote(String notes) {
        return first(CREDIT.matcher(notes));
    }

    private static Optional<Mark> first(Matcher found) {
        return found.find() ? Optional.of(new Mark(found.group(1), found.group(2))) : Optional.empty();
    }

    boolean isOf(BillingPeriod asked) {
        return period.equals(asked.label());
    }

    /// In the notes of the invoice that a credit note took back.
    String ofCreditNote() {
        return "Taken back by " + this;
    }

    @Override
    public String toString() {
        return "Reckoner %s for %s".formatted(reference, period);
    }
}
