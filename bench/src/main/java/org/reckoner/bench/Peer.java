package org.reckoner.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server in a JVM of its own, so that the CPU time that the system counts for it is its own.
final class Peer implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final int port;
    private final Path log;

    private Peer(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /// Starts a server and waits until it answers.
    ///
    /// @param folder for its log
    /// @param command its arguments of `java`; `PORT` in them is where it is to listen
    /// @param ready a path that answers once it is
    static Peer start(Path folder, List<String> command, String ready) {
        try {
            int port = freePort();
            List<String> whole = new ArrayList<>();
            whole.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.forEach(word -> whole.add(word.replace("PORT", Integer.toString(port))));
            Path log = folder.resolve("server-" + port + ".log");
            Process process = new ProcessBuilder(whole)
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            Peer peer = new Peer(process, port, log);
            peer.await(ready);
            return peer;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void await(String ready) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < end && process.isAlive()) {
            try {
                get(ready);
                return;
            } catch (UncheckedIOException e) {
                pause();
            }
        }
        throw new IllegalStateException("the server did not start; it says:\n" + Files.readString(log));
    }

    private static void pause() {
        try {
            Thread.sleep(20);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The CPU time that its process has used up to now, to a hundredth of a second.
    Duration cpu() {
        return process.info().totalCpuDuration().orElseThrow();
    }

    /// Asks for something.
    ///
    /// @return how many bytes the answer has
    long get(String path) {
        return request("GET", path, null);
    }

    /// Posts JSON.
    ///
    /// @return how many bytes the answer has
    long post(String path, String json) {
        return request("POST", path, json.getBytes(StandardCharsets.UTF_8));
    }

    private long request(String method, String path, byte @Nullable [] body) {
        try {
            HttpURLConnection connection = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + path).toURL().openConnection();
            connection.setRequestMethod(method);
            if (body != null) {
                connection.setRequestProperty("Content-Type", "application/json");
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(body.length);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            if (connection.getResponseCode() != 200) {
                throw new IllegalStateException(
                        "%s %s was answered with %d".formatted(method, path, connection.getResponseCode()));
            }
            try (InputStream in = connection.getInputStream()) {
                return drain(in);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static long drain(InputStream in) throws IOException {
        byte[] buffer = new byte[1 << 16];
        long bytes = 0;
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            bytes += read;
        }
        return bytes;
    }

    /// Stops it, and waits until it is gone.
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
