package org.reckoner.deliver.killbill;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Site;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Kill Bill's REST API: how requests are signed and refusals told.
///
/// Settings: those of [Site]; `user`, `admin` unless said otherwise; secrets `password`, `api-key` and
/// `api-secret`.
final class Api implements AutoCloseable {

    static final String[] SETTINGS = {
        "url", "timeout", "ca-file", "user", "password-file", "api-key-file", "api-secret-file"
    };

    /// How many accounts and the like are asked for at once.
    static final int PAGE = 100;

    /// What Kill Bill answers where it made something.
    static final int MADE = 201;

    /// What Kill Bill answers where it did something and has nothing to tell.
    static final int DONE = 204;

    private static final String TOTAL = "X-Killbill-Pagination-TotalNbRecords";
    private static final String ROOT = "/1.0/kb";
    private static final String WHO = "reckoner";

    private final Site site;
    private final String authorization;
    private final String apiKey;
    private final String apiSecret;

    /// @throws BadAdapter if a setting is missing or wrong
    Api(AdapterSettings settings) {
        String login = settings.text("user").orElse("admin") + ":" + settings.secret("password");
        authorization = "Basic " + Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        apiKey = settings.secret("api-key");
        apiSecret = settings.secret("api-secret");
        site = new Site(settings, settings.secret("password"), authorization, apiKey, apiSecret);
    }

    /// What is there; nothing if Kill Bill knows of no such thing.
    ///
    /// @throws Undelivered.Refused if it does not answer the question, [Undelivered] if it cannot now
    Optional<JsonNode> look(String path) throws Undelivered {
        Answer answer = site.send(request(path).GET().build());
        return answer.status() == 404 || answer.status() == 204
                ? Optional.empty()
                : Optional.of(accepted(answer).json());
    }

    /// @throws Undelivered.Refused also if there is no such thing
    JsonNode get(String path) throws Undelivered {
        return accepted(site.send(request(path).GET().build())).json();
    }

    /// @param type that is wanted: `text/html`
    String text(String path, String type) throws Undelivered {
        return accepted(site.send(request(path).setHeader("Accept", type).GET().build()))
                .text();
    }

    /// @throws Undelivered.Refused also if there is no such list
    /// @throws Undelivered.Unavailable if the answer is none
    JsonNode list(String path) throws Undelivered {
        return list(accepted(site.send(request(path).GET().build())));
    }

    private static JsonNode list(Answer answer) throws Undelivered {
        JsonNode list = answer.json();
        if (!list.isArray()) {
            throw new Undelivered.Unavailable(
                    "%s answered with no list: %s".formatted(answer.request(), answer.summary()));
        }
        return list;
    }

    /// The rows of a list, from all its pages, each once.
    ///
    /// @param id the field by which rows are told apart
    /// @throws Undelivered.Unavailable if it is not the whole list
    List<JsonNode> pages(String path, String id) throws Undelivered {
        LinkedHashMap<String, JsonNode> rows = new LinkedHashMap<>();
        int offset = 0;
        while (true) {
            String page = "%s%soffset=%d&limit=%d".formatted(path, path.contains("?") ? "&" : "?", offset, PAGE);
            Answer answer = accepted(site.send(request(page).GET().build()));
            JsonNode some = list(answer);
            int before = rows.size();
            some.forEach(row -> rows.putIfAbsent(row.path(id).asString(""), row));
            offset += some.size();
            Optional<Integer> total = answer.header(TOTAL)
                    .filter(text -> text.matches("[0-9]{1,9}"))
                    .map(Integer::valueOf);
            boolean isWhole = total.map(all -> rows.size() >= all).orElse(some.size() < PAGE);
            if (isWhole) {
                return List.copyOf(rows.values());
            }
            if (rows.size() == before) {
                throw new Undelivered.Unavailable("%s gave %d rows%s and then no others"
                        .formatted(
                                answer.request(),
                                before,
                                total.map(" of %d"::formatted).orElse("")));
            }
        }
    }

    /// The answer whatever it is.
    Answer tryPost(String path, JsonNode body) throws Undelivered {
        return site.send(writing(path, "application/json")
                .POST(BodyPublishers.ofString(body.toString()))
                .build());
    }

    Answer post(String path, JsonNode body) throws Undelivered {
        return accepted(tryPost(path, body));
    }

    Answer tryPost(String path) throws Undelivered {
        return site.send(
                writing(path, "application/json").POST(BodyPublishers.noBody()).build());
    }

    Answer tryPostText(String path, String type, String text) throws Undelivered {
        return site.send(writing(path, type).POST(BodyPublishers.ofString(text)).build());
    }

    void uploadCatalog(String xml) throws Undelivered {
        accepted(tryPostText("/catalog/xml", "text/xml", xml));
    }

    /// The answer whatever it is.
    Answer tryPut(String path) throws Undelivered {
        return site.send(
                writing(path, "application/json").PUT(BodyPublishers.noBody()).build());
    }

    void delete(String path) throws Undelivered {
        mustBe(DONE, site.send(writing(path, "application/json").DELETE().build()));
    }

    /// The documents of an account, each with its items, also those that were voided. Release 0.24 tells
    /// amounts only together with the items.
    ///
    /// @param from the first target date
    List<KillBillInvoice> invoices(String account, LocalDate from) throws Undelivered {
        return invoices(account, "&startDate=" + from);
    }

    /// All of them.
    List<KillBillInvoice> invoices(String account) throws Undelivered {
        return invoices(account, "");
    }

    private List<KillBillInvoice> invoices(String account, String filter) throws Undelivered {
        List<KillBillInvoice> invoices = new ArrayList<>();
        String path = "/accounts/" + word(account)
                + "/invoices?includeInvoiceComponents=true&includeVoidedInvoices=true&includeTrackingIds=true" + filter;
        for (JsonNode invoice : list(path)) {
            invoices.add(KillBillInvoice.read(invoice));
        }
        return invoices;
    }

    /// One document with its items.
    KillBillInvoice invoice(String id) throws Undelivered {
        return KillBillInvoice.read(get("/invoices/%s?withItems=true".formatted(word(id))));
    }

    /// The id of what was made.
    ///
    /// @throws Undelivered.Unavailable if the answer does not tell
    static String made(Answer answer) throws Undelivered {
        String place = answer.header("Location")
                .orElseThrow(() -> new Undelivered.Unavailable(
                        "%s answered %d without saying where it put it".formatted(answer.request(), answer.status())));
        String path = place.replaceAll("[?].*", "").replaceAll("/+$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// A part of a path or query, encoded.
    static String word(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /// Kill Bill's number for what went wrong, if it tells one.
    static Optional<Integer> code(Answer answer) {
        return told(answer).map(json -> json.path("code").asInt(0)).filter(code -> code != 0);
    }

    /// @throws Undelivered.Refused unless it did what it was asked
    /// @throws Undelivered.Unavailable if only the beginning of its reason arrived: it may have been done before
    static Answer accepted(Answer answer) throws Undelivered {
        if (answer.isSuccess()) {
            return answer;
        }
        if (answer.text().startsWith("{") && told(answer).isEmpty()) {
            throw new Undelivered.Unavailable(
                    "%s answered %d, and its reason was cut off".formatted(answer.request(), answer.status()));
        }
        throw new Undelivered.Refused(
                "%s does not take it: %s".formatted(answer.request(), reason(answer.withoutSecrets())));
    }

    /// As [#accepted(Answer)], where nothing else in the answer shows that it is Kill Bill's.
    ///
    /// @param status that Kill Bill answers with, [#MADE] or [#DONE]
    /// @throws Undelivered.Unavailable on any other success, which may be that of something on the way
    static void mustBe(int status, Answer answer) throws Undelivered {
        if (accepted(answer).status() != status) {
            throw new Undelivered.Unavailable(
                    "%s answered %s, where Kill Bill answers %d".formatted(answer.request(), answer.summary(), status));
        }
    }

    /// What Kill Bill itself tells; nothing if it is a page of the web server's.
    private static Optional<JsonNode> told(Answer answer) {
        try {
            return answer.body().length == 0 ? Optional.empty() : Optional.of(Answer.JSON.readTree(answer.body()));
        } catch (JacksonException e) {
            return Optional.empty();
        }
    }

    private static String reason(Answer answer) {
        String message =
                told(answer).map(json -> json.path("message").asString("")).orElse("");
        return message.isBlank()
                ? answer.summary()
                : "%s (%d%s)"
                        .formatted(
                                message.length() > 300 ? message.substring(0, 300) + "…" : message,
                                answer.status(),
                                code(answer).map(code -> ", code " + code).orElse(""));
    }

    private HttpRequest.Builder writing(String path, String type) {
        return request(path).header("Content-Type", type).header("X-Killbill-CreatedBy", WHO);
    }

    private HttpRequest.Builder request(String path) {
        return site.request(ROOT + path)
                .header("Accept", "application/json")
                .header("Authorization", authorization)
                .header("X-Killbill-ApiKey", apiKey)
                .header("X-Killbill-ApiSecret", apiSecret);
    }

    @Override
    public void close() {
        site.close();
    }
}
