package org.reckoner.app.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Exports;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.files.Form;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.Invoices;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.ledger.invoice.Issuing.Outcome;
import org.reckoner.present.Column;
import org.reckoner.present.InvoiceTable;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "invoices",
        mixinStandardHelpOptions = true,
        description = "Freeze bills as invoices, look at them, write them to files, take them back.")
final class InvoicesCommand implements Runnable {

    private final Session session;

    InvoicesCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list(null, null);
    }

    @Command(
            name = "draft",
            mixinStandardHelpOptions = true,
            description = "Compute a period's invoices and keep them for review.")
    int draft(
            @Option(names = "--period", required = true, paramLabel = "PERIOD", description = "Such as 2026-11.")
                    String period,
            @Option(names = "--account", paramLabel = "PROJECT", description = "Only this account.") @Nullable
                    String account) {
        BillingPeriod chosen = Session.period(period);
        return report(accounts(account).stream()
                .map(payer -> session.ledger().issuing().draft(payer, chosen, session.user()))
                .toList());
    }

    @Command(
            name = "issue",
            mixinStandardHelpOptions = true,
            description = {
                "Issue a period's invoices: numbered, frozen, chained.",
                "",
                "Running it again goes on where it stopped and issues nothing twice. Accounts that jump beyond the limits"
                        + " are parked; the others go on. Exit code 1 if any is."
            })
    int issue(
            @Option(names = "--period", required = true, paramLabel = "PERIOD", description = "Such as 2026-11.")
                    String period,
            @Option(names = "--account", paramLabel = "PROJECT", description = "Only this account.") @Nullable
                    String account,
            @Option(names = "--dry-run", description = "Say what would be issued; keep nothing but drafts.")
                    boolean dryRun,
            @Option(
                            names = "--override-incomplete",
                            paramLabel = "WHY",
                            description = "Issue although a source is behind, on your word; recorded with your name.")
                    @Nullable
                    String override,
            @Option(names = "--by", paramLabel = "NAME", description = "Who you are; default the login name.") @Nullable
                    String by) {
        if (dryRun) {
            return draft(period, account);
        }
        BillingPeriod chosen = Session.period(period);
        String person = by == null ? session.user() : by;
        if (!dryRun) {
            session.noteConfiguration();
        }
        Issuing issuing = session.ledger().issuing();
        issuing.checkReady(chosen, Optional.ofNullable(override).map(why -> new Issuing.Override(person, why)), person);
        List<Account> accounts = accounts(account);
        List<Outcome> outcomes = new ArrayList<>();
        try (Progress progress = Progress.of("Issuing", accounts.size())) {
            for (Account payer : accounts) {
                outcomes.add(issuing.issue(payer, chosen, person));
                progress.step(1);
            }
        }
        return report(outcomes);
    }

    private List<Account> accounts(@Nullable String only) {
        return only == null ? session.ledger().accounts().all() : List.of(session.account(only));
    }

    private int report(List<Outcome> outcomes) {
        session.print(outcomes(outcomes));
        return outcomes.stream().anyMatch(Outcome.Parked.class::isInstance) ? 1 : 0;
    }

    static Table outcomes(List<Outcome> outcomes) {
        return Table.of(
                List.of(
                        Column.id("project"),
                        Column.text("account"),
                        Column.text("what"),
                        Column.text("number"),
                        Column.number("total"),
                        Column.text("remark")),
                outcomes.stream().map(InvoicesCommand::row).toList());
    }

    private static List<String> row(Outcome outcome) {
        String project = outcome.account().project();
        String name = outcome.account().name();
        return switch (outcome) {
            case Outcome.Issued(Account account, Invoice invoice) ->
                List.of(
                        project,
                        name,
                        "issued",
                        invoice.number(),
                        invoice.total().toString(),
                        corrections(invoice));
            case Outcome.Drafted(Account account, Invoice draft) ->
                List.of(project, name, "drafted", "", draft.total().toString(), corrections(draft));
            case Outcome.Standing(Account account, String number) ->
                List.of(project, name, "was issued", number, "", "");
            case Outcome.Nothing(Account account) -> List.of(project, name, "nothing to bill", "", "", "");
            case Outcome.Parked(Account account, List<String> reasons) ->
                List.of(project, name, "PARKED", "", "", String.join("; ", reasons));
        };
    }

    private static String corrections(Invoice invoice) {
        int count = invoice.corrections().size();
        return count == 0 ? "" : count == 1 ? "with 1 correction" : "with " + count + " corrections";
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "Issued documents, oldest first.")
    void list(
            @Option(names = "--account", paramLabel = "PROJECT", description = "Only this account's.") @Nullable
                    String account,
            @Option(names = "--period", paramLabel = "PERIOD", description = "Only of this period.") @Nullable
                    String period) {
        List<Invoices.Summary> documents = session.ledger()
                .invoices()
                .list(
                        Optional.ofNullable(account)
                                .map(named -> session.account(named).project()),
                        Optional.ofNullable(period).map(Session::period));
        session.print(Table.of(
                List.of(
                        Column.text("number"),
                        Column.text("kind"),
                        Column.text("period"),
                        Column.id("project"),
                        Column.number("total"),
                        Column.text("currency"),
                        Column.text("issued"),
                        Column.text("remark")),
                documents.stream().map(InvoicesCommand::row).toList()));
    }

    private static List<String> row(Invoices.Summary document) {
        return List.of(
                document.number(),
                document.kind() == Invoice.Kind.INVOICE ? "invoice" : "credit note",
                document.period(),
                document.project(),
                document.total(),
                document.currency(),
                document.issuedAt().toString(),
                document.voidedBy()
                        .map(number -> "voided by " + number)
                        .or(() -> document.voids().map(number -> "voids " + number))
                        .orElse(""));
    }

    @Command(name = "show", mixinStandardHelpOptions = true, description = "One document.")
    void show(
            @Parameters(paramLabel = "NUMBER") String number,
            @Option(names = "--detail", description = "Show every resource under its line.") boolean detail) {
        Invoices.Stored stored = find(number);
        switch (session.format()) {
            case table -> session.say(InvoiceTable.of(stored.invoice(), detail, session.width()));
            case json -> {
                session.out().print(stored.document());
                session.out().flush();
            }
            case csv -> session.print(InvoiceTable.lines(stored.invoice()));
        }
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = {
                "Write documents to files: csv, json (the frozen bytes), html and pdf.",
                "artifice1 and artifice2 are the two CSV layouts of Artifice."
            })
    void export(
            @Parameters(paramLabel = "NUMBER", arity = "0..*", description = "Which documents.") @Nullable
                    List<String> numbers,
            @Option(names = "--period", paramLabel = "PERIOD", description = "All of this period.") @Nullable
                    String period,
            @Option(
                            names = "--to",
                            paramLabel = "FOLDER",
                            defaultValue = "invoices",
                            description = "Default: ${DEFAULT-VALUE}.")
                    Path folder,
            @Option(
                            names = "--as",
                            paramLabel = "KIND",
                            split = ",",
                            description = "Any of ${COMPLETION-CANDIDATES}; default csv,json,html,pdf.")
                    @Nullable
                    Set<Form> kinds,
            @Option(
                            names = "--row-layout",
                            paramLabel = "COLUMN",
                            split = ",",
                            description = "Columns of artifice1, one of them cost; see docs/reference/csv.md.")
                    @Nullable
                    List<String> row,
            @Option(
                            names = "--type-order",
                            paramLabel = "TYPE",
                            split = ",",
                            description = "Resource types that come first in artifice2, such as server,volume.")
                    @Nullable
                    List<String> types) {
        List<String> chosen = new ArrayList<>(numbers == null ? List.of() : numbers);
        if (period != null) {
            session.ledger().invoices().list(Optional.empty(), Optional.of(Session.period(period))).stream()
                    .map(Invoices.Summary::number)
                    .forEach(chosen::add);
        }
        if (chosen.isEmpty()) {
            throw new AskedWrongly("which documents? Name their numbers, or a --period that has some");
        }
        Collection<Form> as = kinds == null ? Form.USUAL : new TreeSet<>(kinds);
        Form.ArtificeLayout layout = layout(row, types);
        try (Progress progress = Progress.of("Writing", chosen.size())) {
            for (String number : chosen) {
                Exports.write(find(number), folder, as, layout).forEach(file -> session.say(file.toString()));
                progress.step(1);
            }
        }
    }

    private static Form.ArtificeLayout layout(@Nullable List<String> row, @Nullable List<String> types) {
        Form.ArtificeLayout usual = Form.ArtificeLayout.USUAL;
        if (row != null && !row.contains("cost")) {
            throw new AskedWrongly("--row-layout has no column 'cost', so there would be no total");
        }
        return new Form.ArtificeLayout(row == null ? usual.row() : row, types == null ? usual.typeOrder() : types);
    }

    @Command(
            name = "void",
            mixinStandardHelpOptions = true,
            description = "Take an invoice back whole by a credit note. Its period can then be issued again.")
    void voidInvoice(
            @Parameters(paramLabel = "NUMBER") String number,
            @Option(
                            names = "--why",
                            required = true,
                            paramLabel = "REASON",
                            description = "Printed on the credit note.")
                    String why) {
        find(number);
        Invoice note = session.ledger().issuing().voidInvoice(number, why, session.user());
        session.say("%s takes back %s: %s".formatted(note.number(), number, note.total()));
    }

    @Command(
            name = "release",
            mixinStandardHelpOptions = true,
            description = "Let a parked account's invoice be issued as it is, after you looked at it.")
    void release(
            @Parameters(paramLabel = "PROJECT") String account,
            @Option(names = "--period", required = true, paramLabel = "PERIOD") String period,
            @Option(names = "--why", required = true, paramLabel = "REASON", description = "Kept in the audit log.")
                    String why) {
        session.ledger().issuing().release(session.account(account), Session.period(period), session.user(), why);
        session.say("released; now: reckoner invoices issue --period %s --account %s".formatted(period, account));
    }

    private Invoices.Stored find(String number) {
        Ledger ledger = session.ledger();
        return ledger.invoices()
                .find(number)
                .orElseThrow(() ->
                        new AskedWrongly("there is no invoice %s; see: reckoner invoices list".formatted(number)));
    }
}
