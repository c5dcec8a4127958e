package org.reckoner.deliver.concertim;

import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Site;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The visualiser's API. Logs in by itself, and once more when a token is not taken. For one thread.
///
/// Settings: those of [Site]; `username`; the secret `password`.
final class Visualiser implements AutoCloseable {

    static final String[] SETTINGS = {"url", "timeout", "ca-file", "username", "password-file"};

    /// By which it says that a token is not taken; the middleware logged in again at each of them.
    private static final Set<Integer> LOG_IN = Set.of(401, 403, 405, 407, 408);

    private final Site site;
    private final String username;
    private final String password;
    private @Nullable String token;

    /// @throws BadAdapter if a setting is missing or wrong
    Visualiser(AdapterSettings settings) {
        username = settings.required("username");
        password = settings.secret("password");
        site = new Site(settings, password);
    }

    /// What is listed under `teams`, `racks` or `devices`.
    ///
    /// @throws Undelivered if it cannot be read
    List<JsonNode> list(String kind) throws Undelivered {
        Answer answer = signed(() -> site.request("/api/v1/" + kind)
                .header("Accept", "application/json")
                .GET());
        if (!answer.isSuccess()) {
            throw failed(answer);
        }
        JsonNode json = answer.json();
        if (!json.isArray()) {
            throw new Undelivered.Unavailable("%s answered what is no list".formatted(answer.request()));
        }
        List<JsonNode> all = new ArrayList<>();
        json.forEach(all::add);
        return all;
    }

    /// Changes values of one thing.
    ///
    /// @param kind `teams`, `racks` or `devices`
    /// @throws Undelivered.Refused if it does not take them; the message names the fields
    void change(String kind, String id, SortedMap<String, String> values) throws Undelivered {
        ObjectNode body = Answer.JSON.createObjectNode();
        ObjectNode inner = body.putObject(kind.substring(0, kind.length() - 1));
        values.forEach(inner::put);
        Answer answer = signed(() -> site.request("/api/v1/%s/%s".formatted(kind, id))
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body.toString())));
        if (!answer.isSuccess()) {
            throw failed(answer);
        }
    }

    private static Undelivered failed(Answer answer) {
        if (answer.status() == 422) {
            return new Undelivered.Refused("%s does not take it: %s".formatted(answer.request(), fields(answer)));
        }
        if (answer.status() / 100 == 4 && !LOG_IN.contains(answer.status()) && answer.status() != 429) {
            return new Undelivered.Refused("%s does not take it (%s)".formatted(answer.request(), answer.summary()));
        }
        return new Undelivered.Unavailable("%s failed (%s)".formatted(answer.request(), answer.summary()));
    }

    /// `cost must be greater than or equal to 0`, of `{"cost": ["must be …"]}`.
    private static String fields(Answer answer) {
        try {
            TreeMap<String, String> said = new TreeMap<>();
            answer.json()
                    .forEachEntry((field, messages) -> messages.forEach(message -> said.merge(
                            field,
                            message.isString() ? message.asString() : message.toString(),
                            (one, other) -> one + ", " + other)));
            return said.isEmpty()
                    ? answer.summary()
                    : String.join(
                            "; ",
                            said.entrySet().stream()
                                    .map(each -> each.getKey() + " " + each.getValue())
                                    .toList());
        } catch (Undelivered.Unavailable e) {
            return answer.summary(); // no JSON: told as it is
        }
    }

    /// Sends with a token; if it is not taken, logs in and sends once more.
    private Answer signed(Supplier<HttpRequest.Builder> request) throws Undelivered {
        boolean fresh = token == null;
        Answer answer = site.any(sign(request.get()));
        if (!fresh && LOG_IN.contains(answer.status())) {
            token = null;
            answer = site.any(sign(request.get()));
        }
        return answer;
    }

    private HttpRequest sign(HttpRequest.Builder request) throws Undelivered {
        String known = token;
        if (known == null) {
            known = logIn();
            token = known;
        }
        return request.header("Authorization", known).build();
    }

    private String logIn() throws Undelivered {
        ObjectNode body = Answer.JSON.createObjectNode();
        body.putObject("user").put("login", username).put("password", password);
        Answer answer = site.send(site.request("/users/sign_in.json")
                .header("Accept", "application/json")
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
        Optional<String> header = answer.header("Authorization").filter(text -> !text.isBlank());
        if (!answer.isSuccess() || header.isEmpty()) {
            throw new Undelivered.Unavailable(
                    "%s answered %d and gave no token in the header Authorization; look at 'username' and the password"
                            .formatted(answer.request(), answer.status()));
        }
        return header.get();
    }

    @Override
    public void close() {
        site.close();
    }
}
