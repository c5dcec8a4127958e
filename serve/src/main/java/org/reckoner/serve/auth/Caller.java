package org.reckoner.serve.auth;

import java.util.Optional;
import org.reckoner.serve.http.Problem;

/// Who is calling.
///
/// @param name for the audit log
/// @param project whose token it is; a project's caller sees that project and no other
public record Caller(String name, Optional<String> project, Role role) {

    /// What a caller may do, by the roles of the token.
    public enum Role {
        /// Sees the own project.
        READER,
        /// Posts events of all projects, and sees the own project.
        SERVICE,
        /// Sees and changes everything.
        ADMIN,
        /// Has no role that counts here.
        NONE
    }

    /// The caller where authentication is switched off.
    public static final Caller LOCAL = new Caller("local", Optional.empty(), Role.ADMIN);

    /// Who posts samples with a name and a password.
    public static Caller publisher(String name) {
        return new Caller(name, Optional.empty(), Role.SERVICE);
    }

    public boolean isAdmin() {
        return role == Role.ADMIN;
    }

    public boolean may(Access access) {
        return switch (access) {
            case PUBLIC -> true;
            case READER -> role != Role.NONE;
            case SERVICE, TELEMETRY -> role == Role.SERVICE || role == Role.ADMIN;
            case ADMIN -> role == Role.ADMIN;
        };
    }

    public boolean sees(String anyProject) {
        return isAdmin()
                || role != Role.NONE && project.filter(anyProject::equals).isPresent();
    }

    /// Which projects to show: all for an admin (empty), else the caller's own.
    ///
    /// @throws Problem if the token is of no project
    public Optional<String> only() {
        if (isAdmin()) {
            return Optional.empty();
        }
        return Optional.of(project.orElseThrow(
                () -> Problem.forbidden("the token is of no project; take one that is scoped to a project")));
    }
}
