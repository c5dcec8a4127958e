package org.reckoner.deliver.hostbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.reckoner.core.price.PriceModel;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import org.reckoner.simulators.hostbill.Variable;
import org.reckoner.simulators.hostbill.Variable.Bracket;
import org.reckoner.simulators.http.Trouble;

/// HostBill's products and metered variables as offers.
class HostBillPricesTest {

    private final HostBillInstallation installation = HostBillInstallation.start(true, true);

    @AfterEach
    void end() {
        installation.close();
    }

    private PriceList prices(Map<String, Object> settings) throws Undelivered {
        try (HostBill hostbill = new HostBill(installation.settings(settings))) {
            return hostbill.prices();
        }
    }

    private static Bracket bracket(String from, String to, String price) {
        return new Bracket(new BigDecimal(from), new BigDecimal(to), new BigDecimal(price));
    }

    private void variable(String name, String scheme) {
        List<Bracket> brackets =
                List.of(bracket("0", "10", "0.00"), bracket("10", "50", "0.10"), bracket("50", "0", "0.20"));
        installation
                .simulator()
                .product("P " + name, Map.of(), List.of(new Variable(name, name, "GB", scheme, true, brackets)));
    }

    @Test
    void cycles_fees_and_variables_are_offers() throws Exception {
        PriceList prices = prices(Map.of());

        assertThat(prices.offers())
                .filteredOn(offer -> "Hosting".equals(offer.item()))
                .extracting(Offer::terms)
                .containsExactly(new Offer.Recurring(new BigDecimal("9.95"), 1, ChronoUnit.MONTHS));
        assertThat(prices.offers())
                .filteredOn(offer -> "volume".equals(offer.item()))
                .singleElement()
                .satisfies(offer -> {
                    assertThat(offer.id()).endsWith("/volume");
                    assertThat(offer.terms()).isEqualTo(new Offer.Used(BigDecimal.ONE, "EUR", BigDecimal.ONE));
                    assertThat(offer.currency().getCurrencyCode()).isEqualTo("EUR");
                });
    }

    @Test
    void brackets_are_tiers_where_they_mean_the_same() throws Exception {
        variable("v", "volume");
        variable("o", "overage");
        variable("t", "tiered");
        variable("s", "stairstep");

        PriceList prices = prices(Map.of());

        List<PriceModel.Tier> tiers = List.of(
                new PriceModel.Tier(Optional.of(new BigDecimal("10")), new BigDecimal("0")),
                new PriceModel.Tier(Optional.of(new BigDecimal("50")), new BigDecimal("0.1")),
                new PriceModel.Tier(Optional.empty(), new BigDecimal("0.2")));
        assertThat(prices.offers())
                .filteredOn(offer -> List.of("v", "o", "t", "s").contains(offer.item()))
                .extracting(Offer::terms)
                .containsExactly(
                        new Offer.Used(new PriceModel.Volume(tiers), "GB", BigDecimal.ONE),
                        new Offer.Used(new PriceModel.Graduated(tiers), "GB", BigDecimal.ONE));
        assertThat(prices.unexpressed())
                .containsExactly(
                        "t of P t is priced by the scheme 'tiered'", "s of P s is priced by the scheme 'stairstep'");
    }

    @Test
    void half_a_list_is_none() {
        for (int well = 0; well < 3; well++) {
            installation.simulator().server().after(well, Trouble.ERROR_BEFORE);
            assertThatThrownBy(() -> prices(Map.of())).isInstanceOf(Undelivered.class);
            installation.simulator().server().behave();
        }
    }

    @Test
    void without_the_main_currency_there_are_no_prices() {
        assertThatThrownBy(() -> prices(Map.of("currencies", Map.of("3", "EUR"))))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("with the id 0");
    }
}
