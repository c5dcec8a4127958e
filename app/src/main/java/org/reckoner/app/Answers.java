package org.reckoner.app;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A stream that remembers why it could not be written, which [java.io.PrintWriter] keeps to itself.
final class Answers extends FilterOutputStream {

    private @Nullable IOException trouble;

    Answers(OutputStream out) {
        super(out);
    }

    /// The first failure. That a reader of a pipe has read enough is none.
    Optional<IOException> trouble() {
        return Optional.ofNullable(trouble)
                .filter(failure -> !String.valueOf(failure.getMessage()).contains("Broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            trouble = trouble == null ? e : trouble;
            throw e;
        }
    }
}
