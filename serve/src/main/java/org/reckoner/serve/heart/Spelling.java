package org.reckoner.serve.heart;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Event.Node;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How the Heart's names are written in the ledger, where each must be unlike every other.
final class Spelling {

    private static final int LONGEST_ID = 255;
    private static final int KEPT = 180;

    private Spelling() {}

    /// The meter of what is held of a resource type: `heart.` and the type, with `.` for `/`. Price books allow
    /// small letters, digits and few signs in a meter's name, so every other character is written as its
    /// number in hex between two `-`. The prefix keeps it apart from what the bundled sources measure.
    static String meter(String rtype) {
        return "heart." + word(rtype);
    }

    /// The meter of the fixed charges of a resource type.
    static String fixedMeter(String rtype) {
        return "heart-fixed." + word(rtype);
    }

    /// A resource type as one word of a price book, unlike that of any other type.
    static String word(String rtype) {
        StringBuilder word = new StringBuilder();
        rtype.codePoints().forEach(c -> {
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_') {
                word.append((char) c);
            } else if (c == '/') {
                word.append('.');
            } else {
                word.append('-').append(Integer.toHexString(c)).append('-');
            }
        });
        return word.toString();
    }

    /// A child's or, below an account, a resource's part of a path: `nova/instance:16`, `local_gb:`.
    static String step(String rtype, Optional<String> name) {
        return rtype.replace("%", "%25").replace(":", "%3A").replace("~", "%7E")
                + ":"
                + name.map(text -> text.isEmpty() ? "%" : part(text)).orElse("");
    }

    /// The path of a resource: `account/rtype:name/child:`.
    static String path(String above, String step) {
        return above + "/" + step;
    }

    /// The resource's id in the ledger: its path, or if that is longer than the ledger keeps, its beginning,
    /// `~` and the hash of it all. No path has a `~` of its own.
    static String ledgerId(String path) {
        if (path.length() <= LONGEST_ID) {
            return path;
        }
        int cut = Character.isHighSurrogate(path.charAt(KEPT - 1)) ? KEPT - 1 : KEPT;
        return path.substring(0, cut) + "~" + Sha256.hex(path.getBytes(StandardCharsets.UTF_8));
    }

    /// A name within a path.
    static String part(String name) {
        return name.replace("%", "%25").replace("/", "%2F").replace(":", "%3A").replace("~", "%7E");
    }

    /// What an event says, whoever pays: the same text for all that say the same.
    static String said(Instant at, Node root) {
        StringBuilder text = new StringBuilder();
        text.append(' ').append(Micros.of(at));
        spell(root, text);
        return text.toString();
    }

    private static void spell(Node node, StringBuilder text) {
        text.append("\n(").append(node.step().length()).append(' ').append(node.step());
        node.value()
                .ifPresent(value -> text.append('\n')
                        .append(value.kind())
                        .append(' ')
                        .append(value.quantity().toPlainString()));
        node.attrs().ifPresent(attrs -> text.append('\n').append(sorted(attrs)));
        node.children().forEach(child -> spell(child, text));
        text.append(')');
    }

    private static JsonNode sorted(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        TreeMap<String, JsonNode> entries = new TreeMap<>();
        object.forEachEntry((key, value) -> entries.put(key, sorted(value)));
        ObjectNode sorted = JsonMapper.shared().createObjectNode();
        entries.forEach(sorted::set);
        return sorted;
    }

    static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
