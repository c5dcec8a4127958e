package org.reckoner.core.invoice;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.core.money.Money;

/// How far a bill may jump before a person must look: an account beyond a limit is parked, and no other.
///
/// @param timesLastInvoice the largest growth over the invoice before
/// @param exempt totals up to this amount never count as a jump
public record Limits(BigDecimal timesLastInvoice, BigDecimal exempt) {

    public static final Limits USUAL = new Limits(BigDecimal.TEN, BigDecimal.valueOf(1000));

    /// Why an invoice over this total may not be issued unseen; empty if it may.
    ///
    /// @param last the total of the account's invoice before, if it had one in the same currency
    public List<String> exceededBy(Money total, Optional<Money> last) {
        List<String> reasons = new ArrayList<>();
        if (total.isNegative()) {
            reasons.add("the total is negative: " + total);
        }
        if (last.isPresent() && total.amount().compareTo(exempt) > 0) {
            BigDecimal most = last.get().amount().multiply(timesLastInvoice);
            if (total.amount().compareTo(most) > 0) {
                reasons.add("the total %s is more than %s times the last invoice, %s"
                        .formatted(total, timesLastInvoice.toPlainString(), last.get()));
            }
        }
        return reasons;
    }
}
