package org.reckoner.core.reference;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Per;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.TimeSlice;
import org.reckoner.core.time.Window;

/// Short words for examples written by hand.
public final class Sample {

    public static final Currency EUR = Currency.getInstance("EUR");
    public static final Window ALWAYS = Window.since(Instant.parse("2020-01-01T00:00:00Z"));
    public static final ResourceId SERVER = new ResourceId("RegionOne", "server", "s1");
    public static final ResourceId VOLUME = new ResourceId("RegionOne", "volume", "v1");

    private Sample() {}

    public static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    public static Instant at(String text) {
        return Instant.parse(text);
    }

    public static Window window(String from, String to) {
        return new Window(at(from), at(to));
    }

    public static Observation told(String id, ResourceId resource, String when, Report report) {
        return new Observation(new ObservationId("nova", id), "event", resource, at(when), report);
    }

    public static PriceBook book(Price... prices) {
        return new PriceBook(
                "sample",
                1,
                ALWAYS,
                EUR,
                new Rounding(2, RoundingMode.HALF_EVEN),
                Meters.BUILT_IN,
                StateRules.USUAL,
                List.of(prices),
                new TreeSet<>());
    }

    public static PriceBook free(PriceBook b, String... meters) {
        return new PriceBook(
                b.name(),
                b.version(),
                b.validFrom(),
                b.currency(),
                b.rounding(),
                b.meters(),
                b.states(),
                b.prices(),
                new TreeSet<>(Set.of(meters)));
    }

    public static PriceBook with(PriceBook b, StateRules states) {
        return new PriceBook(
                b.name(),
                b.version(),
                b.validFrom(),
                b.currency(),
                b.rounding(),
                b.meters(),
                states.over(b.states()),
                b.prices(),
                b.free());
    }

    public static PriceModel perUnit(String price) {
        return new PriceModel.PerUnit(decimal(price));
    }

    public static Price price(String id, String meter, String per, PriceModel model) {
        return new Price(
                id,
                id,
                Optional.of(meter),
                "",
                List.of(),
                ALWAYS,
                Per.parse(per),
                model,
                TimeSlice.SECOND,
                List.of(),
                0);
    }

    public static Price fee(String id, PriceModel model) {
        return new Price(
                id,
                id,
                Optional.empty(),
                "",
                List.of(),
                ALWAYS,
                Per.parse("account"),
                model,
                TimeSlice.SECOND,
                List.of(),
                0);
    }

    public static Condition where(String dimension, String... values) {
        return new Condition(dimension, new TreeSet<>(Set.of(values)));
    }

    public static Price when(Price p, Condition... when) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                p.surcharge(),
                List.of(when),
                p.validity(),
                p.per(),
                p.model(),
                p.slice(),
                p.groupBy(),
                p.priority());
    }

    public static Price valid(Price p, Window validity) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                p.surcharge(),
                p.when(),
                validity,
                p.per(),
                p.model(),
                p.slice(),
                p.groupBy(),
                p.priority());
    }

    public static Price onTop(Price p, String surcharge) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                surcharge,
                p.when(),
                p.validity(),
                p.per(),
                p.model(),
                p.slice(),
                p.groupBy(),
                p.priority());
    }

    public static Price sliced(Price p, String width) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                p.surcharge(),
                p.when(),
                p.validity(),
                p.per(),
                p.model(),
                new TimeSlice(Duration.parse(width)),
                p.groupBy(),
                p.priority());
    }

    public static Price grouped(Price p, String... groupBy) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                p.surcharge(),
                p.when(),
                p.validity(),
                p.per(),
                p.model(),
                p.slice(),
                List.of(groupBy),
                p.priority());
    }

    public static Price ranked(Price p, int priority) {
        return new Price(
                p.id(),
                p.item(),
                p.meter(),
                p.surcharge(),
                p.when(),
                p.validity(),
                p.per(),
                p.model(),
                p.slice(),
                p.groupBy(),
                priority);
    }
}
