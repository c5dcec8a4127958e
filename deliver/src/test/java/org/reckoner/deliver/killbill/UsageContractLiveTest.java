package org.reckoner.deliver.killbill;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;

/// The contract of all adapters in the mode `usage`, on a real Kill Bill, each test in a tenant of its own.
@Tag("live")
@Timeout(120)
class UsageContractLiveTest extends AdapterContract {

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @Override
    protected BillingSystem open() throws Exception {
        killBill = new RealKillBill();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
        KillBill adapter = openAgain();
        adapter.uploadCatalog(List.of(UsageLiveTest.book("volume", "base")), LocalDate.parse("2026-12-01"), false);
        return adapter;
    }

    @Override
    protected KillBill openAgain() {
        return new KillBill(killBill.settings(Map.of("mode", "usage", "create-accounts", "true")));
    }

    @AfterEach
    void close() {
        killBill.close();
    }
}
