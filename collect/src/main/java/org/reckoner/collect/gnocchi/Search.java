package org.reckoner.collect.gnocchi;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Which resources are meant, as Gnocchi's searches say it: as an object; as a text where an operator's
/// filter, which is one, belongs to it. Gnocchi takes half a second to read such a text.
///
/// @param since what ended before is not meant
/// @param filter in Gnocchi's notation
record Search(Instant since, Optional<String> filter) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Without a zone, which Gnocchi takes as UTC; a `+` in an address would be a space.
    static String time(Instant at) {
        return at.toString().replace("Z", "");
    }

    /// Puts into a question that all are meant but some.
    void putAllBut(Collection<String> ids, ObjectNode question) {
        if (filter.isPresent()) {
            question.put("search", (ids.isEmpty() ? "" : "not " + in(ids) + " and ") + text());
        } else if (ids.isEmpty()) {
            question.set("search", object());
        } else {
            ArrayNode both = question.putObject("search").putArray("and");
            both.add(object());
            in(ids, both.addObject().putObject("not"));
        }
    }

    /// Some of them, as an object, if that can be.
    Optional<ObjectNode> objectOf(List<String> ids) {
        if (filter.isPresent()) {
            return Optional.empty();
        }
        ObjectNode search = JSON.createObjectNode();
        ArrayNode both = search.putArray("and");
        both.add(object());
        in(ids, both.addObject());
        return Optional.of(search);
    }

    /// Some of them, as a text.
    String textOf(List<String> ids) {
        return in(ids) + " and " + text();
    }

    private ObjectNode object() {
        ObjectNode search = JSON.createObjectNode();
        ArrayNode either = search.putArray("or");
        either.addObject().putObject("=").putNull("ended_at");
        either.addObject().putObject(">=").put("ended_at", time(since));
        return search;
    }

    private String text() {
        return filter.map(own -> "(" + own + ") and ").orElse("")
                + "(ended_at = null or ended_at >= '%s')".formatted(time(since));
    }

    private static void in(Collection<String> ids, ObjectNode into) {
        ArrayNode all = into.putObject("in").putArray("id");
        ids.forEach(all::add);
    }

    private static String in(Collection<String> ids) {
        return "id in [" + String.join(", ", ids) + "]";
    }
}
