package org.reckoner.app.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.reckoner.app.Session;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Breakdown;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.invoice.Documents;
import org.reckoner.present.BillTable;
import org.reckoner.present.Column;
import org.reckoner.present.Table;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

@Command(
        name = "bill",
        mixinStandardHelpOptions = true,
        description = {
            "Compute bills now. Nothing is kept; the same question always has the same answer.",
            "In a period that is not over, use is counted up to the newest thing known."
        })
final class BillCommand implements Callable<Integer> {

    private final Session session;

    @Option(
            names = "--period",
            paramLabel = "PERIOD",
            description = "A month (2026-11) or days (2026-11-01..2026-11-15); default this month.")
    private @Nullable String period;

    @Option(names = "--account", paramLabel = "PROJECT", description = "Only this account, by project id or name.")
    private @Nullable String account;

    @Option(names = "--until", paramLabel = "INSTANT", description = "Count use up to here.")
    private @Nullable String until;

    @Option(names = "--cutoff", paramLabel = "N", description = "Consider only the first N observations.")
    private @Nullable Long cutoff;

    @Option(names = "--detail", description = "Show every resource under its line.")
    private boolean detail;

    @Option(
            names = "--by",
            paramLabel = "WHAT",
            description =
                    "Instead of lines: what each cluster, resource, type, region, metadata.KEY or other dimension costs.")
    private @Nullable String by;

    BillCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Ledger ledger = session.ledger();
        BillingPeriod chosen = period == null ? BillingPeriod.of(session.month()) : Session.period(period);
        long last = cutoff == null ? ledger.observations().cutoff() : cutoff;
        Instant end = until == null ? ledger.biller().until(chosen, last) : IngestCommand.instant(until);
        List<Account> accounts = account == null ? ledger.accounts().all() : List.of(session.account(account));
        if (accounts.isEmpty()) {
            session.warn("nothing was collected yet; begin with: reckoner ingest FOLDER, or reckoner listen");
        }
        List<Bill> bills = accounts.stream()
                .map(payer -> bill(ledger, payer, chosen, end, last))
                .toList();
        if (by == null) {
            print(bills);
        } else {
            session.print(breakdowns(ledger, bills, by));
        }
        return 0;
    }

    private static Bill bill(Ledger ledger, Account account, BillingPeriod period, Instant until, long cutoff) {
        PriceBook book = ledger.biller().priceBook(account, period);
        return ledger.biller().bill(account, book, period, until, cutoff);
    }

    private static Table breakdowns(Ledger ledger, List<Bill> bills, String by) {
        List<List<String>> rows = new ArrayList<>();
        for (Bill bill : bills) {
            PriceBook book = ledger.biller().priceBook(bill.account(), bill.period());
            Breakdown breakdown = ledger.biller().breakdown(bill, book, by);
            String account = bill.account().name();
            String currency = bill.currency().getCurrencyCode();
            breakdown
                    .shares()
                    .forEach(share -> rows.add(List.of(
                            account,
                            share.key().isEmpty() ? "(none)" : share.key(),
                            share.name(),
                            share.exact().toString(),
                            share.amount().amount().toPlainString(),
                            currency)));
            if (!breakdown.roundingDifference().isZero()) {
                rows.add(List.of(
                        account,
                        "(rounding)",
                        "",
                        "0",
                        breakdown.roundingDifference().amount().toPlainString(),
                        currency));
            }
        }
        return Table.of(
                List.of(
                        Column.text("account"),
                        Column.id(by),
                        Column.text("name"),
                        Column.text("exact"),
                        Column.number("amount"),
                        Column.text("currency")),
                rows);
    }

    private void print(List<Bill> bills) {
        switch (session.format()) {
            case json -> {
                ArrayNode all = JsonMapper.shared().createArrayNode();
                bills.forEach(bill -> all.add(Documents.json(bill)));
                session.out().print(Documents.text(all));
            }
            case csv -> session.print(BillTable.lines(bills));
            case table -> bills.forEach(bill -> session.say(BillTable.of(bill, List.of(), detail, session.width())));
        }
        session.out().flush();
    }
}
