package org.reckoner.collect.gnocchi;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
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

/// Asks Gnocchi. A meter and a span of windows are one request, whatever the number of projects and
/// resources; what resources were like comes with it, or from their history, which is read once for all
/// meters of a resource type.
public final class Gnocchi implements Store {

    public static final String NAME = "gnocchi";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern MARKER = Pattern.compile("[?&]marker=([^&>]+)");
    private static final String METRICS_NOT_FOUND = "Metrics not found";

    private final Api api;
    private final Archives archives;
    private final List<Definition> definitions;
    private final int pageSize;
    private @Nullable Histories last;

    /// What was read of the history of a type of resources.
    ///
    /// @param owed to which meters; once all have had it, it is forgotten, and a meter that asks again is
    /// told anew
    private record Histories(String type, List<String> resource, Window span, Revisions revisions, Set<String> owed) {}

    /// @param definitions all that will be asked for: histories are read for them together
    /// @param pageSize so many resources of a history at a time; Gnocchi gives no more than its `max_limit`
    public Gnocchi(Api api, List<Definition> definitions, int pageSize) {
        this.api = api;
        this.archives = new Archives(api, pageSize);
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
        Duration granularity = definition.granularity(windows);
        Search search = new Search(span.from().minus(granularity), meter.filter());
        Asking asking =
                new Asking(meter, new Making(definition, windows, span), granularity, search, revisions, finder);
        Api.Reply<Long> reply = asking.allBut(List.of());
        if (!(reply instanceof Api.Reply.Refused<Long>(int status, String reason))
                || !Archives.isLack(status, reason)) {
            return answered(meter, reply);
        }
        SortedMap<String, String> lacking = archives.lacking(meter, granularity, search);
        if (lacking.isEmpty()) {
            return answered(meter, reply);
        }
        Answered answered = answered(meter, asking.allBut(lacking.keySet()));
        lacking.forEach((resource, why) -> finder.accept(new Finding.LeftOut(resource, why)));
        return new Answered(true, answered.empty());
    }

    private Answered answered(GnocchiMeter meter, Api.Reply<Long> reply) {
        return switch (reply) {
            case Api.Reply.Fine<Long>(Long empty, Optional<String> link) -> new Answered(true, empty);
            case Api.Reply.Refused<Long>(int status, String reason) -> {
                if (status == 400 && reason.contains(METRICS_NOT_FOUND)) {
                    yield new Answered(false, 0);
                }
                throw refused("meter " + meter.definition().meter(), status, reason);
            }
        };
    }

    /// The measures of a meter in a span.
    private final class Asking {

        private final GnocchiMeter meter;
        private final Making making;
        private final Duration granularity;
        private final Search search;
        private final Optional<Revisions> revisions;
        private final Consumer<Finding> finder;

        Asking(
                GnocchiMeter meter,
                Making making,
                Duration granularity,
                Search search,
                Optional<Revisions> revisions,
                Consumer<Finding> finder) {
            this.meter = meter;
            this.making = making;
            this.granularity = granularity;
            this.search = search;
            this.revisions = revisions;
            this.finder = finder;
        }

        /// @param ids of resources that are left out
        /// @return how many values said nothing
        Api.Reply<Long> allBut(Collection<String> ids) {
            return api.ask(question(ids), answer -> {
                Groups groups = new Groups(making, revisions, finder);
                Aggregates.read(answer, granularity, groups::take);
                return groups.empty;
            });
        }

        private Api.Question question(Collection<String> ids) {
            ObjectNode body = JSON.createObjectNode();
            body.put("operations", meter.operations());
            body.put("resource_type", meter.resourceType());
            search.putAllBut(ids, body);
            List<String> query = new ArrayList<>();
            query.add("start=" + Search.time(making.span().from()));
            query.add("stop=" + Search.time(making.span().to()));
            query.add("granularity=" + granularity.toSeconds());
            TreeSet<String> groups = new TreeSet<>(meter.definition().keys().resource());
            if (!meter.history()) {
                groups.add(meter.definition().keys().project());
                groups.addAll(meter.definition().keys().attributes());
            }
            groups.forEach(key -> query.add("groupby=" + URLEncoder.encode(key, StandardCharsets.UTF_8)));
            return Api.Question.post("/aggregates?" + String.join("&", query), JSON.writeValueAsString(body));
        }
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

    /// The history of a type, for all meters of it, which are asked for one after the other.
    private Revisions history(GnocchiMeter meter, Duration windows, Window span) {
        List<String> resource = meter.definition().keys().resource();
        Histories known = last;
        if (known == null
                || !known.type().equals(meter.resourceType())
                || !known.resource().equals(resource)
                || !known.span().equals(span)
                || !known.owed().contains(meter.definition().meter())) {
            last = null; // so that no two are in memory
            known = new Histories(meter.resourceType(), resource, span, read(meter, windows, span), sharing(meter));
        }
        known.owed().remove(meter.definition().meter());
        last = known.owed().isEmpty() ? null : known;
        return known.revisions();
    }

    /// The meters whose resources' history is the same.
    private Set<String> sharing(GnocchiMeter meter) {
        Set<String> sharing = new HashSet<>();
        for (Definition definition : definitions) {
            GnocchiMeter other = GnocchiMeter.of(definition);
            if (other.history()
                    && other.resourceType().equals(meter.resourceType())
                    && definition
                            .keys()
                            .resource()
                            .equals(meter.definition().keys().resource())) {
                sharing.add(definition.meter());
            }
        }
        return sharing;
    }

    private Revisions read(GnocchiMeter meter, Duration windows, Window span) {
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
        either.addObject().putObject(">=").put("revision_end", Search.time(since));
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

    /// Where the next page begins, by the header `Link`.
    static Optional<String> marker(String link) {
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
