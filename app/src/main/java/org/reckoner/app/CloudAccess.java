package org.reckoner.app;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.app.config.Configuration;
import org.reckoner.collect.backfill.Wanted;
import org.reckoner.collect.openstack.Cloud;
import org.reckoner.collect.openstack.Clouds;
import org.reckoner.collect.openstack.OpenStack;

/// The cloud whose services are asked, and what of it.
///
/// @param region under which the ledger has what is in it
public record CloudAccess(OpenStack openStack, String region, Wanted wanted) {

    /// @param cloud of `clouds.yaml`, instead of the configured one
    /// @param region to ask, instead of the configured one
    /// @param project only what this one owns: its id or name
    /// @param since of what is gone, only what went after this
    public record Choice(Optional<String> cloud, Optional<String> region, Optional<String> project, Instant since) {

        /// The configured cloud and region, and all that is in it.
        public static Choice configured(Instant since) {
            return new Choice(Optional.empty(), Optional.empty(), Optional.empty(), since);
        }
    }

    /// Logs in.
    ///
    /// @throws AskedWrongly if the credentials do not suffice for what is asked for
    /// @throws org.reckoner.collect.openstack.BadCloud if there is no such cloud, or it does not let us in
    public static CloudAccess of(Configuration configuration, Choice choice, Clock clock) {
        Cloud cloud = cloud(configuration, choice);
        OpenStack openStack = OpenStack.of(cloud, clock);
        return new CloudAccess(
                openStack, cloud.region().orElse(configuration.region()), wanted(openStack, configuration, choice));
    }

    /// Logs in to the configured cloud with credentials that see what all projects have: others would be
    /// shown their own project's only, and not be told so.
    ///
    /// @throws AskedWrongly if they do not
    /// @throws org.reckoner.collect.openstack.BadCloud if there is no such cloud, or it does not let us in
    static OpenStack toAllProjects(Configuration configuration, Clock clock) {
        OpenStack openStack = OpenStack.of(cloud(configuration, Choice.configured(Instant.EPOCH)), clock);
        List<String> adminRoles = configuration.openStack().adminRoles();
        if (!openStack.hasOneOf(adminRoles)) {
            throw tooFew(adminRoles, openStack, "name others under 'openstack, admin-roles'");
        }
        return openStack;
    }

    private static AskedWrongly tooFew(List<String> adminRoles, OpenStack openStack, String otherwise) {
        return new AskedWrongly("what all projects have can be seen with role %s only, and %s. Give it the role, or %s"
                .formatted(String.join(" or ", adminRoles), openStack.who(), otherwise));
    }

    /// The cloud of `clouds.yaml`, in our region.
    public static Cloud cloud(Configuration configuration, Choice choice) {
        Configuration.OpenStackAccess access = configuration.openStack();
        Cloud cloud = Clouds.usual().choose(choice.cloud(), access.cloud(), access.cloudsFile(), choice.region());
        String ours = configuration.region();
        if (choice.region().isEmpty()
                && cloud.region().filter(theirs -> !theirs.equals(ours)).isPresent()) {
            throw new AskedWrongly(
                    "cloud %s is for region %s, and the configured region is %s. Say which with --region, or set 'region', by the name that the ledger has it under"
                            .formatted(cloud.name(), cloud.region().get(), ours));
        }
        return cloud.region().isPresent() ? cloud : cloud.in(ours);
    }

    private static Wanted wanted(OpenStack openStack, Configuration configuration, Choice choice) {
        List<String> adminRoles = configuration.openStack().adminRoles();
        boolean admin = openStack.hasOneOf(adminRoles);
        SortedMap<String, String> names = admin ? openStack.projectNames().orElseGet(TreeMap::new) : new TreeMap<>();
        openStack.project().ifPresent(own -> names.put(own.id(), own.name()));
        Optional<String> only = choice.project().map(asked -> projectId(asked, names, openStack));
        boolean own = only.isPresent() && only.equals(openStack.project().map(OpenStack.Project::id));
        if (!admin && !own) {
            throw tooFew(adminRoles, openStack, "name its own project with --project");
        }
        return new Wanted(admin, only, choice.since(), configuration.collect().maxClockSkew(), names);
    }

    /// Whoever may not list projects can still name one by its id.
    private static String projectId(String asked, SortedMap<String, String> names, OpenStack openStack) {
        if (names.containsKey(asked)) {
            return asked;
        }
        List<String> ids = names.entrySet().stream()
                .filter(entry -> entry.getValue().equals(asked))
                .map(Map.Entry::getKey)
                .toList();
        if (ids.size() == 1) {
            return ids.getFirst();
        }
        throw new AskedWrongly(
                ids.isEmpty()
                        ? "%s sees no project '%s' in cloud %s"
                                .formatted(
                                        openStack.cloud().credentials().who(),
                                        asked,
                                        openStack.cloud().name())
                        : "%d projects are named '%s'; choose one by its id: %s"
                                .formatted(ids.size(), asked, String.join(", ", ids)));
    }
}
