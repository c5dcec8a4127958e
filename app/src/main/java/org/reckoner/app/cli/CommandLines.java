package org.reckoner.app.cli;

import java.nio.file.FileSystemException;
import java.util.List;
import java.util.function.Function;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.demo.DemoCommand;
import org.reckoner.collect.novabilling.UnreadableDatabase;
import org.reckoner.collect.openstack.BadCloud;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.collect.recording.UnreadableRecording;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.ledger.BadLedgerUrl;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.ServerException;
import picocli.CommandLine;

/// The tree of commands, put together by hand.
public final class CommandLines {

    static final int FOUND_WRONG = 1;
    static final int ASKED_WRONGLY = 2;

    private CommandLines() {}

    public static CommandLine of(Session session) {
        CommandLine root = new CommandLine(new ReckonerCommand(session));
        root.addSubcommand(new DemoCommand(session));
        root.addSubcommand(new IngestCommand(session));
        root.addSubcommand(new ListenCommand(session));
        root.addSubcommand(new BackfillCommand(session));
        root.addSubcommand(new ServeCommand(session));
        root.addSubcommand(new BillCommand(session));
        root.addSubcommand(new InvoicesCommand(session));
        root.addSubcommand(new DeliverCommand(session));
        root.addSubcommand(new DeliveriesCommand(session));
        root.addSubcommand(new ReconcileCommand(session));
        root.addSubcommand(new ExplainCommand(session));
        root.addSubcommand(new CommandLine(new PricesCommand(session)).addSubcommand(new PricesImportCommand(session)));
        root.addSubcommand(new ImportCommand(session));
        root.addSubcommand(new AccountsCommand(session));
        root.addSubcommand(new ResourcesCommand(session));
        root.addSubcommand(new WatermarksCommand(session));
        root.addSubcommand(new AuditCommand(session));
        root.addSubcommand(new DeadLettersCommand(session));
        root.addSubcommand(new VerifyCommand(session));
        root.addSubcommand(new ConfigCommand(session));
        root.addSubcommand(new CompletionCommand(session));
        root.addSubcommand(help());
        root.setOut(session.out()).setErr(session.err());
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setUsageHelpAutoWidth(true);
        root.registerConverter(Integer.class, text -> whole(text, Integer::valueOf));
        root.registerConverter(int.class, text -> whole(text, Integer::valueOf));
        root.registerConverter(Long.class, text -> whole(text, Long::valueOf));
        root.registerConverter(long.class, text -> whole(text, Long::valueOf));
        root.setParameterExceptionHandler((mistake, arguments) -> explain(session, mistake));
        root.setExecutionExceptionHandler((failure, command, parsed) -> explain(session, failure));
        space(root);
        return root;
    }

    private static CommandLine help() {
        CommandLine help = new CommandLine(new CommandLine.HelpCommand());
        help.getCommandSpec()
                .usageMessage()
                .header(new String[0])
                .description("Say how a command is used, as --help does.");
        return help;
    }

    private static <T> T whole(String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (NumberFormatException e) {
            throw new CommandLine.TypeConversionException("expected a whole number, not '" + text + "'");
        }
    }

    /// An empty line between the parts of each help text.
    private static void space(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .parameterListHeading("%n")
                .optionListHeading("%n")
                .commandListHeading("%nCommands:%n");
        command.getSubcommands().values().forEach(CommandLines::space);
    }

    /// What is wrong with the arguments, and where to read how it goes.
    private static int explain(Session session, CommandLine.ParameterException mistake) {
        session.warn("reckoner: " + mistake.getMessage());
        CommandLine.UnmatchedArgumentException.printSuggestions(mistake, session.err());
        session.warn("Help: %s --help"
                .formatted(mistake.getCommandLine().getCommandSpec().qualifiedName()));
        return ASKED_WRONGLY;
    }

    /// Failures that have a message for people show that message and no stack trace.
    private static int explain(Session session, Exception failure) throws Exception {
        List<Class<? extends Exception>> asked = List.of(
                AskedWrongly.class,
                BadAdapter.class,
                BadConfiguration.class,
                BadCloud.class,
                UnreadableRecording.class,
                UnreadableDatabase.class,
                BadLedgerUrl.class,
                ServerException.class);
        if (failure instanceof FileSystemException file && file.getFile() != null) {
            session.warn("reckoner: %s: %s".formatted(file.getFile(), FileTrouble.reason(file)));
            return ASKED_WRONGLY;
        }
        boolean askedWrongly = asked.stream().anyMatch(type -> type.isInstance(failure));
        if (!askedWrongly && !(failure instanceof LedgerException) && !(failure instanceof CloudFailure)) {
            throw failure;
        }
        session.warn("reckoner: " + failure.getMessage());
        return askedWrongly ? ASKED_WRONGLY : FOUND_WRONG;
    }
}
