package org.reckoner.serve.ceilometer;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Optional;
import java.util.function.Function;

/// How what Ceilometer publishes is taken.
///
/// @param publisher who may post with a name and a password: Ceilometer's publisher has no token of Keystone's
/// @param take keeps a body, all that can be understood of it in one transaction
public record Publications(Optional<Publisher> publisher, Function<byte[], Taken> take) {

    /// What became of a body.
    ///
    /// @param added new samples and observations
    /// @param known told before
    /// @param ignored of no concern to billing
    /// @param refused kept as dead letters, or there already
    public record Taken(long added, long known, long ignored, long refused) {}

    /// A name and a password.
    public record Publisher(String user, String password) {

        /// Whether an `Authorization` header says both; how long it takes to say no tells nothing of the
        /// password.
        public boolean isMeant(String authorization) {
            if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
                return false;
            }
            try {
                byte[] told =
                        Base64.getDecoder().decode(authorization.substring(6).strip());
                byte[] expected = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
                return MessageDigest.isEqual(told, expected);
            } catch (IllegalArgumentException notBase64) {
                return false;
            }
        }

        /// Without the password.
        @Override
        public String toString() {
            return user;
        }
    }
}
