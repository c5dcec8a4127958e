package org.reckoner.collect.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.collect.Notifications;

/// What needs no broker; the rest is in [ListenerLiveTest].
@Timeout(30)
class ListenerTest {

    private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

    @Test
    void closing_does_not_wait_for_a_broker_that_never_answers() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Listener listener = listener(mute.getLocalPort());
            FutureTask<Void> run = run(listener);
            mute.accept();
            listener.close();
            run.get(5, TimeUnit.SECONDS);
            assertThat(news).containsExactly(new News.Stopped());
        }
    }

    private Listener listener(int port) {
        Broker broker = new Broker("127.0.0.1", port, "/", "guest", "guest", false);
        Notifications notifications =
                new Notifications("RegionOne", List.of(), List.of(), Duration.ofMinutes(5), Clock.systemUTC());
        return new Listener(Settings.of(broker), notifications, batch -> {}, news::add, Clock.systemUTC());
    }

    private static FutureTask<Void> run(Listener listener) {
        FutureTask<Void> run = new FutureTask<>(() -> {
            listener.run();
            return null;
        });
        Thread.ofPlatform().start(run);
        return run;
    }
}
