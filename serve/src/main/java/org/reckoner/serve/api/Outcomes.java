package org.reckoner.serve.api;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.invoice.Issuing;
import org.reckoner.ledger.invoice.Issuing.Outcome;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What became of each account when a period was drafted or issued, as JSON. What fails for one account does
/// not hold up the others.
final class Outcomes {

    private Outcomes() {}

    /// One account, or all of them.
    ///
    /// @throws org.reckoner.serve.http.Problem 404 if there is no account of that project
    static List<Account> accounts(Ledger ledger, Optional<String> project) {
        return project.map(only -> List.of(AccountRoutes.account(ledger, only)))
                .orElseGet(() -> ledger.accounts().all());
    }

    static ObjectNode of(BillingPeriod period, List<Account> accounts, Function<Account, Issuing.Outcome> work) {
        ObjectNode json = Answers.object();
        json.put("period", period.label());
        ArrayNode outcomes = json.putArray("outcomes");
        accounts.forEach(account -> outcome(outcomes.addObject(), account, work));
        return json;
    }

    private static void outcome(ObjectNode json, Account account, Function<Account, Issuing.Outcome> work) {
        json.put("project", account.project());
        json.put("name", account.name());
        try {
            switch (work.apply(account)) {
                case Outcome.Issued(Account payer, Invoice invoice) -> {
                    json.put("outcome", "issued");
                    json.put("number", invoice.number());
                    total(json, invoice);
                }
                case Outcome.Drafted(Account payer, Invoice draft) -> {
                    json.put("outcome", "drafted");
                    total(json, draft);
                }
                case Outcome.Standing(Account payer, String number) ->
                    json.put("outcome", "standing").put("number", number);
                case Outcome.Nothing nothing -> json.put("outcome", "nothing");
                case Outcome.Parked(Account payer, List<String> reasons) -> {
                    json.put("outcome", "parked");
                    reasons.forEach(json.putArray("reasons")::add);
                }
            }
        } catch (LedgerException e) {
            json.put("outcome", "refused").putArray("reasons").add(Refusal.reason(e));
        }
    }

    private static void total(ObjectNode json, Invoice invoice) {
        json.put("currency", invoice.currency().getCurrencyCode());
        json.put("total", invoice.total().amount().toPlainString());
        json.put("corrections", invoice.corrections().size());
    }
}
