package org.reckoner.deliver.hostbill;

import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.kit.AdapterContract;

class HostBillContractTest {

    @Nested
    class WhereUsageIsAddedUp extends AdapterContract {

        private final HostBillInstallation hostbill = HostBillInstallation.start(true, true);

        @AfterEach
        void stop() {
            hostbill.close();
        }

        @Override
        protected BillingSystem open() {
            return new HostBill(hostbill.settings(Map.of("negative", "usage", "timeout", "PT5S")));
        }

        @Override
        protected BillingSystem openAgain() {
            return open();
        }
    }

    @Nested
    class WhereTheLastUsageCounts extends AdapterContract {

        private final HostBillInstallation hostbill = HostBillInstallation.start(false, true);

        @AfterEach
        void stop() {
            hostbill.close();
        }

        @Override
        protected BillingSystem open() {
            return new HostBill(hostbill.settings(Map.of("negative", "usage", "timeout", "PT5S")));
        }

        @Override
        protected BillingSystem openAgain() {
            return open();
        }
    }
}
