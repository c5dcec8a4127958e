package org.reckoner.deliver.killbill;

import java.util.Optional;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;

/// How a document gets into one of Kill Bill's accounts.
interface Mode {

    /// What of a document is there. What an interrupted [#create] left half done is completed first.
    Optional<Receipt> find(Outgoing document, String account) throws Undelivered;

    /// Saves a document.
    Receipt create(Outgoing document, String account) throws Undelivered;
}
