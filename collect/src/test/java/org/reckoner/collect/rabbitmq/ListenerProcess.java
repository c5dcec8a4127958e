package org.reckoner.collect.rabbitmq;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.reckoner.collect.Notifications;
import org.reckoner.collect.Reading;

/// A listener in a process of its own, so that it can be killed. Keeps the ids of what it observed in a file.
final class ListenerProcess {

    private ListenerProcess() {}

    public static void main(String[] args) throws Exception {
        Path kept = Path.of(args[3]);
        Settings settings = new Settings(
                List.of(Broker.parse(args[0])),
                java.util.Optional.empty(),
                args[1],
                List.of(args[2]),
                Settings.DEFAULT_ROUTING_KEYS,
                false,
                40,
                10,
                Duration.ofMillis(200),
                Duration.ofMillis(100),
                Duration.ofSeconds(1));
        Notifications notifications =
                new Notifications("RegionOne", List.of(), List.of(), Duration.ofDays(3650), Clock.systemUTC());
        Batches slowly = batch -> {
            StringBuilder ids = new StringBuilder();
            for (Reading reading : batch) {
                if (reading instanceof Reading.Observed(var observation)) {
                    ids.append(observation.id().messageId()).append('\n');
                }
            }
            Thread.sleep(30);
            Files.writeString(kept, ids, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.SYNC);
            Thread.sleep(30);
        };
        new Listener(settings, notifications, slowly).run();
    }
}
