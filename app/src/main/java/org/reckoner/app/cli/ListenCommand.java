package org.reckoner.app.cli;

import java.util.concurrent.Callable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Listening;
import org.reckoner.app.Session;
import org.reckoner.app.config.Configuration;
import picocli.CommandLine.Command;

@Command(
        name = "listen",
        mixinStandardHelpOptions = true,
        description = {
            "Collect from a RabbitMQ, until stopped. The broker is configured under 'listen'.",
            "A message is acknowledged once it is safe in the ledger; a kill or a restart loses nothing."
        })
final class ListenCommand implements Callable<Integer> {

    private final Session session;

    ListenCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Configuration.Listen listen = session.configuration()
                .listen()
                .orElseThrow(() -> new AskedWrongly(
                        "no broker is configured; add to reckoner.yaml:\nlisten:\n  url: amqp://user@host:5672/"));
        session.configuration().logging().ifPresent(logging -> logging.begin("reckoner-listen"));
        Listening listener = Listening.of(session, listen);
        StopSignals.whenTold(listener::close);
        session.noteConfiguration();
        listener.run();
        return 0;
    }
}
