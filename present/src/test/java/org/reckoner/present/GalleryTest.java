package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Writes every sample to `target/gallery`, for people to look at.
class GalleryTest {

    private static final Path GALLERY = Path.of("target", "gallery");

    @Test
    void every_sample_can_be_looked_at() throws IOException {
        Files.createDirectories(GALLERY);
        for (var sample : Samples.invoices().entrySet()) {
            Files.writeString(
                    GALLERY.resolve(sample.getKey() + ".html"), InvoiceHtml.of(sample.getValue(), Samples.full()));
            Files.write(GALLERY.resolve(sample.getKey() + ".pdf"), InvoicePdf.of(sample.getValue(), Samples.full()));
            Files.writeString(GALLERY.resolve(sample.getKey() + ".txt"), InvoiceTable.of(sample.getValue(), true, 120));
        }
        Files.writeString(GALLERY.resolve("bill.html"), InvoiceHtml.of(Samples.unpricedBill(), Samples.full()));
        Files.write(GALLERY.resolve("bill.pdf"), InvoicePdf.of(Samples.unpricedBill(), Samples.full()));
        Files.writeString(
                GALLERY.resolve("bill.txt"), BillTable.of(Samples.unpricedBill(), Samples.corrections(), false, 120));
        Files.writeString(
                GALLERY.resolve("explanation.txt"),
                Samples.bill().lines().stream()
                        .map(line -> Explanation.of(line, Samples.book(), id -> Optional.empty())
                                .toText())
                        .reduce("", String::concat));
        assertThat(GALLERY.resolve("large.pdf")).isNotEmptyFile();
    }
}
