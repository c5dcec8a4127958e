package org.reckoner.collect.openstack;

import java.util.Optional;

/// How Reckoner logs in to Keystone (Identity API v3, "Authentication and token management").
public sealed interface Credentials {

    /// Something by its id, or by its name within a domain.
    ///
    /// @param domain of the name, by id or name; not needed beside an id
    record Named(Optional<String> id, Optional<String> name, Optional<Domain> domain) {

        /// As people call it.
        public String called() {
            return name.or(() -> id).orElse("?");
        }
    }

    /// A domain, by id or by name.
    record Domain(Optional<String> id, Optional<String> name) {

        /// Keystone makes this one first, and most clouds use no other.
        public static final Domain DEFAULT = new Domain(Optional.of("default"), Optional.empty());
    }

    /// What the token is for.
    sealed interface Scope {

        record Project(Named project) implements Scope {}

        record OfDomain(Domain domain) implements Scope {}

        /// The cloud as a whole.
        record System() implements Scope {}
    }

    /// A user with a password.
    record Password(Named user, Secret password, Scope scope) implements Credentials {}

    /// An application credential, which carries its scope with it.
    ///
    /// @param credential by id; or by name, and then with its user
    /// @param user whose it is; needed beside a name
    record ApplicationCredential(Named credential, Optional<Named> user, Secret secret) implements Credentials {}

    /// Who logs in, as messages for people say it.
    default String who() {
        return switch (this) {
            case Password(Named user, Secret hidden, Scope scope) -> "user " + user.called();
            case ApplicationCredential(Named credential, Optional<Named> user, Secret hidden) ->
                "application credential " + credential.called();
        };
    }
}
