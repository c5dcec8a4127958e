package org.reckoner.serve.auth;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// Which Keystone says who is calling, and what its roles mean here. Role names are compared without regard to
/// case, as Keystone does.
///
/// @param url of the Identity API v3, such as `https://keystone.example.org:5000/v3`
/// @param adminRoles see and change everything
/// @param readerRoles see their own project
/// @param serviceRoles post events
/// @param cache how long a checked token is believed; a revoked one may live that much longer
/// @param timeout for one answer of Keystone
public record KeystoneSettings(
        URI url,
        List<String> adminRoles,
        List<String> readerRoles,
        List<String> serviceRoles,
        Duration cache,
        Duration timeout) {

    public KeystoneSettings {
        adminRoles = List.copyOf(adminRoles);
        readerRoles = List.copyOf(readerRoles);
        serviceRoles = List.copyOf(serviceRoles);
    }

    /// Keystone's own default roles; a token is believed for a minute.
    public static KeystoneSettings of(URI url) {
        return new KeystoneSettings(
                url,
                List.of("admin"),
                List.of("reader", "member"),
                List.of("service"),
                Duration.ofMinutes(1),
                Duration.ofSeconds(5));
    }
}
