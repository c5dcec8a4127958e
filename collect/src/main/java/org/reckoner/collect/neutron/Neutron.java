package org.reckoner.collect.neutron;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reckoner.collect.oslo.Meaning;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;
import org.reckoner.core.meter.Report;

/// What Neutron sends. Only `.end` and `.exists` carry the object; `.start` has no more than the request.
///
/// Whatever exists is `active`: a floating IP that points nowhere is DOWN to Neutron and held all the same.
public final class Neutron {

    private static final String REQUEST = "only what was asked for; the .end message tells what came of it";
    private static final String BULK = "this belongs to one project's networking and is not billed by itself";

    public static final Service SERVICE = new Service(
            "neutron",
            List.of(
                    Rule.ignored("floatingip.*.start", REQUEST),
                    Rule.ignored("router.*.start", REQUEST),
                    Rule.ignored("network.*.start", REQUEST),
                    Rule.ignored("router.interface.*", "a connection of a router, which is not billed by itself"),
                    Rule.understood("floatingip.*", "the whole state of a floating IP", Neutron::floatingIp),
                    Rule.understood("router.*", "the whole state of a router", Neutron::router),
                    Rule.understood("network.*", "the whole state of a network", Neutron::network),
                    Rule.ignored("subnet.*", BULK),
                    Rule.ignored("subnetpool.*", BULK),
                    Rule.ignored("port.*", BULK),
                    Rule.ignored("security_group.*", BULK),
                    Rule.ignored("security_group_rule.*", BULK),
                    Rule.ignored("address_scope.*", BULK),
                    Rule.ignored("address_group.*", BULK),
                    Rule.ignored("trunk.*", BULK),
                    Rule.ignored("rbac_policy.*", "who may use a network; the owner pays"),
                    Rule.ignored("quota.*", "a limit, not a use"),
                    Rule.ignored("agent.*", "one of Neutron's own agents"),
                    Rule.ignored("dhcp_agent.*", "one of Neutron's own agents"),
                    Rule.ignored("l3_agent.*", "one of Neutron's own agents"),
                    Rule.ignored("metering_label.*", "where to count traffic; the counts come as other messages"),
                    Rule.ignored("metering_label_rule.*", "where to count traffic; the counts come as other messages"),
                    Rule.ignored("l3.meter", "traffic by metering label; not metered yet"),
                    Rule.ignored("qos_policy.*", "a policy as such; addresses and ports carry it"),
                    Rule.ignored("policy.*", "a policy as such; addresses and ports carry it")));

    private Neutron() {}

    private static Meaning floatingIp(Notification notification, Payload payload) throws Refusal {
        return read(notification, payload, Kind.FLOATING_IP);
    }

    private static Meaning router(Notification notification, Payload payload) throws Refusal {
        return read(notification, payload, Kind.ROUTER);
    }

    private static Meaning network(Notification notification, Payload payload) throws Refusal {
        return read(notification, payload, Kind.NETWORK);
    }

    /// What Neutron has that is paid for.
    enum Kind {
        FLOATING_IP("floatingip", "floating_ip"),
        ROUTER("router", "router"),
        NETWORK("network", "network");

        private final String word;
        private final String type;

        /// @param word Neutron's word for the thing, which is also the field that holds it
        /// @param type ours
        Kind(String word, String type) {
            this.word = word;
            this.type = type;
        }

        String word() {
            return word;
        }

        String type() {
            return type;
        }

        /// What only this kind of object says of itself.
        private Report particulars(Payload fields, Report report) throws Refusal {
            return switch (this) {
                case FLOATING_IP -> {
                    boolean associated = fields.optionalText("port_id").isPresent();
                    Report told = report.attribute("associated", associated ? "yes" : "no");
                    told = with(told, "address", fields.optionalText("floating_ip_address"));
                    yield with(told, "network", fields.optionalText("floating_network_id"));
                }
                case ROUTER -> {
                    boolean external =
                            fields.optionalObject("external_gateway_info").isPresent();
                    Report told = report.attribute("external_gateway", external ? "yes" : "no");
                    yield with(told, "name", fields.optionalText("name"));
                }
                case NETWORK -> {
                    Report told = report.attribute("external", fields.isTrue("router:external") ? "yes" : "no");
                    yield with(told, "name", fields.optionalText("name"));
                }
            };
        }
    }

    private static Meaning read(Notification notification, Payload payload, Kind kind) throws Refusal {
        String word = kind.word();
        boolean deleted = notification.eventType().endsWith(".delete.end");
        Optional<Payload> object = payload.optionalObject(word);
        if (object.isEmpty()) {
            if (!deleted && payload.has(word + "s")) {
                throw new Refusal(
                        "payload.%ss holds several at once; expected one payload.%s a message. The next message about each tells the whole of it"
                                .formatted(word, word));
            }
            if (!deleted) {
                throw new Refusal("payload.%s is missing; expected the object itself".formatted(word));
            }
            String id = payload.id(word + "_id", "the id of what was deleted");
            return new Meaning.Told(kind.type(), id, Report.NOTHING.ended(notification.timestamp()));
        }
        Payload fields = object.get();
        String id = fields.id("id", "its id");
        Optional<Report> report = report(fields, kind, notification::nameOf);
        if (report.isEmpty()) {
            return new Meaning.Passed("it belongs to no project: Neutron made it for itself");
        }
        return new Meaning.Told(kind.type(), id, deleted ? report.get().ended(notification.timestamp()) : report.get());
    }

    /// All of an object but its end; nothing if it belongs to no project.
    static Optional<Report> report(Payload fields, Kind kind, Function<String, Optional<String>> projectNames)
            throws Refusal {
        Optional<String> owner = fields.owner("project_id", "tenant_id");
        if (owner.isEmpty()) {
            return Optional.empty();
        }
        Report report = Report.NOTHING.owner(owner.get()).state("active").level(kind.type(), 1);
        report = with(report, "project_name", projectNames.apply(owner.get()));
        report = kind.particulars(fields, report);
        Optional<Instant> created = fields.time("created_at");
        return Optional.of(created.isPresent() ? report.began(created.get()) : report);
    }

    private static Report with(Report report, String dimension, Optional<String> value) {
        return value.map(v -> report.attribute(dimension, v)).orElse(report);
    }
}
