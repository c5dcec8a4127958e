package org.reckoner.deliver.killbill;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;

/// The contract of all adapters, on a real Kill Bill, each test in a tenant of its own.
@Tag("live")
@Timeout(120)
class ChargesLiveTest extends AdapterContract {

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @Override
    protected BillingSystem open() throws Exception {
        killBill = new RealKillBill();
        return openAgain();
    }

    @Override
    protected BillingSystem openAgain() {
        return new KillBill(killBill.settings(Map.of("create-accounts", "true")));
    }

    @AfterEach
    void close() {
        killBill.close();
    }
}
