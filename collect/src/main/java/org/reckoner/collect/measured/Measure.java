package org.reckoner.collect.measured;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Telling;
import org.reckoner.core.time.Window;

/// What a store says of one resource and window.
///
/// @param resource its id
/// @param project who pays, if the store says it
/// @param quantity not negative
/// @param attributes that held in the window
public record Measure(
        String resource,
        Optional<String> project,
        Window window,
        BigDecimal quantity,
        SortedMap<String, String> attributes) {

    /// The word for what happened.
    private static final String EVENT = "measured";

    public Measure {
        attributes = Collections.unmodifiableSortedMap(new TreeMap<>(attributes));
        quantity = plain(quantity);
    }

    /// One number has one text, however a store writes it.
    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /// What all tellings of it share: `RESOURCE/FROM/TO`.
    public String stem() {
        return "%s/%s/%s".formatted(resource, window.from(), window.to());
    }

    /// As the ledger takes it.
    ///
    /// @param source `STORE/METER`
    /// @param telling the last one holds
    private Observation told(String region, String source, Definition definition, Telling telling) {
        Report report = Report.NOTHING.flow(definition.meter(), quantity).measured(window);
        report = project.isPresent() ? report.owner(project.get()) : report;
        for (var attribute : attributes.entrySet()) {
            report = report.attribute(attribute.getKey(), attribute.getValue());
        }
        return new Observation(
                telling.id(source), EVENT, new ResourceId(region, definition.type(), resource), window.from(), report);
    }

    /// What is new in it, beside what was told last: nothing if it is the same, or if it is nothing and nothing was
    /// told.
    ///
    /// @param last the last telling of the same resource and window
    public Optional<Observation> news(String region, String source, Definition definition, Optional<Observation> last) {
        if (last.isEmpty()) {
            return quantity.signum() == 0
                    ? Optional.empty()
                    : Optional.of(told(region, source, definition, Telling.first(stem())));
        }
        Telling next = Telling.of(last.get().id()).next();
        Observation again = told(region, source, definition, next);
        return again.report().equals(last.get().report()) ? Optional.empty() : Optional.of(again);
    }
}
