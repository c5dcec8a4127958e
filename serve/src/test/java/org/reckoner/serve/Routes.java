package org.reckoner.serve;

import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import java.util.List;
import org.reckoner.serve.auth.Access;

/// The routes that a server really has.
public final class Routes {

    private Routes() {}

    /// @param path as the server matches it, with parameters in braces
    /// @param access who may call it; empty if it names nobody
    public record Route(String method, String path, List<Access> access) {}

    public static List<Route> of(Server server) {
        return server.endpoints().stream()
                .filter(endpoint -> endpoint.method.isHttpMethod())
                .map(endpoint -> new Route(endpoint.method.name(), endpoint.path, access(endpoint)))
                .toList();
    }

    private static List<Access> access(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        return roles == null
                ? List.of()
                : roles.getRoles().stream().map(Access.class::cast).toList();
    }
}
