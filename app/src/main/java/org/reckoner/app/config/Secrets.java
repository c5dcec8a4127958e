package org.reckoner.app.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.reckoner.app.FileTrouble;

/// Passwords: from the environment, or from a file that only the service may read (systemd's `LoadCredential`
/// makes one).
public final class Secrets {

    private Secrets() {}

    /// The environment variable if it is set, else the file's first line, else nothing.
    ///
    /// @throws BadConfiguration if the file cannot be read
    public static Optional<String> read(String variable, Optional<Path> file) {
        String fromEnvironment = System.getenv(variable);
        if (fromEnvironment != null && !fromEnvironment.isEmpty()) {
            return Optional.of(fromEnvironment);
        }
        return file.map(path -> {
            try {
                return Files.readString(path).lines().findFirst().orElse("").strip();
            } catch (IOException e) {
                throw new BadConfiguration(
                        "cannot read the password file %s: %s".formatted(path, FileTrouble.reason(e)));
            }
        });
    }
}
