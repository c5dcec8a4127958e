package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.util.Map;

/// What a quantity is counted in. Units of data convert into each other exactly; any other unit only into
/// itself.
///
/// @param symbol as written: `vCPU`, `GiB`, `server`
/// @param dimension units of the same dimension convert
/// @param size how many base units (bytes) one of these is
public record Unit(String symbol, String dimension, BigDecimal size) {

    private static final Map<String, BigDecimal> BYTES = Map.ofEntries(
            Map.entry("B", BigDecimal.ONE),
            Map.entry("kB", BigDecimal.TEN.pow(3)),
            Map.entry("MB", BigDecimal.TEN.pow(6)),
            Map.entry("GB", BigDecimal.TEN.pow(9)),
            Map.entry("TB", BigDecimal.TEN.pow(12)),
            Map.entry("PB", BigDecimal.TEN.pow(15)),
            Map.entry("KiB", BigDecimal.TWO.pow(10)),
            Map.entry("MiB", BigDecimal.TWO.pow(20)),
            Map.entry("GiB", BigDecimal.TWO.pow(30)),
            Map.entry("TiB", BigDecimal.TWO.pow(40)),
            Map.entry("PiB", BigDecimal.TWO.pow(50)));

    /// The unit written so; a symbol that is not one of data is a unit of its own.
    public static Unit of(String symbol) {
        BigDecimal bytes = BYTES.get(symbol);
        return bytes != null ? new Unit(symbol, "data", bytes) : new Unit(symbol, symbol, BigDecimal.ONE);
    }

    public boolean convertsTo(Unit other) {
        return dimension.equals(other.dimension);
    }

    @Override
    public String toString() {
        return symbol;
    }
}
