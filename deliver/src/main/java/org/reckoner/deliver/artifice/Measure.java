package org.reckoner.deliver.artifice;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.reckoner.core.meter.Unit;
import org.reckoner.core.price.Per;

/// What the unit column of a rates file says: `duration`, `bytes`, `bytes per hour`, `hour`, `gigabyte`.
///
/// @param text as written
/// @param unit of data, if it names one
/// @param time that one price is for, if it names one; else a price is for one time slice
/// @param isUnderstood false for words that mean nothing here
record Measure(String text, Optional<Unit> unit, Optional<Per.Time> time, boolean isUnderstood) {

    /// A rates file without a unit column.
    static final Measure NONE = new Measure("", Optional.empty(), Optional.empty(), true);

    private static final Set<String> TIME_SLICES = Set.of("", "duration", "time", "uptime", "time slice", "slice");

    /// Artifice and its successor counted 1024 bytes to the kilobyte.
    private static final Map<String, String> DATA = Map.ofEntries(
            Map.entry("byte", "B"),
            Map.entry("b", "B"),
            Map.entry("kilobyte", "KiB"),
            Map.entry("kb", "KiB"),
            Map.entry("kib", "KiB"),
            Map.entry("megabyte", "MiB"),
            Map.entry("mb", "MiB"),
            Map.entry("mib", "MiB"),
            Map.entry("gigabyte", "GiB"),
            Map.entry("gb", "GiB"),
            Map.entry("gib", "GiB"),
            Map.entry("terabyte", "TiB"),
            Map.entry("tb", "TiB"),
            Map.entry("tib", "TiB"));

    private static final Map<String, Per.Time> TIMES = Map.of(
            "second", Per.Time.SECOND,
            "minute", Per.Time.MINUTE,
            "hour", Per.Time.HOUR,
            "day", Per.Time.DAY,
            "month", Per.Time.MONTH);

    /// Reads a unit of data, a time, or one per the other; anything else is not understood.
    static Measure of(String text) {
        String words = text.toLowerCase(Locale.ROOT).strip();
        if (TIME_SLICES.contains(words)) {
            return new Measure(text, Optional.empty(), Optional.empty(), true);
        }
        List<String> parts = Arrays.stream(words.split("[\\s/*-]+"))
                .filter(word -> !word.isEmpty() && !word.equals("per"))
                .map(word -> word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
                .toList();
        Optional<Per.Time> time = parts.isEmpty() ? Optional.empty() : Optional.ofNullable(TIMES.get(parts.getLast()));
        List<String> data = time.isPresent() ? parts.subList(0, parts.size() - 1) : parts;
        Optional<Unit> unit = data.size() == 1
                ? Optional.ofNullable(DATA.get(data.getFirst())).map(Unit::of)
                : Optional.empty();
        boolean understood = unit.isPresent() || time.isPresent() && data.isEmpty();
        return new Measure(text, unit, understood ? time : Optional.empty(), understood);
    }
}
