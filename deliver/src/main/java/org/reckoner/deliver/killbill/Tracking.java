package org.reckoner.deliver.killbill;

import java.util.Optional;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Undelivered;

/// The tracking id of a document's usage: the same for every attempt, and told on the invoices that bill the
/// usage.
///
/// @param reference our number of the document
/// @param period its billing period
/// @param total of the whole document
record Tracking(String reference, String period, Money total) {

    private static final String OURS = "reckoner/";
    private static final int LONGEST = 128;

    /// @throws Undelivered.Refused if the number is longer than Kill Bill's table allows
    static Tracking of(Invoice invoice) throws Undelivered.Refused {
        Tracking tracking = new Tracking(invoice.number(), invoice.period().label(), invoice.total());
        if (tracking.text().length() > LONGEST) {
            throw new Undelivered.Refused("the number %s is too long: Kill Bill keeps %d characters of a tracking id"
                    .formatted(invoice.number(), LONGEST));
        }
        return tracking;
    }

    String text() {
        return OURS + period + "/" + reference + "/" + total;
    }

    /// Nothing if it is somebody else's.
    static Optional<Tracking> read(String text) {
        String[] parts = text.split("/", -1);
        if (!text.startsWith(OURS) || parts.length != 4) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Tracking(parts[2], parts[1], Money.parse(parts[3])));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // it begins as ours do, but is not
        }
    }
}
