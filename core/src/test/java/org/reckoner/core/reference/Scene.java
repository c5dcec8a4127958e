package org.reckoner.core.reference;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.meter.Timeline;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.rate.Rater;
import org.reckoner.core.rate.Rating;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.core.time.Window;

/// One random little cloud: when, what lived in it, what was told of it, and a price book.
public record Scene(Random random, Instant origin, int horizon, List<Story> stories, PriceBook book) {

    public static final List<String> PROJECTS = List.of("alpha", "beta", "gamma", "nobody");

    /// With prices of every kind.
    public static Scene anything(long seed) {
        Random random = new Random(seed);
        Instant origin = origin(random);
        int horizon = 20 + random.nextInt(200);
        return new Scene(
                random,
                origin,
                horizon,
                Story.several(random, origin, horizon),
                RandomBook.anything(random, origin, horizon));
    }

    /// With prices per unit and second only.
    public static Scene linear(long seed) {
        Random random = new Random(seed);
        Instant origin = origin(random);
        int horizon = 20 + random.nextInt(200);
        return new Scene(
                random,
                origin,
                horizon,
                Story.several(random, origin, horizon),
                RandomBook.linear(random, origin, horizon));
    }

    /// Near borders of minutes, days, months, years and leap days.
    private static Instant origin(Random random) {
        List<String> starts =
                List.of("2026-11-21T10:09:26Z", "2026-11-30T23:59:01Z", "2026-12-31T23:58:30Z", "2028-02-29T23:59:30Z");
        return Instant.parse(starts.get(random.nextInt(starts.size())));
    }

    public Window whole() {
        return window(0, horizon * 3L);
    }

    public Window window(long from, long to) {
        return new Window(origin.plusSeconds(from), origin.plusSeconds(to));
    }

    /// Everything that was told, out of order and in part more than once.
    public List<Observation> delivered() {
        List<Observation> all = new ArrayList<>();
        stories.forEach(story -> all.addAll(story.delivered(random)));
        Collections.shuffle(all, random);
        return all;
    }

    public List<Timeline> timelines() {
        return timelines(delivered());
    }

    public static List<Timeline> timelines(Collection<Observation> observations) {
        TreeMap<ResourceId, List<Observation>> byResource = new TreeMap<>();
        observations.forEach(observation -> byResource
                .computeIfAbsent(observation.resource(), r -> new ArrayList<>())
                .add(observation));
        List<Timeline> timelines = new ArrayList<>();
        byResource.forEach((resource, told) -> timelines.add(Timeline.fold(resource, told)));
        return timelines;
    }

    public Rating rate(String project) {
        return Rater.rate(book, project, whole(), timelines());
    }

    public Bill bill(String project, Collection<Observation> observations) {
        BillingPeriod period = new BillingPeriod("scene", whole());
        Rating rating = Rater.rate(book, project, period.window(), timelines(observations));
        return Bill.of(Account.unknown(project), period, period.window().to(), observations.size(), book, rating);
    }
}
