package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.util.Map;

/// What a quantity is counted in. Units of data convert into each other exactly, so do units of time, and products of
/// such: `GiB.h` into `MB.s`. Any other unit converts only into itself.
///
/// @param symbol as written: `vCPU`, `GiB`, `server`
/// @param dimension units of the same dimension convert
/// @param size how many base units (bytes, seconds, byte seconds) one of these is
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

    private static final Map<String, BigDecimal> SECONDS = Map.of(
            "s", BigDecimal.ONE,
            "min", BigDecimal.valueOf(60),
            "h", BigDecimal.valueOf(3_600),
            "d", BigDecimal.valueOf(86_400));

    /// The unit written so: one of data, one of time, one of these times the other or something else, as `vCPU.h`; any
    /// other symbol is a unit of its own.
    public static Unit of(String symbol) {
        int dot = symbol.lastIndexOf('.');
        if (dot > 0 && SECONDS.containsKey(symbol.substring(dot + 1))) {
            Unit held = of(symbol.substring(0, dot));
            Unit time = of(symbol.substring(dot + 1));
            return new Unit(symbol, held.dimension + "." + time.dimension, held.size.multiply(time.size));
        }
        if (BYTES.containsKey(symbol)) {
            return new Unit(symbol, "data", BYTES.get(symbol));
        }
        if (SECONDS.containsKey(symbol)) {
            return new Unit(symbol, "time", SECONDS.get(symbol));
        }
        return new Unit(symbol, symbol, BigDecimal.ONE);
    }

    public boolean convertsTo(Unit other) {
        return dimension.equals(other.dimension);
    }

    @Override
    public String toString() {
        return symbol;
    }
}
