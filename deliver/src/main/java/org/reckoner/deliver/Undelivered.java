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

        private final Duration wait;

        /// @param wait how long it asks to be left alone
        public Throttled(String message, Duration wait) {
            super(message);
            this.wait = wait;
        }

        public Duration pause() {
            return wait;
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
