package org.reckoner.app;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import org.reckoner.app.cli.CommandLines;

/// Where `reckoner` begins.
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        Answers answers = new Answers(new FileOutputStream(FileDescriptor.out));
        PrintWriter out = new PrintWriter(new BufferedOutputStream(answers), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        System.exit(written(answers, err, run(out, err, arguments)));
    }

    /// What was asked may be done; but somebody who reads only the exit code must know that the answer is lost.
    static int written(Answers answers, PrintWriter err, int exit) {
        answers.trouble().ifPresent(e -> err.println("reckoner: the answer could not be written: " + e.getMessage()));
        return exit == 0 && answers.trouble().isPresent() ? 1 : exit;
    }

    /// @return 0 done, 1 something was found wrong, 2 asked wrongly
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        try (Session session = new Session(out, err)) {
            return CommandLines.of(session, arguments).execute(arguments);
        } finally {
            out.flush();
            err.flush();
        }
    }
}
