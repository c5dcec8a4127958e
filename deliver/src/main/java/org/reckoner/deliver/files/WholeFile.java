package org.reckoner.deliver.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;

/// Files that are there whole or not at all: each is written beside its place, reaches the disk, and then gets its
/// name, which reaches the disk, too.
public final class WholeFile {

    private WholeFile() {}

    /// Writes a file in place of any older one.
    public static Path replace(Path file, byte[] content) throws IOException {
        Path beside = beside(file, content);
        try {
            Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            force(folder(file));
            return file;
        } finally {
            Files.deleteIfExists(beside);
        }
    }

    /// Writes a file that must not be there yet. One that is, with the same content, is left as it is.
    ///
    /// @throws FileAlreadyExistsException if there is one with another content; it stays
    public static Path create(Path file, byte[] content) throws IOException {
        Path beside = beside(file, content);
        try {
            Files.createLink(file, beside);
            force(folder(file));
        } catch (FileAlreadyExistsException e) {
            if (!Arrays.equals(Files.readAllBytes(file), content)) {
                throw e;
            }
        } finally {
            Files.deleteIfExists(beside);
        }
        return file;
    }

    private static Path beside(Path file, byte[] content) throws IOException {
        Path folder = folder(file);
        if (Files.notExists(folder)) {
            Files.createDirectories(folder);
            force(folder(folder));
        }
        Path beside = folder.resolve("." + UUID.randomUUID() + ".part");
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) { // as on a full disk, which what is half written would keep full
            Files.deleteIfExists(beside);
            throw e;
        }
        return beside;
    }

    private static Path folder(Path file) {
        return Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
    }

    /// What is in a folder under which name; without it a power failure could take a whole file away again.
    private static void force(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
