package org.reckoner.collect.gnocchi;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reckoner.collect.measured.Definition;
import org.reckoner.collect.measured.Finding;
import org.reckoner.collect.measured.Making;
import org.reckoner.collect.measured.Store;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.oslo.Timestamps;
import org.reckoner.core.time.Window;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Asks Gnocchi. A meter and a span of windows are one request, whatever the number of projects and resources; what
/// resources were like comes with it, or from their history, which is read once for all meters of a resource type.
public final class Gnocchi implements Store {

    public static final String NAME = "gnocchi";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern MARKER = Pattern.compile("[?&]marker=([^&>]+)");
    private static final String METRICS_NOT_FOUND = "Metrics not found";

    private final Api api;
    private final List<Definition> definitions;
    private final int pageSize;
    private @Nullable Histories last;

    /// What was read of the history of a type of resources.
    private record Histories(String type, List<String> resource, Window span, Revisions revisions) {}

    /// @param definitions all that will be asked for: histories are read for them together
    /// @param pageSize so many resources of a history at a time; Gnocchi gives no more than its `max_limit`
    public Gnocchi(Api api, List<Definition> definitions, int pageSize) {
        this.api = api;
        this.definitions = List.copyOf(definitions);
        this.pageSize = pageSize;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void check(Definition definition, Duration windows) {
        GnocchiMeter.of(definition);
        definition.granularity(windows);
    }

    @Override
    public Answered ask(Definition definition, Duration windows, Window span, Consumer<Finding> finder) {
        GnocchiMeter meter = GnocchiMeter.of(definition);
        Optional<Revisions> revisions = meter.history() ? Optional.of(history(meter, windows, span)) : Optional.empty();
        Making making = new Making(definition, windows, span);
        Duration granularity = definition.granularity(windows);
        Api.Reply<Long> reply = api.ask(question(meter, granularity, span), answer -> {
            Groups groups = new Groups(making, revisions, finder);
            Aggregates.read(answer, granularity, groups::take);
            return groups.empty;
        });
        return switch (reply) {
            case Api.Reply.Fine<Long>(Long empty, Optional<String> link) -> new Answered(true, empty);
            case Api.Reply.Refused<Long>(int status, String reason) -> {
                if (status == 400 && reason.contains(METRICS_NOT_FOUND)) {
                    yield new Answered(false, 0);
                }
                throw refused("meter " + definition.meter(), status, reason);
            }
        };
    }

    /// What becomes of one answer's groups.
    private static final class Groups {

        private final Making making;
        private final Optional<Revisions> revisions;
        private final Consumer<Finding> finder;
        private final Set<String> told = new HashSet<>();
        private long empty;

        Groups(Making making, Optional<Revisions> revisions, Consumer<Finding> finder) {
            this.making = making;
            this.revisions = revisions;
            this.finder = finder;
        }

        void take(Aggregates.Group group) {
            empty += group.empty();
            Definition.Keys keys = making.definition().keys();
            Optional<String> resource = keys.resourceIn(group.group());
            if (resource.isEmpty()) {
                if (!group.points().isEmpty()) {
                    refuse("?", "the group does not say which resource it is: " + group.group());
                }
                return;
            }
            if (!told.add(resource.get())) {
                refuse(
                        resource.get(),
                        "the resource is in the answer twice, now as %s; only what was told first is kept. Do not group by what distinguishes them, or let the resource be named by it too"
                                .formatted(group.group()));
                return;
            }
            group.wrong().ifPresent(why -> refuse(resource.get(), why));
            making.of(
                            resource.get(),
                            group.points(),
                            window -> keys.attributesIn(revisions
                                    .flatMap(history -> history.in(resource.get(), window))
                                    .orElse(group.group())))
                    .forEach(finder);
        }

        private void refuse(String resource, String why) {
            finder.accept(new Finding.Refused(resource, making.span(), why, ""));
        }
    }

    private Api.Question question(GnocchiMeter meter, Duration granularity, Window span) {
        ObjectNode body = JSON.createObjectNode();
        body.put("operations", meter.operations());
        body.put("resource_type", meter.resourceType());
        List<String> searches = new ArrayList<>();
        searches.add(
                "ended_at = null or ended_at >= '%s'".formatted(time(span.from().minus(granularity))));
        meter.filter().ifPresent(searches::add);
        body.put("search", "(" + String.join(") and (", searches) + ")");
        List<String> query = new ArrayList<>();
        query.add("start=" + time(span.from()));
        query.add("stop=" + time(span.to()));
        query.add("granularity=" + granularity.toSeconds());
        TreeSet<String> groups = new TreeSet<>(meter.definition().keys().resource());
        if (!meter.history()) {
            groups.add(meter.definition().keys().project());
            groups.addAll(meter.definition().keys().attributes());
        }
        groups.forEach(key -> query.add("groupby=" + URLEncoder.encode(key, StandardCharsets.UTF_8)));
        return Api.Question.post("/aggregates?" + String.join("&", query), JSON.writeValueAsString(body));
    }

    /// Without a zone, which Gnocchi takes as UTC; a `+` in an address would be a space.
    private static String time(Instant at) {
        return at.toString().replace("Z", "");
    }

    /// The history of a type, for all meters of it; the last that was read is kept, as meters of one type and span
    /// are asked for one after the other.
    private Revisions history(GnocchiMeter meter, Duration windows, Window span) {
        List<String> resource = meter.definition().keys().resource();
        Histories known = last;
        if (known != null
                && known.type().equals(meter.resourceType())
                && known.resource().equals(resource)
                && known.span().equals(span)) {
            return known.revisions();
        }
        last = null;
        Revisions revisions = new Revisions();
        Set<String> wanted = wanted(meter.resourceType());
        Optional<String> marker = Optional.empty();
        Set<String> markers = new HashSet<>();
        do {
            marker = page(meter, wanted, span.from().minus(windows), marker, revisions);
            if (marker.isPresent() && !markers.add(marker.get())) {
                throw new CloudFailure(
                        "%s gives the same page of %s again and again".formatted(api.called(), meter.resourceType()));
            }
        } while (marker.isPresent());
        last = new Histories(meter.resourceType(), resource, span, revisions);
        return revisions;
    }

    private Set<String> wanted(String type) {
        Set<String> wanted = new TreeSet<>();
        for (Definition definition : definitions) {
            if (type.equals(definition.store().get(GnocchiMeter.RESOURCE_TYPE))) {
                wanted.addAll(definition.keys().resource());
                wanted.add(definition.keys().project());
                wanted.addAll(definition.keys().attributes());
            }
        }
        return wanted;
    }

    /// @return where the next page begins, if there is one
    private Optional<String> page(
            GnocchiMeter meter, Set<String> wanted, Instant since, Optional<String> marker, Revisions into) {
        ObjectNode search = JSON.createObjectNode();
        var either = search.putArray("or");
        either.addObject().putObject("=").putNull("revision_end");
        either.addObject().putObject(">=").put("revision_end", time(since));
        List<String> query = new ArrayList<>(List.of("history=true", "limit=" + pageSize));
        wanted.forEach(key -> query.add("attrs=" + URLEncoder.encode(key, StandardCharsets.UTF_8)));
        query.add("attrs=revision_start");
        query.add("attrs=revision_end");
        marker.ifPresent(place -> query.add("marker=" + URLEncoder.encode(place, StandardCharsets.UTF_8)));
        Api.Question question = Api.Question.post(
                "/search/resource/%s?%s"
                        .formatted(
                                URLEncoder.encode(meter.resourceType(), StandardCharsets.UTF_8),
                                String.join("&", query)),
                JSON.writeValueAsString(search));
        Api.Reply<List<Map<String, String>>> reply = api.ask(question, answer -> {
            List<Map<String, String>> page = new ArrayList<>();
            Aggregates.resources(answer, attributes -> {
                Map<String, String> own = new HashMap<>(attributes);
                own.keySet()
                        .removeIf(key ->
                                !wanted.contains(key) && !key.equals("revision_start") && !key.equals("revision_end"));
                page.add(own);
            });
            return page;
        });
        return switch (reply) {
            case Api.Reply.Fine<List<Map<String, String>>>(List<Map<String, String>> page, Optional<String> link) -> {
                page.forEach(one -> add(meter, one, into));
                yield page.isEmpty() ? Optional.empty() : link.flatMap(Gnocchi::marker);
            }
            case Api.Reply.Refused<List<Map<String, String>>>(int status, String reason) ->
                throw refused("the history of resource type " + meter.resourceType(), status, reason);
        };
    }

    private static void add(GnocchiMeter meter, Map<String, String> one, Revisions into) {
        Optional<String> resource = meter.definition().keys().resourceIn(one);
        Optional<Instant> from =
                Optional.ofNullable(one.remove("revision_start")).flatMap(Timestamps::parse);
        Optional<Instant> to = Optional.ofNullable(one.remove("revision_end")).flatMap(Timestamps::parse);
        if (resource.isPresent()) {
            meter.definition().keys().resource().forEach(one::remove);
            into.add(resource.get(), from.orElse(Instant.EPOCH), to, one);
        }
    }

    private static Optional<String> marker(String link) {
        Matcher marker = MARKER.matcher(link);
        return link.contains("next") && marker.find()
                ? Optional.of(URLDecoder.decode(marker.group(1), StandardCharsets.UTF_8))
                : Optional.empty();
    }

    private CloudFailure refused(String what, int status, String reason) {
        return new CloudFailure("%s answered %d when asked for %s: %s%s"
                .formatted(
                        api.called(),
                        status,
                        what,
                        reason,
                        status == 401 || status == 403 ? ". The user needs to read what all projects have" : ""));
    }
}
