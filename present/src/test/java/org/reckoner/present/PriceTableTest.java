package org.reckoner.present;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PriceTableTest {

    @Test
    void every_price_model_is_said_in_a_few_words() {
        assertThat(PriceTable.of(Samples.book()).toCsv())
                .contains("0.10 up to 500, then 0.08")
                .contains("\"100 free, then 0.04\"")
                .contains("49.00 a period")
                .contains("2.5 % of everything");
    }
}
