package org.reckoner.deliver.odoo;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;
import org.reckoner.simulators.odoo.OdooSimulator;

class OdooOverJsonTwoTest extends AdapterContract {

    private final OdooSimulator odoo = OdooInstallation.start(OdooSimulator.Setup.USUAL);

    @AfterEach
    void stop() {
        odoo.close();
    }

    @Override
    protected BillingSystem open() {
        return new Odoo(OdooInstallation.settings(odoo, folder, Map.of("state", "posted")));
    }

    @Override
    protected BillingSystem openAgain() {
        return open();
    }
}
