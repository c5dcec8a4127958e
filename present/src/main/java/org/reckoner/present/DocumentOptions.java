package org.reckoner.present;

import java.util.List;
import java.util.Optional;

/// What a document shows beside the bill or the invoice itself.
///
/// @param usageByResource whether an appendix lists what each resource used, where that is known
/// @param fingerprint the document's SHA-256, in hex, printed so that the reader can compare it
/// @param notes printed below the totals, line by line: how to pay, a legal notice; whoever prints a credit
///     note leaves out how to pay
/// @param seller printed on bills; an invoice carries its own
public record DocumentOptions(
        boolean usageByResource, Optional<String> fingerprint, List<String> notes, List<String> seller) {

    /// Nothing more than the invoice.
    public static final DocumentOptions PLAIN = new DocumentOptions(false, Optional.empty(), List.of(), List.of());

    public DocumentOptions {
        notes = List.copyOf(notes);
        seller = List.copyOf(seller);
    }

    public DocumentOptions withUsageByResource() {
        return new DocumentOptions(true, fingerprint, notes, seller);
    }

    public DocumentOptions withFingerprint(String sha256) {
        return new DocumentOptions(usageByResource, Optional.of(sha256), notes, seller);
    }

    public DocumentOptions withNotes(List<String> lines) {
        return new DocumentOptions(usageByResource, fingerprint, lines, seller);
    }

    public DocumentOptions withSeller(List<String> lines) {
        return new DocumentOptions(usageByResource, fingerprint, notes, lines);
    }
}
