package org.reckoner.collect.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Whom Reckoner gives a password to over TLS: a Keystone that refuses whoever it is.
@Timeout(60)
class TransportTlsTest {

    private static final String PASSWORD = "for-this-test-only";

    @TempDir
    private static Path folder = Path.of("");

    private @Nullable HttpsServer server;

    @BeforeAll
    static void makeCertificates() throws Exception {
        makeCertificate("here", "dns:localhost,ip:127.0.0.1");
        makeCertificate("elsewhere", "dns:keystone.example.org");
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.stop(0);
        }
    }

    @Test
    void a_keystone_signed_by_the_given_authority_is_asked() throws Exception {
        assertThatThrownBy(() -> logIn("here", Optional.of(folder.resolve("here.pem")), true))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("Keystone does not let user admin in");
    }

    @Test
    void a_keystone_that_nobody_vouches_for_is_not_asked() {
        assertThatThrownBy(() -> logIn("here", Optional.empty(), true))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("cannot be talked to over TLS")
                .hasMessageContaining("'cacert'");
    }

    @Test
    void a_keystone_with_the_certificate_of_another_host_is_not_asked() {
        assertThatThrownBy(() -> logIn("elsewhere", Optional.of(folder.resolve("elsewhere.pem")), true))
                .isInstanceOf(CloudFailure.class)
                .hasMessageContaining("No subject alternative");
    }

    @Test
    void without_verification_any_keystone_is_asked() {
        assertThatThrownBy(() -> logIn("elsewhere", Optional.empty(), false))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("Keystone does not let user admin in");
    }

    @Test
    void an_authority_file_that_is_not_there_is_named() {
        assertThatThrownBy(() -> logIn("here", Optional.of(folder.resolve("none.pem")), true))
                .isInstanceOf(BadCloud.class)
                .hasMessageContaining("none.pem: it is not there");
    }

    private void logIn(String certificate, Optional<Path> authority, boolean verify) throws Exception {
        HttpsServer keystone = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server = keystone;
        keystone.setHttpsConfigurator(new HttpsConfigurator(context(certificate)));
        keystone.createContext("/", exchange -> {
            exchange.sendResponseHeaders(401, -1);
            exchange.close();
        });
        keystone.start();
        Cloud cloud = new Cloud(
                "test",
                URI.create("https://127.0.0.1:%d/v3"
                        .formatted(keystone.getAddress().getPort())),
                OpenStackTest.admin("admin"),
                Optional.empty(),
                Cloud.Interface.PUBLIC,
                authority,
                verify,
                new TreeMap<>());
        OpenStack.of(cloud, Clock.systemUTC()).project();
    }

    private static SSLContext context(String certificate) throws Exception {
        KeyStore keys =
                KeyStore.getInstance(folder.resolve(certificate + ".p12").toFile(), PASSWORD.toCharArray());
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    private static void makeCertificate(String name, String alternatives) throws Exception {
        String store = folder.resolve(name + ".p12").toString();
        keytool(
                "-genkeypair -alias keystone -keyalg EC -dname CN=%s -validity 2 -ext san=%s -storetype PKCS12"
                        .formatted(name, alternatives),
                store);
        keytool("-exportcert -rfc -alias keystone -file " + folder.resolve(name + ".pem"), store);
    }

    private static void keytool(String arguments, String store) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments.split(" ")));
        command.addAll(List.of("-keystore", store, "-storepass", PASSWORD));
        Path log = folder.resolve("keytool.log");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("see %s", log).isZero();
    }
}
