package org.reckoner.deliver.killbill;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.kit.Cloud;
import org.reckoner.deliver.kit.HostileContract;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.Trouble;

/// Charges on a real Kill Bill behind a proxy that fails in every way. Late answers are tried elsewhere
/// ([ChargesTroublesLiveTest]), with more patience than a simulator needs.
@Tag("live")
@Timeout(240)
class ChargesHostileLiveTest extends HostileContract {

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @Override
    protected BillingSystem open() throws Exception {
        killBill = new RealKillBill();
        return new KillBill(killBill.throughProxy(Map.of("create-accounts", "true")));
    }

    @Override
    protected SimulatedServer server() {
        return killBill.proxy;
    }

    @Override
    protected Set<Trouble> troubles() {
        return EnumSet.complementOf(EnumSet.of(Trouble.LATE_ANSWER));
    }

    @Override
    protected List<String> secrets() {
        return killBill.secrets();
    }

    @Override
    protected List<Receipt> inForce() throws Exception {
        List<Receipt> receipts = new java.util.ArrayList<>();
        try (Api api = new Api(killBill.settings(Map.of()))) {
            for (var account : api.pages("/accounts/pagination", "accountId")) {
                for (KillBillInvoice invoice :
                        api.invoices(account.path("accountId").asString())) {
                    if (invoice.status().equals("COMMITTED")) {
                        receipts.addAll(Documents.of(Cloud.NOVEMBER.label(), List.of(invoice)));
                    }
                }
            }
        }
        return receipts;
    }

    @AfterEach
    void close() {
        killBill.close();
    }
}
