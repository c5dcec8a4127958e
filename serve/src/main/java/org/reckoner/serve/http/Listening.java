package org.reckoner.serve.http;

import io.javalin.config.JavalinConfig;
import java.time.Duration;

/// How a server of ours listens: on virtual threads, without words about itself, and with an end to whatever takes
/// too long.
///
/// @param port 0 for any that is free
/// @param idle after so long without a byte a connection is closed
/// @param largestBody of a request, in bytes
public record Listening(String host, int port, Duration idle, long largestBody) {

    /// How long requests that are under way may take when the server is told to stop.
    public static final Duration GRACE = Duration.ofSeconds(10);

    public void configure(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
        config.concurrency.useVirtualThreads = true;
        config.jetty.host = host;
        config.jetty.port = port;
        config.jetty.modifyServer(server -> {
            server.setStopTimeout(GRACE.toMillis());
            server.setErrorHandler(new UnroutedErrors());
        });
        config.jetty.modifyHttpConfiguration(http -> {
            http.setSendServerVersion(false);
            http.setIdleTimeout(idle.toMillis());
        });
        config.http.maxRequestSize = largestBody;
        config.http.prefer405over404 = true;
        config.http.defaultContentType = "application/json";
    }
}
