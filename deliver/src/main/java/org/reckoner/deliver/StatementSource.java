package org.reckoner.deliver;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;

/// A billing system that tells how an account stands with it. An adapter may implement it beside
/// [BillingSystem]; then `reckoner statement` shows it.
public interface StatementSource {

    /// @return nothing if the billing system has no customer for that account
    /// @throws Undelivered if not all of it can be read now; half a statement is never answered
    Optional<Statement> statement(Account account) throws Undelivered;

    /// How an account stands.
    ///
    /// @param customer what the billing system calls who pays
    /// @param credit what the customer has paid or was given and not used yet; nothing if it is not told
    /// @param invoices every invoice of that customer, also what did not come from here, the oldest first
    record Statement(String customer, Optional<Money> credit, List<Invoiced> invoices) {

        public Statement {
            invoices = List.copyOf(invoices);
        }
    }

    /// An invoice of the billing system's.
    ///
    /// @param id as [PaperSource] takes it
    /// @param number for people; the id where it has no other
    /// @param paid when all of it was paid
    /// @param total with taxes, before credit is taken off; nothing if its currency is not known
    /// @param status what became of it, in words that all billing systems share
    /// @param word the billing system's own for that
    record Invoiced(
            String id,
            String number,
            LocalDate date,
            Optional<LocalDate> due,
            Optional<LocalDate> paid,
            Optional<Money> total,
            Receipt.Status status,
            String word) {}
}
