package org.reckoner.app.cli;

import java.util.List;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.demo.DemoCommand;
import org.reckoner.collect.recording.UnreadableRecording;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.ServerException;
import picocli.AutoComplete;
import picocli.CommandLine;

/// The tree of commands, put together by hand.
public final class CommandLines {

    private static final int FOUND_WRONG = 1;
    private static final int ASKED_WRONGLY = 2;

    private CommandLines() {}

    public static CommandLine of(Session session) {
        CommandLine root = new CommandLine(new ReckonerCommand(session));
        root.addSubcommand(new DemoCommand(session));
        root.addSubcommand(new IngestCommand(session));
        root.addSubcommand(new ListenCommand(session));
        root.addSubcommand(new ServeCommand(session));
        root.addSubcommand(new BillCommand(session));
        root.addSubcommand(new InvoicesCommand(session));
        root.addSubcommand(new ExplainCommand(session));
        root.addSubcommand(new CommandLine(new PricesCommand(session)).addSubcommand(new PricesImportCommand(session)));
        root.addSubcommand(new AccountsCommand(session));
        root.addSubcommand(new ResourcesCommand(session));
        root.addSubcommand(new WatermarksCommand(session));
        root.addSubcommand(new DeadLettersCommand(session));
        root.addSubcommand(new VerifyCommand(session));
        CommandLine completion = new CommandLine(new AutoComplete.GenerateCompletion());
        completion.getCommandSpec().name("completion");
        root.addSubcommand(completion);
        root.setOut(session.out()).setErr(session.err());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        root.setExecutionExceptionHandler((failure, command, parsed) -> explain(session, failure));
        return root;
    }

    /// Failures that have a message for people show that message and no stack trace.
    private static int explain(Session session, Exception failure) throws Exception {
        List<Class<? extends Exception>> asked =
                List.of(AskedWrongly.class, BadConfiguration.class, UnreadableRecording.class, ServerException.class);
        boolean askedWrongly = asked.stream().anyMatch(type -> type.isInstance(failure));
        if (!askedWrongly && !(failure instanceof LedgerException)) {
            throw failure;
        }
        session.warn("reckoner: " + failure.getMessage());
        return askedWrongly ? ASKED_WRONGLY : FOUND_WRONG;
    }
}
