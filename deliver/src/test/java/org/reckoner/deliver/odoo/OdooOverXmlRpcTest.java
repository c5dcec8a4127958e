package org.reckoner.deliver.odoo;

import org.junit.jupiter.api.AfterEach;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;
import org.reckoner.simulators.odoo.OdooSimulator;

class OdooOverXmlRpcTest extends AdapterContract {

    private final OdooSimulator odoo = OdooInstallation.start(OdooSimulator.Setup.USUAL.ofVersion(16));

    @AfterEach
    void stop() {
        odoo.close();
    }

    @Override
    protected BillingSystem open() {
        return new Odoo(OdooInstallation.settings(odoo, folder, OdooInstallation.oldProtocol()));
    }

    @Override
    protected BillingSystem openAgain() {
        return open();
    }
}
