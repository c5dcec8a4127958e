package org.reckoner.collect.openstack;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A service of OpenStack, as an API.
///
/// @param title as people call it
/// @param types what the catalogue may call it, the best first
/// @param version of the API, which is added to an address that names none
/// @param inProject whether the version is followed by the project's id
/// @param microversions the word before the number in the header `OpenStack-API-Version`; none if the service
///     has none, or none of use
public record Service(
        String title, List<String> types, String version, boolean inProject, Optional<String> microversions) {

    public static final Service NOVA = new Service("Nova", List.of("compute"), "v2.1", false, Optional.of("compute"));
    public static final Service GLANCE = new Service("Glance", List.of("image"), "v2", false, Optional.empty());
    public static final Service CINDER = new Service(
            "Cinder", List.of("block-storage", "volumev3", "block-store"), "v3", true, Optional.of("volume"));
    public static final Service NEUTRON = new Service("Neutron", List.of("network"), "v2.0", false, Optional.empty());

    public static final Service GNOCCHI = new Service("Gnocchi", List.of("metric"), "v1", false, Optional.empty());

    /// Its addresses name no version, since the clients add `/v1` or `/v2`.
    public static final Service CLOUDKITTY =
            new Service("CloudKitty", List.of("rating"), "v2", false, Optional.empty());

    public static final Service HEAT = new Service("Heat", List.of("orchestration"), "v1", true, Optional.empty());

    private static final Pattern VERSION = Pattern.compile("/v\\d+(\\.\\d+)?(/|$)");
    private static final Pattern VERSION_AT_END = Pattern.compile("/v\\d+(\\.\\d+)?$");

    public Service {
        types = List.copyOf(types);
    }

    /// The root of the API, without a slash at its end: the catalogue gives it with or without the version.
    URI root(URI address, Optional<String> project) {
        String root = address.toString().replaceFirst("/+$", "");
        if (!VERSION.matcher(root).find()) {
            root += "/" + version;
        }
        if (inProject && VERSION_AT_END.matcher(root).find()) {
            root += "/"
                    + project.orElseThrow(
                            () -> new BadCloud(
                                    title
                                            + " is asked within a project, and the credentials name none. Add 'project_name' to the cloud"));
        }
        return URI.create(root);
    }
}
