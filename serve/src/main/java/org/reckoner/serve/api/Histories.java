package org.reckoner.serve.api;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.meter.Flow;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Segment;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.time.Window;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Timelines as JSON, and the part of one that a project may see: the time in which it was the owner.
final class Histories {

    private Histories() {}

    /// @param owner none sees all of it
    static Timeline visible(Timeline timeline, Optional<String> owner) {
        return owner.map(project -> new Timeline(
                        timeline.resource(),
                        timeline.life(),
                        timeline.segments().stream()
                                .filter(segment -> segment.owner().equals(owner))
                                .toList(),
                        timeline.flows().stream()
                                .filter(flow -> flow.owner().equals(owner))
                                .toList()))
                .orElse(timeline);
    }

    static ObjectNode identity(ResourceId resource) {
        return Answers.object()
                .put("region", resource.region())
                .put("type", resource.type())
                .put("id", resource.id());
    }

    /// What a resource is now, or was last.
    static ObjectNode latest(Timeline visible) {
        ObjectNode json = identity(visible.resource());
        Optional<Segment> last = visible.segments().isEmpty()
                ? Optional.empty()
                : Optional.of(visible.segments().getLast());
        Optional<Window> seen = last.map(segment -> new Window(
                visible.segments().getFirst().window().from(), segment.window().to()));
        Answers.put(json, "name", last.map(segment -> segment.attributes().get("name")));
        Answers.put(json, "project", last.flatMap(Segment::owner));
        Answers.put(json, "state", last.map(Segment::state));
        Answers.putTime(json, "from", seen.map(Window::from));
        Answers.putTime(json, "to", seen.filter(window -> !window.isOpen()).map(Window::to));
        quantities(json.putObject("levels"), last.map(Segment::levels).orElseGet(TreeMap::new));
        attributes(json.putObject("attributes"), last.map(Segment::attributes).orElseGet(TreeMap::new));
        return json;
    }

    static void segments(ArrayNode json, List<Segment> segments) {
        segments.forEach(segment -> segment(json.addObject(), segment));
    }

    private static void segment(ObjectNode json, Segment segment) {
        Window window = segment.window();
        json.put("from", window.from().toString());
        Answers.putTime(json, "to", window.isOpen() ? Optional.empty() : Optional.of(window.to()));
        Answers.put(json, "project", segment.owner());
        json.put("state", segment.state());
        quantities(json.putObject("levels"), segment.levels());
        attributes(json.putObject("attributes"), segment.attributes());
        ArrayNode evidence = json.putArray("evidence");
        segment.evidence().forEach(id -> evidence.add(id.toString()));
    }

    static void flows(ArrayNode json, List<Flow> flows) {
        for (Flow flow : flows) {
            ObjectNode object = json.addObject();
            object.put("at", flow.at().toString());
            Answers.put(object, "project", flow.owner());
            object.put("meter", flow.meter());
            object.put("quantity", plain(flow.quantity()));
            attributes(object.putObject("attributes"), flow.attributes());
            object.putArray("evidence").add(flow.evidence().toString());
        }
    }

    static void quantities(ObjectNode json, SortedMap<String, BigDecimal> quantities) {
        quantities.forEach((meter, quantity) -> json.put(meter, plain(quantity)));
    }

    private static void attributes(ObjectNode json, SortedMap<String, String> attributes) {
        attributes.forEach(json::put);
    }

    private static String plain(BigDecimal quantity) {
        return quantity.signum() == 0 ? "0" : quantity.stripTrailingZeros().toPlainString();
    }
}
