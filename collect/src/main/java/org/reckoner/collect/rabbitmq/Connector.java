package org.reckoner.collect.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// Makes connections, and queue and bindings on them.
///
/// An exchange or queue that is there already is taken as it is; nothing is ever deleted or changed.
final class Connector {

    private final Settings settings;
    private volatile @Nullable Socket connecting;
    private volatile boolean givenUp;

    Connector(Settings settings) {
        this.settings = settings;
    }

    Connection connect(Broker broker) throws IOException, TimeoutException, GeneralSecurityException {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost(broker.host());
        factory.setPort(broker.port());
        factory.setVirtualHost(broker.virtualHost());
        factory.setUsername(broker.user());
        factory.setPassword(broker.password());
        // The listener itself comes back, so that it binds anew and forgets what it had not acknowledged.
        factory.setAutomaticRecoveryEnabled(false);
        factory.setTopologyRecoveryEnabled(false);
        factory.setRequestedHeartbeat(20);
        factory.setConnectionTimeout(10_000);
        factory.setHandshakeTimeout(10_000);
        factory.setChannelRpcTimeout(30_000);
        if (broker.tls()) {
            factory.useSslProtocol(trust(settings.authority()));
            factory.enableHostnameVerification();
        }
        factory.setSocketConfigurator(factory.getSocketConfigurator().andThen(this::begin));
        try {
            return factory.newConnection("reckoner");
        } finally {
            connecting = null;
        }
    }

    private void begin(Socket socket) throws IOException {
        connecting = socket;
        if (givenUp) {
            socket.close();
        }
    }

    /// Ends an attempt to connect, at once, and lets none begin. A connection that was made stays.
    void giveUp() {
        givenUp = true;
        Socket socket = connecting;
        try {
            if (socket != null) {
                socket.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Queue and bindings, as often as one connects: exchanges that are not durable are gone after a restart of
    /// the broker, and the bindings to them with them.
    void declare(Connection connection) throws IOException {
        declareQueue(connection);
        for (String exchange : settings.exchanges()) {
            declareExchange(connection, exchange);
            attempt(connection, channel -> {
                for (String routingKey : settings.routingKeys()) {
                    channel.queueBind(settings.queue(), exchange, routingKey);
                }
            });
        }
    }

    private void declareQueue(Connection connection) throws IOException {
        if (!isThere(connection, channel -> channel.queueDeclarePassive(settings.queue()))) {
            attempt(connection, channel -> channel.queueDeclare(settings.queue(), true, false, false, null));
        }
    }

    /// As oslo.messaging would, so that binding can go before the service's first start.
    private void declareExchange(Connection connection, String exchange) throws IOException {
        if (isThere(connection, channel -> channel.exchangeDeclarePassive(exchange))) {
            return;
        }
        try {
            attempt(
                    connection,
                    channel -> channel.exchangeDeclare(exchange, "topic", settings.durableExchanges(), false, null));
        } catch (IOException e) {
            // The service itself may have been faster, and otherwise minded.
            if (code(e) != AMQP.PRECONDITION_FAILED) {
                throw e;
            }
            attempt(connection, channel -> channel.exchangeDeclarePassive(exchange));
        }
    }

    private interface OnChannel {
        void run(Channel channel) throws IOException;
    }

    /// On a channel of its own, as a refusal by the broker closes the channel.
    private static void attempt(Connection connection, OnChannel action) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        action.run(channel);
        if (channel.isOpen()) {
            channel.abort();
        }
    }

    private static boolean isThere(Connection connection, OnChannel passiveDeclaration) throws IOException {
        try {
            attempt(connection, passiveDeclaration);
            return true;
        } catch (IOException e) {
            if (code(e) == AMQP.NOT_FOUND) {
                return false;
            }
            throw e;
        }
    }

    /// The broker's reply code, or -1.
    private static int code(IOException e) {
        if (e.getCause() instanceof ShutdownSignalException signal
                && signal.getReason() instanceof AMQP.Channel.Close close) {
            return close.getReplyCode();
        }
        return -1;
    }

    /// Trusts the given certificates, or those that Java trusts.
    private static SSLContext trust(Optional<Path> authority) throws IOException, GeneralSecurityException {
        if (authority.isEmpty()) {
            return SSLContext.getDefault();
        }
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authority.get())) {
            int number = 0;
            for (Certificate certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + number++, certificate);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
