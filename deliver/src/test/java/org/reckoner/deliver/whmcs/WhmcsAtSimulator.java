package org.reckoner.deliver.whmcs;

import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Receipt;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

/// The adapter's settings for the simulator, and what is to be seen there.
final class WhmcsAtSimulator {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Pattern CREDIT = Pattern.compile("Reckoner (CN-\\S+) for \\S+: .* (-?[0-9.]+)");

    private WhmcsAtSimulator() {}

    static AdapterSettings settings(WhmcsSimulator whmcs, Map<String, Object> others) {
        TreeMap<String, Object> values = new TreeMap<>(Map.of(
                "url", whmcs.url() + "/includes/api.php",
                "timeout", "PT0.4S",
                "identifier", WhmcsSimulator.IDENTIFIER,
                "client-email", "{project}@clients.example.org",
                "client-country", "NO"));
        values.putAll(others);
        return new AdapterSettings("shop", values, Map.of("RECKONER_DELIVER_SHOP_SECRET", WhmcsSimulator.SECRET));
    }

    /// Invoices that clients see, and what the credit log adds up to for each credit note.
    static List<Receipt> inForce(WhmcsSimulator whmcs) {
        List<Receipt> receipts = new ArrayList<>();
        for (WhmcsSimulator.Shown shown : whmcs.invoices()) {
            if (!shown.status().equals("Draft") && !shown.status().equals("Cancelled")) {
                receipts.add(new Receipt(
                        Mark.invoice(shown.notes()).orElseThrow().reference(),
                        Integer.toString(shown.id()),
                        Optional.of(new Money(EUR, shown.sum())),
                        Receipt.Status.OPEN));
            }
        }
        receipts.addAll(creditNotes(whmcs));
        return receipts;
    }

    /// Items that bear our mark, on invoices or still to be invoiced, and credit notes as above.
    static List<Receipt> itemsInForce(WhmcsSimulator whmcs) {
        List<Receipt> receipts = new ArrayList<>(creditNotes(whmcs));
        for (WhmcsSimulator.Item item : whmcs.items()) {
            receipts.add(new Receipt(
                    Mark.invoice(item.description()).orElseThrow().reference(),
                    Integer.toString(item.invoice()),
                    Optional.of(new Money(EUR, item.amount())),
                    Receipt.Status.OPEN));
        }
        return receipts;
    }

    private static List<Receipt> creditNotes(WhmcsSimulator whmcs) {
        List<Receipt> receipts = new ArrayList<>();
        TreeMap<String, Money> notes = new TreeMap<>();
        for (String credit : whmcs.credits()) {
            Matcher entry = CREDIT.matcher(credit);
            if (entry.matches()) {
                notes.merge(entry.group(1), Money.parse("EUR " + entry.group(2)).negated(), Money::plus);
            }
        }
        notes.forEach((number, total) ->
                receipts.add(new Receipt(number, "credit", Optional.of(total), Receipt.Status.PAID)));
        return receipts;
    }
}
