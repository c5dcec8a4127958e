package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.http.Form;
import org.reckoner.deliver.http.Passing;
import org.reckoner.deliver.http.Site;
import tools.jackson.databind.JsonNode;

/// Calls of HostBill's admin API. The credentials are in the body, so that no log of addresses shows them.
final class Api implements AutoCloseable {

    private static final int MOST_PAGES = 10_000;
    private static final int MOST_PLACES = 60;

    /// HostBill has no codes for what it refuses, only texts; these are about us and not about what was
    /// asked.
    private static final Pattern OURSELVES =
            Pattern.compile("(?i)authenti|permission|access|api[_ ]?(key|id)|not allowed|\\bip\\b");

    private final Site site;
    private final String id;
    private final String key;

    Api(AdapterSettings settings) {
        id = settings.required("api-id");
        key = settings.secret("api-key");
        site = new Site(settings, key);
    }

    /// @throws Undelivered.Refused if HostBill says that it cannot do this
    JsonNode call(String call, Map<String, String> fields) throws Undelivered {
        Form form = new Form()
                .with("api_id", id)
                .with("api_key", key)
                .with("call", call)
                .with(new TreeMap<>(fields));
        Answer answer = site.send(form.post(site.request("/admin/api.php")).build());
        if (!answer.isSuccess()) {
            throw new Undelivered.Unavailable(
                    "%s answered %d; look at 'url'".formatted(answer.request(), answer.status()));
        }
        JsonNode json = answer.json();
        if (json.path("success").asBoolean(false)) {
            return json;
        }
        if (!json.has("success") && !json.has("error")) {
            throw new Undelivered.Unavailable(
                    "%s answered what is no answer of HostBill: %s".formatted(answer.request(), answer.summary()));
        }
        String reason = texts(answer.withoutSecrets().json().path("error"));
        if (OURSELVES.matcher(reason).find()) {
            throw new Undelivered.Unavailable(
                    "HostBill does not let us call %s: %s; look at the key, its functions and its addresses"
                            .formatted(call, reason));
        }
        Passing.check("HostBill's " + call, reason);
        throw new Undelivered.Refused("HostBill refuses %s: %s".formatted(call, reason));
    }

    private static String texts(JsonNode error) {
        if (error.isString()) {
            return error.stringValue();
        }
        String all = error.values().stream().map(each -> each.asString("")).collect(Collectors.joining("; "));
        return all.isEmpty() ? "no reason given" : all;
    }

    /// All pages of a list; they are counted from 0. How many there are is told beside most lists. Where it
    /// is not, pages are read until one has nothing new: a call that knows no pages answers with the same one
    /// again.
    ///
    /// What is added meanwhile moves rows to later pages, so that one may come twice; it is told once.
    ///
    /// @param name of the list in the answer; its rows have ids
    /// @throws Undelivered.Unavailable if it is not the whole list
    List<JsonNode> pages(String call, Map<String, String> fields, String name) throws Undelivered {
        TreeMap<BigDecimal, JsonNode> rows = new TreeMap<>();
        int first = 0;
        int most = 0;
        for (int page = 0; page < MOST_PAGES; page++) {
            TreeMap<String, String> asked = new TreeMap<>(fields);
            asked.put("page", Integer.toString(page));
            JsonNode answer = call(call, asked);
            int before = rows.size();
            for (JsonNode row : rows(answer.path(name))) {
                rows.putIfAbsent(number(row.path("id")), row);
            }
            JsonNode sorter = answer.path("sorter");
            boolean isLast = sorter.has("totalpages")
                    ? page + 1 >= number(sorter.path("totalpages")).intValue()
                    : rows.size() == before;
            int all = number(sorter.path("sorterrecords")).intValue();
            if (all < most) { // then a row has moved from the next page to one that was read
                throw new Undelivered.Unavailable(
                        "HostBill's %s lost rows while it was read: %d of %d".formatted(call, all, most));
            }
            most = all;
            first = page == 0 ? all : first;
            if (isLast) {
                if (rows.size() < first) { // what was added since may be on a page that was read before
                    throw new Undelivered.Unavailable(
                            "HostBill's %s has %d rows and gave only %d of them".formatted(call, first, rows.size()));
                }
                return List.copyOf(rows.values());
            }
        }
        throw new Undelivered.Unavailable("HostBill's %s has no end".formatted(call));
    }

    /// The members of a list, or of what PHP makes of a list with holes.
    static List<JsonNode> rows(JsonNode list) {
        return list.isContainer() ? List.copyOf(list.values()) : List.of();
    }

    /// A number, be it written as one or as a text; zero for nothing.
    ///
    /// @throws Undelivered.Unavailable if it is none
    static BigDecimal number(JsonNode value) throws Undelivered {
        if (value.isMissingNode() || value.isNull() || value.isBoolean()) {
            return BigDecimal.ZERO;
        }
        try {
            BigDecimal number = value.isNumber()
                    ? value.decimalValue()
                    : new BigDecimal(value.asString("").strip());
            if (Math.abs(number.scale()) > MOST_PLACES || number.precision() > MOST_PLACES) {
                throw new NumberFormatException("too long");
            }
            return number;
        } catch (NumberFormatException e) {
            throw new Undelivered.Unavailable("HostBill told '%s' where a number was expected".formatted(value), e);
        }
    }

    static String text(JsonNode value) {
        return value.isValueNode() ? value.asString("") : "";
    }

    static Optional<LocalDate> date(JsonNode value) {
        return Answer.day(text(value));
    }

    @Override
    public void close() {
        site.close();
    }
}
