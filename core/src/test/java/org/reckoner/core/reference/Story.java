package org.reckoner.core.reference;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.time.Window;

/// The life of one resource as it truly was, and the messages that OpenStack would send of it.
///
/// Times are milliseconds after the origin. The truth is read from the chapters alone, never from the
/// messages.
public final class Story {

    /// What is true from a moment on.
    public record Chapter(long millis, Moment moment) {}

    /// The whole state at one moment.
    public record Moment(String owner, String state, Map<String, BigDecimal> levels, Map<String, String> attributes) {}

    /// Something that flowed, with what was true when it did.
    public record Pour(long millis, String meter, BigDecimal quantity, Moment moment) {}

    private static final String[] OWNERS = {"alpha", "beta", "gamma"};

    private final Random random;
    private final Instant origin;
    private final int horizon;
    private final ResourceId resource;
    private final List<Chapter> chapters = new ArrayList<>();
    private final List<Pour> pours = new ArrayList<>();
    private final List<Observation> messages = new ArrayList<>();
    private long born;
    private Optional<Long> died = Optional.empty();

    /// A random life of up to `horizon` seconds; the same for the same random source.
    public Story(Random random, Instant origin, int horizon, ResourceId resource) {
        this.random = random;
        this.origin = origin;
        this.horizon = horizon;
        this.resource = resource;
        live();
        tell();
    }

    /// Up to four resources in two regions, of three projects.
    public static List<Story> several(Random random, Instant origin, int horizon) {
        List<Story> stories = new ArrayList<>();
        int count = 1 + random.nextInt(4);
        for (int i = 0; i < count; i++) {
            String region = random.nextInt(3) == 0 ? "RegionTwo" : "RegionOne";
            String type = random.nextBoolean() ? "server" : "volume";
            stories.add(new Story(random, origin, horizon, new ResourceId(region, type, "id-" + i)));
        }
        return stories;
    }

    public ResourceId resource() {
        return resource;
    }

    public List<Pour> pours() {
        return pours;
    }

    /// In the order in which they were sent, each once.
    public List<Observation> messages() {
        return messages;
    }

    /// The messages out of order, and some of them more than once.
    public List<Observation> delivered(Random chance) {
        List<Observation> pile = new ArrayList<>(messages);
        messages.stream().filter(m -> chance.nextInt(4) == 0).forEach(pile::add);
        java.util.Collections.shuffle(pile, chance);
        return pile;
    }

    /// The truth about one second after the origin; null if the resource was not there.
    public @Nullable Moment at(long second) {
        if (second < born / 1000 || died.isPresent() && second >= died.get() / 1000) {
            return null;
        }
        Moment truth = null;
        for (Chapter chapter : chapters) {
            if (chapter.millis() / 1000 <= second) {
                truth = chapter.moment();
            }
        }
        return truth;
    }

    // ---- what happens

    private void live() {
        born = random.nextInt(horizon * 600);
        chapters.add(new Chapter(born, first()));
        long now = born;
        int changes = random.nextInt(7);
        for (int i = 0; i < changes; i++) {
            now += pause();
            Moment next = change(chapters.getLast().moment());
            chapters.add(new Chapter(now, next));
        }
        if (random.nextInt(5) < 3) {
            died = Optional.of(now + pause());
        }
        int flows = random.nextInt(3);
        long end = died.map(d -> d / 1000 * 1000).orElse(horizon * 1000L);
        for (int i = 0; i < flows; i++) {
            long at = born + random.nextInt(horizon * 500);
            if (at < end) {
                Moment moment = chapters.getFirst().moment();
                for (Chapter chapter : chapters) {
                    moment = chapter.millis() <= at ? chapter.moment() : moment;
                }
                boolean taken = chapters.stream().anyMatch(c -> Math.abs(c.millis() - at) < 10);
                if (!taken) {
                    pours.add(new Pour(at, "image.download", BigDecimal.valueOf(random.nextInt(5000)), moment));
                }
            }
        }
    }

    private long pause() {
        return random.nextInt(3) == 0 ? 50 + random.nextInt(900) : 50 + random.nextInt(horizon * 250);
    }

    private Moment first() {
        TreeMap<String, BigDecimal> levels = new TreeMap<>();
        TreeMap<String, String> attributes = new TreeMap<>();
        attributes.put("name", "n" + random.nextInt(3));
        if (resource.type().equals("server")) {
            levels.put("server", BigDecimal.ONE);
            size(levels, attributes);
        } else {
            levels.put("volume", BigDecimal.ONE);
            levels.put("volume.size", BigDecimal.valueOf(1 + random.nextInt(40)));
            attributes.put("volume_type", random.nextBoolean() ? "ssd" : "hdd");
        }
        if (random.nextBoolean()) {
            attributes.put("metadata.tier", random.nextBoolean() ? "gold" : "tin");
        }
        String state = resource.type().equals("server") ? "active" : "available";
        return new Moment(OWNERS[random.nextInt(3)], state, levels, attributes);
    }

    private void size(TreeMap<String, BigDecimal> levels, TreeMap<String, String> attributes) {
        String[] flavors = {"c1.small", "c1.large", "m1.huge"};
        int flavor = random.nextInt(3);
        attributes.put("flavor", flavors[flavor]);
        levels.put("vcpus", BigDecimal.valueOf(1L << flavor));
        levels.put("memory", BigDecimal.valueOf(512L << flavor));
    }

    private Moment change(Moment before) {
        TreeMap<String, BigDecimal> levels = new TreeMap<>(before.levels());
        TreeMap<String, String> attributes = new TreeMap<>(before.attributes());
        String owner = before.owner();
        String state = before.state();
        boolean server = resource.type().equals("server");
        switch (random.nextInt(6)) {
            case 0 -> owner = OWNERS[random.nextInt(3)];
            case 1 -> attributes.put("metadata.tier", random.nextBoolean() ? "gold" : "tin");
            case 2 -> attributes.remove("metadata.tier");
            case 3 -> {
                String[] words = server
                        ? new String[] {"active", "stopped", "paused", "shelved_offloaded"}
                        : new String[] {"available", "in-use", "error"};
                state = words[random.nextInt(words.length)];
            }
            default -> {
                if (server) {
                    size(levels, attributes);
                } else if (random.nextBoolean()) {
                    levels.put("volume.size", BigDecimal.valueOf(1 + random.nextInt(40)));
                } else {
                    attributes.put("volume_type", random.nextBoolean() ? "ssd" : "hdd");
                }
            }
        }
        return new Moment(owner, state, levels, attributes);
    }

    // ---- what is told of it

    private void tell() {
        if (died.isPresent() && chapters.size() == 1 && random.nextInt(4) == 0) {
            // Everything but the message of the end was lost.
            send(
                    died.get() + random.nextInt(3000),
                    dated(full(chapters.getFirst().moment()).ended(instant(died()))));
            tellFlows();
            return;
        }
        tellBirth();
        for (int i = 1; i < chapters.size(); i++) {
            Moment now = chapters.get(i).moment();
            Report report = random.nextBoolean()
                    ? full(now)
                    : difference(chapters.get(i - 1).moment(), now);
            send(chapters.get(i).millis(), random.nextBoolean() ? dated(report) : report);
        }
        tellAudits();
        tellDeath();
        tellFlows();
    }

    private void tellBirth() {
        Moment first = chapters.getFirst().moment();
        switch (random.nextInt(4)) {
            case 0 -> send(born + 10 + random.nextInt(20), dated(full(first))); // the creation itself was lost
            case 1 -> { // the creation says little, a later message the rest
                send(born, Report.NOTHING.owner(first.owner()));
                send(born + 10 + random.nextInt(20), full(first));
            }
            case 2 -> send(born, dated(full(first)));
            default -> send(born, full(first));
        }
    }

    /// The hourly `exists` messages, between the changes.
    private void tellAudits() {
        for (int i = 0; i < chapters.size(); i++) {
            long from = chapters.get(i).millis() + 35;
            long to = (i + 1 < chapters.size() ? chapters.get(i + 1).millis() : died.orElse(from + horizon * 100L)) - 5;
            if (to > from && random.nextInt(3) == 0) {
                Report report = full(chapters.get(i).moment());
                send(from + random.nextInt((int) (to - from)), random.nextBoolean() ? dated(report) : report);
            }
        }
    }

    private void tellDeath() {
        if (died.isEmpty()) {
            return;
        }
        Moment last = chapters.getLast().moment();
        Report end = random.nextBoolean()
                ? Report.NOTHING
                : full(new Moment(last.owner(), "deleted", last.levels(), last.attributes()));
        send(died() + random.nextInt(3000), end.ended(instant(died())));
        if (random.nextInt(3) == 0) { // an audit that had not heard of it, with whatever it believed
            Moment stale = new Moment("gamma", "active", last.levels(), last.attributes());
            send(died() + 1000 + random.nextInt(9000), dated(full(stale)));
        }
        if (random.nextInt(5) == 0) { // told again, with a later clock
            send(died() + 5000, Report.NOTHING.ended(instant(died() + 4000)));
        }
    }

    /// Told wrongly, and then again; the ids are in the order of telling.
    private void tellMeasured(Pour pour) {
        Instant at = instant(pour.millis());
        Window window = new Window(at, at.plusSeconds(1 + random.nextInt(100)));
        int wrong = random.nextInt(3);
        for (int i = 0; i <= wrong; i++) {
            BigDecimal quantity = i == wrong ? pour.quantity() : BigDecimal.valueOf(random.nextInt(5000));
            Report report = Report.NOTHING.flow(pour.meter(), quantity);
            ObservationId id = new ObservationId("store", pour.millis() + "-" + resource.id() + "-" + i);
            messages.add(new Observation(
                    id,
                    "measured",
                    resource,
                    at,
                    (random.nextBoolean() ? report.owner(pour.moment().owner()) : report).measured(window)));
        }
    }

    private void tellFlows() {
        for (Pour pour : pours) {
            Report report = Report.NOTHING.flow(pour.meter(), pour.quantity());
            if (random.nextInt(3) == 0) {
                tellMeasured(pour);
                continue;
            }
            add(pour.millis(), random.nextBoolean() ? report.owner(pour.moment().owner()) : report);
        }
    }

    private long died() {
        return died.orElseThrow();
    }

    private Report dated(Report report) {
        return report.began(random.nextBoolean() ? instant(born) : instant(born / 1000 * 1000));
    }

    private static Report full(Moment moment) {
        Report report =
                Report.NOTHING.owner(moment.owner()).state(moment.state()).complete("metadata.");
        for (Map.Entry<String, BigDecimal> level : moment.levels().entrySet()) {
            report = report.level(level.getKey(), level.getValue());
        }
        for (Map.Entry<String, String> attribute : moment.attributes().entrySet()) {
            report = report.attribute(attribute.getKey(), attribute.getValue());
        }
        return report;
    }

    private static Report difference(Moment before, Moment now) {
        Report report = Report.NOTHING;
        if (!before.owner().equals(now.owner())) {
            report = report.owner(now.owner());
        }
        if (!before.state().equals(now.state())) {
            report = report.state(now.state());
        }
        for (Map.Entry<String, BigDecimal> level : now.levels().entrySet()) {
            if (!level.getValue().equals(before.levels().get(level.getKey()))) {
                report = report.level(level.getKey(), level.getValue());
            }
        }
        for (Map.Entry<String, String> attribute : now.attributes().entrySet()) {
            if (!attribute.getValue().equals(before.attributes().get(attribute.getKey()))) {
                report = report.attribute(attribute.getKey(), attribute.getValue());
            }
        }
        return now.attributes().keySet().containsAll(before.attributes().keySet())
                ? report
                : report.complete("metadata.");
    }

    private void send(long millis, Report report) {
        add(millis, report);
        if (random.nextInt(5) == 0) { // a twin under an id of its own
            add(millis + random.nextInt(3), report);
        }
    }

    private void add(long millis, Report report) {
        ObservationId id = new ObservationId(
                "test", Integer.toHexString(random.nextInt()) + "-" + resource.id() + "-" + messages.size());
        messages.add(new Observation(id, "test", resource, instant(millis), report));
    }

    private Instant instant(long millis) {
        return origin.plusMillis(millis);
    }
}
