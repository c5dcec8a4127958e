package org.reckoner.collect.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reckoner.collect.Notifications;

/// Whom a listener talks to over TLS: a server that presents a certificate and waits for AMQP's greeting.
@Timeout(60)
class TlsTest {

    private static final String PASSWORD = "for-this-test-only";

    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void makeCertificates() throws Exception {
        makeCertificate("localhost", "dns:localhost,ip:127.0.0.1");
        makeCertificate("elsewhere", "dns:mq.example.org");
    }

    @Test
    void a_broker_signed_by_the_given_authority_is_greeted() throws Exception {
        assertThat(attempt("localhost", Optional.of(folder.resolve("localhost.pem"))))
                .isEqualTo("greeted");
    }

    @Test
    void a_broker_that_nobody_vouches_for_is_not_talked_to() throws Exception {
        assertThat(attempt("localhost", Optional.empty())).contains("unable to find valid certification path");
    }

    @Test
    void a_broker_with_the_certificate_of_another_host_is_not_talked_to() throws Exception {
        assertThat(attempt("elsewhere", Optional.of(folder.resolve("elsewhere.pem"))))
                .contains("No subject alternative");
    }

    @Test
    void an_authority_file_that_is_not_there_is_named() throws Exception {
        assertThat(attempt("localhost", Optional.of(folder.resolve("none.pem"))))
                .contains("none.pem");
    }

    /// @return `greeted`, or why not
    private static String attempt(String certificate, Optional<Path> authority) throws Exception {
        CountDownLatch greeted = new CountDownLatch(1);
        CountDownLatch lost = new CountDownLatch(1);
        List<News> news = Collections.synchronizedList(new ArrayList<>());
        try (SSLServerSocket server = server(certificate)) {
            Thread.ofVirtual().start(() -> awaitGreeting(server, greeted));
            Settings settings = new Settings(
                    List.of(new Broker("127.0.0.1", server.getLocalPort(), "/", "guest", "guest", true)),
                    authority,
                    "reckoner",
                    Settings.DEFAULT_EXCHANGES,
                    Settings.DEFAULT_ROUTING_KEYS,
                    false,
                    10,
                    10,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(30),
                    Duration.ofSeconds(30));
            Notifications notifications =
                    new Notifications("RegionOne", List.of(), List.of(), Duration.ofMinutes(5), Clock.systemUTC());
            Listener listener = new Listener(
                    settings,
                    notifications,
                    batch -> {},
                    told -> {
                        news.add(told);
                        lost.countDown();
                    },
                    Clock.systemUTC());
            Thread thread = Thread.ofPlatform().start(() -> {
                try {
                    listener.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(lost.await(30, TimeUnit.SECONDS)).isTrue();
            listener.close();
            thread.join(10_000);
        }
        return greeted.getCount() == 0 ? "greeted" : news.getFirst().toString();
    }

    private static void awaitGreeting(SSLServerSocket server, CountDownLatch greeted) {
        try (Socket client = server.accept()) {
            InputStream in = client.getInputStream();
            if (new String(in.readNBytes(4), java.nio.charset.StandardCharsets.US_ASCII).equals("AMQP")) {
                greeted.countDown();
            }
        } catch (IOException refused) {
            // The client did not want to talk.
        }
    }

    private static SSLServerSocket server(String certificate) throws Exception {
        KeyStore keys =
                KeyStore.getInstance(folder.resolve(certificate + ".p12").toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void makeCertificate(String name, String alternatives) throws Exception {
        String store = folder.resolve(name + ".p12").toString();
        keytool(
                "-genkeypair",
                "-alias",
                "mq",
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-validity",
                "2",
                "-ext",
                "san=" + alternatives,
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-storetype",
                "PKCS12");
        keytool(
                "-exportcert",
                "-rfc",
                "-alias",
                "mq",
                "-keystore",
                store,
                "-storepass",
                PASSWORD,
                "-file",
                folder.resolve(name + ".pem").toString());
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor())
                .as(() -> {
                    try {
                        return Files.readString(log);
                    } catch (IOException e) {
                        return e.toString();
                    }
                })
                .isZero();
    }
}
