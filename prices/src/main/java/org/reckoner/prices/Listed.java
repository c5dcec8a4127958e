package org.reckoner.prices;

import org.reckoner.core.price.Price;
import org.reckoner.prices.yaml.YamlFields;

/// A price and where it is written.
record Listed(Price price, YamlFields fields) {

    int line() {
        return fields.at().line();
    }

    /// As other prices' problems call it: `'vcpu' (line 12)`.
    String reference() {
        return "'%s' (line %d)".formatted(price.id(), line());
    }
}
