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
/// name.
public final class WholeFile {

    private WholeFile() {}

    /// Writes a file in place of any older one.
    public static Path replace(Path file, byte[] content) throws IOException {
        Path beside = beside(file, content);
        try {
            return Files.move(beside, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
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
        Path folder = Objects.requireNonNull(file.toAbsolutePath().normalize().getParent());
        Files.createDirectories(folder);
        Path beside = folder.resolve("." + UUID.randomUUID() + ".part");
        try (FileChannel channel = FileChannel.open(beside, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        return beside;
    }
}
