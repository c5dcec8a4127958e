package org.reckoner.app.cli;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.Session;
import org.reckoner.core.price.PriceBook;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.ledger.price.PriceBooks;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "killbill", mixinStandardHelpOptions = true, description = "What only Kill Bill needs.")
final class KillBillCommand {

    private final Session session;

    KillBillCommand(Session session) {
        this.session = session;
    }

    @Command(
            name = "catalog",
            mixinStandardHelpOptions = true,
            description = {
                "Upload a catalog for loaded price books, for a backend in the mode 'usage'.",
                "",
                "The catalog has a unit for each price, openstack-billed-ID, and one for taxes; each costs a thousandth of"
                        + " the currency. The first version holds from 2020 on; later ones keep all earlier units."
            })
    void catalog(
            @Parameters(paramLabel = "BACKEND") String name,
            @Parameters(paramLabel = "BOOK", arity = "0..*", description = "Default: all price books.") @Nullable
                    List<String> books,
            @Option(
                            names = "--from",
                            paramLabel = "DAY",
                            description = "First day of a new version. Default: the first of this month.")
                    @Nullable
                    String from,
            @Option(names = "--dry-run", description = "Print the catalog and upload nothing.") boolean dryRun) {
        List<PriceBook> chosen = books(books == null ? List.of() : books);
        try (Backend backend = session.backend(name)) {
            if (!(backend.system() instanceof KillBill killBill)) {
                throw new AskedWrongly("%s is no Kill Bill".formatted(name));
            }
            Optional<String> text = killBill.uploadCatalog(chosen, day(from), dryRun);
            if (text.isEmpty()) {
                session.say("the catalog has all units already");
            } else if (dryRun) {
                session.out().print(text.get());
                session.out().flush();
            } else {
                session.say("uploaded a catalog for " + String.join(", ", names(chosen)));
            }
        } catch (Undelivered e) {
            throw new AskedWrongly("%s: %s".formatted(name, e.getMessage()));
        }
    }

    private LocalDate day(@Nullable String from) {
        LocalDate today = session.clock().instant().atOffset(ZoneOffset.UTC).toLocalDate();
        try {
            return from == null ? today.withDayOfMonth(1) : LocalDate.parse(from);
        } catch (DateTimeException e) {
            throw new AskedWrongly("--from is a day such as 2026-12-01, not '%s'".formatted(from));
        }
    }

    /// The newest version of each.
    private List<PriceBook> books(List<String> wanted) {
        TreeMap<String, PriceBook> newest = new TreeMap<>();
        for (PriceBooks.Loaded loaded : session.ledger().priceBooks().versions(Optional.empty())) {
            newest.putIfAbsent(loaded.book().name(), loaded.book()); // the newest comes first
        }
        List<PriceBook> chosen = new ArrayList<>();
        for (String name : wanted.isEmpty() ? List.copyOf(newest.keySet()) : wanted) {
            PriceBook book = newest.get(name);
            if (book == null) {
                throw new AskedWrongly("no price book '%s' is loaded; see: reckoner prices list".formatted(name));
            }
            chosen.add(book);
        }
        if (chosen.isEmpty()) {
            throw new AskedWrongly("no price book is loaded; see: reckoner prices load");
        }
        return chosen;
    }

    private static List<String> names(List<PriceBook> books) {
        return books.stream().map(PriceBook::name).toList();
    }
}
