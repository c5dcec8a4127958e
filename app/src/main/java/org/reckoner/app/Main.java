package org.reckoner.app;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.reckoner.app.cli.CommandLines;

/// Where `reckoner` begins.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(run(out, err, arguments));
    }

    /// @return 0 done, 1 something was found wrong, 2 asked wrongly
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        try (Session session = new Session(out, err)) {
            return CommandLines.of(session).execute(arguments);
        } finally {
            out.flush();
            err.flush();
        }
    }
}
