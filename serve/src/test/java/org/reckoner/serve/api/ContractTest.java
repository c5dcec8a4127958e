package org.reckoner.serve.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reckoner.serve.api.Site.A;
import static org.reckoner.serve.api.Site.ADMIN;
import static org.reckoner.serve.api.Site.PERIOD;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reckoner.serve.Routes;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.dataformat.yaml.YAMLMapper;

/// `openapi.yaml` and the server say the same.
class ContractTest {

    private static final JsonNode CONTRACT = contract();
    private static final List<String> METHODS = List.of("get", "put", "post", "delete", "patch");

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

    private static JsonNode contract() {
        try (InputStream in = ContractTest.class.getResourceAsStream("/org/reckoner/serve/openapi.yaml")) {
            return new YAMLMapper().readTree(Objects.requireNonNull(in).readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// @param operation as the contract has it
    private record Operation(String method, String path, JsonNode operation) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static List<Operation> operations() {
        List<Operation> operations = new ArrayList<>();
        CONTRACT.path("paths")
                .forEachEntry((path, item) -> METHODS.stream()
                        .filter(item::has)
                        .forEach(method -> operations.add(
                                new Operation(method.toUpperCase(Locale.ROOT), path, item.path(method)))));
        return operations;
    }

    /// The API and what belongs to the server itself; dialects of older systems have documents of their own.
    private static boolean isOurs(Routes.Route route) {
        return route.path().startsWith("/api/v1/")
                || route.path().startsWith("/health/")
                || List.of("/metrics", "/openapi.yaml").contains(route.path());
    }

    @Test
    void the_server_has_every_operation_of_the_contract_and_the_contract_every_route() {
        TreeSet<String> routes = new TreeSet<>();
        Routes.of(site.server()).stream()
                .filter(ContractTest::isOurs)
                .forEach(route -> routes.add(route.method() + " " + route.path()));

        assertThat(operations().stream().map(Operation::toString)).containsExactlyInAnyOrderElementsOf(routes);
    }

    @Test
    void every_route_of_the_server_names_who_may_call_it() {
        assertThat(Routes.of(site.server()))
                .allSatisfy(
                        route -> assertThat(route.access()).as(route.toString()).isNotEmpty());
    }

    @Test
    void the_contract_says_who_may_call_as_the_server_does() {
        Map<String, String> said = new TreeMap<>();
        operations()
                .forEach(o ->
                        said.put(o.toString(), o.operation().path("x-access").asString()));
        Map<String, String> meant = new TreeMap<>();
        Routes.of(site.server()).stream()
                .filter(ContractTest::isOurs)
                .forEach(route -> meant.put(
                        route.method() + " " + route.path(),
                        route.access().getFirst().name().toLowerCase(Locale.ROOT)));

        assertThat(said).isEqualTo(meant);
    }

    @Test
    void the_page_of_the_api_lists_every_route_and_no_other() throws IOException {
        Path page = Path.of(System.getProperty("basedir", "."), "..", "docs", "reference", "http.md");
        TreeSet<String> listed = new TreeSet<>();
        Pattern.compile("(?m)^\\| `(/[^`]+)` \\|")
                .matcher(Files.readString(page))
                .results()
                .forEach(row -> listed.add(row.group(1)));

        assertThat(operations().stream().map(Operation::path).distinct()).containsExactlyInAnyOrderElementsOf(listed);
    }

    @Test
    void the_contract_is_served() {
        HttpResponse<String> response = site.get("", "/openapi.yaml");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(new YAMLMapper().readTree(response.body())).isEqualTo(CONTRACT);
    }

    /// @param body of a request that has one
    private record Call(String method, String path, Optional<String> body, int status) {
        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private static Call get(String path) {
        return new Call("GET", path, Optional.empty(), 200);
    }

    private static Call post(String path, String body, int status) {
        return new Call("POST", path, Optional.of(body), status);
    }

    /// Real requests, every operation at least once, in an order in which each finds what it needs.
    static Stream<Call> calls() {
        String number = site.invoiceOf(A);
        String resource = "/api/v1/resources/RegionOne/volume/vol-a-03";
        String why = "{\"why\": \"a mistake\"}";
        return Stream.of(
                get("/openapi.yaml"),
                get("/health/live"),
                get("/health/ready"),
                get("/metrics"),
                get("/api/v1/whoami"),
                get("/api/v1/accounts"),
                get("/api/v1/accounts?format=ndjson"),
                get("/api/v1/accounts/" + A),
                get("/api/v1/accounts/nobody"),
                new Call(
                        "PUT",
                        "/api/v1/accounts/" + A,
                        Optional.of("{\"name\": \"alpha\", \"price_book\": \"special\", \"why\": \"new address\"}"),
                        200),
                new Call("PUT", "/api/v1/accounts/" + A, Optional.of("{\"named\": 1}"), 400),
                get("/api/v1/resources"),
                get("/api/v1/resources?format=ndjson&type=server"),
                get("/api/v1/resources?region=RegionOne&type=image&limit=2"),
                get(resource),
                get(resource + "/timeline"),
                get("/api/v1/usage?period=" + PERIOD + "&project=" + A),
                get("/api/v1/usage?format=ndjson&period=" + PERIOD + "&project=" + A),
                get("/api/v1/usage"),
                get("/api/v1/price-books"),
                get("/api/v1/price-books?format=ndjson"),
                get("/api/v1/price-books/special"),
                get("/api/v1/price-books/special/versions"),
                get("/api/v1/price-books/special/versions/2"),
                get("/api/v1/price-books/special/versions/2/source"),
                get("/api/v1/price-books/special/versions/2/changes"),
                get("/api/v1/price-books/sample/versions/1"),
                post("/api/v1/price-books?dry_run=true", Site.book("3.00"), 200),
                post("/api/v1/price-books", Site.book("2.00"), 201),
                post("/api/v1/price-books", Site.book("2.00"), 200),
                post("/api/v1/price-books", "price-book: 7\nprice: [", 422),
                get("/api/v1/bills/" + PERIOD),
                get("/api/v1/bills/" + PERIOD + "?format=ndjson"),
                get("/api/v1/bills/" + PERIOD + "?format=csv"),
                get("/api/v1/bills/" + PERIOD + "/" + A),
                get("/api/v1/bills/" + PERIOD + "/" + A + "?format=html"),
                get("/api/v1/bills/" + PERIOD + "/" + A + "?format=pdf"),
                get("/api/v1/bills/" + PERIOD + "/" + A + "?by=resource"),
                get("/api/v1/bills/" + PERIOD + "/" + A + "?by=metadata.tier"),
                get("/api/v1/bills/" + PERIOD + "/" + A + "?by="),
                get("/api/v1/bills/2026-13/" + A),
                post("/api/v1/drafts", "{\"period\": \"2026-11\"}", 200),
                post("/api/v1/drafts", "{\"period\": \"2026-12\"}", 409),
                get("/api/v1/drafts/" + PERIOD),
                get("/api/v1/drafts/" + PERIOD + "/{drafted}"),
                get("/api/v1/drafts/" + PERIOD + "/nobody"),
                get("/api/v1/invoices"),
                get("/api/v1/invoices?format=ndjson"),
                get("/api/v1/invoices/" + number),
                get("/api/v1/invoices/" + number + "?format=csv"),
                get("/api/v1/invoices/" + number + "/lines/1/explanation"),
                post("/api/v1/invoices/" + number + "/void", why, 201),
                post("/api/v1/invoices/" + number + "/void", why, 409),
                get("/api/v1/invoices/CN-2026-000001"),
                get("/api/v1/invoices/CN-2026-000001/lines/1/explanation"),
                get("/api/v1/invoices?voided=true"),
                post("/api/v1/invoices", "{\"period\": \"2026-11\"}", 200),
                get("/api/v1/parked"),
                post("/api/v1/parked/2026-11/%s/release".formatted(A), why, 409),
                get("/api/v1/watermarks"),
                get("/api/v1/watermarks?period=" + PERIOD),
                get("/api/v1/watermarks?period=never"),
                get("/api/v1/status/" + PERIOD),
                get("/api/v1/deliveries"),
                get("/api/v1/deliveries?format=ndjson&state=pending&backend=archive"),
                get("/api/v1/deliveries?state=lost"),
                get("/api/v1/deliveries/1"),
                get("/api/v1/deliveries/99999"),
                post("/api/v1/deliveries/1/retry", "", 200),
                post("/api/v1/deliveries/1/cancel", why, 200),
                get("/api/v1/dead-letters"),
                get("/api/v1/dead-letters?waiting=true&sort=-id"),
                get("/api/v1/dead-letters/1"),
                post("/api/v1/dead-letters/1/replay", "", 200),
                post("/api/v1/dead-letters/2/replay", "", 200),
                get("/api/v1/audit"),
                get("/api/v1/audit?action=invoice.void"),
                get("/api/v1/audit?format=ndjson&sort=at"));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void a_real_answer_is_as_the_contract_says(Call call) {
        String path = call.path().contains("{drafted}") ? call.path().replace("{drafted}", drafted()) : call.path();
        HttpResponse<String> response = call(call, path);
        Operation operation = operation(call.method(), path);
        assertThat(response.body()).as(response.toString()).isNotNull();
        if (response.statusCode() < 300 || call.status() > 300) {
            assertThat(response.statusCode()).as(response.body()).isEqualTo(call.status());
        }
        assertConforms(operation, response);
    }

    @Test
    void every_operation_is_called_with_success_but_for_the_release_of_what_is_not_parked() {
        TreeSet<String> called = new TreeSet<>();
        calls().filter(call -> call.status() < 300)
                .forEach(call -> called.add(operation(call.method(), call.path().replace("{drafted}", "x"))
                        .toString()));
        TreeSet<String> all = new TreeSet<>();
        operations().forEach(operation -> all.add(operation.toString()));
        all.remove("POST /api/v1/parked/{period}/{project}/release");

        assertThat(called).isEqualTo(all);
    }

    @Test
    void an_account_that_is_parked_as_no_book_prices_it_is_released_as_the_contract_says() {
        try (Site other = new Site()) {
            String project = "eeee5555";
            other.ledger()
                    .intake()
                    .take(List.of(Site.volume("m-e", project, "vol-e", "2026-11-01T00:00:00Z", 90_000_000)), List.of());
            String asked = "{\"period\": \"2026-11\", \"project\": \"%s\"}".formatted(project);
            HttpResponse<String> parked = other.post(ADMIN, "/api/v1/invoices", asked);
            HttpResponse<String> list = other.get(ADMIN, "/api/v1/parked?period=2026-11");
            String release = "/api/v1/parked/2026-11/" + project + "/release";
            HttpResponse<String> released = other.post(ADMIN, release, "{\"why\": \"it is so\"}");

            assertThat(Site.json(parked).path("outcomes").get(0).path("outcome").asString())
                    .as(parked.body())
                    .isEqualTo("parked");
            assertThat(Site.json(list).path("items")).hasSize(1);
            assertThat(released.statusCode()).as(released.body()).isEqualTo(200);
            assertConforms(operation("POST", "/api/v1/invoices"), parked);
            assertConforms(operation("GET", "/api/v1/parked"), list);
            assertConforms(operation("POST", release), released);
        }
    }

    private static HttpResponse<String> call(Call call, String path) {
        boolean yaml = path.startsWith("/api/v1/price-books") && call.body().isPresent();
        List<String> headers = new ArrayList<>();
        if (call.body().isPresent()) {
            headers.addAll(List.of("Content-Type", yaml ? "application/yaml" : "application/json"));
        }
        if (call.method().equals("PUT")) {
            headers.addAll(List.of("If-Match", "*"));
        }
        return site.send(call.method(), ADMIN, path, call.body(), headers.toArray(String[]::new));
    }

    private static String drafted() {
        return Site.json(site.get(ADMIN, "/api/v1/drafts/" + PERIOD))
                .path("items")
                .get(0)
                .path("project")
                .asString();
    }

    private static Operation operation(String method, String path) {
        String bare = path.replaceFirst("\\?.*", "");
        return operations().stream()
                .filter(operation -> operation.method().equals(method))
                .filter(operation -> bare.matches(operation.path().replaceAll("\\{[a-z]+}", "[^/]+")))
                .min(java.util.Comparator.comparingLong(operation ->
                        operation.path().chars().filter(c -> c == '{').count()))
                .orElseThrow(() -> new AssertionError(method + " " + path + " is not in the contract"));
    }

    private static JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? CONTRACT.at(node.path("$ref").asString().substring(1)) : node;
    }

    private static void assertConforms(Operation operation, HttpResponse<String> response) {
        JsonNode responses = operation.operation().path("responses");
        String status = Integer.toString(response.statusCode());
        JsonNode answer = resolved(responses.path(responses.has(status) ? status : "default"));
        assertThat(answer.isMissingNode())
                .as("%s answered %s: %s", operation, status, response.body())
                .isFalse();
        String type =
                response.headers().firstValue("Content-Type").orElse("none").replaceFirst(";.*", "");
        assertThat(answer.path("content").propertyNames())
                .as("%s answered %s", operation, status)
                .contains(type);
        JsonNode schema = answer.path("content").path(type).path("schema");
        if (type.endsWith("json") && !type.endsWith("x-ndjson")) {
            assertValid(operation, schema, response.body());
        } else if (type.endsWith("x-ndjson")) {
            response.body().lines().forEach(line -> assertValid(operation, schema, line));
        }
        response.headers()
                .firstValue("ETag")
                .ifPresent(tag -> assertThat(answer.path("headers").has("ETag"))
                        .as("%s sends an ETag", operation)
                        .isTrue());
    }

    private static void assertValid(Operation operation, JsonNode schema, String json) {
        ObjectNode document = CONTRACT.deepCopy().asObject().retain("components");
        document.setAll((ObjectNode) schema);
        Schema compiled = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(document.toString(), InputFormat.JSON);
        assertThat(compiled.validate(json, InputFormat.JSON))
                .as("%s: %s", operation, json)
                .isEmpty();
    }
}
