package org.reckoner.app.cli;

import java.nio.file.FileSystemException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.app.config.BadConfiguration;
import org.reckoner.app.demo.DemoCommand;
import org.reckoner.collect.cloudkitty.BadMetrics;
import org.reckoner.collect.distil.BadMapping;
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

    private static final LinkedHashMap<String, Function<Session, CommandLine>> COMMANDS = commands();

    /// Commands that speak of all others.
    private static final Set<String> OF_ALL = Set.of("help", "completion");

    private CommandLines() {}

    private static LinkedHashMap<String, Function<Session, CommandLine>> commands() {
        LinkedHashMap<String, Function<Session, CommandLine>> commands = new LinkedHashMap<>();
        commands.put("demo", session -> new CommandLine(new DemoCommand(session)));
        commands.put("ingest", session -> new CommandLine(new IngestCommand(session)));
        commands.put("listen", session -> new CommandLine(new ListenCommand(session)));
        commands.put("backfill", session -> new CommandLine(new BackfillCommand(session)));
        commands.put("collect", session -> new CommandLine(new CollectCommand(session)));
        commands.put("serve", session -> new CommandLine(new ServeCommand(session)));
        commands.put("bill", session -> new CommandLine(new BillCommand(session)));
        commands.put("invoices", session -> new CommandLine(new InvoicesCommand(session)));
        commands.put("deliver", session -> new CommandLine(new DeliverCommand(session)));
        commands.put("deliveries", session -> new CommandLine(new DeliveriesCommand(session)));
        commands.put("reconcile", CommandLines::reconcile);
        commands.put("statement", session -> new CommandLine(new StatementCommand(session)));
        commands.put("killbill", session -> new CommandLine(new KillBillCommand(session)));
        commands.put("whmcs", session -> new CommandLine(new WhmcsCommand(session)));
        commands.put("concertim", session -> new CommandLine(new ConcertimCommand(session)));
        commands.put("explain", session -> new CommandLine(new ExplainCommand(session)));
        commands.put("prices", CommandLines::prices);
        commands.put("import", session -> new CommandLine(new ImportCommand(session)));
        commands.put("accounts", session -> new CommandLine(new AccountsCommand(session)));
        commands.put("resources", session -> new CommandLine(new ResourcesCommand(session)));
        commands.put("status", session -> new CommandLine(new StatusCommand(session)));
        commands.put("samples", session -> new CommandLine(new SamplesCommand(session)));
        commands.put("watermarks", session -> new CommandLine(new WatermarksCommand(session)));
        commands.put("audit", session -> new CommandLine(new AuditCommand(session)));
        commands.put("dead-letters", session -> new CommandLine(new DeadLettersCommand(session)));
        commands.put("verify", session -> new CommandLine(new VerifyCommand(session)));
        commands.put("config", session -> new CommandLine(new ConfigCommand(session)));
        commands.put("doctor", session -> new CommandLine(new DoctorCommand(session)));
        commands.put("completion", session -> new CommandLine(new CompletionCommand(session)));
        commands.put("warm-up", session -> new CommandLine(new WarmUpCommand(session)));
        commands.put("help", session -> help());
        return commands;
    }

    private static CommandLine prices(Session session) {
        return new CommandLine(new PricesCommand(session))
                .addSubcommand(new PricesImportCommand(session))
                .addSubcommand(new PricesSyncCommand(session));
    }

    private static CommandLine reconcile(Session session) {
        return new CommandLine(new ReconcileCommand(session)).addSubcommand(new ReconcileCloudCommand(session));
    }

    /// With all commands.
    public static CommandLine of(Session session) {
        return of(session, COMMANDS.keySet());
    }

    /// With the commands that some arguments can mean; with all if they name none. Reading the options of a
    /// command takes a while, and most of them are not asked for.
    public static CommandLine of(Session session, String... arguments) {
        Set<String> named = new LinkedHashSet<>(COMMANDS.keySet());
        named.retainAll(Set.copyOf(List.of(arguments)));
        boolean all = named.isEmpty() || !Collections.disjoint(named, OF_ALL);
        return of(session, all ? COMMANDS.keySet() : named);
    }

    private static CommandLine of(Session session, Set<String> names) {
        CommandLine root = new CommandLine(new ReckonerCommand(session));
        names.forEach(name -> root.addSubcommand(
                name, Objects.requireNonNull(COMMANDS.get(name)).apply(session)));
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
                BadMetrics.class,
                UnreadableRecording.class,
                UnreadableDatabase.class,
                BadLedgerUrl.class,
                BadMapping.class,
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
