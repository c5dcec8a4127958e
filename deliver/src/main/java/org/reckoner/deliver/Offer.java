package org.reckoner.deliver;

import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Optional;
import org.reckoner.core.price.PriceModel;

/// Something that a billing system sells, on one set of terms. What is sold by the month and by the year is two offers
/// of the same id.
///
/// @param id what the billing system calls it, for good: it survives a change of name
/// @param item its name, which is what invoices say
/// @param description in more words; may be empty
/// @param region where it is sold on these terms; nothing if everywhere
/// @param disabled whether it is not sold on these terms any more; the price is then the last one, or zero
/// @param use what it pays for, where the billing system or its settings tell
public record Offer(
        String id,
        String item,
        String description,
        Optional<String> region,
        Currency currency,
        Terms terms,
        boolean disabled,
        Optional<Use> use) {

    /// For what the price is paid. Prices are in the offer's currency, without tax.
    public sealed interface Terms {}

    /// Paid again for each billing cycle.
    ///
    /// @param count 3 for three months
    /// @param unit `HOURS`, `DAYS`, `WEEKS`, `MONTHS` or `YEARS`
    public record Recurring(BigDecimal price, int count, ChronoUnit unit) implements Terms {}

    /// Paid once, as a fee for setting it up is.
    public record Once(BigDecimal price) implements Terms {}

    /// Paid for what is used.
    ///
    /// @param price its quantity is in blocks; tiers and packages are, too
    /// @param unit what is counted, in the billing system's words
    /// @param block how many units a price buys; 1 usually
    public record Used(PriceModel price, String unit, BigDecimal block) implements Terms {

        /// One price for each unit, or for each so many.
        public Used(BigDecimal price, String unit, BigDecimal block) {
            this(new PriceModel.PerUnit(price), unit, block);
        }
    }

    /// What an offer pays for, in the words of a price book.
    ///
    /// @param meter such as `vcpus`
    /// @param per what the price buys: `vCPU hour`; a price for a month is one for `720 vCPU hour` where the
    ///     billing system's month has always as many hours
    public record Use(String meter, String per) {}
}
