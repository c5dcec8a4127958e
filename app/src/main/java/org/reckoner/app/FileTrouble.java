package org.reckoner.app;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Optional;

/// Why a file could not be read or written, in words; Java's own message is often no more than its path.
public final class FileTrouble {

    private FileTrouble() {}

    /// The text of a file that a person named.
    ///
    /// @throws AskedWrongly if it cannot be read; it says why
    public static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new AskedWrongly("cannot read %s: %s".formatted(file, reason(e)));
        }
    }

    /// The end of a sentence such as `cannot read prices.yaml: it is not there`.
    public static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "it is not there";
            case AccessDeniedException denied -> "this user may not";
            case FileAlreadyExistsException there -> "%s is there already".formatted(there.getFile());
            case NotDirectoryException file -> "%s is not a folder".formatted(file.getFile());
            case CharacterCodingException bytes -> "it is not UTF-8 text";
            case FileSystemException other ->
                Optional.ofNullable(other.getReason()).orElse(String.valueOf(e.getMessage()));
            default -> String.valueOf(e.getMessage());
        };
    }
}
