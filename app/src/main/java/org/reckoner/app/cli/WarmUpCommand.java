package org.reckoner.app.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.reckoner.app.Session;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.reckoner.serve.api.Reread;
import picocli.CommandLine.Command;

/// What a JVM is shown when it makes a cache of how Reckoner starts and works (JEP 514, 515).
@Command(
        name = "warm-up",
        hidden = true,
        mixinStandardHelpOptions = true,
        description = {
            "Start a server on an empty ledger, work a little with it, and stop it. For making an AOT cache:",
            "java -XX:AOTCacheOutput=FILE -jar reckoner.jar --ledger jdbc:sqlite:NEW-FILE warm-up"
        })
final class WarmUpCommand implements Callable<Integer> {

    private static final int ROUNDS = 40;
    private static final int EVENTS = 100;

    private final Session session;

    WarmUpCommand(Session session) {
        this.session = session;
    }

    /// @throws LedgerException if there is something in the ledger
    @Override
    public Integer call() throws IOException, InterruptedException {
        if (session.ledger().observations().cutoff() > 0) {
            throw new LedgerException("the ledger is not empty; a warm-up writes into it. Name a new file by --ledger");
        }
        try (Server server = new Server(
                        ServerSettings.local(0),
                        session.ledger(),
                        session.clock(),
                        letter -> new Reread.OfNoConcern("a warm-up"));
                HttpClient client = HttpClient.newHttpClient()) {
            server.start();
            String url = "http://127.0.0.1:" + server.port();
            for (int round = 0; round < ROUNDS; round++) {
                int first = round * EVENTS;
                String events = IntStream.range(first, first + EVENTS)
                        .mapToObj(WarmUpCommand::event)
                        .collect(Collectors.joining(",", "[", "]"));
                ask(
                        client,
                        HttpRequest.newBuilder(URI.create(url + "/v2/event"))
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(events)));
                for (String path :
                        new String[] {"/v2/report?time_period=2026-01", "/api/v1/accounts", "/health/ready"}) {
                    ask(client, HttpRequest.newBuilder(URI.create(url + path)));
                }
            }
        }
        return 0;
    }

    private static String event(int number) {
        return """
                {"account":"warm-%d","rtype":"nova/instance","name":"i-%d","datetime":"2026-01-02T03:04:05Z","fixed":0,\
                "attrs":{"instance_type":"m1.small"},"children":[{"rtype":"local_gb","linear":20},\
                {"rtype":"memory_mb","linear":2048},{"rtype":"vcpus","linear":1}]}""".formatted(number % 10, number);
    }

    private static void ask(HttpClient client, HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = client.send(request.build(), BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("%s answered %d: %s".formatted(answer.uri(), answer.statusCode(), answer.body()));
        }
    }
}
