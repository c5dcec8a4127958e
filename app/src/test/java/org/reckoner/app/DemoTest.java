package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void the_demo_goes_from_recorded_notifications_to_verified_invoices() {
        Cli demo = demo("a");

        assertThat(demo.exit()).as(demo.out() + demo.err()).isZero();
        assertThat(demo.out())
                .contains("0 not understood")
                .contains("Bill of acme")
                .contains("RegionOne")
                .doesNotContain("BROKEN");
        assertThat(folder.resolve("a/invoices/INV-2026-000001.pdf")).isNotEmptyFile();
    }

    @Test
    void the_demo_writes_the_same_documents_in_any_locale_and_time_zone() throws IOException {
        demo("a");
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            demo("b");
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }

        assertThat(documents("b")).isEqualTo(documents("a")).isNotEmpty();
    }

    @Test
    void the_demo_leaves_a_folder_alone_that_it_did_not_make() throws IOException {
        Path precious = Files.createDirectories(folder.resolve("mine")).resolve("thesis.txt");
        Files.writeString(precious, "years of work");

        Cli demo = demo("mine");

        assertThat(demo.exit()).isEqualTo(2);
        assertThat(demo.err()).contains("not made by a demo");
        assertThat(precious).hasContent("years of work");
    }

    private Cli demo(String name) {
        return Cli.reckoner("demo", "--to", folder.resolve(name).toString());
    }

    private TreeMap<String, String> documents(String name) throws IOException {
        TreeMap<String, String> documents = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder.resolve(name).resolve("invoices"))) {
            for (Path file :
                    files.filter(path -> !path.toString().endsWith(".pdf")).toList()) {
                documents.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return documents;
    }
}
