package org.reckoner.collect.oslo;

import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Takes everything secret out of a message, so that it can be kept and shown, and read again with the same
/// result: no reading depends on what is taken out.
///
/// Out go the caller's context but for the project, every field whose name speaks of tokens, passwords,
/// secrets or authentication, and whatever looks like a token, also in JSON that is carried as text.
public final class Redaction {

    private static final int LONGEST_TEXT = 64 * 1024;
    private static final int DEEPEST = 8;
    private static final String MASK = "[redacted]";

    private static final String SECRET_WORD =
            "(?:token|passw|secret|auth(?!or(?!iz))|credential|private[_-]?key|api[_-]?key|admin[_-]?pass|service_catalog|cookie)";

    private static final Pattern SECRET_NAME = Pattern.compile("(?i)" + SECRET_WORD);
    private static final Pattern OTHER_CONTEXT = Pattern.compile("_context_(?!project_id$|project_name$).*");

    /// Keystone's Fernet tokens, JSON web tokens, and the password in a URL.
    private static final Pattern TOKEN = Pattern.compile("gAAAAA[\\w=%-]{4,}+"
            + "|eyJ[\\w-]{8,4096}+\\.[\\w-]{8,8192}+\\.[\\w-]{1,4096}+"
            + "|(?<=://)[^\\s/:@]{0,256}+:[^\\s/@]{1,256}+(?=@)");

    /// A secret's name with its value, in text of any make: `password=…`, `'auth_token': '…'`, with the
    /// quotes escaped or not.
    private static final Pattern NAMED_SECRET = Pattern.compile("(?is)((?:" + SECRET_WORD
            + "[\\w.-]{0,64}+|_context_(?!project_id|project_name)\\w{1,64}+)\\\\*+[\"']?\\s{0,8}+[:=]\\s{0,8}+)"
            + "(?:(\\\\*[\"']).*?(?:(?<!\\\\)\\2|$)|\\[[^\\]]*+\\]?|\\{[^}]*+\\}?|[^\\s,;&{}\\[\\]\"'\\\\]++)");

    private Redaction() {}

    /// The body without secrets: JSON as JSON, anything else as text of at most 64 KiB.
    public static String body(byte[] body) {
        try {
            return Json.write(redacted(Json.read(body), 0));
        } catch (Refusal notJson) {
            int length = Math.min(body.length, LONGEST_TEXT);
            String text = new String(body, 0, length, StandardCharsets.UTF_8).replace('\0', '\uFFFD');
            String redacted = text(text);
            return redacted.length() > LONGEST_TEXT ? redacted.substring(0, LONGEST_TEXT) : redacted;
        }
    }

    /// The text without anything that looks like a secret.
    public static String text(String text) {
        String withoutTokens = TOKEN.matcher(text).replaceAll(MASK);
        return NAMED_SECRET.matcher(withoutTokens).replaceAll("$1$2" + MASK + "$2");
    }

    /// Free texts by key, as users attach them to their resources, without secrets.
    public static SortedMap<String, String> texts(SortedMap<String, String> texts) {
        TreeMap<String, String> kept = new TreeMap<>();
        texts.forEach((key, value) -> {
            if (!isSecret(key)) {
                kept.put(key, text(value));
            }
        });
        return kept;
    }

    private static JsonNode redacted(JsonNode node, int depth) {
        return switch (node) {
            case ObjectNode object -> {
                ObjectNode kept = object.objectNode();
                object.properties().forEach(entry -> {
                    if (!isSecret(entry.getKey()) && !isValueOfSecret(object, entry.getKey())) {
                        kept.set(entry.getKey(), redacted(entry.getValue(), depth));
                    }
                });
                yield kept;
            }
            case ArrayNode array -> {
                ArrayNode kept = array.arrayNode();
                array.forEach(element -> kept.add(redacted(element, depth)));
                yield kept;
            }
            default -> node.isString() ? redactedText(node, depth) : node;
        };
    }

    private static JsonNode redactedText(JsonNode node, int depth) {
        String text = node.stringValue();
        if (depth < DEEPEST && (text.startsWith("{") || text.startsWith("["))) {
            try {
                return StringNode.valueOf(Json.write(redacted(Json.read(text), depth + 1)));
            } catch (Refusal notJson) {
                return StringNode.valueOf(text(text));
            }
        }
        return StringNode.valueOf(text(text));
    }

    /// As in `{"key": "password", "value": "…"}`, Cinder's way to write metadata.
    private static boolean isValueOfSecret(ObjectNode object, String name) {
        JsonNode key = object.path("key");
        return name.equals("value") && key.isString() && isSecret(key.stringValue());
    }

    private static boolean isSecret(String name) {
        return SECRET_NAME.matcher(name).find() || OTHER_CONTEXT.matcher(name).matches();
    }
}
