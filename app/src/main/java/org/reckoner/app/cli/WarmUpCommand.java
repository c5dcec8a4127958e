package org.reckoner.app.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.Session;
import org.reckoner.app.config.Configuration;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.Server;
import org.reckoner.serve.ServerSettings;
import org.sqlite.util.LibraryLoaderUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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

    @Option(
            names = "--native",
            paramLabel = "FOLDER",
            description =
                    "Put the native library of SQLite here. A JVM with -Dorg.sqlite.lib.path=FOLDER need not unpack it.")
    private @Nullable Path libraries;

    WarmUpCommand(Session session) {
        this.session = session;
    }

    /// @throws LedgerException if there is something in the ledger
    @Override
    public Integer call() throws IOException, InterruptedException {
        session.configuration(Configuration.USUAL);
        if (session.ledger().observations().cutoff() > 0) {
            throw new LedgerException("the ledger is not empty; a warm-up writes into it. Name a new file by --ledger");
        }
        if (libraries != null) {
            unpack(libraries);
        }
        new ServeCommand(session).serve(ServerSettings.local(0), new CountDownLatch(1), WarmUpCommand::work);
        return 0;
    }

    private static void unpack(Path folder) throws IOException {
        String name = LibraryLoaderUtil.getNativeLibName();
        String resource = LibraryLoaderUtil.getNativeLibResourcePath() + "/" + name;
        try (InputStream library = LibraryLoaderUtil.class.getResourceAsStream(resource)) {
            if (library == null) {
                throw new IOException("SQLite has no native library for this machine: %s".formatted(resource));
            }
            Files.createDirectories(folder);
            Files.copy(library, folder.resolve(name));
        }
    }

    private static void work(Server server) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
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
