package org.reckoner.collect.keystone;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.reckoner.collect.backfill.Batch;
import org.reckoner.collect.backfill.Found;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.core.meter.Report;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// Keystone's projects, domains and users by name, and who has which role in a project (Identity API v3). Its
/// notifications carry ids only, so names are kept with the time at which they were read. They belong to
/// nobody, and nothing of them is billed.
public final class KeystoneInventory implements Inventory {

    /// In the order in which they are read; a domain is read with the projects, too, as Keystone has it.
    private static final List<String> TYPES = List.of("domain", "project", "user");

    private static final String ROLE = "role.";
    private static final JsonPointer ENABLED = JsonPointer.compile("/enabled");

    @Override
    public String service() {
        return Keystone.SERVICE.name();
    }

    @Override
    public List<String> types() {
        return TYPES;
    }

    @Override
    public boolean tellsAlone() {
        return true;
    }

    @Override
    public boolean isThere(OpenStack cloud, String type, String id) {
        return cloud.identity("/%ss/%s".formatted(type, id)).isPresent();
    }

    @Override
    public void list(OpenStack cloud, Wanted wanted, int pageSize, Consumer<Batch> to) {
        Map<String, TreeMap<String, TreeSet<String>>> roles = roles(cloud);
        TreeMap<String, String> domains = new TreeMap<>();
        for (String type : TYPES) {
            OpenStack.Page page = page(cloud, type);
            if (type.equals("domain")) {
                page.elements()
                        .forEach(domain -> domains.put(
                                domain.path("id").asString(""),
                                domain.path("name").asString("")));
            }
            to.accept(Batch.of(page, type, wanted, (fields, from) -> read(type, fields, from, domains, roles)));
        }
    }

    /// Keystone gives its lists whole.
    private static OpenStack.Page page(OpenStack cloud, String type) {
        String collection = type + "s";
        Instant askedAt = cloud.now();
        JsonNode answer = cloud.identity("/" + collection)
                .orElseThrow(() -> new BadCloud("Keystone has no list of " + collection));
        List<JsonNode> elements = new ArrayList<>();
        answer.path(collection).forEach(elements::add);
        return new OpenStack.Page(elements, askedAt);
    }

    private static boolean isDisabled(Payload fields) {
        return fields.at(ENABLED)
                .filter(node -> node.isBoolean() && !node.booleanValue())
                .isPresent();
    }

    /// By project, then by who: the names of the roles.
    private static Map<String, TreeMap<String, TreeSet<String>>> roles(OpenStack cloud) {
        TreeMap<String, String> names = new TreeMap<>();
        cloud.identity("/roles")
                .ifPresent(answer -> answer.path("roles")
                        .forEach(role -> names.put(
                                role.path("id").asString(""), role.path("name").asString(""))));
        TreeMap<String, TreeMap<String, TreeSet<String>>> roles = new TreeMap<>();
        cloud.identity("/role_assignments")
                .ifPresent(answer -> answer.path("role_assignments").forEach(assigned -> {
                    String project = assigned.at("/scope/project/id").asString("");
                    String user = assigned.at("/user/id").asString("");
                    String who =
                            user.isEmpty() ? "group:" + assigned.at("/group/id").asString("") : user;
                    String role = assigned.at("/role/id").asString("");
                    if (!project.isEmpty()) {
                        roles.computeIfAbsent(project, any -> new TreeMap<>())
                                .computeIfAbsent(who, any -> new TreeSet<>())
                                .add(names.getOrDefault(role, role));
                    }
                }));
        return roles;
    }

    private static Optional<Found> read(
            String type,
            Payload fields,
            OpenStack.Page page,
            Map<String, String> domains,
            Map<String, TreeMap<String, TreeSet<String>>> roles)
            throws Refusal {
        String id = fields.id("id", "the id of the " + type);
        Report report = Report.NOTHING
                .state(isDisabled(fields) ? "disabled" : "enabled")
                .attribute("name", fields.id("name", "the name of the " + type));
        Optional<String> domain = fields.optionalText("domain_id");
        if (domain.isPresent()) {
            report = report.attribute("domain", domain.get())
                    .attribute("domain_name", domains.getOrDefault(domain.get(), domain.get()));
        }
        if (type.equals("project")) {
            report = report.complete(ROLE);
            for (Map.Entry<String, TreeSet<String>> who :
                    roles.getOrDefault(id, new TreeMap<>()).entrySet()) {
                report = report.attribute(ROLE + who.getKey(), String.join(" ", who.getValue()));
            }
        }
        return Optional.of(new Found(type, id, report, Optional.empty(), page.askedAt()));
    }
}
