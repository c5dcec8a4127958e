package org.reckoner.collect.cloudkitty;

/// A `metrics.yml` that cannot be used as it is. The message names every place and what would do.
public final class BadMetrics extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public BadMetrics(String message) {
        super(message);
    }
}
