package org.reckoner.deliver.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {

    @TempDir
    private Path folder = Path.of(".");

    private List<String> there() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void a_write_that_fails_in_the_middle_leaves_nothing_behind() throws Exception {
        Thread.currentThread().interrupt(); // which breaks the first write off
        assertThatThrownBy(() -> WholeFile.create(folder.resolve("a"), "text".getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
        assertThat(Thread.interrupted()).isTrue();

        assertThat(there()).isEmpty();
    }

    @Test
    void a_file_is_made_once_and_never_overwritten() throws Exception {
        Path file = folder.resolve("a");
        WholeFile.create(file, "text".getBytes(UTF_8));
        WholeFile.create(file, "text".getBytes(UTF_8));

        assertThatThrownBy(() -> WholeFile.create(file, "other".getBytes(UTF_8)))
                .isInstanceOf(FileAlreadyExistsException.class);
        assertThat(file).hasContent("text");
        assertThat(there()).containsExactly("a");
    }

    @Test
    void a_file_is_replaced_whole() throws Exception {
        Path file = folder.resolve("a");
        WholeFile.create(file, "text".getBytes(UTF_8));

        WholeFile.replace(file, "other".getBytes(UTF_8));

        assertThat(file).hasContent("other");
        assertThat(there()).containsExactly("a");
    }
}
