package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class CatalogXmlTest {

    @Test
    void each_price_is_a_unit_of_a_thousandth_and_taxes_are_one_more() {
        String text = CatalogXml.of(List.of(UsageLiveTest.book("volume", "ip"))).text(LocalDate.parse("2026-12-01"));

        assertThat(text)
                .contains("<effectiveDate>2026-12-01T00:00:00+00:00</effectiveDate>")
                .contains("<unit name=\"openstack-billed-ip\"/>")
                .contains("<unit name=\"openstack-billed-tax\"/>")
                .contains("<unit name=\"openstack-billed-volume\"/>")
                .contains("<price><currency>EUR</currency><value>0.001</value></price>")
                .contains("<effectiveDateForExistingSubscriptions>2026-12-01T00:00:00+00:00");
    }

    @Test
    void a_unit_is_an_identifier_of_xml_whatever_the_price_is_called() {
        assertThat(CatalogXml.unit("volume/ssd & more")).isEqualTo("openstack-billed-volume-ssd---more");
    }
}
