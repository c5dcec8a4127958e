package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a client says happened to a resource and to its children, at one moment.
///
/// @param account who pays; none if the client leaves it to the name of the resource
/// @param costCenter where an account that is made for this event belongs
/// @param at when; for a tree of resources that is only to be known, the epoch
/// @param givenName the resource's name as it was written, a number or text, to be answered so
/// @param said all of that but who pays, spelled so that events that say the same are the same text
record Event(
        Optional<String> account, Optional<String> costCenter, Instant at, Node root, JsonNode givenName, String said) {

    Event(Optional<String> account, Optional<String> costCenter, Instant at, Node root, JsonNode givenName) {
        this(account, costCenter, at, root, givenName, Spelling.said(at, root));
    }

    /// One resource of the tree.
    ///
    /// @param step type and name in one, as [Spelling#step] has them
    /// @param attrs what is said of its attributes; none if nothing is
    /// @param value what is said of its quantity; none if nothing is
    record Node(
            String rtype,
            Optional<String> name,
            String step,
            Optional<ObjectNode> attrs,
            Optional<Value> value,
            List<Node> children) {

        Node {
            children = List.copyOf(children);
        }

        Node(
                String rtype,
                Optional<String> name,
                Optional<ObjectNode> attrs,
                Optional<Value> value,
                List<Node> children) {
            this(rtype, name, Spelling.step(rtype, name), attrs, value, children);
        }
    }

    /// What becomes of a resource's quantity.
    sealed interface Value {

        /// As stored.
        String kind();

        BigDecimal quantity();

        /// Held from now on, and priced by time.
        record Linear(BigDecimal quantity) implements Value {
            @Override
            public String kind() {
                return "linear";
            }
        }

        /// Charged now, once; nothing is held any more.
        record Fixed(BigDecimal quantity) implements Value {
            @Override
            public String kind() {
                return "fixed";
            }
        }

        /// Nothing is held any more.
        record Closed() implements Value {
            @Override
            public String kind() {
                return "closed";
            }

            @Override
            public BigDecimal quantity() {
                return BigDecimal.ZERO;
            }
        }
    }
}
