package org.reckoner.deliver.outbox;

import java.time.Duration;
import org.reckoner.deliver.BillingSystem;

/// A billing system as an operator configured it.
///
/// @param name what the operator calls it
/// @param connections how many documents are under way at once
/// @param interval between two requests at least; zero for no limit
/// @param lease how long one may be under way before its answer counts as lost
/// @param mostAttempts after so many a person must look
public record Backend(
        String name, BillingSystem system, int connections, Duration interval, Duration lease, int mostAttempts)
        implements AutoCloseable {

    public static final int USUAL_CONNECTIONS = 4;
    public static final Duration USUAL_LEASE = Duration.ofMinutes(5);
    public static final int USUAL_MOST_ATTEMPTS = 20;

    /// @throws IllegalArgumentException if a number is not positive
    public Backend {
        if (connections < 1 || mostAttempts < 1 || interval.isNegative() || !lease.isPositive()) {
            throw new IllegalArgumentException("connections, attempts and lease must be positive");
        }
    }

    @Override
    public void close() {
        system.close();
    }

    public static Backend of(String name, BillingSystem system) {
        return new Backend(name, system, USUAL_CONNECTIONS, Duration.ZERO, USUAL_LEASE, USUAL_MOST_ATTEMPTS);
    }
}
