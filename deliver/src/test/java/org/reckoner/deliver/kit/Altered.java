package org.reckoner.deliver.kit;

import java.util.List;
import java.util.Optional;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;

/// An invoice like another, but for some of its parts. The ledger knows nothing of it.
public final class Altered {

    private final Invoice like;
    private String number;
    private Account account;
    private BillingPeriod period;
    private List<InvoiceLine> lines;
    private List<Tax> taxes;
    private String reason;

    public Altered(Invoice like) {
        this.like = like;
        number = like.number();
        account = like.account();
        period = like.period();
        lines = like.lines();
        taxes = like.taxes();
        reason = like.reason();
    }

    public Altered number(String other) {
        number = other;
        return this;
    }

    public Altered account(Account other) {
        account = other;
        return this;
    }

    public Altered period(BillingPeriod other) {
        period = other;
        return this;
    }

    public Altered lines(List<InvoiceLine> others, List<Tax> theirs) {
        lines = others;
        taxes = theirs;
        return this;
    }

    public Altered reason(String other) {
        reason = other;
        return this;
    }

    public Invoice invoice() {
        return new Invoice(
                number,
                like.kind(),
                like.seller(),
                account,
                period,
                like.issuedAt(),
                like.dueOn(),
                like.currency(),
                like.priceBook(),
                like.priceBookVersion(),
                like.cutoff(),
                lines,
                taxes,
                like.voids(),
                reason,
                like.previousHash());
    }

    public Outgoing outgoing() {
        return new Outgoing(invoice(), "0", "{}", Optional.empty());
    }
}
