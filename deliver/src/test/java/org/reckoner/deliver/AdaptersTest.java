package org.reckoner.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdaptersTest {

    static final String CLASS = "org.example.reckoner.TextFiles";

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void an_unknown_adapter_is_refused_with_those_that_are_known() {
        assertThatThrownBy(() -> Adapters.open("filse", Optional.empty(), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("archive: there is no adapter 'filse'")
                .hasMessageContaining("files");
    }

    @Test
    void a_class_that_is_no_adapter_is_refused() {
        assertThatThrownBy(() ->
                        Adapters.open("java.lang.String", Optional.empty(), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("is no org.reckoner.deliver.BillingSystem");
    }

    @Test
    void a_jar_that_is_not_there_is_named() {
        assertThatThrownBy(() -> Adapters.open(
                        CLASS, Optional.of(folder.resolve("x.jar")), AdapterSettings.of("archive", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessageContaining("cannot read the adapter's jar")
                .hasMessageContaining("x.jar");
    }

    @Test
    void what_a_strangers_adapter_refuses_is_told() throws Exception {
        Path jar = jar(folder);

        assertThatThrownBy(() -> Adapters.open(CLASS, Optional.of(jar), AdapterSettings.of("text", Map.of())))
                .isInstanceOf(BadAdapter.class)
                .hasMessage("text: 'folder' is missing");
    }

    /// The class of the page `write-an-adapter.md`, compiled as a stranger would, in a jar of its own.
    static Path jar(Path folder) throws IOException {
        Path page = Path.of(System.getProperty("basedir", "."), "..", "docs", "how-to", "write-an-adapter.md");
        Matcher code = Pattern.compile("(?s)```java\n(.*?)```").matcher(Files.readString(page));
        assertThat(code.find()).isTrue();
        Path source = Files.writeString(folder.resolve("TextFiles.java"), code.group(1));
        Path classes = Files.createDirectories(folder.resolve("classes"));
        List<String> arguments = List.of(
                "-proc:none",
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                classes.toString(),
                source.toString());
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(null, OutputStream.nullOutputStream(), System.err, arguments.toArray(String[]::new));
        assertThat(exit).isZero();
        Path jar = folder.resolve("text-files.jar");
        String entry = CLASS.replace('.', '/') + ".class";
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
            out.putNextEntry(new JarEntry(entry));
            Files.copy(classes.resolve(entry), out);
        }
        return jar;
    }
}
