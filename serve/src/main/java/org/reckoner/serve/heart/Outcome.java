package org.reckoner.serve.heart;

import org.reckoner.serve.http.Problem;

/// What became of an event.
sealed interface Outcome {

    /// It counts, from this post or from an earlier one of the same event.
    record Counted(long accountId, String account) implements Outcome {}

    /// It cannot count.
    record Refused(Problem problem) implements Outcome {}
}
