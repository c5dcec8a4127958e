package org.reckoner.collect.recording;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The messages of files one after another, of which never more than one is held.
final class Messages implements Iterator<RawMessage>, AutoCloseable {

    /// A longer message is cut here, and will be refused for that.
    private static final int LONGEST = 16 * 1024 * 1024;

    private final Iterator<RecordedFile> files;
    private final Consumer<UnreadableRecording> skipped;
    private @Nullable RecordedFile file;
    private @Nullable InputStream in;
    private long line;
    private @Nullable RawMessage upcoming;

    /// @param skipped is told of each file that cannot be read, or not to its end; if it returns, the rest goes on
    Messages(List<RecordedFile> files, Consumer<UnreadableRecording> skipped) {
        this.files = files.iterator();
        this.skipped = skipped;
    }

    @Override
    public boolean hasNext() {
        while (upcoming == null) {
            if (in == null && !openNext()) {
                return false;
            }
            upcoming = in == null ? null : readNext();
        }
        return true;
    }

    @Override
    public RawMessage next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        RawMessage message = upcoming;
        upcoming = null;
        return Objects.requireNonNull(message);
    }

    @Override
    public void close() {
        closeFile();
    }

    private boolean openNext() {
        if (!files.hasNext()) {
            return false;
        }
        file = files.next();
        line = 0;
        try {
            in = new BufferedInputStream(file.opener().open(), 64 * 1024);
        } catch (IOException e) {
            skipped.accept(file.unreadable("", e));
        }
        return true;
    }

    /// The next message of the file at hand; nothing at its end, which closes it. Empty lines are no messages.
    private @Nullable RawMessage readNext() {
        RecordedFile current = Objects.requireNonNull(file);
        InputStream open = Objects.requireNonNull(in);
        try {
            if (current.single()) {
                byte[] body = open.readNBytes(LONGEST);
                closeFile();
                return new RawMessage(current.name(), body);
            }
            for (byte[] body = readLine(open); body != null; body = readLine(open)) {
                if (body.length > 0) {
                    return new RawMessage(current.name() + ":" + line, body);
                }
            }
            closeFile();
            return null;
        } catch (IOException e) {
            closeFile();
            skipped.accept(current.unreadable(line <= 1 ? "" : " after line " + (line - 1), e));
            return null;
        }
    }

    private byte @Nullable [] readLine(InputStream open) throws IOException {
        int b = open.read();
        if (b < 0) {
            return null;
        }
        line++;
        ByteArrayOutputStream body = new ByteArrayOutputStream(4096);
        for (; b >= 0 && b != '\n'; b = open.read()) {
            if (b != '\r' && body.size() < LONGEST) {
                body.write(b);
            }
        }
        return body.toByteArray();
    }

    private void closeFile() {
        InputStream open = in;
        in = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            throw new UnreadableRecording("a file of the recording cannot be closed: " + e.getMessage(), e);
        }
    }
}
