package org.reckoner.collect.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordingTest {

    @TempDir
    private Path folder = Path.of("");

    @Test
    void a_folder_is_read_in_the_order_of_its_paths() throws IOException {
        Files.createDirectories(folder.resolve("nova"));
        Files.writeString(folder.resolve("nova/2.json"), "{\n two }");
        Files.writeString(folder.resolve("nova/10.ndjson"), "ten\r\n\neleven");
        Files.writeString(folder.resolve("b.jsonl"), "b\n");
        Files.writeString(folder.resolve("notes.txt"), "no notification");
        zip(folder.resolve("a.ndjson.gz"), "a1\na2\n");
        zip(folder.resolve("c.JSON.GZ"), "{ c }");
        Recording recording = Recording.open(folder);
        assertThat(read(recording))
                .containsExactly(
                        "a.ndjson.gz:1 a1",
                        "a.ndjson.gz:2 a2",
                        "b.jsonl:1 b",
                        "c.JSON.GZ { c }",
                        "nova/10.ndjson:1 ten",
                        "nova/10.ndjson:3 eleven",
                        "nova/2.json {\n two }");
    }

    @Test
    void a_single_file_is_read_whatever_its_name() throws IOException {
        Path file = Files.writeString(folder.resolve("dump.log"), "one\ntwo\n");
        Recording recording = Recording.open(file);
        assertThat(read(recording)).containsExactly("dump.log:1 one", "dump.log:2 two");
        assertThat(recording.size()).isEqualTo(new Recording.Size(2, true));
    }

    @Test
    void messages_are_counted_where_that_is_cheap() {
        assertThat(Recording.bundled().size()).isEqualTo(new Recording.Size(475, true));
    }

    @Test
    void many_messages_are_guessed_at() throws IOException {
        Path file = Files.writeString(folder.resolve("many.ndjson"), "{\"some\": \"message\"}\n".repeat(300_000));
        Recording.Size size = Recording.open(file).size();
        assertThat(size.exact()).isFalse();
        assertThat(size.messages()).isBetween(290_000L, 310_000L);
    }

    @Test
    void messages_are_read_as_they_are_asked_for() throws IOException {
        Files.writeString(folder.resolve("a.ndjson"), "one\ntwo\n");
        Files.writeString(folder.resolve("b.ndjson.gz"), "not zipped");
        Recording recording = Recording.open(folder.resolve("a.ndjson"));
        try (Stream<RawMessage> messages = recording.messages()) {
            Iterator<RawMessage> each = messages.iterator();
            assertThat(each.next().origin()).isEqualTo("a.ndjson:1");
        }
    }

    @Test
    void the_bundled_recording_can_be_read_again_and_again() {
        assertThat(read(Recording.bundled())).hasSize(475).isEqualTo(read(Recording.bundled()));
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        Path nowhere = folder.resolve("nowhere");
        assertThatThrownBy(() -> Recording.open(nowhere))
                .isInstanceOf(UnreadableRecording.class)
                .hasMessageContaining(nowhere + " is not there");
    }

    @Test
    void a_folder_without_notifications_is_named() {
        assertThatThrownBy(() -> Recording.open(folder))
                .isInstanceOf(UnreadableRecording.class)
                .hasMessageContaining("holds no notifications");
    }

    @Test
    void a_file_that_is_not_zipped_although_it_says_so_is_named() throws IOException {
        Path file = Files.writeString(folder.resolve("b.ndjson.gz"), "not zipped");
        assertThatThrownBy(() -> Recording.open(file))
                .isInstanceOf(UnreadableRecording.class)
                .hasMessageContaining("b.ndjson.gz cannot be read");
    }

    @Test
    void a_file_cut_off_is_read_up_to_there() throws IOException {
        Path file = folder.resolve("cut.json.gz");
        zip(file, "x".repeat(100_000));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(whole, whole.length / 2));
        Recording recording = Recording.open(file);
        assertThatThrownBy(() -> read(recording))
                .isInstanceOf(UnreadableRecording.class)
                .hasMessageContaining("cut.json.gz");
    }

    @Test
    void files_of_a_folder_that_cannot_be_read_are_told_and_the_rest_goes_on() throws IOException {
        Files.writeString(folder.resolve("a.json.gz"), "not zipped");
        zip(folder.resolve("b.ndjson.gz"), "b1\n" + "b2".repeat(100_000) + "\n");
        byte[] whole = Files.readAllBytes(folder.resolve("b.ndjson.gz"));
        Files.write(folder.resolve("b.ndjson.gz"), java.util.Arrays.copyOf(whole, whole.length / 2));
        Files.writeString(folder.resolve("c.json"), "{ c }");
        List<String> skipped = new ArrayList<>();
        try (Stream<RawMessage> messages =
                Recording.open(folder).messages(unreadable -> skipped.add(String.valueOf(unreadable.getMessage())))) {
            assertThat(messages.map(RawMessage::origin)).containsExactly("b.ndjson.gz:1", "c.json");
        }
        assertThat(skipped)
                .containsExactly(
                        "a.json.gz cannot be read: Not in GZIP format",
                        "b.ndjson.gz cannot be read after line 1: Unexpected end of ZLIB input stream");
    }

    private static List<String> read(Recording recording) {
        try (Stream<RawMessage> messages = recording.messages()) {
            return messages.map(m -> m.origin() + " " + new String(m.body(), StandardCharsets.UTF_8))
                    .toList();
        }
    }

    private static void zip(Path file, String text) throws IOException {
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
