package org.reckoner.deliver.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.kit.AdapterContract;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.ledger.Sha256;

class InvoiceFilesTest extends AdapterContract {

    @Override
    protected BillingSystem open() {
        return new InvoiceFiles(AdapterSettings.of("archive", Map.of("folder", out().toString())));
    }

    @Override
    protected BillingSystem openAgain() {
        return open();
    }

    private Path out() {
        return folder.resolve("out");
    }

    @Test
    void each_document_has_its_files_and_last_a_manifest_with_their_hashes() throws Exception {
        try (Cloud cloud = new Cloud(Files.createDirectory(folder.resolve("a")), List.of())) {
            Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());
            open().create(document);

            Path november = out().resolve("2026-11");
            String manifest = Files.readString(november.resolve("INV-2026-000001.manifest.json"));
            for (String form : List.of("csv", "json", "html", "pdf")) {
                byte[] content = Files.readAllBytes(november.resolve("INV-2026-000001." + form));
                assertThat(manifest).contains(Sha256.hex(content));
            }
            try (Stream<Path> files = Files.list(november)) {
                assertThat(files).hasSize(5);
            }
        }
    }

    @Test
    void what_an_interrupted_delivery_left_is_completed_and_what_is_not_its_own_is_never_overwritten()
            throws Exception {
        try (Cloud cloud = new Cloud(Files.createDirectory(folder.resolve("a")), List.of())) {
            Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());
            Path november = out().resolve("2026-11");
            open().create(document);
            Files.delete(november.resolve("INV-2026-000001.manifest.json"));
            Files.delete(november.resolve("INV-2026-000001.pdf"));

            assertThat(open().find(document)).isEmpty();
            open().create(document);
            assertThat(november.resolve("INV-2026-000001.pdf")).exists();

            Files.delete(november.resolve("INV-2026-000001.manifest.json"));
            Files.writeString(november.resolve("INV-2026-000001.csv"), "somebody else's");
            assertThatThrownBy(() -> open().create(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("INV-2026-000001.csv")
                    .hasMessageContaining("not overwritten");
            assertThat(november.resolve("INV-2026-000001.csv")).hasContent("somebody else's");
        }
    }

    @Test
    void a_document_with_a_file_that_is_gone_or_changed_is_missing() throws Exception {
        try (Cloud cloud = new Cloud(Files.createDirectory(folder.resolve("a")), List.of())) {
            List<String> numbers = cloud.issue(3);
            for (String number : numbers) {
                open().create(cloud.outgoing(number));
            }
            Path november = out().resolve("2026-11");
            Files.delete(november.resolve(numbers.get(0) + ".pdf"));
            Files.writeString(november.resolve(numbers.get(1) + ".csv"), "something else");

            assertThat(open().documents(Cloud.NOVEMBER))
                    .extracting(Receipt::reference)
                    .containsExactly(numbers.get(2));
        }
    }

    @Test
    void a_manifest_that_is_not_whole_or_of_another_document_parks_the_delivery_and_is_left_alone() throws Exception {
        try (Cloud cloud = new Cloud(Files.createDirectory(folder.resolve("a")), List.of())) {
            List<String> numbers = cloud.issue(2);
            Outgoing document = cloud.outgoing(numbers.getFirst());
            open().create(document);
            open().create(cloud.outgoing(numbers.getLast()));
            Path manifest = out().resolve("2026-11/INV-2026-000001.manifest.json");
            String whole = Files.readString(manifest);
            Files.delete(manifest);
            for (String text : List.of("", whole.substring(0, whole.length() / 2), "[]", "{}", "null", "7")) {
                Files.writeString(manifest, text);
                assertThatThrownBy(() -> open().find(document))
                        .as(text)
                        .isInstanceOf(Undelivered.Refused.class)
                        .hasMessageContaining("INV-2026-000001.manifest.json")
                        .hasMessageContaining("move it away and retry");
                assertThat(open().documents(Cloud.NOVEMBER))
                        .extracting(Receipt::reference)
                        .containsExactly(numbers.getLast());
                assertThat(manifest).hasContent(text);
            }
            Files.copy(
                    out().resolve("2026-11/INV-2026-000002.manifest.json"),
                    manifest,
                    StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> open().find(document))
                    .isInstanceOf(Undelivered.Refused.class)
                    .hasMessageContaining("is the manifest of another document");
        }
    }

    @Test
    void a_folder_that_is_a_file_is_told_without_the_words_of_java() throws Exception {
        Files.writeString(out(), "in the way");
        try (Cloud cloud = new Cloud(Files.createDirectory(folder.resolve("a")), List.of())) {
            Outgoing document = cloud.outgoing(cloud.issue(1).getFirst());
            assertThatThrownBy(() -> open().create(document))
                    .isInstanceOf(Undelivered.Unavailable.class)
                    .hasMessageContaining(out().toString())
                    .hasMessageNotContaining("java.");
            assertThatThrownBy(() -> open().documents(Cloud.NOVEMBER)).isInstanceOf(Undelivered.Unavailable.class);
        }
    }

    @Test
    void a_wrong_setting_is_refused_when_it_is_opened() {
        assertThatThrownBy(() -> new InvoiceFiles(AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessage("archive: 'folder' is missing");
        assertThatThrownBy(() -> new InvoiceFiles(
                        AdapterSettings.of("archive", Map.of("folder", "x", "forms", List.of("docx")))))
                .hasMessageContaining("no form 'docx'")
                .hasMessageContaining("pdf");
        assertThatThrownBy(() -> new InvoiceFiles(AdapterSettings.of("archive", Map.of("folder", "x", "form", "pdf"))))
                .hasMessageContaining("unknown settings form");
    }
}
