package org.reckoner.collect.novabilling;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.reckoner.collect.Reading;
import org.reckoner.collect.oslo.Notification;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import org.reckoner.collect.oslo.Timestamps;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads what Nova's own parts tell each other to do, as clouds of the Diablo and Essex releases send it:
/// remote procedure calls without an answer, on the exchange `nova` under `compute.#`. Each becomes the event
/// that nova-billing's listener made of it, with these differences:
///
/// - It happened when the request was made (`_context_timestamp`), not when the message was read. So the same
///   message read twice is the same event.
/// - What is not told is not taken for nothing: a start without a flavor holds what was held before, and a
///   `run_instance` without a flavor is refused, not free.
/// - Who gives a command need not be the owner; only a new server or volume is the caller's.
///
/// That a command was given does not say that it was carried out. Notifications tell what happened.
public final class Casts {

    /// By what instances are named.
    public enum Names {
        /// `instance_uuid`, and without it `instance_id`.
        EITHER,
        /// `instance_id`, as Diablo.
        NUMBER,
        /// `instance_uuid`, as Essex.
        UUID
    }

    private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(24);
    private static final Instant EARLIEST = Instant.parse("2010-01-01T00:00:00Z");
    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final List<String> INSTANCE = List.of("local_gb", "memory_mb", "vcpus");
    private static final String TIMESTAMP = "_context_timestamp";
    private static final String PROJECT = "_context_project_id";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final Names names;
    private final Duration maxClockSkew;
    private final Clock clock;

    /// @param maxClockSkew a command from further ahead of the clock is refused
    public Casts(Names names, Duration maxClockSkew, Clock clock) {
        this.names = names;
        this.maxClockSkew = maxClockSkew;
        this.clock = clock;
    }

    /// Whether it looks like a command, and not like a notification.
    public static boolean isCommand(byte[] body) {
        try {
            JsonNode message = Notification.unwrap(body);
            return message.has("method") && !message.has("event_type");
        } catch (Refusal e) {
            return false;
        }
    }

    /// What one message says. Never throws, whatever the bytes.
    public Reading read(byte[] body) {
        Instant received = clock.instant();
        Optional<JsonNode> message = Optional.empty();
        try {
            JsonNode unwrapped = Notification.unwrap(body);
            message = Optional.of(unwrapped);
            return read(unwrapped, received);
        } catch (Refusal refusal) {
            return refused(body, message, received, refusal.reason());
        } catch (RuntimeException e) {
            return refused(
                    body,
                    message,
                    received,
                    "reading it failed inside Reckoner (" + Redaction.text(e.toString())
                            + "); please report it. Replay the message after the next upgrade");
        }
    }

    private Reading read(JsonNode message, Instant received) throws Refusal {
        if (!message.path("method").isString()) {
            throw new Refusal("no field method; expected the name of what Nova is to do");
        }
        String method = message.path("method").stringValue();
        return switch (method) {
            case "run_instance" -> run(message, received);
            case "start_instance", "unpause_instance", "resume_instance" ->
                changed(message, received, method, Optional.empty(), Optional.empty());
            case "stop_instance" ->
                changed(message, received, method, Optional.of(BigDecimal.ZERO), Optional.of(BigDecimal.ZERO));
            case "pause_instance", "suspend_instance" ->
                changed(message, received, method, Optional.empty(), Optional.of(BigDecimal.ZERO));
            case "terminate_instance" -> terminate(message, received, method);
            case "create_local_volume" -> volume(message, received, method, Optional.of("size"));
            case "resize_local_volume" -> volume(message, received, method, Optional.of("new_size"));
            case "delete_local_volume" -> volume(message, received, method, Optional.empty());
            default -> new Reading.Ignored(method, "a command to Nova that changes nothing that is billed");
        };
    }

    private Reading run(JsonNode message, Instant received) throws Refusal {
        JsonNode flavor = flavor(message);
        if (!flavor.isObject()) {
            throw new Refusal(
                    "no args.request_spec.instance_type, so what the instance holds is not known. Tell the Heart by an event (POST /event)");
        }
        ObjectNode event = instance(message, received);
        event.put("fixed", 0);
        flavor.optional("name")
                .filter(JsonNode::isString)
                .ifPresent(name -> event.putObject("attrs").set("instance_type", name));
        ArrayNode children = event.putArray("children");
        children.addObject().put("rtype", "local_gb").put("linear", disk(flavor));
        for (String rtype : List.of("memory_mb", "vcpus")) {
            children.addObject()
                    .put("rtype", rtype)
                    .put("linear", quantity(flavor.path(rtype), "args.request_spec.instance_type." + rtype));
        }
        return new Reading.Commanded("run_instance", event, List.of(), true, kept(message, received));
    }

    private static JsonNode flavor(JsonNode message) {
        return message.path("args").path("request_spec").path("instance_type");
    }

    /// Essex names two disks where Diablo named one.
    private static BigDecimal disk(JsonNode flavor) throws Refusal {
        String field = "args.request_spec.instance_type.";
        if (flavor.has("local_gb") || !flavor.has("root_gb")) {
            return quantity(flavor.path("local_gb"), field + "local_gb");
        }
        BigDecimal ephemeral = flavor.has("ephemeral_gb")
                ? quantity(flavor.path("ephemeral_gb"), field + "ephemeral_gb")
                : BigDecimal.ZERO;
        return quantity(flavor.path("root_gb"), field + "root_gb").add(ephemeral);
    }

    /// @param memory none if it is as the flavor says
    /// @param vcpus none if they are as the flavor says
    private Reading changed(
            JsonNode message, Instant received, String method, Optional<BigDecimal> memory, Optional<BigDecimal> vcpus)
            throws Refusal {
        ObjectNode event = instance(message, received);
        ArrayNode children = event.putArray("children");
        List<String> asBefore = new ArrayList<>();
        JsonNode flavor = flavor(message);
        for (String rtype : List.of("memory_mb", "vcpus")) {
            ObjectNode child = children.addObject().put("rtype", rtype);
            Optional<BigDecimal> told = rtype.equals("vcpus") ? vcpus : memory;
            if (told.isPresent()) {
                child.put("linear", told.get());
            } else if (flavor.isObject()) {
                child.put("linear", quantity(flavor.path(rtype), "args.request_spec.instance_type." + rtype));
            } else {
                asBefore.add(rtype);
            }
        }
        return new Reading.Commanded(method, event, asBefore, false, kept(message, received));
    }

    private Reading terminate(JsonNode message, Instant received, String method) throws Refusal {
        ObjectNode event = instance(message, received);
        event.putNull("fixed");
        ArrayNode children = event.putArray("children");
        INSTANCE.forEach(rtype -> children.addObject().put("rtype", rtype).putNull("fixed"));
        return new Reading.Commanded(method, event, List.of(), false, kept(message, received));
    }

    /// Sizes are bytes, as the listener of 2.1 understood them.
    private Reading volume(JsonNode message, Instant received, String method, Optional<String> size) throws Refusal {
        JsonNode id = message.path("args").path("volume_id");
        ObjectNode event = event(
                message,
                received,
                "nova/volume",
                name(id).orElseThrow(
                                () -> new Refusal("no args.volume_id; expected the number or the id of the volume")));
        if (size.isPresent()) {
            BigDecimal bytes = quantity(message.path("args").path(size.get()), "args." + size.get());
            event.put("linear", bytes.divide(GIB));
        } else {
            event.putNull("fixed");
        }
        return new Reading.Commanded(
                method, event, List.of(), method.equals("create_local_volume"), kept(message, received));
    }

    private ObjectNode instance(JsonNode message, Instant received) throws Refusal {
        JsonNode args = message.path("args");
        Optional<JsonNode> uuid = names == Names.NUMBER ? Optional.empty() : name(args.path("instance_uuid"));
        Optional<JsonNode> number = names == Names.UUID ? Optional.empty() : name(args.path("instance_id"));
        JsonNode name = uuid.or(() -> number)
                .orElseThrow(() -> new Refusal("no %s; expected what names the instance"
                        .formatted(
                                switch (names) {
                                    case EITHER -> "args.instance_uuid or args.instance_id";
                                    case NUMBER -> "args.instance_id";
                                    case UUID -> "args.instance_uuid";
                                })));
        return event(message, received, "nova/instance", name);
    }

    private static Optional<JsonNode> name(JsonNode id) {
        boolean number = id.isIntegralNumber();
        boolean text =
                id.isString() && !id.stringValue().isBlank() && id.stringValue().length() <= 255;
        return number || text ? Optional.of(id) : Optional.empty();
    }

    private ObjectNode event(JsonNode message, Instant received, String rtype, JsonNode name) throws Refusal {
        JsonNode project = message.path(PROJECT);
        if (!project.isString() || project.stringValue().isBlank()) {
            throw new Refusal("no %s; expected the id of the project that gives the command".formatted(PROJECT));
        }
        Instant at = at(message, received);
        if (at.isBefore(EARLIEST) || at.isAfter(clock.instant().plus(maxClockSkew))) {
            throw new Refusal("%s is %s; expected a time from 2010 until now".formatted(TIMESTAMP, at));
        }
        ObjectNode event = JSON.createObjectNode()
                .put("account", project.stringValue())
                .put("rtype", rtype)
                .put("datetime", MOMENT.format(at));
        event.set("name", name);
        return event;
    }

    /// When the request was made; if that is not told, when the message was read.
    private static Instant at(JsonNode message, Instant received) throws Refusal {
        JsonNode timestamp = message.path(TIMESTAMP);
        if (timestamp.isMissingNode() || timestamp.isNull()) {
            return received;
        }
        return Optional.of(timestamp)
                .filter(JsonNode::isString)
                .flatMap(text -> Timestamps.parse(text.stringValue()))
                .orElseThrow(() -> new Refusal("%s is no time".formatted(TIMESTAMP)));
    }

    private static BigDecimal quantity(JsonNode value, String field) throws Refusal {
        if (!value.isNumber()) {
            throw new Refusal("no %s; expected a number".formatted(field));
        }
        BigDecimal number = value.decimalValue();
        if (number.signum() < 0 || number.compareTo(TOO_MUCH) >= 0 || number.scale() > 10) {
            throw new Refusal("%s is %s; expected what something can have".formatted(field, value));
        }
        return number;
    }

    private static Reading refused(byte[] body, Optional<JsonNode> message, Instant received, String reason) {
        return new Reading.Refused(
                Optional.empty(),
                message.map(m -> m.path("method"))
                        .filter(JsonNode::isString)
                        .map(JsonNode::stringValue)
                        .filter(word -> !word.isBlank() && word.length() <= 255),
                reason,
                message.filter(JsonNode::isObject).map(m -> kept(m, received)).orElseGet(() -> Redaction.body(body)));
    }

    /// What a reading depends on, and nothing else: commands carry tokens, passwords and files of users.
    private static String kept(JsonNode message, Instant received) {
        ObjectNode kept = JSON.createObjectNode();
        copy(message, kept, "method", PROJECT);
        kept.set(
                TIMESTAMP,
                message.optional(TIMESTAMP)
                        .filter(given -> !given.isNull())
                        .orElseGet(() -> JSON.getNodeFactory().stringNode(MOMENT.format(received))));
        ObjectNode args = kept.putObject("args");
        copy(message.path("args"), args, "instance_id", "instance_uuid", "volume_id", "size", "new_size");
        if (flavor(message).isObject()) {
            ObjectNode flavor = args.putObject("request_spec").putObject("instance_type");
            copy(flavor(message), flavor, "name", "local_gb", "root_gb", "ephemeral_gb", "memory_mb", "vcpus");
        }
        return JSON.writeValueAsString(kept);
    }

    private static void copy(JsonNode from, ObjectNode to, String... keys) {
        for (String key : keys) {
            from.optional(key).filter(value -> !value.isContainer()).ifPresent(value -> to.set(key, value));
        }
    }
}
