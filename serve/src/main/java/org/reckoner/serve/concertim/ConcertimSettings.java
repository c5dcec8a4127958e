package org.reckoner.serve.concertim;

import java.math.BigDecimal;

/// How Concertim is answered.
///
/// @param port 0 for any free one
/// @param creditThreshold an order needs more than this left
public record ConcertimSettings(String host, int port, BigDecimal creditThreshold) {

    /// The port at which the middleware was.
    public static final int USUAL_PORT = 42356;

    public static final BigDecimal USUAL_THRESHOLD = new BigDecimal(25);
}
