package org.reckoner.deliver.whmcs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Form;
import org.reckoner.deliver.http.Passing;
import org.reckoner.deliver.http.Site;

/// WHMCS's API: one request for each action, signed in by either kind of credentials.
///
/// Facts: developers.whmcs.com, "Authenticating With The API", "Response Types" and "API Reference".
final class WhmcsApi implements AutoCloseable {

    private static final String PATH = "/includes/api.php";
    private static final int PAGE = 250;

    /// What is refused so is about us and not about what was asked, whatever the status of the answer.
    private static final Pattern OURSELVES = Pattern.compile(
            "(?i)authentication failed|invalid ip|invalid permissions|missing credentials|invalid credentials|access denied");

    private final String backend;
    private final Site site;
    private final Map<String, String> credentials;

    WhmcsApi(AdapterSettings settings) {
        backend = settings.backend();
        credentials = credentials(settings);
        site = new Site(
                withoutPath(settings),
                Stream.of("secret", "password", "accesskey")
                        .map(credentials::get)
                        .filter(Objects::nonNull)
                        .toArray(String[]::new));
    }

    /// The address may be that of the API, as older configurations have it, or of WHMCS itself.
    private static AdapterSettings withoutPath(AdapterSettings settings) {
        TreeMap<String, Object> values = new TreeMap<>(settings.values());
        settings.text("url")
                .filter(url -> url.endsWith(PATH))
                .ifPresent(url -> values.put("url", url.substring(0, url.length() - PATH.length())));
        return new AdapterSettings(settings.backend(), values, settings.environment());
    }

    private static Map<String, String> credentials(AdapterSettings settings) {
        LinkedHashMap<String, String> fields = new LinkedHashMap<>();
        if (settings.text("identifier").isPresent() == settings.text("username").isPresent()) {
            throw new BadAdapter(
                    "%s: set either 'identifier', with a secret, or 'username', with a password; the first is the newer"
                            .formatted(settings.backend()));
        }
        settings.text("identifier").ifPresent(identifier -> {
            fields.put("identifier", identifier);
            fields.put("secret", settings.secret("secret"));
        });
        settings.text("username").ifPresent(username -> {
            fields.put("username", username);
            fields.put("password", md5(settings.secret("password")));
        });
        settings.optionalSecret("access-key").ifPresent(key -> fields.put("accesskey", key));
        return fields;
    }

    /// What WHMCS asks for with a user's name. It is as good as the password: use TLS.
    private static String md5(String password) {
        try {
            byte[] hash = MessageDigest.getInstance("MD5").digest(password.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    /// Asks for an action.
    ///
    /// @return the answer, also if it says that nothing was done
    Said ask(String action, Form parameters) throws Undelivered {
        Form form = new Form()
                .with("action", action)
                .with(credentials)
                .with("responsetype", "json")
                .with(parameters);
        Answer answer = site.send(form.post(site.request(PATH)).build());
        if (!answer.isSuccess()) {
            throw new Undelivered.Unavailable(
                    "%s answered %s; look at 'url'".formatted(answer.request(), answer.summary()));
        }
        Said said = Said.of("%s: %s".formatted(backend, action), answer.json());
        if (said.text("result").or(() -> said.text("status")).isEmpty()) {
            throw new Undelivered.Unavailable(
                    "%s answered what is no answer of WHMCS: %s".formatted(answer.request(), answer.summary()));
        }
        if (said.isSuccess()) {
            return said;
        }
        Said refusal = Said.of(said.about(), answer.withoutSecrets().json());
        if (OURSELVES.matcher(refusal.message()).find()) {
            throw new Undelivered.Unavailable("%s does not let us in: %s; look at the credentials and permissions"
                    .formatted(said.about(), refusal.message()));
        }
        Passing.check(said.about(), refusal.message());
        return refusal;
    }

    /// Does an action.
    ///
    /// @throws Undelivered.Refused if it says that nothing was done
    Said call(String action, Form parameters) throws Undelivered {
        Said said = ask(action, parameters);
        if (!said.isSuccess()) {
            throw new Undelivered.Refused("%s is refused: %s".formatted(said.about(), said.message()));
        }
        return said;
    }

    /// All elements of a list, from all its pages, each once.
    ///
    /// @throws Undelivered.Unavailable if it is not the whole list
    List<Said> all(String action, Form parameters, String plural, String singular) throws Undelivered {
        LinkedHashMap<String, Said> all = new LinkedHashMap<>();
        int start = 0;
        int most = 0;
        while (true) {
            Said page = call(action, parameters.with("limitstart", start).with("limitnum", PAGE));
            List<Said> some = page.list(plural, singular);
            int total = page.number("totalresults");
            if (total < most) { // then an element has moved from the next page to one that was read
                throw new Undelivered.Unavailable(
                        "%s lost elements while it was read: %d of %d".formatted(page.about(), total, most));
            }
            most = total;
            int before = all.size();
            some.forEach(each ->
                    all.putIfAbsent(each.text("id").orElseGet(() -> each.node().toString()), each));
            start += some.size();
            if (all.size() >= total) {
                return List.copyOf(all.values());
            }
            if (all.size() == before) {
                throw new Undelivered.Unavailable(
                        "%s has %d elements and gave only %d of them".formatted(page.about(), total, all.size()));
            }
        }
    }

    /// For what is not the API.
    Site site() {
        return site;
    }

    @Override
    public void close() {
        site.close();
    }
}
