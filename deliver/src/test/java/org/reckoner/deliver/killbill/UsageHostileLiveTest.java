package org.reckoner.deliver.killbill;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
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

/// Usage, and charges beside it, on a real Kill Bill behind a proxy that fails. The catalog has no unit for
/// the base fee, so that each document is usage and a charge.
@Tag("live")
@Timeout(240)
class UsageHostileLiveTest extends HostileContract {

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
        KillBill adapter = new KillBill(killBill.throughProxy(Map.of("mode", "usage", "create-accounts", "true")));
        adapter.uploadCatalog(List.of(UsageLiveTest.book("volume")), LocalDate.parse("2026-12-01"), false);
        return adapter;
    }

    @Override
    protected SimulatedServer server() {
        return killBill.proxy;
    }

    /// Each takes a while, as a document takes many requests.
    @Override
    protected Set<Trouble> troubles() {
        return EnumSet.of(
                Trouble.LOST_ANSWER,
                Trouble.ERROR_AFTER,
                Trouble.TWICE,
                Trouble.PAGE,
                Trouble.EMPTY_OBJECT,
                Trouble.CUT);
    }

    @Override
    protected List<String> secrets() {
        return killBill.secrets();
    }

    @Override
    protected List<Receipt> inForce() throws Exception {
        List<Receipt> receipts = new ArrayList<>();
        try (Api api = new Api(killBill.settings(Map.of()))) {
            for (var account : api.pages("/accounts/pagination", "accountId")) {
                List<KillBillInvoice> committed = api
                        .invoices(account.path("accountId").asString())
                        .stream()
                        .filter(invoice -> invoice.status().equals("COMMITTED"))
                        .toList();
                receipts.addAll(Documents.of(Cloud.NOVEMBER.label(), committed));
            }
        }
        return receipts;
    }

    @AfterEach
    void close() {
        killBill.close();
    }
}
