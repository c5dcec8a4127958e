package org.reckoner.deliver.hostbill;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.deliver.PaperSource.Paper;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// Invoices as HostBill prints them: `getInvoicesPDF` gives each in base64. Under which names is not
/// documented, so the answer is searched for what is a PDF.
final class Papers {

    private static final byte[] PDF = "%PDF-".getBytes(StandardCharsets.US_ASCII);

    private Papers() {}

    /// @throws Undelivered.Refused if there is no such invoice
    /// @throws Undelivered.Unavailable if the answer does not hold one PDF
    static Paper pdf(Api api, String invoice) throws Undelivered {
        List<byte[]> found = new ArrayList<>();
        collect(api.call("getInvoicesPDF", Map.of("invoices", invoice)), found);
        if (found.size() != 1) {
            throw new Undelivered.Unavailable("HostBill gave %s PDF of the invoice %s"
                    .formatted(found.isEmpty() ? "no" : "more than one", invoice));
        }
        return new Paper("application/pdf", found.getFirst());
    }

    private static void collect(JsonNode part, List<byte[]> found) {
        if (part.isString()) {
            pdf(part.stringValue()).ifPresent(found::add);
        }
        part.values().forEach(each -> collect(each, found));
    }

    private static Optional<byte[]> pdf(String text) {
        try {
            byte[] content = Base64.getMimeDecoder().decode(text);
            boolean isPdf = content.length > PDF.length && Arrays.equals(content, 0, PDF.length, PDF, 0, PDF.length);
            return isPdf ? Optional.of(content) : Optional.empty();
        } catch (IllegalArgumentException e) { // no base64
            return Optional.empty();
        }
    }
}
