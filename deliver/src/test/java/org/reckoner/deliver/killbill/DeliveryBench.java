package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.deliver.http.Answer;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.ledger.delivery.Settlement;
import org.reckoner.simulators.http.SimulatedServer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How fast the outbox delivers to a real Kill Bill, beside a bare loop that sends the very same requests to
/// the same server in the same run. `bench/killbill` runs it; it is no test.
@Tag("live")
class DeliveryBench {

    private static final int CONNECTIONS = 8;
    private static final int INVOICES = Integer.getInteger("bench.invoices", 400);
    private static final int ROUNDS = Integer.getInteger("bench.rounds", 33);
    private static final int WARM_UP = ROUNDS / 3;
    private static final String BACKEND = "kb";

    /// Stands for the id of the invoice that a request before has made.
    private static final String INVOICE = "the-invoice";

    @TempDir
    private Path folder = Path.of(".");

    /// The bare loop charges accounts of its own, so that the outbox finds nothing there but its own
    /// documents.
    private final ConcurrentHashMap<String, String> bareAccounts = new ConcurrentHashMap<>();

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    /// A request as the adapter sends it.
    private record Recorded(String method, String pathAndQuery, byte[] body) {}

    @Test
    void deliveries_a_second_beside_a_bare_loop() throws Exception {
        try (RealKillBill killBill = new RealKillBill();
                Cloud cloud = new Cloud(folder, List.of(BACKEND))) {
            cloud.use(ROUNDS * INVOICES);
            try (ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
                List<Future<?>> making = new ArrayList<>();
                for (int i = 0; i < ROUNDS * INVOICES; i++) {
                    String project = "project-%04d".formatted(i);
                    making.add(threads.submit(() -> {
                        make(killBill, project);
                        return bareAccounts.put(project, make(killBill, bare(project)));
                    }));
                }
                for (Future<?> each : making) {
                    each.get();
                }
            }
            Effort bare = new Effort();
            Effort outbox = new Effort();
            for (int round = 0; round < ROUNDS; round++) {
                List<String> numbers = cloud.issue(round * INVOICES, (round + 1) * INVOICES);
                List<List<Recorded>> requests = recorded(killBill, cloud, numbers);
                if (round == WARM_UP) {
                    bare = new Effort();
                    outbox = new Effort();
                }
                if (round % 2 == 0) {
                    bare.of(() -> bare(killBill, requests));
                    outbox.of(() -> outbox(killBill, cloud));
                } else {
                    outbox.of(() -> outbox(killBill, cloud));
                    bare.of(() -> bare(killBill, requests));
                }
            }
            System.out.printf(
                    Locale.ROOT,
                    "bench: bare loop: %s%nbench: outbox:    %s%nbench: the outbox reaches %.1f %% of the bare loop%n",
                    bare,
                    outbox,
                    100.0 * bare.wall / outbox.wall);
        }
    }

    private static String make(RealKillBill killBill, String project) throws Exception {
        killBill.send("POST", "/accounts", """
                {"name": "%1$s", "externalKey": "%1$s", "currency": "EUR"}
                """.formatted(project));
        return killBill.send("GET", "/accounts?externalKey=" + project, "")
                .path("accountId")
                .asString();
    }

    /// What some rounds took, and how much of it was this process's own work.
    private static final class Effort {

        private long wall;
        private long cpu;
        private long invoices;

        interface Work {
            void work() throws Exception;
        }

        void of(Work work) throws Exception {
            OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
            long began = System.nanoTime();
            long cpuBegan = process.getProcessCpuTime();
            work.work();
            wall += System.nanoTime() - began;
            cpu += process.getProcessCpuTime() - cpuBegan;
            invoices += INVOICES;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d invoices, %.1f a second, %.2f ms of CPU each on our side",
                    invoices,
                    invoices * 1e9 / wall,
                    cpu / 1e6 / invoices);
        }
    }

    /// The requests of each delivery, as a server heard them that answers as Kill Bill does.
    private List<List<Recorded>> recorded(RealKillBill killBill, Cloud cloud, List<String> numbers) throws Exception {
        List<List<Recorded>> all = new ArrayList<>();
        List<Recorded> one = new ArrayList<>();
        try (SimulatedServer ear = SimulatedServer.start(0, request -> {
                    String query = request.query().isEmpty() ? "" : "?" + bare(request.query());
                    one.add(new Recorded(request.method(), request.path() + query, request.body()));
                    return request.method().equals("PUT")
                            ? SimulatedServer.Reply.json(204, "")
                            : SimulatedServer.Reply.json(200, answer(request, one));
                });
                KillBill adapter = new KillBill(killBill.settings(ear.url(), Map.of()))) {
            for (String number : numbers) {
                one.clear();
                adapter.create(cloud.outgoing(number));
                all.add(List.copyOf(one));
            }
        }
        return all;
    }

    private String answer(SimulatedServer.Request request, List<Recorded> before) {
        if (request.method().equals("POST")) {
            return items(request.body());
        }
        return request.path().endsWith("/invoices")
                ? draft(before.get(before.size() - 2).body())
                : account(request.query());
    }

    /// The list of invoices, with the one that was made just now.
    private static String draft(byte[] charges) {
        ObjectNode invoice = Answer.JSON
                .createObjectNode()
                .put("invoiceId", INVOICE)
                .put("accountId", "account")
                .put("invoiceNumber", "1")
                .put("currency", "EUR")
                .put("status", "DRAFT")
                .put("invoiceDate", "2026-12-01")
                .put("targetDate", "2026-12-01")
                .put("balance", 0);
        invoice.set("items", Answer.JSON.readTree(items(charges)));
        return "[" + invoice + "]";
    }

    private String account(String query) {
        String project = query.substring(query.indexOf('=') + 1);
        return "{\"accountId\": \"%s\", \"externalKey\": \"%s\"}".formatted(bareAccounts.get(project), project);
    }

    /// The bare loop's own name for a project.
    private static String bare(String text) {
        return text.replace("project-", "bare-");
    }

    private static String items(byte[] charges) {
        ArrayNode answer = Answer.JSON.createArrayNode();
        for (JsonNode charge : Answer.JSON.readTree(charges)) {
            answer.add(((ObjectNode) charge)
                    .put("invoiceItemId", "item")
                    .put("invoiceId", INVOICE)
                    .put("itemType", "EXTERNAL_CHARGE"));
        }
        return answer.toString();
    }

    /// Threads that only send and wait.
    private static void bare(RealKillBill killBill, List<List<Recorded>> deliveries) throws Exception {
        Map<String, String> secrets = killBill.settings(Map.of()).environment();
        String address = killBill.settings(Map.of()).required("url");
        String login = "admin:" + secrets.get("RECKONER_DELIVER_KB_PASSWORD");
        String authorization =
                "Basic " + Base64.getEncoder().encodeToString(login.getBytes(java.nio.charset.StandardCharsets.UTF_8));
        Queue<List<Recorded>> left = new ConcurrentLinkedQueue<>(deliveries);
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                running.add(threads.submit(() -> {
                    for (List<Recorded> next = left.poll(); next != null; next = left.poll()) {
                        String invoice = "";
                        for (Recorded each : next) {
                            URI place = URI.create(address + each.pathAndQuery().replace(INVOICE, invoice));
                            HttpRequest request = HttpRequest.newBuilder(place)
                                    .method(each.method(), BodyPublishers.ofByteArray(each.body()))
                                    .header("Accept", "application/json")
                                    .header("Content-Type", "application/json")
                                    .header("Authorization", authorization)
                                    .header("X-Killbill-CreatedBy", "bench")
                                    .header("X-Killbill-ApiKey", secrets.get("RECKONER_DELIVER_KB_API_KEY"))
                                    .header("X-Killbill-ApiSecret", secrets.get("RECKONER_DELIVER_KB_API_SECRET"))
                                    .build();
                            HttpResponse<byte[]> answer = http.send(request, BodyHandlers.ofByteArray());
                            assertThat(answer.statusCode()).isIn(200, 204);
                            if (each.method().equals("POST")) {
                                invoice = Answer.JSON
                                        .readTree(answer.body())
                                        .path(0)
                                        .path("invoiceId")
                                        .asString();
                            }
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    /// The outbox with its ledger on disk; all of them are confirmed.
    private static void outbox(RealKillBill killBill, Cloud cloud) throws Exception {
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()))) {
            Backend backend = new Backend(BACKEND, adapter, CONNECTIONS, Duration.ZERO, Backend.USUAL_LEASE, 20);
            List<Courier.Attempt> attempts = new ArrayList<>();
            Courier courier = new Courier(cloud.ledger(), backend, cloud, new Random(1), attempts::add);
            courier.deliverDue();
            assertThat(attempts)
                    .hasSize(INVOICES)
                    .allMatch(attempt -> attempt.settlement() instanceof Settlement.Confirmed);
        }
    }
}
