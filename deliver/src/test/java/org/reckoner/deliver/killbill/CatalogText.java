package org.reckoner.deliver.killbill;

/// Catalogs that tests upload.
final class CatalogText {

    /// One plan, `openstack-standard-monthly`, without usage.
    static final String SMALL = """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <catalog>
              <effectiveDate>2020-01-01T00:00:00+00:00</effectiveDate>
              <catalogName>OpenStack</catalogName>
              <recurringBillingMode>IN_ADVANCE</recurringBillingMode>
              <currencies><currency>EUR</currency></currencies>
              <units/>
              <products><product name="Openstack-Standard"><category>BASE</category></product></products>
              <rules>
                <changePolicy><changePolicyCase><policy>IMMEDIATE</policy></changePolicyCase></changePolicy>
                <changeAlignment><changeAlignmentCase><alignment>START_OF_BUNDLE</alignment></changeAlignmentCase></changeAlignment>
                <cancelPolicy><cancelPolicyCase><policy>IMMEDIATE</policy></cancelPolicyCase></cancelPolicy>
                <createAlignment><createAlignmentCase><alignment>START_OF_BUNDLE</alignment></createAlignmentCase></createAlignment>
                <billingAlignment><billingAlignmentCase><alignment>ACCOUNT</alignment></billingAlignmentCase></billingAlignment>
                <priceList><priceListCase><toPriceList>DEFAULT</toPriceList></priceListCase></priceList>
              </rules>
              <plans>
                <plan name="openstack-standard-monthly">
                  <product>Openstack-Standard</product>
                  <recurringBillingMode>IN_ADVANCE</recurringBillingMode>
                  <finalPhase type="EVERGREEN">
                    <duration><unit>UNLIMITED</unit></duration>
                    <recurring>
                      <billingPeriod>MONTHLY</billingPeriod>
                      <recurringPrice><price><currency>EUR</currency><value>0.00</value></price></recurringPrice>
                    </recurring>
                  </finalPhase>
                </plan>
              </plans>
              <priceLists>
                <defaultPriceList name="DEFAULT"><plans><plan>openstack-standard-monthly</plan></plans></defaultPriceList>
              </priceLists>
            </catalog>
            """;

    /// One plan, `tiers`, with a recurring price, blocks of ten, tiers that add up and tiers of which one
    /// counts.
    static final String TIERS = SMALL.replace("openstack-standard-monthly", "tiers")
            .replace("<units/>", "<units><unit name=\"blocks\"/><unit name=\"steps\"/><unit name=\"top\"/></units>")
            .replace("<value>0.00</value>", "<value>7.50</value>")
            .replace("</recurring>", """
                    </recurring>
                      <usages>
                        <usage name="blocks-usage" billingMode="IN_ARREAR" usageType="CONSUMABLE" tierBlockPolicy="ALL_TIERS">
                          <billingPeriod>MONTHLY</billingPeriod>
                          <tiers>
                            <tier><blocks><tieredBlock><unit>blocks</unit><size>10</size><prices><price><currency>EUR</currency><value>1.25</value></price></prices><max>-1</max></tieredBlock></blocks></tier>
                          </tiers>
                        </usage>
                        <usage name="steps-usage" billingMode="IN_ARREAR" usageType="CONSUMABLE" tierBlockPolicy="ALL_TIERS">
                          <billingPeriod>MONTHLY</billingPeriod>
                          <tiers>
                            <tier><blocks><tieredBlock><unit>steps</unit><size>1</size><prices><price><currency>EUR</currency><value>0.5</value></price></prices><max>10</max></tieredBlock></blocks></tier>
                            <tier><blocks><tieredBlock><unit>steps</unit><size>1</size><prices><price><currency>EUR</currency><value>0.4</value></price></prices><max>20</max></tieredBlock></blocks></tier>
                            <tier><blocks><tieredBlock><unit>steps</unit><size>1</size><prices><price><currency>EUR</currency><value>0.3</value></price></prices><max>-1</max></tieredBlock></blocks></tier>
                          </tiers>
                        </usage>
                        <usage name="top-usage" billingMode="IN_ARREAR" usageType="CONSUMABLE" tierBlockPolicy="TOP_TIER">
                          <billingPeriod>MONTHLY</billingPeriod>
                          <tiers>
                            <tier><blocks><tieredBlock><unit>top</unit><size>1</size><prices><price><currency>EUR</currency><value>0.5</value></price></prices><max>10</max></tieredBlock></blocks></tier>
                            <tier><blocks><tieredBlock><unit>top</unit><size>1</size><prices><price><currency>EUR</currency><value>0.4</value></price></prices><max>20</max></tieredBlock></blocks></tier>
                            <tier><blocks><tieredBlock><unit>top</unit><size>1</size><prices><price><currency>EUR</currency><value>0.3</value></price></prices><max>-1</max></tieredBlock></blocks></tier>
                          </tiers>
                        </usage>
                      </usages>
                    """);

    private CatalogText() {}
}
