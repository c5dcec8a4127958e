package org.reckoner.ledger.observation;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.reckoner.core.meter.Report;
import org.reckoner.core.time.Window;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A report as the ledger keeps it: one JSON object, keys in a fixed order, quantities as decimal text, so
/// that equal reports are equal text.
final class ReportJson {

    private static final JsonMapper JSON = JsonMapper.shared();

    private ReportJson() {}

    static String write(Report report) {
        StringWriter text = new StringWriter(256);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            report.owner().ifPresent(owner -> json.writeStringProperty("owner", owner));
            report.state().ifPresent(state -> json.writeStringProperty("state", state));
            report.beganAt().ifPresent(at -> json.writeStringProperty("began", at.toString()));
            report.endedAt().ifPresent(at -> json.writeStringProperty("ended", at.toString()));
            quantities(json, "levels", report.levels());
            quantities(json, "flows", report.flows());
            if (!report.attributes().isEmpty()) {
                json.writeObjectPropertyStart("attributes");
                report.attributes().forEach(json::writeStringProperty);
                json.writeEndObject();
            }
            if (!report.complete().isEmpty()) {
                texts(json, "complete", report.complete());
            }
            window(json, "measured", report.measured());
            window(json, "within", report.within());
            json.writeEndObject();
        }
        return text.toString();
    }

    private static void window(JsonGenerator json, String key, Optional<Window> told) {
        told.ifPresent(window ->
                texts(json, key, List.of(window.from().toString(), window.to().toString())));
    }

    private static void texts(JsonGenerator json, String key, Collection<String> texts) {
        json.writeArrayPropertyStart(key);
        texts.forEach(json::writeString);
        json.writeEndArray();
    }

    private static void quantities(JsonGenerator json, String key, SortedMap<String, BigDecimal> quantities) {
        if (!quantities.isEmpty()) {
            json.writeObjectPropertyStart(key);
            quantities.forEach((meter, quantity) -> json.writeStringProperty(
                    meter, quantity.stripTrailingZeros().toPlainString()));
            json.writeEndObject();
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
