package org.reckoner.deliver;

import java.time.Duration;

/// Why a billing system did not do what it was asked. Messages are for people and hold no secrets.
public abstract sealed class Undelivered extends Exception {

    private static final long serialVersionUID = 1L;

    private Undelivered(String message) {
        super(message);
    }

    /// It will not take the document, however often it is sent; a person must look.
    public static final class Refused extends Undelivered {

        private static final long serialVersionUID = 1L;

        public Refused(String message) {
            super(message);
        }
    }

    /// It looked at nothing, because too much was sent.
    public static final class Throttled extends Undelivered {

        private static final long serialVersionUID = 1L;
        private static final Duration SHORTEST = Duration.ofSeconds(1);
        private static final Duration LONGEST = Duration.ofHours(1);

        private final Duration wait;

        /// @param wait how long it asks to be left alone; taken as at least a second, so that it is not asked over and
        ///     over, and at most an hour
        public Throttled(String message, Duration wait) {
            super(message);
            this.wait = wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
        }

        public Duration pause() {
            return wait;
        }
    }

    /// It said that it took the document, and does not show it. It is looked up again and not sent.
    public static final class Taken extends Undelivered {

        private static final long serialVersionUID = 1L;

        public Taken(String message) {
            super(message);
        }
    }

    /// It cannot be reached, failed, or its answer was lost. What was sent may have arrived.
    public static final class Unavailable extends Undelivered {

        private static final long serialVersionUID = 1L;

        public Unavailable(String message) {
            super(message);
        }

        public Unavailable(String message, Throwable cause) {
            super(message);
            initCause(cause);
        }
    }
}
