package org.reckoner.deliver.files;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.artifice.ArtificeCsv;
import org.reckoner.present.DocumentOptions;
import org.reckoner.present.InvoiceHtml;
import org.reckoner.present.InvoicePdf;
import org.reckoner.present.InvoiceTable;

/// What a document looks like as a file. The name is what the configuration, the command line and the file call it.
public enum Form {
    csv,
    json,
    html,
    pdf,
    /// Artifice's first CSV layout, a row for each resource of each line.
    artifice1,
    /// Artifice's second, a block for each resource.
    artifice2;

    /// What a customer is sent, and what programs read.
    public static final List<Form> USUAL = List.of(csv, json, html, pdf);

    /// What Artifice's layouts leave to the operator.
    ///
    /// @param row the columns of the first
    /// @param typeOrder the resource types that come first in the second
    public record ArtificeLayout(List<String> row, List<String> typeOrder) {

        public static final ArtificeLayout USUAL = new ArtificeLayout(ArtificeCsv.USUAL_ROW_LAYOUT, List.of());

        public ArtificeLayout {
            row = List.copyOf(row);
            typeOrder = List.copyOf(typeOrder);
        }
    }

    public static Optional<Form> named(String name) {
        return Arrays.stream(values()).filter(form -> form.name().equals(name)).findFirst();
    }

    /// Of the file's name, with its dot.
    public String suffix() {
        return switch (this) {
            case csv, json, html, pdf -> "." + name();
            case artifice1, artifice2 -> "." + name() + ".csv";
        };
    }

    /// The whole file, the same bytes each time.
    public byte[] write(Outgoing document, ArtificeLayout layout) {
        Invoice invoice = document.invoice();
        DocumentOptions options = DocumentOptions.PLAIN.withUsageByResource().withFingerprint(document.fingerprint());
        return switch (this) {
            case csv -> text(InvoiceTable.lines(invoice).toCsv());
            case json -> text(document.text());
            case html -> text(InvoiceHtml.of(invoice, options));
            case pdf -> InvoicePdf.of(invoice, options);
            case artifice1 -> text(ArtificeCsv.COMMA.a1(invoice, layout.row()));
            case artifice2 -> text(ArtificeCsv.COMMA.a2(invoice, layout.typeOrder(), Map.of()));
        };
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
