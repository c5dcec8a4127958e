package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Breakdown;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.present.BillTable;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What accounts owe for a period, computed now.
final class BillRoutes {

    private static final Logger LOG = LoggerFactory.getLogger("serve");
    private static final List<Form> LIST_FORMS = List.of(Form.JSON, Form.NDJSON, Form.CSV);
    private static final int STREAMED_AT_ONCE = 100;
    private static final int LONGEST_DIMENSION = 300;

    private final Ledger ledger;

    BillRoutes(Ledger ledger) {
        this.ledger = ledger;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/bills/{period}", this::list, Access.READER);
        routes.get("/api/v1/bills/{period}/{project}", this::get, Access.READER);
    }

    /// One moment's view of a period, the same for every account of a list.
    private record View(BillingPeriod period, Instant until, long cutoff) {}

    private View view(BillingPeriod period) {
        long cutoff = ledger.observations().cutoff();
        return new View(period, ledger.biller().until(period, cutoff), cutoff);
    }

    private void get(Context context) {
        Parameters.only(context, Set.of("format", "by"));
        View view = view(Parameters.periodInPath(context));
        Account account = AccountRoutes.account(ledger, Parameters.projectInPath(context));
        Optional<String> by = Requests.query(context, "by");
        try {
            if (by.isPresent()) {
                breakdown(context, bill(account, view), by.get());
                return;
            }
            Rendering.bill(context, bill(account, view));
        } catch (LedgerException e) {
            throw Problem.conflict(reason(context, e));
        }
    }

    /// The bill's money by cluster, resource or a dimension, as JSON.
    private void breakdown(Context context, Bill bill, String by) {
        if (by.isBlank() || by.length() > LONGEST_DIMENSION) {
            throw Problem.badRequest("by is cluster, resource, type, region, metadata.KEY or another dimension");
        }
        PriceBook book = ledger.biller().priceBook(bill.account(), bill.period());
        Breakdown breakdown = ledger.biller().breakdown(bill, book, by);
        ObjectNode json = Answers.object();
        json.put("project", bill.account().project());
        json.put("period", bill.period().label());
        json.put("until", bill.until().toString());
        json.put("by", by);
        json.put("currency", bill.currency().getCurrencyCode());
        ArrayNode shares = json.putArray("shares");
        breakdown
                .shares()
                .forEach(share -> shares.addObject()
                        .put("key", share.key())
                        .put("name", share.name())
                        .put("exact", share.exact().toString())
                        .put("amount", share.amount().amount().toPlainString()));
        json.put("rounding_difference", breakdown.roundingDifference().amount().toPlainString());
        json.put("total", breakdown.total().amount().toPlainString());
        Answers.json(context, json);
    }

    /// An admin is told what to do; a project not which price books there are.
    private static String reason(Context context, LedgerException e) {
        String reason = Refusal.reason(e);
        return Requests.caller(context).isAdmin()
                ? reason
                : "no price book prices this account's use of the period yet";
    }

    private Bill bill(Account account, View view) {
        return ledger.biller()
                .bill(
                        account,
                        ledger.biller().priceBook(account, view.period()),
                        view.period(),
                        view.until(),
                        view.cutoff());
    }

    private void list(Context context) {
        Listing.checkQuery(context);
        View view = view(Parameters.periodInPath(context));
        Optional<String> only = Requests.caller(context).only();
        if (Form.chosen(context, LIST_FORMS) == Form.CSV) {
            csv(context, view, only);
            return;
        }
        Listing.answer(
                context,
                1,
                (key, limit) -> AccountRoutes.accounts(ledger, only, key, limit).stream()
                        .map(account -> new Listing.Item(List.of(account.project()), summary(context, account, view)))
                        .toList());
    }

    private ObjectNode summary(Context context, Account account, View view) {
        ObjectNode json = Answers.object();
        json.put("project", account.project());
        json.put("name", account.name());
        json.put("period", view.period().label());
        try {
            Bill bill = bill(account, view);
            json.put("until", bill.until().toString());
            json.put("currency", bill.currency().getCurrencyCode());
            json.putObject("price_book").put("name", bill.priceBook()).put("version", bill.priceBookVersion());
            json.put("net", bill.total().amount().toPlainString());
            json.put("lines", bill.lines().size());
            json.put("unpriced", bill.unpriced().size());
        } catch (LedgerException e) {
            json.put("problem", reason(context, e));
        }
        return json;
    }

    /// All lines of all bills, streamed. Accounts that cannot be billed have none.
    private void csv(Context context, View view, Optional<String> only) {
        context.contentType(Form.CSV.contentType());
        Streaming.answer(context, out -> {
            Optional<List<String>> key = Optional.empty();
            boolean header = true;
            List<Account> accounts;
            do {
                accounts = AccountRoutes.accounts(ledger, only, key, STREAMED_AT_ONCE);
                for (Account account : accounts) {
                    Optional<String> lines = lines(account, view);
                    if (lines.isPresent()) {
                        try {
                            String text = lines.get();
                            out.write((header ? text : text.substring(text.indexOf('\n') + 1))
                                    .getBytes(StandardCharsets.UTF_8));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                        header = false;
                    }
                }
                key = accounts.isEmpty()
                        ? key
                        : Optional.of(List.of(accounts.getLast().project()));
            } while (accounts.size() == STREAMED_AT_ONCE);
        });
    }

    /// With a header, none of whose names has a line break.
    private Optional<String> lines(Account account, View view) {
        try {
            return Optional.of(BillTable.lines(List.of(bill(account, view))).toCsv());
        } catch (LedgerException e) {
            LOG.info("No bill of {} in the list: {}", account.project(), Refusal.reason(e));
            return Optional.empty();
        }
    }
}
