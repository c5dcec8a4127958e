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
    TWICE,
    /// does nothing and answers 200 with a page, as a portal that asks people to log in
    PAGE,
    /// does what is asked, and answers 200 with a page
    PAGE_AFTER,
    /// does nothing and answers 200 with no body
    EMPTY,
    /// does what is asked, and answers 204
    NO_CONTENT,
    /// does nothing and answers `{}`
    EMPTY_OBJECT,
    /// does nothing and sends the client elsewhere
    REDIRECT,
    /// does what is asked, and answers the first half as if it were all
    CUT,
    /// does what is asked, and answers compressed, which nobody asked for
    COMPRESSED,
    /// does what is asked, and answers with a byte order mark before the text
    MARKED,
    /// does nothing and answers 500 with all that was sent, as a web server that is being mended
    ECHO
}
