package org.reckoner.deliver.hostbill;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.kit.HostileContract;
import org.reckoner.simulators.hostbill.HostBillSimulator;
import org.reckoner.simulators.http.SimulatedServer;

class HostBillHostileTakingTheLastTest extends HostileContract {

    private final HostBillInstallation hostbill = HostBillInstallation.start(false, true);

    @AfterEach
    void stop() {
        hostbill.close();
    }

    /// It has read which account is for which project, so that a delivery takes few requests.
    @Override
    protected BillingSystem open() throws Exception {
        HostBill adapter = new HostBill(hostbill.settings(Map.of("negative", "usage")));
        adapter.documents(Cloud.NOVEMBER);
        return adapter;
    }

    @Override
    protected SimulatedServer server() {
        return hostbill.simulator().server();
    }

    @Override
    protected List<String> secrets() {
        return List.of(HostBillSimulator.KEY);
    }

    @Override
    protected List<Receipt> inForce() {
        return hostbill.inForce();
    }
}
