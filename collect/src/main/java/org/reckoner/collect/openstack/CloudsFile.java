package org.reckoner.collect.openstack;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// `clouds.yaml` with `secure.yaml` and `clouds-public.yaml` laid over and under it, as OpenStack's own tools read
/// them (openstacksdk, "Configuring OpenStack SDK Applications").
///
/// @param path which file it is
/// @param clouds by name
record CloudsFile(Path path, Map<String, Map<String, Object>> clouds) {

    /// @param secure what goes over it, with the secrets, if there is such a file
    /// @param vendors profiles that a cloud may refer to, if there is such a file
    /// @throws BadCloud if a file cannot be read or is not of this form
    static CloudsFile read(Path path, Optional<Path> secure, Optional<Path> vendors) {
        Map<String, Object> plain = section(path, "clouds");
        Map<String, Object> secrets =
                secure.map(file -> section(file, "clouds")).orElse(Map.of());
        Map<String, Object> profiles =
                vendors.map(file -> section(file, "public-clouds")).orElse(Map.of());
        Map<String, Map<String, Object>> clouds = new TreeMap<>();
        plain.forEach((name, entry) -> {
            Map<String, Object> cloud = mapping(path, "clouds." + name, entry);
            Map<String, Object> whole = secrets.containsKey(name)
                    ? merged(cloud, mapping(secure.orElse(path), "clouds." + name, secrets.get(name)))
                    : cloud;
            clouds.put(name, withProfile(path, name, whole, profiles));
        });
        return new CloudsFile(path, clouds);
    }

    private static Map<String, Object> withProfile(
            Path path, String name, Map<String, Object> cloud, Map<String, Object> profiles) {
        Object profile = cloud.get("profile") == null ? cloud.get("cloud") : cloud.get("profile");
        if (profile == null) {
            return cloud;
        }
        if (!profiles.containsKey(profile.toString())) {
            throw new BadCloud(
                    "%s: clouds.%s refers to the profile %s, which no clouds-public.yaml describes. Write 'auth_url' and what else it says into the cloud itself"
                            .formatted(path, name, profile));
        }
        return merged(mapping(path, "the profile " + profile, profiles.get(profile.toString())), cloud);
    }

    /// The lower with the upper laid over it, in depth.
    private static Map<String, Object> merged(Map<String, Object> lower, Map<String, Object> upper) {
        Map<String, Object> merged = new LinkedHashMap<>(lower);
        upper.forEach((key, value) -> merged.merge(key, value, CloudsFile::over));
        return merged;
    }

    private static Object over(Object lower, Object upper) {
        return lower instanceof Map<?, ?> one && upper instanceof Map<?, ?> other
                ? merged(named(one), named(other))
                : upper;
    }

    private static Map<String, Object> section(Path path, String section) {
        Map<String, Object> root = mapping(path, "the file", parse(path));
        Object found = root.get(section);
        return found == null ? Map.of() : mapping(path, section, found);
    }

    private static Object parse(Path path) {
        try {
            Object parsed = new Load(
                            LoadSettings.builder().setLabel(path.toString()).build())
                    .loadFromString(Files.readString(path));
            return parsed == null ? Map.of() : parsed;
        } catch (IOException e) {
            throw new BadCloud("cannot read %s: %s".formatted(path, reason(e)));
        } catch (MarkedYamlEngineException e) {
            // The exception's own message quotes the file, which may hold a password.
            String place = e.getProblemMark().map(CloudsFile::place).orElse("");
            throw new BadCloud("%s%s is not YAML: %s".formatted(path, place, e.getProblem()));
        } catch (YamlEngineException e) {
            throw new BadCloud(path + " is not YAML");
        }
    }

    private static String place(Mark mark) {
        return ":%d:%d".formatted(mark.getLine() + 1, mark.getColumn() + 1);
    }

    static String reason(IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "it is not there";
            case AccessDeniedException denied -> "this user may not";
            case CharacterCodingException bytes -> "it is not UTF-8 text";
            default -> String.valueOf(e.getMessage());
        };
    }

    private static Map<String, Object> mapping(Path path, String what, Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new BadCloud("%s: %s is not a mapping of keys and values".formatted(path, what));
        }
        return named(map);
    }

    private static Map<String, Object> named(Map<?, ?> map) {
        Map<String, Object> named = new LinkedHashMap<>();
        map.forEach((key, value) -> {
            if (value != null) {
                named.put(String.valueOf(key), value);
            }
        });
        return named;
    }

    /// @throws IllegalArgumentException if it is no address of a server
    static URI http(String text) {
        URI url = URI.create(text);
        if (url.getHost() == null || !List.of("http", "https").contains(url.getScheme())) {
            throw new IllegalArgumentException("not an http address: " + text);
        }
        return url;
    }
}
