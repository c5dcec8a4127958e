package org.reckoner.core.meter;

/// What is measured of a resource.
///
/// @param name unique: `vcpus`, `volume.size`
/// @param kind how its quantity relates to time
/// @param unit what it is counted in
public record Meter(String name, Kind kind, Unit unit) {

    /// How a quantity relates to time.
    public enum Kind {
        /// Held over time and priced by unit and time: vCPUs, GiB.
        LEVEL,
        /// Flows and is priced by unit: bytes sent.
        AMOUNT,
        /// Counted once: a request.
        EVENT
    }

    public static Meter level(String name, String unit) {
        return new Meter(name, Kind.LEVEL, Unit.of(unit));
    }

    public static Meter amount(String name, String unit) {
        return new Meter(name, Kind.AMOUNT, Unit.of(unit));
    }

    @Override
    public String toString() {
        return name;
    }
}
