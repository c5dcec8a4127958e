package org.reckoner.collect.openstack;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.reckoner.collect.openstack.Credentials.ApplicationCredential;
import org.reckoner.collect.openstack.Credentials.Domain;
import org.reckoner.collect.openstack.Credentials.Named;
import org.reckoner.collect.openstack.Credentials.Password;
import org.reckoner.collect.openstack.Credentials.Scope;

/// One cloud as it is written down, in the keys of `clouds.yaml`.
///
/// Values of secret keys never appear in what is thrown from here.
///
/// @param where what messages call the place, such as `/etc/openstack/clouds.yaml: clouds.prod`
record Entry(String name, String where, Map<String, Object> keys) {

    private static final String OVERRIDE = "_endpoint_override";
    private static final List<String> PASSWORD_TYPES = List.of("password", "v3password");
    private static final List<String> APPLICATION_TYPES = List.of("v3applicationcredential");
    private static final List<String> CLIENT_CERTIFICATE = List.of("cert", "key");

    /// @param region instead of the one that is written down
    /// @throws BadCloud if a key is missing or says something that cannot be
    Cloud cloud(Optional<String> region) {
        for (String key : CLIENT_CERTIFICATE) {
            if (text(key).isPresent()) {
                throw bad("'%s' (a certificate of our own) is not supported".formatted(key));
            }
        }
        if (text("identity_api_version")
                .filter(version -> !version.startsWith("3"))
                .isPresent()) {
            throw bad("'identity_api_version' is not 3; Reckoner speaks the Identity API v3 only");
        }
        return new Cloud(
                name,
                authUrl(),
                credentials(),
                region.or(() -> text("region_name")).or(this::onlyRegion),
                endpoints(),
                text("cacert").map(Entry::path),
                verify(),
                overrides());
    }

    private URI authUrl() {
        String text = auth("auth_url")
                .orElseThrow(() -> bad("'auth_url' is missing: expected Keystone's address, as https://host:5000/v3"));
        String url = text.replaceFirst("/+$", "");
        if (url.endsWith("/v2.0")) {
            throw bad("'auth_url' ends in /v2.0; Reckoner speaks the Identity API v3 only");
        }
        try {
            return CloudsFile.http(url.endsWith("/v3") ? url : url + "/v3");
        } catch (IllegalArgumentException e) {
            throw bad("'auth_url' is no http address");
        }
    }

    private Credentials credentials() {
        Optional<String> type = text("auth_type");
        boolean application = type.map(APPLICATION_TYPES::contains)
                .orElse(auth("application_credential_id")
                        .or(() -> auth("application_credential_name"))
                        .isPresent());
        if (type.isPresent() && !application && !PASSWORD_TYPES.contains(type.get())) {
            throw bad("'auth_type' %s is not supported; known are password and v3applicationcredential"
                    .formatted(type.get()));
        }
        return application ? applicationCredential() : password();
    }

    private Credentials password() {
        return new Password(
                named("username", "user_id", "user_domain")
                        .orElseThrow(() -> bad("'username' (or 'user_id') is missing")),
                new Secret(auth("password").orElseThrow(() -> bad("'password' is missing"))),
                scope());
    }

    private Credentials applicationCredential() {
        Optional<String> id = auth("application_credential_id");
        Optional<String> called = auth("application_credential_name");
        if (id.isEmpty() && called.isEmpty()) {
            throw bad("'application_credential_id' (or 'application_credential_name') is missing");
        }
        Optional<Named> user = id.isPresent() ? Optional.empty() : named("username", "user_id", "user_domain");
        if (id.isEmpty() && user.isEmpty()) {
            throw bad("'username' (or 'user_id') is missing: expected whose application credential '%s' is"
                    .formatted(called.orElse("?")));
        }
        return new ApplicationCredential(
                new Named(id, called, Optional.empty()),
                user,
                new Secret(auth("application_credential_secret")
                        .orElseThrow(() -> bad("'application_credential_secret' is missing"))));
    }

    private Scope scope() {
        if (auth("system_scope").isPresent()) {
            return new Scope.System();
        }
        Optional<Named> project = named("project_name", "project_id", "project_domain")
                .or(() -> named("tenant_name", "tenant_id", "project_domain"));
        if (project.isPresent()) {
            return new Scope.Project(project.get());
        }
        if (auth("domain_id").or(() -> auth("domain_name")).isPresent()) {
            return new Scope.OfDomain(new Domain(auth("domain_id"), auth("domain_name")));
        }
        throw bad("'project_name' (or 'project_id') is missing: expected the project that the user acts in");
    }

    private Optional<Named> named(String nameKey, String idKey, String domainKey) {
        Optional<String> id = auth(idKey);
        Optional<String> called = auth(nameKey);
        if (id.isEmpty() && called.isEmpty()) {
            return Optional.empty();
        }
        Domain domain = new Domain(auth(domainKey + "_id"), auth(domainKey + "_name"));
        if (domain.id().isEmpty() && domain.name().isEmpty()) {
            domain = auth("default_domain")
                    .or(() -> auth("default_domain_id"))
                    .map(given -> new Domain(Optional.of(given), Optional.empty()))
                    .or(() ->
                            auth("default_domain_name").map(given -> new Domain(Optional.empty(), Optional.of(given))))
                    .orElse(Domain.DEFAULT);
        }
        return Optional.of(new Named(id, called, Optional.of(domain)));
    }

    private Optional<String> onlyRegion() {
        if (!(keys.get("regions") instanceof List<?> regions) || regions.isEmpty()) {
            return Optional.empty();
        }
        List<String> names = regions.stream()
                .map(region -> region instanceof Map<?, ?> map ? String.valueOf(map.get("name")) : region.toString())
                .toList();
        if (names.size() > 1) {
            throw bad("it has several regions: choose one with --region: " + String.join(", ", names));
        }
        return Optional.of(names.getFirst());
    }

    private Cloud.Interface endpoints() {
        String word = text("interface").or(() -> text("endpoint_type")).orElse("public");
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "public", "publicurl" -> Cloud.Interface.PUBLIC;
            case "internal", "internalurl" -> Cloud.Interface.INTERNAL;
            case "admin", "adminurl" -> Cloud.Interface.ADMIN;
            default -> throw bad("'interface' is '%s'; known are public, internal and admin".formatted(word));
        };
    }

    private boolean verify() {
        Optional<String> insecure = text("insecure");
        return insecure.isPresent()
                ? !isTrue("insecure", insecure.get())
                : text("verify").map(word -> isTrue("verify", word)).orElse(true);
    }

    private boolean isTrue(String key, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0", "" -> false;
            default -> throw bad("'%s' is '%s'; expected true or false".formatted(key, word));
        };
    }

    /// `block_storage_endpoint_override` is for the type `block-storage`; `volume_…` for any of Cinder's.
    private TreeMap<String, URI> overrides() {
        TreeMap<String, URI> overrides = new TreeMap<>();
        for (String key : keys.keySet()) {
            if (key.endsWith(OVERRIDE)) {
                String type = key.substring(0, key.length() - OVERRIDE.length()).replace('_', '-');
                URI url = value(key, CloudsFile::http, "an http address");
                (type.startsWith("volume") ? Service.CINDER.types() : List.of(type))
                        .forEach(each -> overrides.put(each, url));
            }
        }
        return overrides;
    }

    private <T> T value(String key, Function<String, T> parse, String expected) {
        try {
            return parse.apply(text(key).orElse(""));
        } catch (IllegalArgumentException e) {
            throw bad("'%s' is not %s".formatted(key, expected));
        }
    }

    /// `~` is the home of whoever runs this.
    private static Path path(String text) {
        return Path.of(text.startsWith("~/") ? System.getProperty("user.home") + text.substring(1) : text);
    }

    /// A key below `auth`; also where it is written beside it.
    private Optional<String> auth(String key) {
        Object found = keys.get("auth") instanceof Map<?, ?> auth ? auth.get(key) : null;
        return found == null ? text(key) : Optional.of(scalar(key, found));
    }

    private Optional<String> text(String key) {
        Object found = keys.get(key);
        return found == null ? Optional.empty() : Optional.of(scalar(key, found));
    }

    private String scalar(String key, Object found) {
        if (found instanceof Map || found instanceof List) {
            throw bad("'%s' is not a plain value".formatted(key));
        }
        return found.toString();
    }

    private BadCloud bad(String what) {
        return new BadCloud(where + ": " + what);
    }
}
