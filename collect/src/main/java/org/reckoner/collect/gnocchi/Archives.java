package org.reckoner.collect.gnocchi;

import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.collect.openstack.Api;
import org.reckoner.collect.openstack.CloudFailure;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How Gnocchi archives a metric is said by the metric's archive policy: for which lengths it has values,
/// aggregated how. If one metric of all that are asked for has none of the wanted length, Gnocchi answers
/// nothing at all, and does not say which one it is. So it is looked up. What a policy lacks it lacks for
/// good: Gnocchi lets nobody add a length or an aggregation to it, nor a metric change to another.
final class Archives {

    /// More cannot be named in a request.
    private static final int MOST = 10_000;

    /// So many are named in a question about them.
    private static final int TOGETHER = 500;

    /// The same where the question has to be in the address, which must be short.
    private static final int IN_ADDRESS = 40;

    private static final JsonMapper JSON = JsonMapper.shared();

    /// As Python writes it: `0:05:00`, `1 day, 0:00:00`.
    private static final Pattern LENGTH = Pattern.compile("(?:(\\d{1,6}) days?, )?(\\d{1,2}):(\\d\\d):(\\d\\d)");

    private final Api api;
    private final int pageSize;

    Archives(Api api, int pageSize) {
        this.api = api;
        this.pageSize = pageSize;
    }

    /// Whether a refusal to aggregate says that some metric has no such values (Gnocchi 4.4 to 4.6).
    static boolean isLack(int status, String reason) {
        return status == 400 && reason.contains("Granularities are missing")
                || status == 404 && reason.contains("Metrics with unknown aggregation");
    }

    /// The resources of a meter's type whose metric has no values such as the meter wants.
    ///
    /// @param search which resources are meant
    /// @return by id, with the reason in words
    /// @throws CloudFailure if Gnocchi does not tell, or if they are too many to leave them out
    SortedMap<String, String> lacking(GnocchiMeter meter, Duration granularity, Search search) {
        TreeMap<String, String> lacking = new TreeMap<>();
        for (JsonNode policy :
                read("archive policies", Api.Question.get("/archive_policy")).elements()) {
            Optional<String> why = lack(meter, granularity, policy);
            if (why.isPresent()) {
                String name = policy.path("name").asString("");
                String reason =
                        "metric %s has archive policy '%s', which %s".formatted(meter.metric(), name, why.get());
                archivedBy(meter, name).forEach(resource -> lacking.put(resource, reason));
            }
        }
        if (lacking.size() > MOST) {
            throw new CloudFailure(
                    "%s: of meter %s more than %d resources have no values of %d s by '%s', too many to ask for the others. Choose a granularity and an aggregation that their archive policy has, or a 'filter'"
                            .formatted(
                                    api.called(),
                                    meter.definition().meter(),
                                    MOST,
                                    granularity.toSeconds(),
                                    meter.aggregation()));
        }
        lacking.keySet().retainAll(ofType(meter, search, List.copyOf(lacking.keySet())));
        return lacking;
    }

    private static Optional<String> lack(GnocchiMeter meter, Duration granularity, JsonNode policy) {
        boolean hasLength = false;
        for (JsonNode definition : policy.path("definition")) {
            hasLength |= length(definition.path("granularity").asString("")).equals(Optional.of(granularity));
        }
        boolean aggregates = false;
        for (JsonNode method : policy.path("aggregation_methods")) {
            aggregates |= method.asString("").equals(meter.aggregation());
        }
        if (!hasLength) {
            return Optional.of("has no values of %d s".formatted(granularity.toSeconds()));
        }
        return aggregates ? Optional.empty() : Optional.of("does not aggregate by " + meter.aggregation());
    }

    private static Optional<Duration> length(String text) {
        Matcher length = LENGTH.matcher(text);
        if (!length.matches()) {
            return Optional.empty();
        }
        long days = length.group(1) == null ? 0 : Long.parseLong(length.group(1));
        return Optional.of(Duration.ofDays(days)
                .plusHours(Long.parseLong(length.group(2)))
                .plusMinutes(Long.parseLong(length.group(3)))
                .plusSeconds(Long.parseLong(length.group(4))));
    }

    /// The resources, of whatever type, whose metric of the meter's name has a policy.
    private Set<String> archivedBy(GnocchiMeter meter, String policy) {
        Set<String> resources = new HashSet<>();
        Set<String> markers = new HashSet<>();
        String query = "/metric?name=%s&archive_policy_name=%s&limit=%d"
                .formatted(encoded(meter.metric()), encoded(policy), pageSize);
        Optional<String> marker = Optional.empty();
        do {
            Elements page = read(
                    "metrics " + meter.metric(),
                    Api.Question.get(
                            query + marker.map(at -> "&marker=" + encoded(at)).orElse("")));
            for (JsonNode metric : page.elements()) {
                if (metric.path("resource_id").isString()) {
                    resources.add(metric.path("resource_id").asString());
                }
            }
            marker = page.elements().isEmpty() ? Optional.empty() : page.link().flatMap(Gnocchi::marker);
            if (marker.isPresent() && !markers.add(marker.get())) {
                throw new CloudFailure("%s gives the same page of metrics again and again".formatted(api.called()));
            }
        } while (marker.isPresent() && resources.size() <= MOST);
        return resources;
    }

    /// Those that are of the meter's type, and meant.
    private Set<String> ofType(GnocchiMeter meter, Search search, List<String> resources) {
        Set<String> own = new HashSet<>();
        int together = search.filter().isPresent() ? IN_ADDRESS : Math.min(TOGETHER, pageSize);
        for (int from = 0; from < resources.size(); from += together) {
            List<String> some = resources.subList(from, Math.min(resources.size(), from + together));
            String path = "/search/resource/%s?attrs=id&limit=%d".formatted(encoded(meter.resourceType()), some.size());
            Api.Question question = search.objectOf(some)
                    .map(object -> Api.Question.post(path, JSON.writeValueAsString(object)))
                    .orElseGet(() -> Api.Question.post(path + "&filter=" + encoded(search.textOf(some)), ""));
            for (JsonNode resource :
                    read("resources of type " + meter.resourceType(), question).elements()) {
                own.add(resource.path("id").asString(""));
            }
        }
        return own;
    }

    private record Elements(List<JsonNode> elements, Optional<String> link) {}

    private Elements read(String what, Api.Question question) {
        return switch (api.ask(question, this::list)) {
            case Api.Reply.Fine<List<JsonNode>>(List<JsonNode> elements, Optional<String> link) ->
                new Elements(elements, link);
            case Api.Reply.Refused<List<JsonNode>>(int status, String reason) ->
                throw new CloudFailure(
                        "%s answered %d when asked for %s: %s".formatted(api.called(), status, what, reason));
        };
    }

    private List<JsonNode> list(InputStream answer) throws IOException {
        JsonNode body = JSON.readTree(answer);
        if (!body.isArray()) {
            throw new CloudFailure("%s did not answer as its API says: expected a list".formatted(api.called()));
        }
        List<JsonNode> elements = new ArrayList<>();
        body.forEach(elements::add);
        return elements;
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
