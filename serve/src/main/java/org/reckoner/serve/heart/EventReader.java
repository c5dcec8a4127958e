package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.serve.heart.Event.Node;
import org.reckoner.serve.heart.Event.Value;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads events. Everything that can be wrong in an event itself is found here, before any of it is written.
///
/// @param legacy skips a child that has no type, and allows negative quantities
/// @param datetimeFirst which of two things missing is told first; the two generations of the API differ
record EventReader(boolean legacy, boolean datetimeFirst) {

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_ACCOUNT = 512;
    private static final int LONGEST_TYPE = 64;
    private static final int LONGEST_PATH = 1500;
    private static final int LONGEST_ATTRS = 65_536;
    private static final BigDecimal TOO_MUCH = BigDecimal.TEN.pow(24);
    private static final int FINEST = 40;

    /// @throws Problem 400
    Event event(JsonNode body) {
        ObjectNode event = object(body);
        if (datetimeFirst) {
            Instant at = datetime(event);
            rtype(event);
            return read(event, at);
        }
        rtype(event);
        return read(event, datetime(event));
    }

    /// A tree of resources, of which nothing happened.
    ///
    /// @throws Problem 400
    Event tree(JsonNode body) {
        ObjectNode tree = object(body);
        rtype(tree);
        return read(tree, Instant.EPOCH);
    }

    private static ObjectNode object(JsonNode body) {
        if (body instanceof ObjectNode object) {
            return object;
        }
        throw Problem.badRequest("an event is a JSON object {…}");
    }

    private Event read(ObjectNode event, Instant at) {
        return new Event(
                account(event),
                given(event, "cost_center_name").map(name -> name(name, "cost_center_name")),
                at,
                node(event, 0),
                event.has("name") ? event.path("name") : event.nullNode());
    }

    /// Who pays, by any of the names that the generations of the API give it.
    ///
    /// @throws Problem 400
    static Optional<String> account(ObjectNode event) {
        Optional<String> account =
                given(event, "account_name").or(() -> given(event, "account")).map(name -> name(name, "account"));
        account.filter(name -> Spelling.bytes(name) > LONGEST_ACCOUNT).ifPresent(name -> {
            throw Problem.badRequest("account is too long: at most %d bytes".formatted(LONGEST_ACCOUNT));
        });
        return account;
    }

    /// A value that is there and says anything.
    private static Optional<JsonNode> given(ObjectNode object, String key) {
        return object.optional(key)
                .filter(value -> !value.isNull()
                        && !(value.isString() && value.stringValue().isEmpty()));
    }

    private static Instant datetime(ObjectNode event) {
        return event.optional("datetime")
                .filter(JsonNode::isString)
                .flatMap(text -> Moments.parse(text.stringValue()))
                .orElseThrow(() -> Problem.badRequest("valid datetime must be specified"));
    }

    private static String rtype(ObjectNode node) {
        return given(node, "rtype")
                .map(EventReader::rtype)
                .orElseThrow(() -> Problem.badRequest("rtype must be specified"));
    }

    /// The name of a resource type.
    ///
    /// @throws Problem 400
    static String rtype(JsonNode given) {
        String rtype = name(given, "rtype");
        if (rtype.isBlank() || rtype.length() > LONGEST_TYPE) {
            throw Problem.badRequest("rtype is blank or too long: at most %d characters".formatted(LONGEST_TYPE));
        }
        return rtype;
    }

    private Node node(ObjectNode node, int above) {
        String rtype = rtype(node);
        Optional<String> name =
                node.optional("name").filter(value -> !value.isNull()).map(value -> name(value, "name"));
        String step = Spelling.step(rtype, name);
        int path = above + 1 + Spelling.bytes(step);
        if (path > LONGEST_PATH) {
            throw Problem.badRequest(
                    "types and names of the resource and its parents are too long: %d bytes, at most %d"
                            .formatted(path, LONGEST_PATH));
        }
        return new Node(rtype, name, step, attrs(node), value(node), children(node, path));
    }

    private List<Node> children(ObjectNode node, int path) {
        List<Node> children = new ArrayList<>();
        JsonNode listed = node.path("children");
        if (!listed.isMissingNode() && !listed.isNull() && !listed.isArray()) {
            throw Problem.badRequest("children must be a list of objects");
        }
        for (JsonNode child : listed) {
            ObjectNode object = object(child);
            if (!legacy || given(object, "rtype").isPresent()) {
                children.add(node(object, path));
            }
        }
        return children;
    }

    private static Optional<ObjectNode> attrs(ObjectNode node) {
        Optional<JsonNode> given = node.optional("attrs").filter(value -> !value.isNull());
        if (given.isPresent() && !(given.get() instanceof ObjectNode)) {
            throw Problem.badRequest("attrs must be an object");
        }
        Optional<ObjectNode> attrs = given.map(ObjectNode.class::cast);
        attrs.ifPresent(object -> {
            String text = object.toString();
            mustBeText(text, "attrs");
            if (text.length() > LONGEST_ATTRS) {
                throw Problem.badRequest("attrs are too long: at most %d characters".formatted(LONGEST_ATTRS));
            }
        });
        return attrs;
    }

    private Optional<Value> value(ObjectNode node) {
        if (node.has("linear")) {
            return Optional.of(new Value.Linear(quantity(node.path("linear"), "linear")));
        }
        if (!node.has("fixed")) {
            return Optional.empty();
        }
        JsonNode fixed = node.path("fixed");
        return Optional.of(fixed.isNull() ? new Value.Closed() : new Value.Fixed(quantity(fixed, "fixed")));
    }

    private BigDecimal quantity(JsonNode given, String key) {
        BigDecimal quantity = number(given, key);
        if (!legacy && quantity.signum() < 0) {
            throw Problem.badRequest("%s must not be negative: %s".formatted(key, quantity.toPlainString()));
        }
        return quantity;
    }

    /// An exact decimal of a size that something can have.
    ///
    /// @throws Problem 400
    static BigDecimal number(JsonNode given, String key) {
        if (!given.isNumber()) {
            throw Problem.badRequest("%s must be a number".formatted(key));
        }
        BigDecimal number = given.decimalValue();
        if (number.abs().compareTo(TOO_MUCH) >= 0) {
            throw Problem.badRequest("%s is too large: less than 1e24 expected".formatted(key));
        }
        BigDecimal plain = number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        if (plain.scale() > FINEST) {
            throw Problem.badRequest("%s is too fine: at most %d decimal places".formatted(key, FINEST));
        }
        return plain.scale() < 0 ? plain.setScale(0) : plain;
    }

    /// A name, given as text or as a number.
    ///
    /// @throws Problem 400
    static String name(JsonNode given, String key) {
        String name;
        if (given.isNumber()) {
            name = number(given, key).toPlainString();
        } else if (given.isString()) {
            name = given.stringValue();
        } else {
            throw Problem.badRequest("%s must be text or a number".formatted(key));
        }
        mustBeText(name, key);
        if (name.length() > LONGEST_NAME) {
            throw Problem.badRequest("%s is too long: at most %d characters".formatted(key, LONGEST_NAME));
        }
        return name;
    }

    /// PostgreSQL keeps no U+0000, and no half of a character is text.
    private static void mustBeText(String text, String key) {
        if (text.indexOf('\0') >= 0 || !StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw Problem.badRequest("%s holds a character that no text has".formatted(key));
        }
    }
}
