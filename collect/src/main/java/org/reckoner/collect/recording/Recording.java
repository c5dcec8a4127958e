package org.reckoner.collect.recording;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPInputStream;

/// Notifications kept in files: a folder of them, or one.
///
/// A `.json` file holds one message; any other (`.ndjson`, `.jsonl`) one message a line. Either may end in
/// `.gz`. Of a folder, all `.json`, `.ndjson` and `.jsonl` files below it belong to the recording, in the order
/// of their paths.
public final class Recording {

    private static final List<String> ENDINGS = List.of(".json", ".ndjson", ".jsonl");

    private final List<RecordedFile> files;
    private final Size size;

    private Recording(List<RecordedFile> files, Size size) {
        this.files = files;
        this.size = size;
    }

    /// How many messages there are.
    ///
    /// @param exact whether they were counted, or guessed from the sizes of the files
    public record Size(long messages, boolean exact) {

        Size plus(Size more) {
            return new Size(messages + more.messages, exact && more.exact);
        }
    }

    /// A folder is opened even if some of its files cannot be read: that is told when their turn comes.
    ///
    /// @throws UnreadableRecording if there is nothing at the path, nothing in the folder, or it may not be
    ///     read
    public static Recording open(Path path) {
        if (!Files.exists(path)) {
            throw new UnreadableRecording(
                    path
                            + " is not there; expected a folder of notifications, an NDJSON file or a JSON file. Nothing was read");
        }
        if (!Files.isDirectory(path)) {
            return single(file(path, String.valueOf(path.getFileName())));
        }
        List<RecordedFile> files = below(path);
        if (files.isEmpty()) {
            throw new UnreadableRecording(
                    path
                            + " holds no notifications; expected files ending in .json, .ndjson or .jsonl (or these with .gz) in it or below. Nothing was read");
        }
        Size size = files.stream().map(Recording::sizeIfReadable).reduce(new Size(0, true), Size::plus);
        return new Recording(files, size);
    }

    private static Recording single(RecordedFile file) {
        return new Recording(List.of(file), file.size());
    }

    private static Size sizeIfReadable(RecordedFile file) {
        try {
            return file.size();
        } catch (UnreadableRecording e) {
            return new Size(0, false);
        }
    }

    /// The recording that comes with Reckoner: a session on real OpenStack services, in the order of arrival.
    public static Recording bundled() {
        RecordedFile.Opener opener = () -> Objects.requireNonNull(
                Recording.class.getResourceAsStream("demo.ndjson"), "the bundled recording is missing");
        return single(new RecordedFile("demo.ndjson", false, 0, opener));
    }

    /// How many messages there are; for progress.
    public Size size() {
        return size;
    }

    /// The messages in order, read as they are asked for. Close the stream when done with it.
    ///
    /// @throws UnreadableRecording also later, while reading
    public Stream<RawMessage> messages() {
        return messages(unreadable -> {
            throw unreadable;
        });
    }

    /// As [#messages()], but a file that cannot be read, or not to its end, is told and the others go on.
    public Stream<RawMessage> messages(Consumer<UnreadableRecording> skipped) {
        Messages messages = new Messages(files, skipped);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(messages, Spliterator.ORDERED | Spliterator.NONNULL), false)
                .onClose(messages::close);
    }

    private static List<RecordedFile> below(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile)
                    .filter(file -> ENDINGS.stream().anyMatch(plainName(file.toString())::endsWith))
                    .sorted(Comparator.comparing(file -> relative(folder, file)))
                    .map(file -> file(file, relative(folder, file)))
                    .toList();
        } catch (IOException | UncheckedIOException e) {
            throw new UnreadableRecording(
                    "%s cannot be searched: %s. Nothing was read".formatted(folder, e.getMessage()), e);
        }
    }

    private static String relative(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private static RecordedFile file(Path path, String name) {
        boolean zipped = name.toLowerCase(Locale.ROOT).endsWith(".gz");
        RecordedFile.Opener plain = () -> Files.newInputStream(path);
        RecordedFile.Opener opener = zipped ? () -> unzipped(plain.open()) : plain;
        return new RecordedFile(name, plainName(name).endsWith(".json"), bytes(path, zipped), opener);
    }

    private static InputStream unzipped(InputStream zipped) throws IOException {
        try {
            return new GZIPInputStream(zipped);
        } catch (IOException e) {
            zipped.close();
            throw e;
        }
    }

    /// The bytes to read, for progress; of a zipped file a guess: notifications shrink to about a tenth.
    private static long bytes(Path path, boolean zipped) {
        try {
            return Files.size(path) * (zipped ? 10 : 1);
        } catch (IOException e) {
            return 0;
        }
    }

    private static String plainName(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".gz") ? lower.substring(0, lower.length() - 3) : lower;
    }
}
