package org.reckoner.deliver.prices;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.PriceModel;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.prices.PriceBookFile;

class PriceSyncTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final Offer.Use CPU = new Offer.Use("vcpus", "vCPU month");

    private static final PriceSync.Wish WISH =
            new PriceSync.Wish("shop", "standard", Optional.empty(), LocalDate.parse("2027-01-01"));

    private static Offer offer(String id, String item, Offer.Terms terms, Offer.Use use) {
        return new Offer(id, item, "", Optional.empty(), EUR, terms, false, Optional.of(use));
    }

    private static Offer.Recurring monthly(String price) {
        return new Offer.Recurring(new BigDecimal(price), 1, ChronoUnit.MONTHS);
    }

    private static Optional<PriceSync.Current> current(String prices) {
        String text = "price-book: standard\ncurrency: EUR\nprices:\n" + prices;
        if (PriceBookFile.read("test", text) instanceof PriceBookFile.Read read) {
            return Optional.of(new PriceSync.Current(read.book(), text));
        }
        throw new AssertionError("the test's price book is refused");
    }

    private static PriceSync.Changed changed(List<Offer> offers, Optional<PriceSync.Current> current) {
        PriceSync.Outcome outcome = PriceSync.of(WISH, new PriceList(offers, List.of("left out there")), current);
        assertThat(outcome).isInstanceOf(PriceSync.Changed.class);
        return (PriceSync.Changed) outcome;
    }

    @Test
    void tiers_packages_and_regions_become_prices() {
        PriceModel.Graduated tiers = new PriceModel.Graduated(List.of(
                new PriceModel.Tier(Optional.of(BigDecimal.TEN), BigDecimal.ZERO),
                new PriceModel.Tier(Optional.empty(), new BigDecimal("0.05"))));
        Offer download = offer(
                "a", "Downloads", new Offer.Used(tiers, "GiB", BigDecimal.ONE), new Offer.Use("image.download", "GiB"));
        Offer north =
                new Offer("b", "vCPU", "fast", Optional.of("north"), EUR, monthly("9.00"), false, Optional.of(CPU));

        PriceSync.Changed made = changed(List.of(download, north), Optional.empty());

        assertThat(made.text()).endsWith("""
                prices:

                  - id: Downloads
                    sold-as: {shop: a}
                    item: Downloads
                    meter: image.download
                    per: GiB
                    graduated:
                      - {up-to: 10, price: 0}
                      - {price: 0.05}

                  # fast
                  - id: vCPU-north
                    sold-as: {shop: b}
                    item: vCPU
                    meter: vcpus
                    when: {region: north}
                    per: vCPU month
                    price: 9.00
                """);
        assertThat(made.notes()).containsExactly("left out there");
    }

    @Test
    void what_is_no_decimal_is_not_rounded_but_said() {
        Optional<PriceSync.Current> book =
                current("  - {id: cpu, item: vCPU, meter: vcpus, per: vCPU hour, price: 0.01, sold-as: {shop: 1}}\n");

        PriceSync.Outcome outcome =
                PriceSync.of(WISH, new PriceList(List.of(offer("1", "vCPU", monthly("10.00"), CPU)), List.of()), book);

        assertThat(outcome).isInstanceOf(PriceSync.Unchanged.class);
        assertThat(outcome.notes())
                .containsExactly(
                        "price 'cpu' per vCPU hour cannot say what 'vCPU' (1) costs, which is EUR 10.00 for 1 month; change it by hand");
    }

    @Test
    void what_is_left_out_is_told_with_its_price_in_words() {
        PriceModel.Volume tiers = new PriceModel.Volume(List.of(
                new PriceModel.Tier(Optional.of(BigDecimal.TEN), new BigDecimal("0.004")),
                new PriceModel.Tier(Optional.empty(), new BigDecimal("0.003"))));
        Offer unknown = new Offer(
                "7",
                "Backups",
                "",
                Optional.empty(),
                EUR,
                new Offer.Used(tiers, "GiB", BigDecimal.ONE),
                false,
                Optional.empty());

        PriceSync.Outcome outcome = PriceSync.of(
                WISH,
                new PriceList(List.of(unknown), List.of()),
                current("  - {id: cpu, item: vCPU, meter: vcpus, per: vCPU month, price: 9}\n"));

        assertThat(outcome.notes())
                .containsExactly(
                        "'Backups' (7) at EUR all at 0.004 up to 10, then 0.003 for 1 GiB is left out, as it is not known what it pays for; add a price with sold-as: {shop: \"7\"}");
    }

    @Test
    void a_product_that_prices_what_is_priced_already_is_not_added() {
        Optional<PriceSync.Current> book =
                current("  - {id: cpu, item: vCPU, meter: vcpus, per: vCPU month, price: 9}\n");

        PriceSync.Outcome outcome = PriceSync.of(
                WISH, new PriceList(List.of(offer("1", "cpu_hours", monthly("10.00"), CPU)), List.of()), book);

        assertThat(outcome.notes()).singleElement().asString().contains("price 'cpu' prices", "sold-as: {shop: \"1\"}");
    }

    @Test
    void a_list_in_several_currencies_needs_a_choice() {
        Offer dollars = new Offer(
                "2", "vCPU", "", Optional.empty(), Currency.getInstance("USD"), monthly("10"), false, Optional.of(CPU));

        PriceSync.Outcome outcome = PriceSync.of(
                WISH,
                new PriceList(List.of(dollars, offer("1", "vCPU", monthly("9"), CPU)), List.of()),
                Optional.empty());

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        PriceSync.Refused.class,
                        refused -> assertThat(refused.reasons())
                                .containsExactly(
                                        "shop has prices in EUR, USD, and a price book has one currency; choose it"));
    }

    @ParameterizedTest
    @CsvSource({
        "14.40, 1, MONTHS, vCPU hour, 0.02",
        "14.40, 1, MONTHS, 720 vCPU hour, 14.40",
        "14.40, 1, MONTHS, vCPU month, 14.40",
        "14.40, 1, MONTHS, vCPU day, 0.48",
        "120, 1, YEARS, vCPU month, 10.00",
        "30, 3, MONTHS, vCPU month, 10.00",
        "0.02, 1, HOURS, vCPU month, 14.40",
        "10, 1, MONTHS, vCPU hour, ''",
        "10, 1, MONTHS, vCPU, ''"
    })
    void a_price_is_written_in_the_terms_of_the_book(
            BigDecimal price, int count, ChronoUnit unit, String per, String expected) {
        Optional<BigDecimal> here = Conversion.of(new Offer.Recurring(price, count, unit), Per.parse(per));

        assertThat(here.map(BigDecimal::toPlainString).orElse("")).isEqualTo(expected);
    }
}
