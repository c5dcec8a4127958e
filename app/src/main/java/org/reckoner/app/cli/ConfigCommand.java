package org.reckoner.app.cli;

import java.util.List;
import org.reckoner.app.Session;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;

@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        description = {
            "Check the configuration, and show what is set and where; the rest is as usual.",
            "Every key can also be set in the environment: serve.port as RECKONER_SERVE_PORT. Passwords are hidden."
        })
final class ConfigCommand implements Runnable {

    private final Session session;

    ConfigCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        session.print(Table.of(
                List.of(Column.text("key"), Column.text("value"), Column.text("from")),
                session.settings().entrySet().stream()
                        .map(setting -> List.of(
                                setting.getKey(),
                                setting.getValue().value(),
                                setting.getValue().from()))
                        .toList()));
    }
}
