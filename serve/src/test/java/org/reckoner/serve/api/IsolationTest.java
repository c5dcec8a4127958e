package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.api.Site.A;
import static org.reckoner.serve.api.Site.ADMIN;
import static org.reckoner.serve.api.Site.B;
import static org.reckoner.serve.api.Site.PERIOD;
import static org.reckoner.serve.api.Site.READER_A;

import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reckoner.serve.Routes;
import org.reckoner.serve.auth.Access;

/// A project's token never sees another project's data, on any route; what is another's answers as what is not
/// there.
class IsolationTest {

    /// Words that only B has.
    private static final List<String> FOREIGN = List.of(B, "bravo", "vol-b-secret", "m-b-1", "500", "Bravo Street 2");

    @SuppressWarnings("NullAway.Init")
    private static Site site;

    @BeforeAll
    static void open() {
        site = new Site();
    }

    @AfterAll
    static void close() {
        site.close();
    }

    /// What to put into a path for each parameter, of B and of nobody.
    private static Map<String, String> parameters(String project, String resource, String number, String book) {
        return new TreeMap<>(Map.of(
                "project", project,
                "region", "RegionOne",
                "type", "volume",
                "id", resource,
                "number", number,
                "line", "1",
                "period", PERIOD,
                "name", book,
                "version", "1"));
    }

    private static String filled(String route, Map<String, String> parameters) {
        String path = route;
        for (Map.Entry<String, String> parameter : parameters.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        return path;
    }

    private static List<Routes.Route> readable() {
        return Routes.of(site.server()).stream()
                .filter(route -> route.method().equals("GET") && route.path().startsWith("/api/v1/"))
                .filter(route -> route.access().equals(List.of(Access.READER)))
                .toList();
    }

    /// Routes that name a thing of a project.
    static Stream<Routes.Route> things() {
        return readable().stream()
                .filter(route ->
                        Stream.of("{project}", "{id}", "{number}", "{name}").anyMatch(route.path()::contains));
    }

    @ParameterizedTest
    @MethodSource("things")
    void what_is_anothers_answers_as_what_is_not_there(Routes.Route route) {
        String foreign = filled(route.path(), parameters(B, "vol-b-secret", site.invoiceOf(B), "sample"));
        String unknown = filled(route.path(), parameters("nobody", "nothing", "INV-1999-000001", "nonesuch"));

        HttpResponse<String> asForeign = site.get(READER_A, foreign);
        HttpResponse<String> asUnknown = site.get(READER_A, unknown);

        assertThat(asForeign.statusCode()).isEqualTo(404);
        assertThat(asForeign.body()).isEqualTo(asUnknown.body());
        assertThat(asForeign.headers().map().keySet())
                .isEqualTo(asUnknown.headers().map().keySet());
        assertNothingForeign(asForeign);
    }

    @ParameterizedTest
    @MethodSource("things")
    void an_own_thing_is_seen_on_every_such_route_and_nothing_foreign_with_it(Routes.Route route) {
        Map<String, String> own = parameters(A, "vol-a-03", site.invoiceOf(A), "special");
        own.put("version", "2");

        HttpResponse<String> response = site.get(READER_A, filled(route.path(), own));

        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        assertNothingForeign(response);
    }

    static Stream<String> lists() {
        List<String> lists = new ArrayList<>();
        for (Routes.Route route : readable()) {
            String path = filled(route.path(), Map.of("period", PERIOD, "name", "special"));
            if (!path.contains("{")) {
                for (String format : List.of("json", "ndjson", "csv")) {
                    lists.add(path + "?format=" + format + (path.endsWith("usage") ? "&period=" + PERIOD : ""));
                }
            }
        }
        return lists.stream();
    }

    @ParameterizedTest
    @MethodSource("lists")
    void a_list_in_any_form_holds_nothing_foreign(String path) {
        assertNothingForeign(site.get(READER_A, path));
    }

    @ParameterizedTest
    @MethodSource("lists")
    void a_list_of_anothers_project_is_not_there(String path) {
        HttpResponse<String> response = site.get(READER_A, path + "&project=" + B);

        assertThat(response.statusCode()).isIn(400, 404);
        assertNothingForeign(response);
    }

    @Test
    void a_cursor_of_an_admin_shows_a_project_nothing_more() {
        for (String list : List.of("accounts", "resources", "invoices", "bills/" + PERIOD)) {
            String cursor = Site.json(site.get(ADMIN, "/api/v1/%s?limit=1".formatted(list)))
                    .path("next")
                    .asString();
            assertNothingForeign(site.get(READER_A, "/api/v1/%s?cursor=%s".formatted(list, cursor)));
        }
    }

    @Test
    void what_is_for_admins_and_services_is_refused_to_a_reader_and_everything_to_nobody() {
        Map<String, String> own = parameters(A, "vol-a-03", site.invoiceOf(A), "special");
        for (Routes.Route route : Routes.of(site.server())) {
            if (route.access().contains(Access.PUBLIC)) {
                continue;
            }
            String path = filled(route.path(), own);
            if (!route.access().contains(Access.READER)) {
                assertThat(site.send(route.method(), READER_A, path, java.util.Optional.empty())
                                .statusCode())
                        .as(route.toString())
                        .isEqualTo(403);
            }
            assertThat(site.send(route.method(), Site.NOBODY, path, java.util.Optional.empty())
                            .statusCode())
                    .as(route.toString())
                    .isEqualTo(403);
            assertThat(site.send(route.method(), "", path, java.util.Optional.empty())
                            .statusCode())
                    .as(route.toString())
                    .isEqualTo(401);
        }
    }

    @Test
    void prices_that_were_agreed_with_another_project_are_not_shown() {
        String own =
                site.get(READER_A, "/api/v1/price-books/special/versions/2").body();
        String theirs = site.get(Site.READER_B, "/api/v1/price-books/special/versions/2")
                .body();

        assertThat(own).contains("1.10").doesNotContain("bravo-deal").doesNotContain("0.50");
        assertThat(theirs).contains("bravo-deal");
    }

    private static void assertNothingForeign(HttpResponse<String> response) {
        String all = (response.headers().map() + response.body()).toLowerCase(Locale.ROOT);
        FOREIGN.forEach(word -> assertThat(all).doesNotContain("\"" + word.toLowerCase(Locale.ROOT) + "\""));
        assertThat(all)
                .doesNotContain(B)
                .doesNotContain("bravo")
                .doesNotContain("vol-b-secret")
                .doesNotContain("m-b-1")
                .doesNotContain(site.invoiceOf(B).toLowerCase(Locale.ROOT) + "\"");
    }
}
