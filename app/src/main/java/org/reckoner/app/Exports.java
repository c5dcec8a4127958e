package org.reckoner.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.deliver.artifice.ArtificeCsv;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.present.DocumentOptions;
import org.reckoner.present.InvoiceHtml;
import org.reckoner.present.InvoicePdf;
import org.reckoner.present.InvoiceTable;

/// Writes issued documents as files, whole or not at all: each is written beside its place and then moved
/// there.
public final class Exports {

    /// In which form. The name is what the command line and the file call it.
    public enum Kind {
        csv,
        json,
        html,
        pdf,
        /// Artifice's first CSV layout, a row for each resource of each line.
        artifice1,
        /// Artifice's second, a block for each resource.
        artifice2;

        /// What a customer is sent, and what programs read.
        public static final Set<Kind> USUAL = Collections.unmodifiableSet(EnumSet.of(csv, json, html, pdf));

        private String suffix() {
            return switch (this) {
                case csv, json, html, pdf -> "." + name();
                case artifice1, artifice2 -> "." + name() + ".csv";
            };
        }
    }

    private Exports() {}

    /// @return the files, in the order of the kinds
    public static List<Path> write(Invoices.Stored stored, Path folder, Set<Kind> kinds) {
        return write(stored, folder, kinds, ArtificeLayout.USUAL);
    }

    /// What Artifice's layouts leave to the operator.
    ///
    /// @param row the columns of the first
    /// @param typeOrder the resource types that come first in the second
    public record ArtificeLayout(List<String> row, List<String> typeOrder) {
        public static final ArtificeLayout USUAL = new ArtificeLayout(ArtificeCsv.USUAL_ROW_LAYOUT, List.of());
    }

    /// @return the files, in the order of the kinds
    public static List<Path> write(Invoices.Stored stored, Path folder, Set<Kind> kinds, ArtificeLayout layout) {
        Invoice invoice = stored.invoice();
        DocumentOptions options = DocumentOptions.PLAIN.withUsageByResource().withFingerprint(stored.hash());
        List<Path> files = new ArrayList<>();
        for (Kind kind : kinds) {
            byte[] content = switch (kind) {
                case csv -> text(InvoiceTable.lines(invoice).toCsv());
                case json -> text(stored.document());
                case html -> text(InvoiceHtml.of(invoice, options));
                case pdf -> InvoicePdf.of(invoice, options);
                case artifice1 -> text(ArtificeCsv.COMMA.a1(invoice, layout.row()));
                case artifice2 -> text(ArtificeCsv.COMMA.a2(invoice, layout.typeOrder(), Map.of()));
            };
            files.add(write(folder.resolve(invoice.number() + kind.suffix()), content));
        }
        return files;
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Path write(Path file, byte[] content) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Path beside = Files.createTempFile(file.toAbsolutePath().getParent(), ".", ".part");
            try {
                Files.write(beside, content);
                return Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(beside);
            }
        } catch (IOException e) {
            throw new AskedWrongly("cannot write %s: %s".formatted(file, FileTrouble.reason(e)));
        }
    }
}
