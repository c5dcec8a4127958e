package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.invoice.TaxRate;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.Outgoing;

/// Documents as a test needs them, line by line.
final class Paper {

    private final String number;
    private final String project;
    private final String period;
    private final Currency currency;
    private final List<InvoiceLine> lines = new ArrayList<>();
    private final List<Tax> taxes = new ArrayList<>();

    Paper(String number, String project, String period, String currency) {
        this.number = number;
        this.project = project;
        this.period = period;
        this.currency = Currency.getInstance(currency);
    }

    static Paper november(String number, String project) {
        return new Paper(number, project, "2026-11", "EUR");
    }

    Paper line(String price, String amount) {
        return line(period, price, amount, new TreeMap<>());
    }

    /// A line with a dimension that the price book groups by.
    Paper line(String price, String amount, String dimension, String value) {
        return line(period, price, amount, new TreeMap<>(java.util.Map.of(dimension, value)));
    }

    Paper correction(String ofPeriod, String price, String amount) {
        return line(ofPeriod, price, amount, new TreeMap<>());
    }

    private Paper line(String service, String price, String amount, TreeMap<String, String> group) {
        Money money = new Money(currency, new BigDecimal(amount));
        lines.add(new InvoiceLine(
                new InvoiceLine.Key(BillingPeriod.parse(service), "north", price, group),
                "Item " + price,
                Optional.of("volume.size"),
                "GiB month",
                "0.1",
                Ratio.of(money.amount()).times(Ratio.of(10)),
                Ratio.of(money.amount()),
                money,
                service.equals(period)
                        ? Optional.empty()
                        : Optional.of(new InvoiceLine.Correction(Money.zero(currency), money)),
                List.of()));
        return this;
    }

    Paper tax(String name, String percent, String base, String amount) {
        taxes.add(new Tax(
                new TaxRate(name, new BigDecimal(percent)),
                new Money(currency, new BigDecimal(base)),
                new Money(currency, new BigDecimal(amount))));
        return this;
    }

    Invoice invoice() {
        BillingPeriod billed = BillingPeriod.parse(period);
        return new Invoice(
                number,
                Invoice.Kind.INVOICE,
                List.of("The seller"),
                Account.unknown(project),
                billed,
                billed.window().to().plusSeconds(90_000),
                LocalDate.parse("2027-12-15"),
                currency,
                "standard",
                1,
                7,
                lines,
                taxes,
                Optional.empty(),
                "",
                "");
    }

    Outgoing outgoing() {
        return new Outgoing(invoice(), "0".repeat(64), "{}", Optional.empty());
    }

    /// The credit note that takes it back.
    Outgoing takenBack(String creditNote, Instant at) {
        Invoice note = Invoice.creditNote(invoice(), creditNote, at, LocalDate.parse("2027-12-15"), "a mistake", "");
        return new Outgoing(note, "0".repeat(64), "{}", Optional.empty());
    }
}
