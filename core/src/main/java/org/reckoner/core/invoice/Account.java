package org.reckoner.core.invoice;

import java.util.List;
import java.util.Optional;

/// Who pays: an OpenStack project, with what an invoice needs to know of it.
///
/// @param project the project's id
/// @param name for people; the id until a name is known
/// @param priceBook the price book that prices its use, and so its currency; none for the default one
/// @param taxes that it pays, in the order in which they are printed
/// @param address as printed, line by line
/// @param customer the billing customer it belongs to, if any
/// @param costCenter as the customer's finance department asks for it, if any
public record Account(
        String project,
        String name,
        Optional<String> priceBook,
        List<TaxRate> taxes,
        List<String> address,
        Optional<String> customer,
        Optional<String> costCenter) {

    public Account {
        taxes = List.copyOf(taxes);
        address = List.copyOf(address);
    }

    /// A project of which nothing but its id is known.
    public static Account unknown(String project) {
        return new Account(
                project, project, Optional.empty(), List.of(), List.of(), Optional.empty(), Optional.empty());
    }

    public Account named(String newName) {
        return new Account(project, newName, priceBook, taxes, address, customer, costCenter);
    }
}
