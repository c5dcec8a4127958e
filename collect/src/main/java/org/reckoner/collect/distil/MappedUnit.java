package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.Optional;

/// Distil's words for units, and what Reckoner tells in their place. Data is told in bytes, and time in
/// seconds, whatever the mapping says: so every entry that sells one service tells it in one unit, exactly.
public enum MappedUnit {
    SECOND(BigDecimal.ONE, "s"),
    HOUR(BigDecimal.valueOf(3600), "s"),
    BYTE(BigDecimal.ONE, "B"),
    /// Distil's gigabyte is 1024³ bytes.
    GIGABYTE(BigDecimal.TWO.pow(30), "B");

    private final BigDecimal size;
    private final String base;

    MappedUnit(BigDecimal size, String base) {
        this.size = size;
        this.base = base;
    }

    /// The unit of Distil's that is written so.
    static Optional<MappedUnit> of(String word) {
        for (MappedUnit unit : values()) {
            if (unit.word().equals(word)) {
                return Optional.of(unit);
            }
        }
        return Optional.empty();
    }

    /// As a mapping file writes it.
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /// Whether results of this kind are told in this unit at all.
    boolean fits(Transformer.Result result) {
        return switch (result) {
            case TIME -> this == SECOND;
            case HELD -> this != SECOND;
            case FLOWED -> true;
        };
    }

    /// In which unit Reckoner tells such a result: `s`, `B` or `B.s`. What Distil counts in hours is a number
    /// of things that were there, so that seconds are what it comes to.
    public String told(Transformer.Result result) {
        return result == Transformer.Result.HELD && base.equals("B") ? "B.s" : base;
    }

    /// The same quantity in the unit that is told.
    BigDecimal convert(BigDecimal quantity, Transformer.Result result) {
        boolean already = size.equals(BigDecimal.ONE) || this == HOUR && result == Transformer.Result.HELD;
        BigDecimal exact = already ? quantity : quantity.multiply(size);
        return exact.signum() == 0 ? BigDecimal.ZERO : exact;
    }
}
