package org.reckoner.deliver.whmcs;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.kit.HostileContract;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.whmcs.WhmcsSimulator;

class WhmcsBillableItemsHostileTest extends HostileContract {

    private final WhmcsSimulator whmcs = WhmcsSimulator.start(0);

    @AfterEach
    void stop() {
        whmcs.close();
    }

    @Override
    protected BillingSystem open() {
        return new Whmcs(WhmcsAtSimulator.settings(whmcs, Map.of("invoice-as", "billable-item")));
    }

    @Override
    protected SimulatedServer server() {
        return whmcs.server();
    }

    @Override
    protected List<String> secrets() {
        return List.of(WhmcsSimulator.SECRET);
    }

    @Override
    protected List<Receipt> inForce() {
        return WhmcsAtSimulator.itemsInForce(whmcs);
    }
}
