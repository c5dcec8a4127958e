package org.reckoner.ledger.observation;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Report;
import org.reckoner.core.time.Window;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A report as the ledger keeps it: one JSON object, keys in a fixed order, quantities as decimal text, so
/// that equal reports are equal text.
final class ReportJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private ReportJson() {}

    static String write(Report report) {
        ObjectNode json = JSON.createObjectNode();
        report.owner().ifPresent(owner -> json.put("owner", owner));
        report.state().ifPresent(state -> json.put("state", state));
        report.beganAt().ifPresent(at -> json.put("began", at.toString()));
        report.endedAt().ifPresent(at -> json.put("ended", at.toString()));
        quantities(json, "levels", report.levels());
        quantities(json, "flows", report.flows());
        if (!report.attributes().isEmpty()) {
            ObjectNode attributes = json.putObject("attributes");
            report.attributes().forEach(attributes::put);
        }
        if (!report.complete().isEmpty()) {
            report.complete().forEach(json.putArray("complete")::add);
        }
        window(json, "measured", report.measured());
        window(json, "within", report.within());
        return JSON.writeValueAsString(json);
    }

    private static void window(ObjectNode json, String key, Optional<Window> told) {
        told.ifPresent(window ->
                json.putArray(key).add(window.from().toString()).add(window.to().toString()));
    }

    private static void quantities(ObjectNode json, String key, SortedMap<String, BigDecimal> quantities) {
        if (!quantities.isEmpty()) {
            ObjectNode object = json.putObject(key);
            quantities.forEach((meter, quantity) ->
                    object.put(meter, quantity.stripTrailingZeros().toPlainString()));
        }
    }

    static Report read(String text) {
        JsonNode json = JSON.readTree(text);
        TreeSet<String> complete = new TreeSet<>();
        json.path("complete").forEach(prefix -> complete.add(prefix.stringValue()));
        TreeMap<String, String> attributes = new TreeMap<>();
        json.path("attributes").forEachEntry((name, value) -> attributes.put(name, value.stringValue()));
        return new Report(
                text(json, "owner"),
                text(json, "state"),
                text(json, "began").map(Instant::parse),
                text(json, "ended").map(Instant::parse),
                quantities(json.path("levels")),
                quantities(json.path("flows")),
                attributes,
                complete,
                window(json.path("measured")),
                window(json.path("within")));
    }

    private static Optional<Window> window(JsonNode told) {
        return told.isEmpty()
                ? Optional.empty()
                : Optional.of(new Window(
                        Instant.parse(told.path(0).stringValue()),
                        Instant.parse(told.path(1).stringValue())));
    }

    private static Optional<String> text(JsonNode json, String key) {
        return json.has(key) ? Optional.of(json.path(key).stringValue()) : Optional.empty();
    }

    private static TreeMap<String, BigDecimal> quantities(JsonNode json) {
        TreeMap<String, BigDecimal> quantities = new TreeMap<>();
        json.forEachEntry((meter, quantity) -> quantities.put(meter, new BigDecimal(quantity.stringValue())));
        return quantities;
    }
}
