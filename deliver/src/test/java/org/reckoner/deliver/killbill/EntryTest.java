package org.reckoner.deliver.killbill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Undelivered;

/// What a document is to Kill Bill.
class EntryTest {

    private static BigDecimal sum(List<Entry> entries) {
        return entries.stream().map(Entry::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    @Test
    void lines_of_whole_cents_stay_as_they_are() throws Exception {
        Outgoing document = Paper.november("INV-1", "p")
                .line("a", "10.05")
                .line("b", "-2.50")
                .line("c", "0.00")
                .tax("VAT", "19", "7.55", "1.43")
                .outgoing();

        assertThat(Entry.of(document))
                .extracting(entry -> entry.amount().toPlainString())
                .containsExactly("10.05", "-2.50", "0.00", "1.43");
        assertThat(Entry.of(document).getFirst().text()).isEqualTo("north: Item a, 100.5 GiB month at 0.1");
        assertThat(Entry.of(document).getLast().text()).isEqualTo("VAT 19 % of EUR 7.55");
    }

    @Test
    void a_million_is_split_into_amounts_that_its_tables_hold() throws Exception {
        Outgoing document = Paper.november("INV-1", "p").line("a", "2345678.90").outgoing();

        assertThat(Entry.of(document))
                .extracting(entry -> entry.amount().toPlainString())
                .containsExactly("999999", "999999", "345680.90");
        assertThat(Entry.of(document)).extracting(Entry::line).containsExactly(1, 2, 3);
    }

    @Test
    void a_document_without_lines_is_still_a_document() throws Exception {
        assertThat(Entry.of(Paper.november("INV-1", "p").outgoing()))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.amount()).isZero();
                    assertThat(entry.text()).isEqualTo("Nothing to pay");
                });
    }

    @Test
    void a_total_of_more_places_than_the_currency_has_is_refused() {
        Outgoing document = Paper.november("INV-1", "p").line("a", "1.005").outgoing();

        assertThatThrownBy(() -> Entry.of(document))
                .isInstanceOf(Undelivered.Refused.class)
                .hasMessageContaining("EUR 1.005")
                .hasMessageContaining("let the price book round");
    }

    @Test
    void texts_are_such_that_every_database_of_kill_bills_keeps_them() throws Exception {
        Outgoing document = Paper.november("INV-1", "p")
                .line("a", "1.00", "name", "tab\there 💶 " + "x".repeat(300))
                .outgoing();

        String text = Entry.of(document).getFirst().text();
        assertThat(text).hasSize(255).endsWith("…").contains("tab here \uFFFD x");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whatever_the_lines_are_rounded_to_the_entries_are_whole_cents_and_the_total(long seed) throws Exception {
        Random random = new Random(seed);
        Paper paper = Paper.november("INV-1", "p");
        BigDecimal sum = BigDecimal.ZERO;
        for (int i = 0; i < 50; i++) {
            BigDecimal amount = BigDecimal.valueOf(random.nextLong(2_000_000_000_000L) - 300_000_000_000L, 6);
            paper.line("p" + i, amount.toPlainString());
            sum = sum.add(amount);
        }
        BigDecimal rest = sum.setScale(2, java.math.RoundingMode.UP).subtract(sum);
        Outgoing document = paper.line("rest", rest.toPlainString()).outgoing();

        List<Entry> entries = Entry.of(document);

        assertThat(entries).allSatisfy(entry -> {
            assertThat(entry.amount().stripTrailingZeros().scale()).isLessThanOrEqualTo(2);
            assertThat(entry.amount().abs()).isLessThanOrEqualTo(Entry.MOST);
        });
        assertThat(sum(entries)).isEqualByComparingTo(document.invoice().total().amount());
        BigDecimal setOff = Offset.of(entries).stream().map(Offset::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal charged = sum(
                entries.stream().filter(entry -> entry.amount().signum() > 0).toList());
        BigDecimal back = sum(entries.stream()
                        .filter(entry -> entry.amount().signum() < 0)
                        .toList())
                .negate();
        assertThat(setOff).isEqualByComparingTo(back.min(charged));
        for (Entry entry : entries) {
            BigDecimal ofIt = Offset.of(entries).stream()
                    .filter(offset -> offset.charge() == entry || offset.back() == entry)
                    .map(Offset::amount)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
            assertThat(ofIt).isLessThanOrEqualTo(entry.amount().abs());
        }
    }

    @Test
    void what_is_given_back_is_set_off_against_its_like_first() throws Exception {
        List<Entry> entries = Entry.of(Paper.november("INV-1", "p")
                .line("a", "10.00")
                .line("b", "4.00")
                .line("b", "-5.00")
                .outgoing());

        assertThat(Offset.of(entries))
                .extracting(offset -> offset.charge().price() + " " + offset.amount())
                .containsExactly("b 4.00", "a 1.00");
    }
}
