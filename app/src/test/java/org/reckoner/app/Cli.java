package org.reckoner.app;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs commands as a user would, in this process.
///
/// @param exit the exit code
/// @param out what was printed as the answer
/// @param err what was printed beside it
record Cli(int exit, String out, String err) {

    static Cli reckoner(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
        return new Cli(exit, out.toString(), err.toString());
    }

    /// With a configuration, as if it were that moment.
    static Cli at(String now, Path config, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--config", config.toString(), "--now", now));
        all.addAll(List.of(arguments));
        return reckoner(all.toArray(String[]::new));
    }

    /// With a ledger of its own.
    static Cli on(Path ledger, String... arguments) {
        List<String> all = new ArrayList<>(List.of("--ledger", "jdbc:sqlite:" + ledger));
        all.addAll(List.of(arguments));
        return reckoner(all.toArray(String[]::new));
    }
}
