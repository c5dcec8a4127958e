package org.reckoner.app.cli;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "accounts",
        mixinStandardHelpOptions = true,
        description = "Who pays: every project that owned something, and what you set for it.")
final class AccountsCommand implements Runnable {

    private final Session session;

    AccountsCommand(Session session) {
        this.session = session;
    }

    @Override
    public void run() {
        list();
    }

    @Command(name = "list", mixinStandardHelpOptions = true, description = "All accounts.")
    void list() {
        session.print(Table.of(
                List.of(
                        Column.id("project"),
                        Column.text("name"),
                        Column.text("price book"),
                        Column.text("taxes"),
                        Column.text("customer"),
                        Column.text("cost center")),
                session.ledger().accounts().all().stream()
                        .map(AccountsCommand::row)
                        .toList()));
    }

    private static List<String> row(Account account) {
        return List.of(
                account.project(),
                account.name(),
                account.priceBook().orElse(""),
                account.taxes().stream()
                        .map(tax -> tax.name() + " " + tax.percent().toPlainString() + " %")
                        .collect(Collectors.joining(", ")),
                account.customer().orElse(""),
                account.costCenter().orElse(""));
    }

    @Command(
            name = "set",
            mixinStandardHelpOptions = true,
            description = "Set what an invoice needs to know of an account.")
    void set(
            @Parameters(paramLabel = "PROJECT", description = "The project's id; or its name, once it is known.")
                    String project,
            @Option(names = "--name", paramLabel = "NAME", description = "For people.") @Nullable String name,
            @Option(names = "--price-book", paramLabel = "BOOK", description = "Which prices, and so which currency.")
                    @Nullable
                    String book,
            @Option(
                            names = "--tax",
                            paramLabel = "NAME=PERCENT",
                            description = "Such as VAT=19; may be repeated; 'none' for no tax.")
                    @Nullable
                    List<String> taxes,
            @Option(names = "--address", paramLabel = "LINE", description = "A line of the address; may be repeated.")
                    @Nullable
                    List<String> address,
            @Option(names = "--customer", paramLabel = "ID", description = "The billing customer.") @Nullable
                    String customer,
            @Option(names = "--cost-center", paramLabel = "ID", description = "The cost center.") @Nullable
                    String costCenter) {
        Account before = session.knownAccount(project).orElseGet(() -> {
            session.warn("There was no account '%s'; it is made now, for the project of that id".formatted(project));
            return Account.unknown(project);
        });
        if (book != null && !session.ledger().priceBooks().names().contains(book)) {
            throw new AskedWrongly("there is no price book '%s'; see: reckoner prices list".formatted(book));
        }
        Account after = new Account(
                before.project(),
                name == null ? before.name() : name,
                Optional.ofNullable(book).or(before::priceBook),
                taxes == null ? before.taxes() : taxes(taxes),
                address == null ? before.address() : address,
                Optional.ofNullable(customer).or(before::customer),
                Optional.ofNullable(costCenter).or(before::costCenter));
        session.ledger().accounts().save(after, session.clock().instant(), session.user());
        list();
    }

    private static List<TaxRate> taxes(List<String> texts) {
        List<TaxRate> rates = new ArrayList<>();
        for (String text : texts) {
            if (text.equals("none")) {
                continue;
            }
            int equals = text.lastIndexOf('=');
            try {
                if (text.substring(0, equals).isBlank()) {
                    throw new IllegalArgumentException("no name");
                }
                rates.add(new TaxRate(text.substring(0, equals), new BigDecimal(text.substring(equals + 1))));
            } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
                throw new AskedWrongly("--tax expects NAME=PERCENT such as VAT=19, not '" + text + "'");
            }
        }
        return rates;
    }
}
