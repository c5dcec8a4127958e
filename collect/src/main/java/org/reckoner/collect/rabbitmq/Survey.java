package org.reckoner.collect.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/// What there is at a broker, looked at without making anything.
///
/// @param trouble why nothing could be seen
/// @param waiting how many messages wait in our queue; none if there is no such queue
/// @param missingExchanges of the configured ones
public record Survey(Optional<String> trouble, Optional<Long> waiting, List<String> missingExchanges) {

    public Survey {
        missingExchanges = List.copyOf(missingExchanges);
    }

    /// Looks at the first broker that answers.
    public static Survey of(Settings settings) {
        String trouble = "no broker is configured";
        for (Broker broker : settings.brokers()) {
            try (Connection connection = new Connector(settings).connect(broker)) {
                return of(settings, connection);
            } catch (IOException | TimeoutException | GeneralSecurityException | ShutdownSignalException e) {
                trouble = "%s:%d: %s"
                        .formatted(
                                broker.host(),
                                broker.port(),
                                Optional.ofNullable(e.getMessage())
                                        .orElse(e.getClass().getSimpleName()));
            }
        }
        return new Survey(Optional.of(trouble), Optional.empty(), List.of());
    }

    private static Survey of(Settings settings, Connection connection) throws IOException {
        Optional<Long> waiting = ask(connection, channel ->
                (long) channel.queueDeclarePassive(settings.queue()).getMessageCount());
        List<String> missing = new ArrayList<>();
        for (String exchange : settings.exchanges()) {
            if (ask(connection, channel -> channel.exchangeDeclarePassive(exchange))
                    .isEmpty()) {
                missing.add(exchange);
            }
        }
        return new Survey(Optional.empty(), waiting, missing);
    }

    private interface Question<T> {
        T ask(Channel channel) throws IOException;
    }

    /// On a channel of its own, as a broker closes the channel to say that something is not there.
    private static <T> Optional<T> ask(Connection connection, Question<T> question) throws IOException {
        Channel channel = connection.createChannel();
        if (channel == null) {
            throw new IOException("the broker allows no further channel");
        }
        try {
            T answer = question.ask(channel);
            channel.abort();
            return Optional.of(answer);
        } catch (IOException e) {
            if (e.getCause() instanceof ShutdownSignalException signal
                    && signal.getReason() instanceof AMQP.Channel.Close close
                    && close.getReplyCode() == AMQP.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }
}
