package org.reckoner.collect.openstack;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.reckoner.collect.openstack.Credentials.ApplicationCredential;
import org.reckoner.collect.openstack.Credentials.Domain;
import org.reckoner.collect.openstack.Credentials.Named;
import org.reckoner.collect.openstack.Credentials.Password;
import org.reckoner.collect.openstack.Credentials.Scope;
import tools.jackson.databind.node.ObjectNode;

/// Logging in: `POST /v3/auth/tokens`.
final class Identity {

    static final String KEYSTONE = "Keystone";

    private Identity() {}

    /// @throws BadCloud if Keystone does not take the credentials
    /// @throws CloudFailure if it does not answer
    static Token logIn(Cloud cloud, Transport transport) {
        URI tokens = URI.create(cloud.authUrl() + "/auth/tokens");
        Answer answer = transport.send(
                KEYSTONE,
                Transport.request(tokens)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(
                                Transport.write(body(cloud.credentials())), StandardCharsets.UTF_8))
                        .build());
        String who = cloud.credentials().who();
        if (answer.status() == 401) {
            throw new BadCloud("cloud %s: Keystone does not let %s in: %s. Check the name, the secret and the project"
                    .formatted(cloud.name(), who, answer.reason()));
        }
        Optional<String> id = answer.subjectToken();
        if (!answer.isFine() || id.isEmpty()) {
            throw new CloudFailure("cloud %s: %s gave %s no token: %s. Is 'auth_url' Keystone's address?"
                    .formatted(cloud.name(), tokens, who, answer.isFine() ? "there is none" : answer.reason()));
        }
        return Token.of(id.get(), answer.body(), tokens.toString());
    }

    private static ObjectNode body(Credentials credentials) {
        ObjectNode body = Transport.json().createObjectNode();
        ObjectNode auth = body.putObject("auth");
        ObjectNode identity = auth.putObject("identity");
        switch (credentials) {
            case Password(Named user, Secret password, Scope scope) -> {
                identity.putArray("methods").add("password");
                ObjectNode login = identity.putObject("password").putObject("user");
                put(login, user);
                login.put("password", password.value());
                put(auth.putObject("scope"), scope);
            }
            case ApplicationCredential(Named credential, Optional<Named> user, Secret secret) -> {
                identity.putArray("methods").add("application_credential");
                ObjectNode login = identity.putObject("application_credential");
                put(login, credential);
                user.ifPresent(whose -> put(login.putObject("user"), whose));
                login.put("secret", secret.value());
            }
        }
        return body;
    }

    private static void put(ObjectNode node, Scope scope) {
        switch (scope) {
            case Scope.Project(Named project) -> put(node.putObject("project"), project);
            case Scope.OfDomain(Domain domain) -> put(node.putObject("domain"), domain);
            case Scope.System() -> node.putObject("system").put("all", true);
        }
    }

    /// An id says it all; a name needs its domain.
    private static void put(ObjectNode node, Named named) {
        if (named.id().isPresent()) {
            node.put("id", named.id().get());
            return;
        }
        named.name().ifPresent(name -> node.put("name", name));
        named.domain().ifPresent(domain -> put(node.putObject("domain"), domain));
    }

    private static void put(ObjectNode node, Domain domain) {
        domain.id().ifPresent(id -> node.put("id", id));
        if (domain.id().isEmpty()) {
            domain.name().ifPresent(name -> node.put("name", name));
        }
    }
}
