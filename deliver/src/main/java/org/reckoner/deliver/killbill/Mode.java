package org.reckoner.deliver.killbill;

import java.util.List;
import java.util.Optional;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;

/// How a document gets into one of Kill Bill's accounts.
interface Mode {

    /// What of a document is there. What an interrupted [#create] left half done is completed first.
    Optional<Receipt> find(Outgoing document, String account) throws Undelivered;

    /// Saves a document of which nothing is there.
    Receipt create(Outgoing document, String account) throws Undelivered;

    /// The documents of a period among an account's invoices.
    ///
    /// @param period its label
    List<Receipt> documents(String period, List<KillBillInvoice> invoices);
}
