package org.reckoner.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `reckoner listen` as a service manager knows it: a process that is told to stop.
@Timeout(60)
class StoppedListenTest {

    @TempDir
    private Path folder = Path.of(".");

    @Test
    void told_to_stop_while_no_broker_answers_it_ends_at_once_and_well() throws Exception {
        Process listen = start(portOfNobody());
        try (BufferedReader log = listen.errorReader()) {
            assertThat(log.readLine())
                    .contains("no connection to amqp://guest:***@127.0.0.1")
                    .contains("refused");
            assertThat(log.readLine()).contains("trying again in");
            listen.toHandle().destroy();
            assertThat(listen.waitFor(5, TimeUnit.SECONDS)).isTrue();
            assertThat(listen.exitValue()).isZero();
            assertThat(log.readLine()).contains("stopped");
        } finally {
            listen.destroyForcibly();
        }
    }

    private static int portOfNobody() throws Exception {
        try (ServerSocket briefly = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return briefly.getLocalPort();
        }
    }

    private Process start(int port) throws Exception {
        Path config =
                Files.writeString(folder.resolve("reckoner.yaml"), """
                ledger:
                  url: jdbc:sqlite:%s
                listen:
                  url: amqp://guest:guest@127.0.0.1:%d/
                  first-retry: 30s
                """.formatted(folder.resolve("ledger.db"), port));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "--enable-native-access=ALL-UNNAMED",
                        "org.reckoner.app.Main",
                        "--config",
                        config.toString(),
                        "listen")
                .start();
    }
}
