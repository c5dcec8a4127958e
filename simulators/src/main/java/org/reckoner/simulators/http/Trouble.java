package org.reckoner.simulators.http;

/// How a server can fail.
public enum Trouble {
    /// does nothing and hangs up
    REFUSED_CONNECTION,
    /// does nothing and answers 500 with a page
    ERROR_BEFORE,
    /// does what is asked, and answers 500 with a page
    ERROR_AFTER,
    /// does what is asked, and hangs up without an answer
    LOST_ANSWER,
    /// does what is asked, and hangs up in the middle of the answer
    HALF_ANSWER,
    /// does what is asked, and answers after a long time
    LATE_ANSWER,
    /// does nothing and answers 429 with `Retry-After: 1`
    THROTTLED,
    /// does nothing and answers 403 with a page
    FORBIDDEN,
    /// does what is asked twice, as a proxy that repeats requests; answers the first time's answer
    TWICE
}
