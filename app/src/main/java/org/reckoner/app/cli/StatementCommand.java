package org.reckoner.app.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.PaperSource;
import org.reckoner.deliver.PaperSource.Paper;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource;
import org.reckoner.deliver.StatementSource.Invoiced;
import org.reckoner.deliver.StatementSource.Statement;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.files.WholeFile;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "statement",
        mixinStandardHelpOptions = true,
        description = {
            "How an account stands with a billing system, as that tells it: its invoices and its credit.",
            "",
            "All invoices of the customer who pays for it, also those that did not come from here."
        })
final class StatementCommand implements Runnable {

    private final Session session;

    @Parameters(paramLabel = "BACKEND", description = "A billing system of the configuration.")
    private String backend = "";

    @Parameters(paramLabel = "ACCOUNT", description = "A project's id, or its name.")
    private String account = "";

    @Option(
            names = "--pdf",
            paramLabel = "INVOICE",
            description = "Instead, write the billing system's own PDF of one of these invoices.")
    private @Nullable String invoice;

    @Option(names = "--to", paramLabel = "FILE", description = "With --pdf; default: the invoice's id and .pdf.")
    private @Nullable Path file;

    StatementCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        Account whose = session.account(account);
        try (Backend opened = session.backend(backend)) {
            Statement statement = statement(opened.system(), whose);
            if (invoice == null) {
                print(statement);
            } else {
                write(opened.system(), statement, invoice);
            }
        } catch (Undelivered e) {
            throw new AskedWrongly("%s cannot be read: %s".formatted(backend, e.getMessage()));
        }
    }

    private Statement statement(BillingSystem system, Account whose) throws Undelivered {
        if (!(system instanceof StatementSource source)) {
            throw new AskedWrongly("the adapter of %s tells no statements".formatted(backend));
        }
        return source.statement(whose)
                .orElseThrow(() -> new AskedWrongly("%s has no customer for %s".formatted(backend, whose.project())));
    }

    private void print(Statement statement) {
        session.print(Table.of(
                List.of(
                        Column.id("invoice"),
                        Column.text("number"),
                        Column.text("date"),
                        Column.text("due"),
                        Column.text("paid"),
                        Column.number("total"),
                        Column.text("status"),
                        Column.text("status there")),
                statement.invoices().stream().map(StatementCommand::row).toList()));
        session.warn("%s: %d invoices; credit %s"
                .formatted(
                        statement.customer(),
                        statement.invoices().size(),
                        statement.credit().map(Money::toString).orElse("is not told")));
    }

    private static List<String> row(Invoiced each) {
        return List.of(
                each.id(),
                each.number(),
                each.date().toString(),
                each.due().map(LocalDate::toString).orElse(""),
                each.paid().map(LocalDate::toString).orElse(""),
                each.total().map(Money::toString).orElse(""),
                each.status().name().toLowerCase(Locale.ROOT),
                each.word());
    }

    /// Only of the account's own invoices.
    private void write(BillingSystem system, Statement statement, String id) throws Undelivered {
        Invoiced wanted = statement.invoices().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new AskedWrongly("%s has no invoice %s of %s; see: reckoner statement %s %s"
                        .formatted(backend, id, account, backend, account)));
        byte[] pdf = PaperSource.pdf(system, new Receipt(id, id, wanted.total(), wanted.status()))
                .map(Paper::content)
                .orElseThrow(() -> new AskedWrongly("%s gives no PDFs of its invoices".formatted(backend)));
        Path to = Optional.ofNullable(file).orElse(Path.of(id + ".pdf"));
        try {
            WholeFile.replace(to, pdf);
        } catch (IOException e) {
            throw new AskedWrongly("cannot write %s: %s".formatted(to, FileTrouble.reason(e)));
        }
        session.say("%s is %s's own".formatted(to, backend));
    }
}
