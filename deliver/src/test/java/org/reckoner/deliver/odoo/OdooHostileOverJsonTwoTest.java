package org.reckoner.deliver.odoo;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.kit.HostileContract;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.odoo.OdooSimulator;

class OdooHostileOverJsonTwoTest extends HostileContract {

    private final OdooSimulator odoo = OdooInstallation.start(OdooSimulator.Setup.USUAL);

    @AfterEach
    void stop() {
        odoo.close();
    }

    @Override
    protected BillingSystem open() {
        return new Odoo(OdooInstallation.settings(odoo, folder, OdooInstallation.impatient(Map.of("state", "posted"))));
    }

    @Override
    protected SimulatedServer server() {
        return odoo.server();
    }

    @Override
    protected List<String> secrets() {
        return List.of(OdooSimulator.KEY);
    }

    @Override
    protected List<Receipt> inForce() {
        return OdooInstallation.documents(odoo);
    }
}
