package org.reckoner.serve;

import java.util.Optional;
import org.reckoner.serve.auth.KeystoneSettings;
import org.reckoner.serve.heart.HeartSettings;

/// Where the server listens, and how it knows its callers.
///
/// @param port 0 for any free one
/// @param keystone none if authentication is switched off
public record ServerSettings(String host, int port, Optional<KeystoneSettings> keystone, HeartSettings heart) {

    public static final String LOOPBACK = "127.0.0.1";
    public static final int USUAL_PORT = 8787;

    /// @throws IllegalArgumentException if authentication is off and the server would be open to the network
    public ServerSettings {
        if (keystone.isEmpty() && !host.equals(LOOPBACK) && !host.equals("localhost") && !host.equals("::1")) {
            throw new IllegalArgumentException(
                    "without authentication the server listens on 127.0.0.1 only, not on " + host);
        }
    }

    /// For a trial on one machine: no authentication, loopback only.
    public static ServerSettings local(int port) {
        return new ServerSettings(LOOPBACK, port, Optional.empty(), HeartSettings.USUAL);
    }

    public ServerSettings withHeart(HeartSettings other) {
        return new ServerSettings(host, port, keystone, other);
    }

    public ServerSettings onPort(int other) {
        return new ServerSettings(host, other, keystone, heart);
    }
}
