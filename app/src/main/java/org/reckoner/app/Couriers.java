package org.reckoner.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.deliver.outbox.Courier;
import org.reckoner.ledger.delivery.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Delivers to every configured billing system, all the time, each in a thread of its own.
public final class Couriers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("deliver");

    private final List<Running> running = new ArrayList<>();

    private record Running(Backend backend, Courier courier, Thread thread) {}

    /// @throws org.reckoner.deliver.BadAdapter if one cannot work as it is configured; then none is started
    public static Couriers start(Session session) {
        Couriers couriers = new Couriers();
        session.backendNames().stream()
                .map(session::backend)
                .toList()
                .forEach(backend -> couriers.start(session, backend));
        return couriers;
    }

    private void start(Session session, Backend backend) {
        Courier courier = new Courier(
                session.ledger(), backend, session.clock(), new Random(), attempt -> tell(backend.name(), attempt));
        Thread thread = Thread.ofPlatform().name("deliver-" + backend.name()).start(() -> {
            try {
                courier.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        running.add(new Running(backend, courier, thread));
        LOG.info("delivering to {}", backend.name());
    }

    private static void tell(String backend, Courier.Attempt attempt) {
        String number = attempt.delivery().number();
        switch (attempt.settlement()) {
            case Settlement.Confirmed(long id, String remoteId) ->
                LOG.info("{} has {} as {}", backend, number, remoteId);
            case Settlement.Refused(long id, String reason) ->
                LOG.error("{} refuses {}: {}. See: reckoner deliveries show {}", backend, number, reason, id);
            case Settlement.Postponed later ->
                LOG.warn("{} did not take {}: {}. Again at {}", backend, number, later.reason(), later.until());
            case Settlement.Taken later ->
                LOG.warn("{} took {}: {}. Again at {}", backend, number, later.reason(), later.until());
            case Settlement.TurnedAway later ->
                LOG.warn("{} turned {} away: {}. Again at {}", backend, number, later.reason(), later.until());
            case Settlement.Unsent later ->
                LOG.debug("{} waits with {}: {}. Again at {}", backend, number, later.reason(), later.until());
        }
    }

    /// Ends what is under way and takes nothing new.
    @Override
    public void close() {
        running.forEach(one -> one.courier().close());
        running.forEach(one -> {
            try {
                one.thread().join(Duration.ofSeconds(30));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            one.backend().close();
        });
    }
}
