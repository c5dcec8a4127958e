package org.reckoner.collect.recording;

/// A recording that is not there or cannot be read. The message names the file and what to do.
public final class UnreadableRecording extends RuntimeException {

    UnreadableRecording(String message) {
        super(message);
    }

    UnreadableRecording(String message, Throwable cause) {
        super(message, cause);
    }
}
