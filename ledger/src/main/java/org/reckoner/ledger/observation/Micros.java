package org.reckoner.ledger.observation;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// Instants as the ledger stores them: microseconds since 1970-01-01 UTC.
public final class Micros {

    private Micros() {}

    /// @throws ArithmeticException if the instant is beyond the year 292,000
    public static long of(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    public static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }
}
