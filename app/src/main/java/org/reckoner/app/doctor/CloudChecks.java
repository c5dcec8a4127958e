package org.reckoner.app.doctor;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.Cloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.openstack.Service;

/// What Reckoner needs of the cloud.
final class CloudChecks {

    /// More than this puts times into the wrong second, minute or month.
    private static final Duration MOST_SKEW = Duration.ofSeconds(30);

    private static final String OLDEST_NOVA = "2.47";

    private final Configuration configuration;
    private final Cloud cloud;
    private final Clock clock;
    private final Set<Doctor.Feature> features;
    private final List<Check> checks = new ArrayList<>();

    CloudChecks(Configuration configuration, Cloud cloud, Clock clock, Set<Doctor.Feature> features) {
        this.configuration = configuration;
        this.cloud = cloud;
        this.clock = clock;
        this.features = features;
    }

    List<Check> all() {
        tls();
        OpenStack openStack = OpenStack.impatient(cloud, clock);
        Optional<OpenStack> in = token(openStack);
        if (in.isEmpty()) {
            return checks;
        }
        admin(openStack);
        keystone(openStack);
        service(openStack, Service.NOVA, true);
        service(openStack, Service.GLANCE, true);
        service(openStack, Service.CINDER, true);
        service(openStack, Service.NEUTRON, true);
        service(openStack, Service.HEAT, false);
        service(openStack, Service.GNOCCHI, features.contains(Doctor.Feature.GNOCCHI));
        stacks(openStack);
        for (Doctor.Feature feature : features) {
            feature.role().ifPresent(role -> role(openStack, role, feature));
            feature.user().ifPresent(user -> user(openStack, user, feature));
        }
        if (features.contains(Doctor.Feature.CLOUDKITTY)) {
            managedProjects(openStack);
        }
        return checks;
    }

    private void tls() {
        String what = "TLS to Keystone";
        if (!"https".equals(cloud.authUrl().getScheme())) {
            checks.add(Check.warning(
                    what,
                    cloud.authUrl() + " is not encrypted",
                    "give auth_url an https address; within one machine it may stay"));
        } else if (!cloud.verify()) {
            checks.add(Check.warning(
                    what,
                    "certificates are not verified",
                    "name your authority's file under cacert in clouds.yaml, and take away verify: false"));
        } else {
            checks.add(Check.ok(what, "verified"));
        }
    }

    private Optional<OpenStack> token(OpenStack openStack) {
        try {
            checks.add(Check.ok("token", openStack.who()));
            return Optional.of(openStack);
        } catch (BadCloud | CloudFailure e) {
            checks.add(
                    Check.missing(
                            "token",
                            String.valueOf(e.getMessage()),
                            "openstack user create --domain Default --password-prompt reckoner; openstack project create billing; openstack role add --user reckoner --project billing admin; put them into clouds.yaml"));
            return Optional.empty();
        }
    }

    private void admin(OpenStack openStack) {
        List<String> roles = configuration.openStack().adminRoles();
        if (openStack.hasOneOf(roles)) {
            checks.add(Check.ok("admin role", "it may list what all projects own"));
        } else {
            checks.add(Check.missing(
                    "admin role",
                    openStack.who(),
                    "openstack role add --user USER --project PROJECT %s; or name the role that may list everything under openstack.admin-roles"
                            .formatted(roles.getFirst())));
        }
    }

    private void keystone(OpenStack openStack) {
        try {
            present("Keystone", openStack.presenceOfKeystone());
        } catch (CloudFailure e) {
            checks.add(Check.missing("Keystone", String.valueOf(e.getMessage()), "see that it runs"));
        }
    }

    private void service(OpenStack openStack, Service service, boolean needed) {
        if (!openStack.has(service)) {
            String type = service.types().getFirst();
            String found = "no service of type %s in the catalogue".formatted(type);
            String remedy = "openstack service create --name %s %s; openstack endpoint create --region %s %s public URL"
                    .formatted(
                            service.title().toLowerCase(Locale.ROOT),
                            type,
                            cloud.region().orElse(configuration.region()),
                            type);
            if (needed) {
                checks.add(Check.missing(service.title(), found, remedy));
            } else {
                checks.add(Check.ok(service.title(), found + "; not needed"));
            }
            return;
        }
        try {
            present(service.title(), openStack.presence(service));
            if (service.equals(Service.NOVA)) {
                nova(openStack);
            }
        } catch (BadCloud | CloudFailure e) {
            checks.add(new Check(
                    service.title(),
                    needed ? Check.Verdict.MISSING : Check.Verdict.WARNING,
                    String.valueOf(e.getMessage()),
                    "see that it runs, and that its address in the catalogue can be reached from here"));
        }
    }

    private void nova(OpenStack openStack) {
        String newest = openStack.microversion(Service.NOVA, "2.999");
        String what = "Nova's microversion";
        checks.add(
                OpenStack.isOlder(newest, OLDEST_NOVA)
                        ? Check.missing(
                                what,
                                newest,
                                "%s (Pike) is needed to back-fill and to reconcile; listening works without"
                                        .formatted(OLDEST_NOVA))
                        : Check.ok(what, newest));
    }

    private void present(String who, OpenStack.Presence presence) {
        String version = presence.version().orElse("no version told");
        if (presence.status() >= 500) {
            checks.add(Check.missing(
                    who, "%s answers %d".formatted(presence.address(), presence.status()), "see its log"));
            return;
        }
        checks.add(Check.ok(who, "%s at %s".formatted(version, presence.address())));
        presence.date().ifPresent(date -> clock(who, date, presence));
    }

    /// The service's clock is told in whole seconds, some time between asking and answer.
    private void clock(String who, Instant date, OpenStack.Presence presence) {
        Duration ahead = Duration.between(presence.answeredAt(), date);
        Duration behind = Duration.between(date.plusSeconds(1), presence.askedAt());
        Duration skew = ahead.compareTo(behind) > 0 ? ahead : behind;
        if (skew.compareTo(MOST_SKEW) > 0) {
            checks.add(Check.missing(
                    who + "'s clock",
                    "%d s %s ours".formatted(skew.toSeconds(), skew.equals(ahead) ? "ahead of" : "behind"),
                    "let all machines keep time by NTP (chrony); use is counted by the services' clocks"));
        }
    }

    private void stacks(OpenStack openStack) {
        if (!openStack.has(Service.HEAT)) {
            return;
        }
        try {
            openStack.find(Service.HEAT, "/stacks?limit=1&global_tenant=true", Optional.empty());
            checks.add(Check.ok("stacks of all projects", "Heat lists them"));
        } catch (BadCloud | CloudFailure e) {
            checks.add(Check.warning(
                    "stacks of all projects",
                    String.valueOf(e.getMessage()),
                    "to bill by cluster, add to Heat's policy: \"stacks:global_index\": \"role:admin\""));
        }
    }

    private void role(OpenStack openStack, String role, Doctor.Feature feature) {
        named(
                openStack,
                "roles",
                role,
                "role '%s'".formatted(role),
                "%s needs it: openstack role create %s".formatted(feature.word(), role));
    }

    private void user(OpenStack openStack, String user, Doctor.Feature feature) {
        named(
                openStack,
                "users",
                user,
                "user '%s'".formatted(user),
                "%s needs it: openstack user create --domain Default --password-prompt %s; openstack role add --user %s --project PROJECT %s, in each project that it works for"
                        .formatted(feature.word(), user, user, feature.role().orElse("ROLE")));
    }

    private void named(OpenStack openStack, String collection, String name, String what, String remedy) {
        try {
            if (ids(openStack, collection, name).isEmpty()) {
                checks.add(Check.missing(what, "Keystone has none of that name", remedy));
            } else {
                checks.add(Check.ok(what, "it is there"));
            }
        } catch (BadCloud | CloudFailure e) {
            checks.add(Check.missing(what, String.valueOf(e.getMessage()), "let an admin ask"));
        }
    }

    private static List<String> ids(OpenStack openStack, String collection, String name) {
        List<String> ids = new ArrayList<>();
        openStack
                .identity("/%s?name=%s".formatted(collection, URLEncoder.encode(name, StandardCharsets.UTF_8)))
                .ifPresent(answer -> answer.path(collection)
                        .forEach(found -> ids.add(found.path("id").asString(""))));
        return ids;
    }

    /// CloudKitty rates only projects in which its user has its role.
    private void managedProjects(OpenStack openStack) {
        String what = "CloudKitty in the managed projects";
        try {
            List<String> users = ids(openStack, "users", "cloudkitty");
            List<String> roles = ids(openStack, "roles", "rating");
            if (users.isEmpty() || roles.isEmpty()) {
                return;
            }
            TreeSet<String> rated = new TreeSet<>();
            openStack
                    .identity("/role_assignments?user.id=%s&role.id=%s".formatted(users.getFirst(), roles.getFirst()))
                    .ifPresent(answer -> answer.path("role_assignments")
                            .forEach(assigned ->
                                    rated.add(assigned.at("/scope/project/id").asString(""))));
            TreeMap<String, String> projects =
                    new TreeMap<>(openStack.projectNames().orElseGet(TreeMap::new));
            projects.keySet().removeAll(rated);
            projects.values().removeIf(name -> !name.contains("CM_"));
            checks.add(
                    projects.isEmpty()
                            ? Check.ok(what, "user cloudkitty has role rating in each")
                            : Check.missing(
                                    what,
                                    "it does not rate " + String.join(", ", projects.values()),
                                    "openstack role add --user cloudkitty --project PROJECT rating, for each"));
        } catch (BadCloud | CloudFailure e) {
            checks.add(Check.warning(what, String.valueOf(e.getMessage()), "let an admin ask"));
        }
    }
}
