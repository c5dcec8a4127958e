package org.reckoner.collect.nova;

import java.util.List;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;

/// What Nova sends. With `notification_format=both` it tells everything twice, under two ids; both are read,
/// say the same, and fold into one.
public final class Nova {

    public static final Service SERVICE = new Service(
            "nova",
            List.of(
                    Rule.understood("compute.instance.*", "the whole state of a server", UnversionedServer::read),
                    Rule.understood("instance.*", "the whole state of a server", VersionedServer::read),
                    Rule.ignored("scheduler.*", "a search for a host or a back end; nothing exists through it yet"),
                    Rule.ignored("compute_task.*", "a task that failed; the server's own messages tell its state"),
                    Rule.ignored("compute.exception", "an error inside Nova; the server's own messages tell its state"),
                    Rule.ignored("compute.libvirt.error", "an error inside Nova"),
                    Rule.ignored("compute.metrics.update", "figures of a host, not of a project"),
                    Rule.ignored("compute.task.*", "the build of a bare-metal node"),
                    Rule.ignored("libvirt.connect.error", "an error of a host"),
                    Rule.ignored("metrics.update", "figures of a host, not of a project"),
                    Rule.ignored("flavor.*", "a flavor as such; each server's messages carry the flavor it has"),
                    Rule.ignored("service.*", "one of Nova's own services"),
                    Rule.ignored("keypair.*", "a key pair costs nothing"),
                    Rule.ignored("aggregate.*", "a grouping of hosts"),
                    Rule.ignored("server_group.*", "a grouping of servers"),
                    Rule.ignored("servergroup.*", "a grouping of servers"),
                    Rule.ignored("volume.usage", "counters of a volume's reads and writes; not metered yet"),
                    Rule.ignoredIf(
                            "*",
                            "if an error with exception and args",
                            Nova::isFailedMethod,
                            "an exception, sent under the name of Nova's method")));

    private Nova() {}

    /// Unversioned notifications of exceptions have the method's name as event type: `detach_volume`.
    private static boolean isFailedMethod(Notification notification) {
        return notification.priority().equals("ERROR")
                && notification.payload().has("exception")
                && notification.payload().has("args");
    }
}
