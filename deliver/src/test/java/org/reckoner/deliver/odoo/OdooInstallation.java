package org.reckoner.deliver.odoo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Receipt;
import org.reckoner.simulators.odoo.OdooSimulator;

/// An Odoo with the products of the kit's cloud, and settings for it.
final class OdooInstallation {

    private OdooInstallation() {}

    static OdooSimulator start(OdooSimulator.Setup setup) {
        OdooSimulator odoo = OdooSimulator.start(0, setup);
        for (String product : new String[] {"Volume & Ærøskøbing <ü>", "Base fee", "Support", "VAT"}) {
            odoo.create("product.product", Map.of("name", product, "sale_ok", true, "lst_price", 1));
        }
        return odoo;
    }

    /// @param more in addition to, or instead of, where it is and how to log in
    static AdapterSettings settings(OdooSimulator odoo, Path folder, Map<String, Object> more) {
        try {
            Path key = Files.writeString(folder.resolve("odoo.key"), OdooSimulator.KEY + "\n");
            TreeMap<String, Object> values = new TreeMap<>(Map.of(
                    "url",
                    odoo.server().url(),
                    "database",
                    OdooSimulator.DATABASE,
                    "api-key-file",
                    key.toString(),
                    "timeout",
                    "PT1S"));
            values.putAll(more);
            return AdapterSettings.of("erp", values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<String, Object> oldProtocol() {
        return Map.of("protocol", "xmlrpc", "user", OdooSimulator.LOGIN, "state", "posted");
    }

    /// Waits for answers less than a hostile server takes.
    static Map<String, Object> impatient(Map<String, Object> settings) {
        TreeMap<String, Object> more = new TreeMap<>(settings);
        more.put("timeout", "PT0.4S");
        return more;
    }

    /// Every invoice and credit note, drafts too, which must not be left behind.
    static List<Receipt> documents(OdooSimulator odoo) {
        List<Receipt> documents = new ArrayList<>();
        for (Map<String, Object> move : odoo.read("account.move", "ref", "move_type", "state", "amount_total")) {
            BigDecimal total = new BigDecimal(String.valueOf(move.get("amount_total")));
            boolean refund = "out_refund".equals(move.get("move_type"));
            documents.add(new Receipt(
                    String.valueOf(move.get("ref")),
                    String.valueOf(move.get("id")),
                    Optional.of(new Money(Currency.getInstance("EUR"), refund ? total.negate() : total)),
                    "posted".equals(move.get("state")) ? Receipt.Status.OPEN : Receipt.Status.DRAFT));
        }
        assertThat(documents).extracting(Receipt::status).containsOnly(Receipt.Status.OPEN);
        assertThat(odoo.read("res.partner", "ref"))
                .extracting(partner -> partner.get("ref"))
                .doesNotHaveDuplicates();
        return documents;
    }
}
