package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.reckoner.core.money.Ratio;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource;

/// A Kill Bill's catalog as prices: they must come to what Kill Bill itself bills.
@Tag("live")
@Timeout(120)
class PricesLiveTest {

    @SuppressWarnings("NullAway.Init")
    private RealKillBill killBill;

    @BeforeAll
    static void find() {
        RealKillBill.mustBeThere();
    }

    @BeforeEach
    void open() throws Exception {
        killBill = new RealKillBill();
        killBill.clock(Instant.parse("2026-12-02T09:00:00Z"));
    }

    @AfterEach
    void close() {
        killBill.close();
    }

    @Test
    void a_catalog_costs_here_what_it_costs_there() throws Exception {
        killBill.send("POST", "/catalog/xml", CatalogText.TIERS);
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()))) {
            PriceSource.PriceList list = adapter.prices();

            assertThat(list.offers())
                    .extracting(offer -> offer.id() + " " + offer.currency())
                    .containsExactly(
                            "tiers EUR", "tiers/blocks-usage EUR", "tiers/steps-usage EUR", "tiers/top-usage EUR");
            assertThat(list.offers().getFirst().terms())
                    .isEqualTo(new Offer.Recurring(new BigDecimal("7.5"), 1, java.time.temporal.ChronoUnit.MONTHS));
            assertThat(list.unexpressed())
                    .hasSize(3)
                    .allSatisfy(text -> assertThat(text).contains("rounded up"));
            for (long quantity : List.of(5L, 10L, 11L, 25L, 40L, 95L)) {
                Map<String, BigDecimal> billed = billed("p-" + quantity, quantity);
                for (Offer offer : list.offers().subList(1, 4)) {
                    Offer.Used used = (Offer.Used) offer.terms();
                    Ratio blocks = Ratio.of(quantity).dividedBy(Ratio.of(used.block()));
                    assertThat(used.price()
                                    .amount(Ratio.of(new BigDecimal(blocks.ceiling())))
                                    .round(2, RoundingMode.HALF_UP))
                            .as("%d of %s", quantity, used.unit())
                            .isEqualByComparingTo(billed.get(offer.item()));
                }
            }
        }
    }

    /// What Kill Bill bills for so much of each unit, by usage.
    private Map<String, BigDecimal> billed(String project, long quantity) throws Exception {
        String account = killBill.account(project, "EUR");
        killBill.send("POST", "/subscriptions?entitlementDate=2026-11-01&billingDate=2026-11-01", """
                {"accountId": "%s", "externalKey": "%s", "planName": "tiers"}
                """.formatted(
                        account, project));
        String subscription = killBill.send("GET", "/subscriptions?externalKey=" + project, "")
                .path("subscriptionId")
                .asString();
        TreeMap<String, BigDecimal> billed = new TreeMap<>();
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()));
                Api api = new Api(killBill.settings(Map.of()))) {
            for (String unit : List.of("blocks", "steps", "top")) {
                killBill.send("POST", "/usages", """
                        {"subscriptionId": "%s", "trackingId": "%s", "unitUsageRecords": [
                          {"unitType": "%s", "usageRecords": [{"recordDate": "2026-11-05", "amount": %d}]}]}
                        """.formatted(subscription, unit, unit, quantity));
            }
            adapter.orders().bill(account, LocalDate.parse("2026-12-01"));
            api.invoices(account).stream()
                    .flatMap(invoice -> invoice.items().stream())
                    .filter(item -> item.type().equals("USAGE"))
                    .forEach(item -> billed.merge(item.description(), item.amount(), BigDecimal::add));
        }
        return billed;
    }

    @Test
    void a_catalog_of_reckoners_own_has_no_prices_to_read() throws Exception {
        try (KillBill adapter = new KillBill(killBill.settings(Map.of()))) {
            assertThat(adapter.prices().offers()).isEmpty();
            adapter.uploadCatalog(List.of(UsageLiveTest.book("volume")), LocalDate.parse("2026-12-01"), false);

            assertThat(adapter.prices().offers()).isEmpty();
            assertThat(adapter.prices().unexpressed())
                    .singleElement()
                    .satisfies(text -> assertThat(text).contains("Reckoner's own"));
        }
    }
}
