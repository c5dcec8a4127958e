package org.reckoner.collect.rabbitmq;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// How to listen.
///
/// @param brokers one, or the nodes of a cluster, tried in turn
/// @param authority a PEM file with the certificates that sign the broker's, if the system does not know them
/// @param queue our own durable queue, so that the services' queues and other readers lose nothing
/// @param exchanges the services' topic exchanges; Cinder's default is `openstack`
/// @param routingKeys which messages; `*` stands for one word
/// @param durableExchanges how to declare an exchange that is not there yet: as the services will
///     (`amqp_durable_queues`), or their own declaration will fail
/// @param prefetch how many messages may be under way to us and not yet acknowledged
/// @param batchSize a batch is committed once it has so many messages
/// @param batchTime or once its first message has waited so long
/// @param firstRetry how long to wait after the first failure; doubled with every further one
/// @param lastRetry the longest wait
public record Settings(
        List<Broker> brokers,
        Optional<Path> authority,
        String queue,
        List<String> exchanges,
        List<String> routingKeys,
        boolean durableExchanges,
        int prefetch,
        int batchSize,
        Duration batchTime,
        Duration firstRetry,
        Duration lastRetry) {

    public static final String DEFAULT_QUEUE = "reckoner";
    public static final List<String> DEFAULT_EXCHANGES =
            List.of("nova", "glance", "neutron", "keystone", "openstack", "cinder");
    public static final List<String> DEFAULT_ROUTING_KEYS = List.of("notifications.*", "versioned_notifications.*");

    /// @throws IllegalArgumentException if nothing could be heard with these settings
    public Settings {
        brokers = List.copyOf(brokers);
        exchanges = List.copyOf(exchanges);
        routingKeys = List.copyOf(routingKeys);
        must(!brokers.isEmpty(), "no broker is named");
        must(!queue.isBlank(), "the queue has no name");
        must(!exchanges.isEmpty(), "no exchange is named");
        must(!routingKeys.isEmpty(), "no routing key is named");
        must(batchSize >= 1, "the batch size is %d; expected 1 or more".formatted(batchSize));
        must(
                prefetch >= batchSize && prefetch <= 65_535,
                "the prefetch is %d; expected at least the batch size of %d and at most 65535"
                        .formatted(prefetch, batchSize));
        must(batchTime.isPositive(), "the batch time is %s; expected more than nothing".formatted(batchTime));
        must(firstRetry.isPositive(), "the first retry is after %s; expected more than nothing".formatted(firstRetry));
        must(
                lastRetry.compareTo(firstRetry) >= 0,
                "the longest wait between retries, %s, is shorter than the first, %s".formatted(lastRetry, firstRetry));
    }

    /// Everything as OpenStack has it by default.
    public static Settings of(Broker... brokers) {
        return new Settings(
                List.of(brokers),
                Optional.empty(),
                DEFAULT_QUEUE,
                DEFAULT_EXCHANGES,
                DEFAULT_ROUTING_KEYS,
                false,
                2_000,
                500,
                Duration.ofSeconds(1),
                Duration.ofMillis(250),
                Duration.ofSeconds(30));
    }

    public Settings withQueue(String name) {
        return new Settings(
                brokers,
                authority,
                name,
                exchanges,
                routingKeys,
                durableExchanges,
                prefetch,
                batchSize,
                batchTime,
                firstRetry,
                lastRetry);
    }

    public Settings withDurableExchanges(boolean durable) {
        return new Settings(
                brokers,
                authority,
                queue,
                exchanges,
                routingKeys,
                durable,
                prefetch,
                batchSize,
                batchTime,
                firstRetry,
                lastRetry);
    }

    /// Bound to other exchanges, by other routing keys.
    public Settings withBindings(List<String> otherExchanges, List<String> otherKeys) {
        return new Settings(
                brokers,
                authority,
                queue,
                otherExchanges,
                otherKeys,
                durableExchanges,
                prefetch,
                batchSize,
                batchTime,
                firstRetry,
                lastRetry);
    }

    public Settings withBatches(int size, Duration time) {
        return new Settings(
                brokers,
                authority,
                queue,
                exchanges,
                routingKeys,
                durableExchanges,
                Math.max(prefetch, size),
                size,
                time,
                firstRetry,
                lastRetry);
    }

    public Settings withRetries(Duration first, Duration last) {
        return new Settings(
                brokers,
                authority,
                queue,
                exchanges,
                routingKeys,
                durableExchanges,
                prefetch,
                batchSize,
                batchTime,
                first,
                last);
    }

    private static void must(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
