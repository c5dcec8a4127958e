package org.reckoner.serve.auth;

import java.util.Optional;

/// How callers are known.
public sealed interface Authentication permits Authentication.Off, KeystoneTokens {

    /// Who sends this `X-Auth-Token`.
    ///
    /// @throws org.reckoner.serve.http.Problem 401 without a valid token, 503 while tokens cannot be checked
    Caller caller(Optional<String> token);

    /// Everybody is an admin. For trials on one machine; the server then listens on the loopback interface only.
    record Off() implements Authentication {
        @Override
        public Caller caller(Optional<String> token) {
            return Caller.LOCAL;
        }
    }
}
