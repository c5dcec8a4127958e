package org.reckoner.collect.openstack;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A cloud that Reckoner is logged in to. Logs in by itself, and again when the token has expired or a
/// service does not know it any more. Only reads. For one thread.
public final class OpenStack {

    /// A token is renewed when it has less than this to live.
    private static final Duration SPARE = Duration.ofMinutes(2);

    private static final int MOST_RESTARTS = 5;
    private static final Comparator<String> BY_NUMBER =
            Comparator.comparingInt(OpenStack::major).thenComparingInt(OpenStack::minor);

    private final Cloud cloud;
    private final Clock clock;
    private final Transport transport;
    private final Map<String, String> newest = new HashMap<>();
    private @Nullable Token token;

    private OpenStack(Cloud cloud, Clock clock, Transport transport) {
        this.cloud = cloud;
        this.clock = clock;
        this.transport = transport;
    }

    /// @param clock what time it is, for answers and for the age of tokens
    public static OpenStack of(Cloud cloud, Clock clock) {
        return of(cloud, clock, Thread::sleep, Patience.USUAL);
    }

    /// One that asks each question once, for checks.
    public static OpenStack impatient(Cloud cloud, Clock clock) {
        return of(cloud, clock, Thread::sleep, Patience.NONE);
    }

    static OpenStack of(Cloud cloud, Clock clock, Transport.Pause pause, Patience patience) {
        return new OpenStack(cloud, clock, new Transport(cloud, clock, pause, patience));
    }

    public Cloud cloud() {
        return cloud;
    }

    public record Project(String id, String name) {}

    /// The project that the credentials are for; none if they are for more than one.
    ///
    /// @throws BadCloud if Keystone does not take the credentials
    /// @throws CloudFailure if it does not answer
    public Optional<Project> project() {
        return token().project();
    }

    /// Whether the credentials have one of these roles, whatever the letters' case.
    public boolean hasOneOf(Collection<String> roles) {
        return roles.stream().anyMatch(token().roles()::contains);
    }

    /// Who acts, with which roles and where, for messages.
    public String who() {
        Token now = token();
        String where = now.project()
                .map(project -> "in project " + project.name())
                .orElse(now.system() ? "in the system" : "without a project");
        String roles = now.roles().isEmpty() ? "no role" : "role " + String.join(", ", now.roles());
        return "user %s has %s %s".formatted(now.user(), roles, where);
    }

    /// The names of all projects, by id; none if the credentials may not list them.
    ///
    /// @throws CloudFailure if Keystone does not answer
    public Optional<SortedMap<String, String>> projectNames() {
        Answer answer = ask(Identity.KEYSTONE, cloud.authUrl() + "/projects", Optional.empty());
        if (answer.status() == 403) {
            return Optional.empty();
        }
        TreeMap<String, String> names = new TreeMap<>();
        fine(Identity.KEYSTONE, answer)
                .path("projects")
                .forEach(project -> names.put(
                        project.path("id").asString(""), project.path("name").asString("")));
        return Optional.of(names);
    }

    /// Elements of a collection, asked for together.
    ///
    /// @param askedAt just before that: what they say held at that moment or a little later
    public record Page(List<JsonNode> elements, Instant askedAt) {

        public Page {
            elements = List.copyOf(elements);
        }
    }

    /// Reads a collection to its end; each element is given once. If the element that marks the place is gone
    /// when the next page is asked for, it begins again and leaves out what was given.
    ///
    /// @param limit so many elements a page at most; the service may give fewer
    /// @throws BadCloud if the service is not in the catalogue or the credentials may not read the collection
    /// @throws CloudFailure if the service does not answer as it should
    public void read(Listing listing, int limit, Consumer<Page> reader) {
        Set<String> given = new HashSet<>();
        Set<String> passed = new HashSet<>();
        Optional<String> marker = Optional.empty();
        int restarts = 0;
        while (true) {
            Instant askedAt = clock.instant();
            Answer answer = ask(listing, limit, marker);
            boolean lostItsPlace = marker.isPresent() && (answer.status() == 400 || answer.status() == 404);
            if (lostItsPlace && restarts < MOST_RESTARTS) {
                restarts++;
                passed.clear();
                marker = Optional.empty();
                continue;
            }
            JsonNode elements = fine(listing.service().title(), answer).path(listing.key());
            if (!elements.isArray()) {
                throw new CloudFailure("%s answered %s without '%s'"
                        .formatted(listing.service().title(), listing.path(), listing.key()));
            }
            List<JsonNode> fresh = new ArrayList<>();
            String last = null;
            for (JsonNode element : elements) {
                last = element.path("id").asString("");
                if (given.add(last)) {
                    fresh.add(element);
                }
            }
            if (!fresh.isEmpty()) {
                reader.accept(new Page(fresh, askedAt));
            }
            if (last == null || !passed.add(last)) {
                return;
            }
            marker = Optional.of(last);
        }
    }

    /// One document of a service, or nothing if there is none.
    ///
    /// @param path below the service's root
    /// @throws BadCloud if the service is not in the catalogue or the credentials may not read it
    /// @throws CloudFailure if the service does not answer as it should
    public Optional<JsonNode> find(Service service, String path, Optional<String> microversion) {
        Answer answer = ask(service.title(), root(service) + path, header(service, microversion));
        return answer.status() == 404 ? Optional.empty() : Optional.of(fine(service.title(), answer));
    }

    /// One document of a service that is asked within a project, of another project than the credentials are
    /// for.
    ///
    /// @param project its id; empty for the credentials' own
    /// @param path below the service's root
    /// @throws BadCloud if the service is not in the catalogue or the credentials may not read it
    /// @throws CloudFailure if the service does not answer as it should
    public Optional<JsonNode> find(Service service, String project, String path) {
        String own = project().map(Project::id).orElse("");
        String root = root(service).toString();
        String there = project.isEmpty() || own.isEmpty() || !root.endsWith("/" + own)
                ? root
                : root.substring(0, root.length() - own.length()) + project;
        Answer answer = ask(service.title(), there + path, Optional.empty());
        return answer.status() == 404 ? Optional.empty() : Optional.of(fine(service.title(), answer));
    }

    /// One document of Keystone's, or nothing if there is none.
    ///
    /// @param path below `/v3`
    /// @throws BadCloud if the credentials may not read it
    /// @throws CloudFailure if Keystone does not answer as it should
    public Optional<JsonNode> identity(String path) {
        Answer answer = ask(Identity.KEYSTONE, cloud.authUrl() + path, Optional.empty());
        return answer.status() == 404 ? Optional.empty() : Optional.of(fine(Identity.KEYSTONE, answer));
    }

    /// How a service presents itself to anybody.
    ///
    /// @param address without a version
    /// @param version the current one, with its newest microversion, if it says so
    /// @param date what time it takes it to be, to the second
    /// @param askedAt what time it was here, before and after
    public record Presence(
            URI address,
            int status,
            Optional<String> version,
            Optional<Instant> date,
            Instant askedAt,
            Instant answeredAt) {}

    /// Asks a service for the versions that it speaks.
    ///
    /// @throws BadCloud if it is not in the catalogue
    /// @throws CloudFailure if it does not answer
    public Presence presence(Service service) {
        return presence(service.title(), root(service));
    }

    /// Asks Keystone for the versions that it speaks.
    ///
    /// @throws CloudFailure if it does not answer
    public Presence presenceOfKeystone() {
        return presence(Identity.KEYSTONE, cloud.authUrl());
    }

    private Presence presence(String who, URI root) {
        String address = root.toString().replaceFirst("/v\\d+(\\.\\d+)?(/.*)?$", "/");
        Instant askedAt = clock.instant();
        Answer answer =
                transport.send(who, Transport.request(URI.create(address)).GET().build());
        return new Presence(
                URI.create(address), answer.status(), version(answer.body()), answer.date(), askedAt, clock.instant());
    }

    /// Keystone nests its versions once more than the others.
    private static Optional<String> version(JsonNode body) {
        JsonNode told = body.path("versions");
        JsonNode versions = told.path("values").isArray() ? told.path("values") : told;
        for (JsonNode version : versions) {
            String status = version.path("status").asString("").toLowerCase(Locale.ROOT);
            if (status.equals("current") || status.equals("stable")) {
                String newest = version.path("version").asString("");
                String id = version.path("id").asString("");
                return Optional.of(newest.isEmpty() ? id : id + " (" + newest + ")");
            }
        }
        return Optional.empty();
    }

    /// Whether the catalogue has a service.
    public boolean has(Service service) {
        return token().catalogue().has(cloud, service);
    }

    /// What time it is here.
    public Instant now() {
        return clock.instant();
    }

    /// The wanted microversion, or the newest that the service speaks if that is older.
    ///
    /// @throws CloudFailure if the service does not say what it speaks
    public String microversion(Service service, String wanted) {
        String most = newest.computeIfAbsent(service.title(), title -> newest(service));
        return BY_NUMBER.compare(wanted, most) <= 0 ? wanted : most;
    }

    /// Whether one microversion is older than another.
    public static boolean isOlder(String microversion, String than) {
        return BY_NUMBER.compare(microversion, than) < 0;
    }

    private String newest(Service service) {
        JsonNode document = fine(service.title(), ask(service.title(), root(service) + "/", Optional.empty()));
        String version = document.path("version").path("version").asString("");
        if (!version.matches("\\d{1,4}\\.\\d{1,4}")) {
            throw new CloudFailure(
                    "%s at %s does not say which microversions it speaks".formatted(service.title(), root(service)));
        }
        return version;
    }

    private static int major(String version) {
        return Integer.parseInt(version.substring(0, version.indexOf('.')));
    }

    private static int minor(String version) {
        return Integer.parseInt(version.substring(version.indexOf('.') + 1));
    }

    private Answer ask(Listing listing, int limit, Optional<String> marker) {
        List<Listing.Parameter> query = new ArrayList<>(listing.query());
        query.add(new Listing.Parameter("limit", Integer.toString(limit)));
        marker.ifPresent(last -> query.add(new Listing.Parameter("marker", last)));
        String text = query.stream()
                .map(parameter -> parameter.name() + "=" + URLEncoder.encode(parameter.value(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return ask(
                listing.service().title(),
                root(listing.service()) + listing.path() + "?" + text,
                header(listing.service(), listing.microversion()));
    }

    private Optional<String> header(Service service, Optional<String> microversion) {
        return service.microversions()
                .flatMap(word -> microversion.map(wanted -> word + " " + microversion(service, wanted)));
    }

    private URI root(Service service) {
        return service.root(token().catalogue().find(cloud, service), project().map(Project::id));
    }

    /// As [Api] asks.
    <T> Api.Reply<T> stream(Service service, Api.Question question, Api.Reader<T> reader) {
        Token used = token();
        Api.Reply<T> reply = transport.stream(service.title(), request(service, question, used), reader);
        if (!(reply instanceof Api.Reply.Refused<T>(int status, String reason)) || status != 401) {
            return reply;
        }
        token = null; // revoked, or expired by the service's clock
        Api.Reply<T> again = transport.stream(service.title(), request(service, question, token()), reader);
        if (again instanceof Api.Reply.Refused<T>(int anew, String why) && anew == 401) {
            throw new CloudFailure("cloud %s: %s refuses a token that Keystone has just given: %d %s"
                    .formatted(cloud.name(), service.title(), anew, why));
        }
        return again;
    }

    private HttpRequest request(Service service, Api.Question question, Token token) {
        return question.to(root(service))
                .header("X-Auth-Token", token.id().value())
                .build();
    }

    private Answer ask(String who, String url, Optional<String> microversion) {
        Token used = token();
        Answer answer = transport.send(who, request(url, used, microversion));
        if (answer.status() != 401) {
            return answer;
        }
        token = null; // revoked, or expired by the service's clock
        return transport.send(who, request(url, token(), microversion));
    }

    private static HttpRequest request(String url, Token token, Optional<String> microversion) {
        HttpRequest.Builder request = Transport.request(URI.create(url))
                .header("X-Auth-Token", token.id().value())
                .GET();
        microversion.ifPresent(version -> request.header("OpenStack-API-Version", version));
        return request.build();
    }

    private Token token() {
        Token now = token;
        if (now == null || now.expires().isBefore(clock.instant().plus(SPARE))) {
            now = Identity.logIn(cloud, transport);
            token = now;
        }
        return now;
    }

    private JsonNode fine(String who, Answer answer) {
        return switch (answer.status()) {
            case 401 ->
                throw new CloudFailure("cloud %s: %s refuses a token that Keystone has just given: %s"
                        .formatted(cloud.name(), who, answer.reason()));
            case 403 ->
                throw new BadCloud(
                        "cloud %s: %s does not allow it: %s; %s".formatted(cloud.name(), who, answer.reason(), who()));
            default -> {
                if (!answer.isFine()) {
                    throw new CloudFailure("cloud %s: %s answered %s".formatted(cloud.name(), who, answer.reason()));
                }
                yield answer.body();
            }
        };
    }
}
