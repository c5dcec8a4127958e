package org.reckoner.app.concertim;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import org.reckoner.app.Session;
import org.reckoner.app.config.ConcertimSection;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.concertim.Push;
import org.reckoner.deliver.killbill.KillBill;
import org.reckoner.deliver.outbox.Backend;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.concertim.Billing;
import org.reckoner.serve.concertim.Unbilled;

/// What Concertim is told of a team: the bill of the running month out of the ledger, and what the account has left.
public final class TeamMoney implements Push.Money, AutoCloseable {

    private final Session session;
    private final Backend backend;
    private final Optional<Billing> billing;

    private TeamMoney(Session session, Backend backend, Optional<Billing> billing) {
        this.session = session;
        this.backend = backend;
        this.billing = billing;
    }

    /// Credits are told if the billing system is a Kill Bill.
    public static TeamMoney of(Session session, ConcertimSection section) {
        Backend backend = session.backend(section.billing());
        Optional<Billing> billing = backend.system() instanceof KillBill killBill
                ? Optional.of(new KillBillBilling(
                        section.billing(), section.since(), killBill.orders(), session.ledger(), session.clock()))
                : Optional.empty();
        return new TeamMoney(session, backend, billing);
    }

    @Override
    public Bill bill(String project) throws Undelivered {
        LocalDate today = LocalDate.ofInstant(session.clock().instant(), ZoneOffset.UTC);
        BillingPeriod month = BillingPeriod.of(YearMonth.from(today));
        Ledger ledger = session.ledger();
        try {
            Account account = ledger.accounts().of(project).orElseGet(() -> Account.unknown(project));
            PriceBook book = ledger.biller().priceBook(account, month);
            return OpenUse.bill(ledger, account, book, month, today);
        } catch (LedgerException e) {
            throw new Undelivered.Refused("it cannot be billed: " + e.getMessage());
        }
    }

    @Override
    public Optional<BigDecimal> credits(String account) throws Undelivered {
        if (billing.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(billing.get().standing(account).remaining());
        } catch (Unbilled e) {
            throw e.kind() == Unbilled.Kind.UNAVAILABLE
                    ? new Undelivered.Unavailable(String.valueOf(e.getMessage()))
                    : new Undelivered.Refused(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public void close() {
        backend.close();
    }
}
