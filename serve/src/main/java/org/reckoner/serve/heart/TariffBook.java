package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.json.JsonMapper;

/// Tariffs as a price book: what is held costs its multiplier a unit and average Gregorian year, what is fixed
/// its multiplier a unit. Each generation of a tariff has prices of its own, under a condition on the dimension
/// `tariff`; one that migrates divides those of the generations before it by validity.
final class TariffBook {

    /// The name of the price book.
    static final String NAME = "heart";

    /// The dimension that says under which generation something was posted.
    static final String DIMENSION = "tariff";

    /// The average Gregorian year: 365.2425 days.
    static final long YEAR = 31_556_952;

    private TariffBook() {}

    /// The text of the book that prices some resource types.
    static String text(Tariffs tariffs, Collection<String> rtypes, Currency currency) {
        TreeSet<String> sorted = new TreeSet<>(rtypes);
        StringBuilder text = new StringBuilder();
        text.append(
                "# Written by the Heart whenever a tariff or a resource type is new. Do not edit: the next one replaces it.\n");
        text.append("price-book: ").append(NAME).append('\n');
        text.append("currency: ").append(currency.getCurrencyCode()).append('\n');
        if (!sorted.isEmpty()) {
            text.append("meters:\n");
        }
        for (String rtype : sorted) {
            text.append("  %s: {kind: level, unit: %s}\n".formatted(Spelling.meter(rtype), unit(rtype)));
            text.append("  %s: {kind: amount, unit: %s}\n".formatted(Spelling.fixedMeter(rtype), unit(rtype)));
        }
        text.append(sorted.isEmpty() ? "prices: []\n" : "prices:\n");
        for (String rtype : sorted) {
            pieces(tariffs, rtype).forEach((piece, generations) -> {
                String per = "'%d %s second'".formatted(YEAR, Spelling.word(rtype));
                text.append(price(Spelling.meter(rtype), rtype, per, piece, generations));
                String each = "'1 %s'".formatted(Spelling.word(rtype));
                text.append(price(Spelling.fixedMeter(rtype), rtype + ", once", each, piece, generations));
            });
        }
        return text.toString();
    }

    private static String unit(String rtype) {
        return "'" + Spelling.word(rtype) + "'";
    }

    /// A time in which generations cost the same.
    private record Piece(Instant from, Instant until, BigDecimal multiplier) implements Comparable<Piece> {
        @Override
        public int compareTo(Piece other) {
            int byFrom = from.compareTo(other.from);
            int byUntil = byFrom != 0 ? byFrom : until.compareTo(other.until);
            return byUntil != 0 ? byUntil : multiplier.compareTo(other.multiplier);
        }
    }

    private static TreeMap<Piece, List<Long>> pieces(Tariffs tariffs, String rtype) {
        TreeMap<Piece, List<Long>> pieces = new TreeMap<>();
        for (long generation : tariffs.generations(rtype)) {
            NavigableMap<Instant, BigDecimal> multipliers = tariffs.multipliers(rtype, generation);
            for (Map.Entry<Instant, BigDecimal> from : multipliers.entrySet()) {
                Instant until = multipliers.higherKey(from.getKey());
                pieces.computeIfAbsent(
                                new Piece(from.getKey(), until == null ? Instant.MAX : until, from.getValue()),
                                piece -> new ArrayList<>())
                        .add(generation);
            }
        }
        return pieces;
    }

    private static String price(String meter, String item, String per, Piece piece, List<Long> generations) {
        StringBuilder price = new StringBuilder();
        boolean always = piece.from().equals(Instant.EPOCH);
        price.append("  - {id: '%s:%d%s', item: %s, meter: %s, per: %s, price: %s, when: {%s: [%s]}"
                .formatted(
                        meter,
                        generations.getFirst(),
                        always ? "" : ":" + piece.from(),
                        JsonMapper.shared().writeValueAsString(item),
                        meter,
                        per,
                        piece.multiplier().toPlainString(),
                        DIMENSION,
                        String.join(
                                ", ",
                                generations.stream().map(g -> "'" + g + "'").toList())));
        if (!always) {
            price.append(", valid-from: '").append(piece.from()).append('\'');
        }
        if (!piece.until().equals(Instant.MAX)) {
            price.append(", valid-until: '").append(piece.until()).append('\'');
        }
        return price.append("}\n").toString();
    }
}
