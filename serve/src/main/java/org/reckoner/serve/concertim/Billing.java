package org.reckoner.serve.concertim;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Optional;

/// Where accounts have their orders, credits and invoices. Accounts and orders are known by the ids that Concertim
/// keeps.
public interface Billing {

    /// What an account has and is going to owe.
    ///
    /// @param credits that are not spent
    /// @param draft what is used and on no invoice yet
    record Standing(Currency currency, BigDecimal credits, BigDecimal draft) {

        /// What can still be spent: each of the two counts once.
        public BigDecimal remaining() {
            return credits.subtract(draft.max(BigDecimal.ZERO));
        }
    }

    /// An invoice, or a draft of one.
    ///
    /// @param id none of a draft that exists nowhere
    /// @param number none of a draft
    /// @param status `DRAFT` or `COMMITTED`
    /// @param amount what it charges: the sum of its costs
    /// @param creditAdj credits spent on it, negative, or given by it: the sum of its credits
    /// @param refundAdj what was paid and given back, negative
    /// @param balance what is left to pay
    record Paper(
            String account,
            Optional<String> id,
            Optional<String> number,
            String status,
            Currency currency,
            BigDecimal amount,
            BigDecimal creditAdj,
            BigDecimal refundAdj,
            BigDecimal balance,
            LocalDate date,
            LocalDate targetDate,
            List<Item> items) {

        public Paper {
            items = List.copyOf(items);
        }
    }

    /// What an item is.
    enum Kind {
        COST,
        CREDITS
    }

    /// A part of an invoice.
    ///
    /// @param key of its own within the invoice: the order's id if it has one
    /// @param stack none if it is of no cluster
    /// @param text what it is, for people: the name of the stack, if it has one
    record Item(
            String key,
            Kind kind,
            BigDecimal amount,
            Optional<String> stack,
            String text,
            Optional<LocalDate> from,
            Optional<LocalDate> to) {}

    /// @param total how many there are in all
    record Page(int total, List<Paper> invoices) {

        public Page {
            invoices = List.copyOf(invoices);
        }
    }

    Standing standing(String account) throws Unbilled;

    /// A new order, which is for no cluster yet.
    ///
    /// @param key an order of the same key is made once
    /// @return its id
    String order(String account, String key) throws Unbilled;

    /// Says something of an order, once.
    ///
    /// @return the id of what was said
    /// @throws Unbilled if something else was said under that name
    String tag(String order, String name, String value) throws Unbilled;

    /// Ends an order now. What it used until then is still billed. Ended again, it stays as it is.
    void end(String order) throws Unbilled;

    /// Gives an account a credit, or takes some away.
    ///
    /// @param key a credit of the same key is given once
    /// @param amount negative to take away
    void credit(String account, String key, BigDecimal amount) throws Unbilled;

    /// What the invoice of the billing period of a day would be, with what is used until the end of that day.
    ///
    /// @return nothing if there is nothing to bill
    Optional<Paper> draft(String account, LocalDate day) throws Unbilled;

    /// The newest first.
    Page invoices(String account, int offset, int limit) throws Unbilled;

    /// @throws Unbilled also if it is another account's
    Paper invoice(String account, String id) throws Unbilled;
}
