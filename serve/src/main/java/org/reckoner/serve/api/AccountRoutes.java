package org.reckoner.serve.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.account.Accounts;
import org.reckoner.serve.auth.Access;
import org.reckoner.serve.auth.Caller;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Who pays.
final class AccountRoutes {

    private static final int LONGEST_PROJECT = 255;

    private final Ledger ledger;
    private final Clock clock;

    AccountRoutes(Ledger ledger, Clock clock) {
        this.ledger = ledger;
        this.clock = clock;
    }

    void routes(RoutesConfig routes) {
        routes.get("/api/v1/accounts", this::list, Access.READER);
        routes.get("/api/v1/accounts/{project}", this::get, Access.READER);
        routes.put("/api/v1/accounts/{project}", this::put, Access.ADMIN);
    }

    private void list(Context context) {
        Listing.checkQuery(context);
        Optional<String> only = Requests.caller(context).only();
        Listing.answer(
                context,
                1,
                (key, limit) -> accounts(ledger, only, key, limit).stream()
                        .map(account -> new Listing.Item(List.of(account.project()), json(account)))
                        .toList());
    }

    /// The accounts that follow a key.
    ///
    /// @param only no other than this one's
    static List<Account> accounts(Ledger ledger, Optional<String> only, Optional<List<String>> key, int limit) {
        Optional<String> after = key.map(List::getFirst);
        return only.map(project -> ledger.accounts().of(project).filter(own -> after.isEmpty()).stream()
                        .toList())
                .orElseGet(() -> ledger.accounts().page(after, limit));
    }

    private void get(Context context) {
        Parameters.only(context, Set.of());
        Answers.tagged(context, json(account(ledger, Parameters.projectInPath(context))));
    }

    /// @throws Problem 404 if there is none
    static Account account(Ledger ledger, String project) {
        return ledger.accounts().of(project).orElseThrow(Parameters::noSuchAccount);
    }

    private void put(Context context) {
        Parameters.only(context, Set.of());
        Body body = Body.of(context, "name", "price_book", "taxes", "address", "customer", "cost_center", "why");
        Account account = account(context.pathParam("project"), body);
        Caller caller = Requests.caller(context);
        Accounts.Replaced replaced = ledger.accounts()
                .replace(
                        account,
                        before -> Answers.isAsExpected(context, before.map(now -> Answers.tag(json(now)))),
                        clock.instant(),
                        caller.name(),
                        body.text("why"));
        switch (replaced) {
            case NOT_AS_EXPECTED ->
                throw Problem.preconditionFailed(
                        "the account is not what you expect it to be; get it again, and decide anew");
            case CREATED -> context.status(201);
            case CHANGED -> context.status(200);
        }
        ObjectNode now = json(account(ledger, account.project()));
        context.header("ETag", "\"" + Answers.tag(now) + "\"");
        Answers.json(context, now);
    }

    private Account account(String project, Body body) {
        if (project.isBlank()
                || project.length() > LONGEST_PROJECT
                || project.chars().anyMatch(Character::isISOControl)) {
            throw Problem.badRequest("a project id has 1 to %d characters".formatted(LONGEST_PROJECT));
        }
        Optional<String> book = body.text("price_book");
        if (book.isPresent() && ledger.priceBooks().newest(book.get()).isEmpty()) {
            throw Problem.unprocessable("price_book names a price book that is not loaded");
        }
        List<TaxRate> taxes = new ArrayList<>();
        for (Body tax : body.objects("taxes", "name", "percent")) {
            taxes.add(new TaxRate(tax.requiredText("name"), percent(tax.requiredText("percent"))));
        }
        return new Account(
                project,
                body.text("name").orElse(project),
                book,
                taxes,
                body.texts("address"),
                body.text("customer"),
                body.text("cost_center"));
    }

    private static BigDecimal percent(String text) {
        if (!text.matches("(100(\\.0{1,6})?|[0-9]{1,2}(\\.[0-9]{1,6})?)")) {
            throw Problem.badRequest("percent is decimal text from 0 to 100, such as \"19\" or \"8.1\"");
        }
        return new BigDecimal(text);
    }

    static ObjectNode json(Account account) {
        ObjectNode json = Answers.object();
        json.put("project", account.project());
        json.put("name", account.name());
        Answers.put(json, "price_book", account.priceBook());
        ArrayNode taxes = json.putArray("taxes");
        account.taxes()
                .forEach(tax -> taxes.addObject()
                        .put("name", tax.name())
                        .put("percent", tax.percent().toPlainString()));
        account.address().forEach(json.putArray("address")::add);
        Answers.put(json, "customer", account.customer());
        Answers.put(json, "cost_center", account.costCenter());
        return json;
    }
}
