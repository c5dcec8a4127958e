package org.reckoner.serve.auth;

import io.javalin.security.RouteRole;

/// Who may call a route. Every route names one; a route that names none is refused to everybody.
public enum Access implements RouteRole {

    /// Anybody, without a token. The list of these routes is in docs/reference/http.md.
    PUBLIC,

    /// Any role of any project; the route shows a project's caller that project's data only.
    READER,

    /// Services that tell what happened, and admins.
    SERVICE,

    /// As SERVICE, and who posts samples with the name and password that are configured for it.
    TELEMETRY,

    /// Admins of the cloud.
    ADMIN
}
