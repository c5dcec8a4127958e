package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;

/// A catalog for usage that was rated here: a unit for each price of the price books and one for taxes, each
/// a thousandth of the currency's unit. One plan, billed monthly in arrear.
///
/// Existing subscriptions follow each version from its day on (`effectiveDateForExistingSubscriptions`).
///
/// @param units names as Kill Bill gets them
/// @param currencies ISO 4217 codes
public record CatalogXml(SortedSet<String> units, SortedSet<String> currencies) {

    /// What Concertim's integration calls its plan, too.
    static final String PLAN = Subscriptions.PLAN;

    static final String NAME = "Reckoner";
    static final String TAX = "tax";

    private static final String PREFIX = "openstack-billed-";
    private static final String PRODUCT = "Openstack-Standard";
    static final BigDecimal PRICE = new BigDecimal("0.001");

    public CatalogXml {
        units = Collections.unmodifiableSortedSet(new TreeSet<>(units));
        currencies = Collections.unmodifiableSortedSet(new TreeSet<>(currencies));
    }

    /// What price books need.
    public static CatalogXml of(Iterable<PriceBook> books) {
        TreeSet<String> units = new TreeSet<>();
        TreeSet<String> currencies = new TreeSet<>();
        units.add(unit(TAX));
        for (PriceBook book : books) {
            currencies.add(book.currency().getCurrencyCode());
            for (Price price : book.prices()) {
                units.add(unit(price.id()));
            }
        }
        return new CatalogXml(units, currencies);
    }

    /// The unit of a price: `openstack-billed-` and its id, in characters that XML takes as an identifier.
    static String unit(String price) {
        return PREFIX + price.replaceAll("[^A-Za-z0-9._-]", "-");
    }

    /// What this and an earlier version need together, so that late usage of old prices is still billed.
    CatalogXml with(Versions versions) {
        TreeSet<String> all = new TreeSet<>(units);
        all.addAll(versions.newest());
        TreeSet<String> money = new TreeSet<>(currencies);
        money.addAll(versions.currencies());
        return new CatalogXml(all, money);
    }

    /// Usage and unit must not have the same name: both are identifiers of the document.
    private static String usageName(String unit) {
        return "openstack-usage-billing-" + unit.substring(PREFIX.length());
    }

    /// The document.
    ///
    /// @param from the first day on which it holds; a day within a month cuts that month's invoice items in
    ///     two
    public String text(LocalDate from) {
        String date = from + "T00:00:00+00:00";
        StringBuilder xml = new StringBuilder("""
                <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
                <catalog>
                  <effectiveDate>%s</effectiveDate>
                  <catalogName>%s</catalogName>
                  <recurringBillingMode>IN_ADVANCE</recurringBillingMode>
                  <currencies>
                """.formatted(date, NAME));
        currencies.forEach(
                currency -> xml.append("    <currency>").append(currency).append("</currency>\n"));
        xml.append("  </currencies>\n  <units>\n");
        units.forEach(unit -> xml.append("    <unit name=\"").append(unit).append("\"/>\n"));
        xml.append("""
                  </units>
                  <products>
                    <product name="%1$s"><category>BASE</category></product>
                  </products>
                  <rules>
                    <changePolicy><changePolicyCase><policy>IMMEDIATE</policy></changePolicyCase></changePolicy>
                    <changeAlignment>
                      <changeAlignmentCase><alignment>START_OF_BUNDLE</alignment></changeAlignmentCase>
                    </changeAlignment>
                    <cancelPolicy><cancelPolicyCase><policy>IMMEDIATE</policy></cancelPolicyCase></cancelPolicy>
                    <createAlignment>
                      <createAlignmentCase><alignment>START_OF_BUNDLE</alignment></createAlignmentCase>
                    </createAlignment>
                    <billingAlignment>
                      <billingAlignmentCase><alignment>ACCOUNT</alignment></billingAlignmentCase>
                    </billingAlignment>
                    <priceList><priceListCase><toPriceList>DEFAULT</toPriceList></priceListCase></priceList>
                  </rules>
                  <plans>
                    <plan name="%2$s">
                      <effectiveDateForExistingSubscriptions>%3$s</effectiveDateForExistingSubscriptions>
                      <product>%1$s</product>
                      <recurringBillingMode>IN_ADVANCE</recurringBillingMode>
                      <finalPhase type="EVERGREEN">
                        <duration><unit>UNLIMITED</unit></duration>
                        <usages>
                """.formatted(PRODUCT, PLAN, date));
        units.forEach(unit -> usage(xml, unit));
        xml.append("""
                        </usages>
                      </finalPhase>
                      <plansAllowedInBundle>-1</plansAllowedInBundle>
                    </plan>
                  </plans>
                  <priceLists>
                    <defaultPriceList name="DEFAULT"><plans><plan>%s</plan></plans></defaultPriceList>
                  </priceLists>
                </catalog>
                """.formatted(PLAN));
        return xml.toString();
    }

    private void usage(StringBuilder xml, String unit) {
        xml.append("""
                          <usage name="%s" billingMode="IN_ARREAR" usageType="CONSUMABLE" tierBlockPolicy="ALL_TIERS">
                            <billingPeriod>MONTHLY</billingPeriod>
                            <tiers><tier><blocks><tieredBlock>
                              <unit>%s</unit>
                              <size>1</size>
                              <prices>
                """.formatted(usageName(unit), unit));
        for (String currency : currencies) {
            xml.append("                <price><currency>%s</currency><value>%s</value></price>\n"
                    .formatted(currency, PRICE));
        }
        xml.append("""
                              </prices>
                              <max>-1</max>
                            </tieredBlock></blocks></tier></tiers>
                          </usage>
                """);
    }
}
