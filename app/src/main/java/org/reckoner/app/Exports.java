package org.reckoner.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.present.DocumentOptions;
import org.reckoner.present.InvoiceHtml;
import org.reckoner.present.InvoicePdf;
import org.reckoner.present.InvoiceTable;

/// Writes issued documents as files, whole or not at all: each is written beside its place and then moved
/// there.
public final class Exports {

    /// In which form.
    public enum Kind {
        csv,
        json,
        html,
        pdf
    }

    private Exports() {}

    /// @return the files, in the order of the kinds
    public static List<Path> write(Invoices.Stored stored, Path folder, Set<Kind> kinds) {
        Invoice invoice = stored.invoice();
        DocumentOptions options = DocumentOptions.PLAIN.withUsageByResource().withFingerprint(stored.hash());
        List<Path> files = new ArrayList<>();
        for (Kind kind : kinds) {
            byte[] content = switch (kind) {
                case csv -> text(InvoiceTable.lines(invoice).toCsv());
                case json -> text(stored.document());
                case html -> text(InvoiceHtml.of(invoice, options));
                case pdf -> InvoicePdf.of(invoice, options);
            };
            files.add(write(folder.resolve(invoice.number() + "." + kind), content));
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
            Files.write(beside, content);
            return Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AskedWrongly("cannot write %s: %s".formatted(file, e.getMessage()));
        }
    }
}
