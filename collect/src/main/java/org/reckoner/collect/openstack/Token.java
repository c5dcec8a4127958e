package org.reckoner.collect.openstack;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// What Keystone gave for the credentials.
///
/// @param project that it is for; none if it is for a domain or the whole system
/// @param system whether it is for the whole system
record Token(
        Secret id,
        Instant expires,
        String user,
        Optional<OpenStack.Project> project,
        boolean system,
        SortedSet<String> roles,
        Catalogue catalogue) {

    /// @throws CloudFailure if the answer is no token
    static Token of(String id, JsonNode answer, String keystone) {
        JsonNode token = answer.path("token");
        TreeSet<String> roles = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        token.path("roles").forEach(role -> roles.add(role.path("name").asString("")));
        JsonNode project = token.path("project");
        try {
            return new Token(
                    new Secret(id),
                    Instant.parse(token.path("expires_at").asString("")),
                    token.path("user").path("name").asString("?"),
                    project.path("id").isString()
                            ? Optional.of(new OpenStack.Project(
                                    project.path("id").asString(),
                                    project.path("name").asString("")))
                            : Optional.empty(),
                    token.path("system").path("all").asBoolean(false),
                    roles,
                    Catalogue.of(token.path("catalog")));
        } catch (DateTimeException e) {
            throw new CloudFailure(keystone + " answered with something that is no token: expires_at is no time", e);
        }
    }
}
