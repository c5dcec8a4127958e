package org.reckoner.collect.openstack;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which clouds there are, for somebody with this environment: those of `clouds.yaml`, and the one that `OS_*`
/// variables describe.
///
/// `clouds.yaml` (or `.yml`, `.json`) is looked for in the working directory, in `~/.config/openstack` and in
/// `/etc/openstack`; the first found is taken. `OS_CLIENT_CONFIG_FILE` names another. `secure.yaml` is looked for
/// in the same way; `OS_CLIENT_SECURE_FILE` names another.
public final class Clouds {

    private static final List<String> ENDINGS = List.of(".yaml", ".yml", ".json");

    /// By variable, the key that it stands for in `clouds.yaml`.
    private static final Map<String, String> VARIABLES = Map.ofEntries(
            Map.entry("OS_AUTH_URL", "auth_url"),
            Map.entry("OS_AUTH_TYPE", "auth_type"),
            Map.entry("OS_USERNAME", "username"),
            Map.entry("OS_USER_ID", "user_id"),
            Map.entry("OS_USER_DOMAIN_NAME", "user_domain_name"),
            Map.entry("OS_USER_DOMAIN_ID", "user_domain_id"),
            Map.entry("OS_PASSWORD", "password"),
            Map.entry("OS_PROJECT_NAME", "project_name"),
            Map.entry("OS_PROJECT_ID", "project_id"),
            Map.entry("OS_TENANT_NAME", "tenant_name"),
            Map.entry("OS_TENANT_ID", "tenant_id"),
            Map.entry("OS_PROJECT_DOMAIN_NAME", "project_domain_name"),
            Map.entry("OS_PROJECT_DOMAIN_ID", "project_domain_id"),
            Map.entry("OS_DOMAIN_NAME", "domain_name"),
            Map.entry("OS_DOMAIN_ID", "domain_id"),
            Map.entry("OS_DEFAULT_DOMAIN", "default_domain"),
            Map.entry("OS_SYSTEM_SCOPE", "system_scope"),
            Map.entry("OS_APPLICATION_CREDENTIAL_ID", "application_credential_id"),
            Map.entry("OS_APPLICATION_CREDENTIAL_NAME", "application_credential_name"),
            Map.entry("OS_APPLICATION_CREDENTIAL_SECRET", "application_credential_secret"),
            Map.entry("OS_REGION_NAME", "region_name"),
            Map.entry("OS_INTERFACE", "interface"),
            Map.entry("OS_ENDPOINT_TYPE", "endpoint_type"),
            Map.entry("OS_CACERT", "cacert"),
            Map.entry("OS_CERT", "cert"),
            Map.entry("OS_KEY", "key"),
            Map.entry("OS_INSECURE", "insecure"),
            Map.entry("OS_IDENTITY_API_VERSION", "identity_api_version"));

    private final Map<String, String> environment;
    private final List<Path> folders;

    /// @param environment the variables of the process
    /// @param folders where files are looked for, in this order
    public Clouds(Map<String, String> environment, List<Path> folders) {
        this.environment = Map.copyOf(environment);
        this.folders = List.copyOf(folders);
    }

    /// What this process sees.
    public static Clouds usual() {
        return new Clouds(
                System.getenv(),
                List.of(
                        Path.of(""),
                        Path.of(System.getProperty("user.home"), ".config", "openstack"),
                        Path.of("/etc/openstack")));
    }

    /// The cloud of that name; without one that of `OS_CLOUD`; else the configured one; else the one of the
    /// environment; else the only one of the file.
    ///
    /// @param named on the command line
    /// @param configured in our own configuration
    /// @param file our own configuration's `clouds.yaml`, instead of those at the usual places
    /// @param region instead of the one that the cloud names
    /// @throws BadCloud if there is no such cloud, or it cannot be used; the message lists those there are
    public Cloud choose(
            Optional<String> named, Optional<String> configured, Optional<Path> file, Optional<String> region) {
        Optional<String> name = named.or(() -> variable("OS_CLOUD")).or(() -> configured);
        if (name.isEmpty() && variable("OS_AUTH_URL").isPresent()) {
            return ofEnvironment().cloud(region);
        }
        CloudsFile clouds = file(file, name);
        List<String> names = List.copyOf(clouds.clouds().keySet());
        if (name.isEmpty() && names.size() != 1) {
            throw new BadCloud("which cloud? Name one with --os-cloud; %s has %s".formatted(clouds.path(), all(names)));
        }
        String chosen = name.orElseGet(names::getFirst);
        if (!clouds.clouds().containsKey(chosen)) {
            throw new BadCloud("there is no cloud '%s' in %s; it has %s".formatted(chosen, clouds.path(), all(names)));
        }
        return new Entry(
                        chosen,
                        "%s: clouds.%s".formatted(clouds.path(), chosen),
                        clouds.clouds().getOrDefault(chosen, Map.of()))
                .cloud(region);
    }

    private static String all(List<String> names) {
        return names.isEmpty() ? "none" : String.join(", ", names);
    }

    private Entry ofEnvironment() {
        Map<String, Object> keys = new LinkedHashMap<>();
        VARIABLES.forEach((variable, key) -> variable(variable).ifPresent(value -> keys.put(key, value)));
        return new Entry(variable("OS_CLOUD_NAME").orElse("envvars"), "the OS_* variables", keys);
    }

    private CloudsFile file(Optional<Path> given, Optional<String> name) {
        Path path = given.or(() -> variable("OS_CLIENT_CONFIG_FILE").map(Path::of))
                .or(() -> find("clouds"))
                .orElseThrow(() -> new BadCloud(
                        "%s. There is no clouds.yaml in %s; OS_CLIENT_CONFIG_FILE may name another, or OS_AUTH_URL, OS_USERNAME, OS_PASSWORD and OS_PROJECT_NAME describe the cloud"
                                .formatted(
                                        name.map("there is no cloud '%s'"::formatted)
                                                .orElse("no OpenStack cloud is configured"),
                                        folders.stream()
                                                .map(folder -> folder.toString().isEmpty() ? "." : folder.toString())
                                                .collect(Collectors.joining(", ")))));
        return CloudsFile.read(
                path,
                variable("OS_CLIENT_SECURE_FILE")
                        .map(Path::of)
                        .or(() -> beside(path, "secure"))
                        .or(() -> find("secure")),
                find("clouds-public"));
    }

    private static Optional<Path> beside(Path path, String name) {
        return inFolder(Optional.ofNullable(path.getParent()).orElse(Path.of("")), name)
                .findFirst();
    }

    private Optional<Path> find(String name) {
        return folders.stream().flatMap(folder -> inFolder(folder, name)).findFirst();
    }

    private static Stream<Path> inFolder(Path folder, String name) {
        return ENDINGS.stream().map(ending -> folder.resolve(name + ending)).filter(Files::exists);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
