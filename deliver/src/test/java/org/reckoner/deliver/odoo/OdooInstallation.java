package org.reckoner.deliver.odoo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.reckoner.deliver.AdapterSettings;
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
}
