package org.reckoner.prices;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reckoner.prices.yaml.Problem;

/// Broken files, what is said of them, and whether editors see it as well.
class BrokenPriceBooksTest {

    private static final String GOOD_HEAD = "price-book: p\ncurrency: EUR\n";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            price: x                                   | 'price' is 'x'; expected a price such as 0.012, at least 0 | schema
            price: -1                                  | 'price' is '-1'; expected a price such as 0.012, at least 0 | schema
            price: .nan                                | 'price' is '.nan'; expected a price | schema
            price: [1]                                 | 'price' is a list; expected a price | schema
            price:                                     | 'price' is empty; expected a price | schema
            prize: 1                                   | unknown key 'prize'; did you mean 'price'? | schema
            "item: '', price: 1"                       | 'item' is ''; expected what the invoice says | reader
            "price: 1, volume: [{price: 1}]"           | the price has price and volume; expected exactly one | schema
            "price: 1, id: 'a b'"                      | 'id' is 'a b'; expected an id of letters | schema
            "price: 1, meter: vcpu"                    | unknown meter 'vcpu'; did you mean 'vcpus'? | reader
            "price: 1, meter: teapot"                  | unknown meter 'teapot'; expected one under 'meters' or of disk.ephemeral | reader
            "price: 1, per: GiB hour"                  | the meter 'vcpus' is counted in vCPU, which does not convert to 'GiB'; expected 'vCPU hour' | reader
            "price: 1, per: vCPU"                      | held over time, and 'vCPU' has no time; expected one such as 'vCPU hour' | reader
            "price: 1, per: vCPU fortnight"            | 'per' is 'vCPU fortnight'; expected '[count] unit [time]' | reader
            "price: 1, meter: image.download, per: GiB hour" | flows and is not held over time; expected 'GiB' and no time | reader
            "price: 1, meter: image.download, per: GiB, time-slice: 1h" | has no time that could be sliced | reader
            "price: 1, time-slice: 7h"                 | 'time-slice' is '7h'; expected a part of a day | reader
            "price: 1, time-slice: soon"               | 'time-slice' is 'soon'; expected a part of a day | schema
            "price: 1, valid-from: tomorrow"           | 'valid-from' is 'tomorrow'; expected a day such as 2026-01-01 | schema
            "price: 1, valid-from: 2026-02-30"         | 'valid-from' is '2026-02-30'; expected a day such as 2026-01-01 | reader
            "price: 1, valid-from: 2027-01-01, valid-until: 2026-01-01" | valid-until 2026-01-01T00:00:00Z is before valid-from | reader
            "price: 1, when: [region]"                 | 'when' is a list; expected a mapping | schema
            "price: 1, when: {region: []}"             | 'region' has no value; expected at least one | schema
            "price: 1, when: {region: {a: b}}"         | 'region' is a mapping; expected a list | schema
            "price: 1, priority: high"                 | 'priority' is 'high'; expected a whole number | schema
            "price: 1, group-by: [region, region]"     | 'group-by' names 'region' twice | reader
            "price: 1, minimum: 3, maximum: 2"         | the minimum 3 is above the maximum 2 | reader
            "price: 1, included: -3"                   | 'included' is '-3'; expected a number that is not negative | schema
            "package: {size: 0, price: 1}"             | 'size' is '0'; expected a number above 0 | schema
            "package: {size: 10}"                      | 'price' is missing | schema
            "graduated: []"                            | 'graduated' has no tier | schema
            "graduated: [{up-to: 5, price: 1}]"        | the last tier has an 'up-to'; expected none | reader
            "graduated: [{price: 1}, {price: 2}]"      | a tier before the last has no 'up-to' | reader
            "volume: [{up-to: 5, price: 1}, {up-to: 5, price: 1}, {price: 2}]" | ends at 5 and the one before at 5; expected ascending | reader
            "graduated: [{up_to: 5, price: 1}, {price: 2}]" | unknown key 'up_to'; did you mean 'up-to'? | schema
            "fixed: {price: 1, each: server}"          | 'each' is 'server'; expected resource or account | schema
            "fixed: {price: 1, each: account}"         | 'meter' means nothing on a fee of the account | schema
            "fixed: {price: 1, each: resource}, time-slice: 1h" | 'time-slice' means nothing on a fee of each resource | schema
            "fixed: {price: 1, each: resource}, minimum: 1" | 'minimum' means nothing on a fee of each resource | schema
            "percentage: {percent: 10}"                | 'per' means nothing on a percentage; remove it | schema
            """)
    void a_broken_price_is_refused(String fields, String message, String seenBy) {
        String usual = "id: x, item: X";
        usual += fields.contains("meter:") ? "" : ", meter: vcpus";
        usual += fields.contains("per:") || fields.contains("fixed") ? "" : ", per: vCPU hour";
        for (String key : new String[] {"id", "item"}) {
            if (fields.matches("(.*, )?" + key + ":.*")) {
                usual = usual.replaceFirst("(^|, )" + key + ": \\w+", "").replaceFirst("^, ", "");
            }
        }
        refused(GOOD_HEAD + "prices:\n  - {" + usual + ", " + fields + "}\n", message, seenBy);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            "prices: []"                                   | 'price-book' is missing | schema
            "price-book: p\nprices: []"                    | 'currency' is missing | schema
            "price-book: p\ncurrency: EUR"                 | 'prices' is missing | schema
            "price-book: P!\ncurrency: EUR\nprices: []"    | 'price-book' is 'P!'; expected a name of small letters | schema
            "price-book: p\ncurrency: eur\nprices: []"     | unknown currency 'eur'; expected a code of ISO 4217 such as EUR; did you mean 'EUR'? | schema
            "price-book: p\ncurrency: ZZZ\nprices: []"     | unknown currency 'ZZZ' | reader
            "price-book: p\ncurrency: XAU\nprices: []"     | nobody pays in 'XAU' | reader
            "price-book: p\ncurrency: HRK\nprices: []"     | the currency 'HRK' is withdrawn; its successor is EUR | reader
            "price-book: p\ncurrency: EUR\nprices: {}"     | 'prices' is a mapping; expected a list | schema
            "price-book: p\ncurrency: EUR\nprices: [1]"    | item 1 of 'prices' is '1'; expected a mapping | schema
            "price-book: p\ncurrency: EUR\nprices: []\nrounding: {places: 13}"  | 'places' is '13'; expected decimal places, 0 to 12 | schema
            "price-book: p\ncurrency: EUR\nprices: []\nrounding: {mode: bankers}" | 'mode' is 'bankers'; expected half-even | schema
            "price-book: p\ncurrency: EUR\nprices: []\nfree: [vcpu]" | unknown meter 'vcpu'; did you mean 'vcpus'? | reader
            "price-book: p\ncurrency: EUR\nprices: []\nmeters: {vcpus: {kind: level, unit: vCPU}}" | the meter 'vcpus' is built in | reader
            "price-book: p\ncurrency: EUR\nprices: []\nmeters: {x: {kind: gauge, unit: x}}" | 'kind' is 'gauge'; expected level | schema
            "price-book: p\ncurrency: EUR\nprices: []\nmeters: {X: {kind: level, unit: x}}" | 'X' cannot name a meter | schema
            "price-book: p\ncurrency: EUR\nprices: []\nstates: [{type: server, meters: [vcpus], factors: {active: -1}, otherwise: 0}]" | 'active' is '-1'; expected a factor such as 1, 0.2 or 0, not negative | schema
            "price-book: p\ncurrency: EUR\nprices: []\nstates: [{type: server, meters: [vcpus], factors: {}}]" | 'otherwise' is missing | schema
            "price-book: p\ncurrency: EUR\nprices: []\nstates: [{type: a, meters: vcpus, factors: {}, otherwise: 1}, {type: a, meters: vcpus, factors: {}, otherwise: 0}]" | already speaks of meter 'vcpus' of type 'a' | reader
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A, fixed: {price: 1, each: account}, when: {region: x}}]" | a fee of the account can depend on 'project' only, not on 'region' | schema
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A, percentage: {percent: 1, of: [b]}}]" | a percentage of the unknown price 'b' | reader
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A, percentage: {percent: 1, of: []}}]" | 'of' names no price | schema
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A, percentage: {percent: 1}}, {id: b, item: B, percentage: {percent: 1, of: [a]}}]" | a percentage of 'a', which is a percentage itself | reader
            "price-book: p\ncurrency: EUR\nprices: [{item: A, percentage: {percent: 1}}]" | 'id' is missing | schema
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A}]" | the price has no amount; expected one of price, graduated | schema
            "price-book: p\ncurrency: EUR\nprices: [{id: a, item: A, price: 1}]" | 'meter' is missing | schema
            """)
    void a_broken_book_is_refused(String text, String message, String seenBy) {
        refused(text.replace("\\n", "\n"), message, seenBy);
    }

    private static void refused(String text, String message, String seenBy) {
        assertThat(PriceBookFile.read("p.yaml", text))
                .as(text)
                .isInstanceOfSatisfying(
                        PriceBookFile.Refused.class,
                        refused -> assertThat(refused.errors())
                                .extracting(Problem::message)
                                .anySatisfy(said -> assertThat(said).contains(message)));
        assertThat(PriceBookSchema.objections(text).isEmpty() ? "reader" : "schema")
                .as("schema says %s of%n%s", PriceBookSchema.objections(text), text)
                .isEqualTo(seenBy);
    }
}
