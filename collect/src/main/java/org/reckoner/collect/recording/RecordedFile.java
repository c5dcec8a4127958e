package org.reckoner.collect.recording;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;

/// One file of a recording.
///
/// @param name for people
/// @param single whether it holds one message, and not one a line
/// @param bytes how many there are to read, about; 0 if that is not known
/// @param opener opens it for reading, unzipped
record RecordedFile(String name, boolean single, long bytes, Opener opener) {

    /// How much is read to guess how many lines there are.
    private static final int SAMPLE = 2 * 1024 * 1024;

    /// Opens a file, again and again.
    interface Opener {
        InputStream open() throws IOException;
    }

    /// Counts the lines of a file of up to 2 MiB, and guesses those of a larger one from its start.
    Recording.Size size() {
        if (single) {
            return new Recording.Size(1, true);
        }
        try (InputStream in = opener.open()) {
            byte[] start = in.readNBytes(SAMPLE);
            long lines = start.length > 0 && start[start.length - 1] != '\n' ? 1 : 0;
            for (byte b : start) {
                lines += b == '\n' ? 1 : 0;
            }
            if (start.length < SAMPLE) {
                return new Recording.Size(lines, true);
            }
            return new Recording.Size(Math.max(lines, lines * (bytes / 1024) / (SAMPLE / 1024)), false);
        } catch (IOException e) {
            throw unreadable("", e);
        }
    }

    /// @param where how far it could be read, as ` after line 7`; empty if not at all
    UnreadableRecording unreadable(String where, IOException e) {
        String reason = e instanceof AccessDeniedException ? "this user may not" : String.valueOf(e.getMessage());
        return new UnreadableRecording("%s cannot be read%s: %s".formatted(name, where, reason), e);
    }
}
