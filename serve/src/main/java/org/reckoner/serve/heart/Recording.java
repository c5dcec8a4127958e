package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;
import org.reckoner.core.meter.Observation;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.meter.Report;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.Rows;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Event.Node;
import org.reckoner.serve.heart.Event.Value;
import org.reckoner.serve.heart.Held.Identity;
import org.reckoner.serve.heart.Held.Owner;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes events inside one transaction: observations to the ledger, and with them the Heart's own tables. Of
/// many events all rows are read together and written together.
final class Recording {

    /// The source of the observations.
    static final String SOURCE = "heart";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CHANGED = """
            UPDATE heart_resource SET attrs = ?, opened_at = ?, latest_at = ?, closed_at = ? WHERE id = ?""";

    private final Handle handle;
    private final Ledger ledger;
    private final HeartSettings settings;
    private final TariffTable table;
    private final Instant now;
    private final Tariffs tariffs;

    private final Map<String, Owner> owners = new HashMap<>();
    private final Map<Identity, Held> held = new LinkedHashMap<>();
    private final TreeMap<String, Long> posted = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Change> legacyChanges = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();
    private final TreeSet<Long> touched = new TreeSet<>();
    private long lastEvent;
    private long lastResource;

    Recording(Handle handle, Ledger ledger, HeartSettings settings, TariffTable table, Instant now) {
        this(handle, ledger, settings, table, now, table.tariffs(handle));
    }

    /// @param tariffs whose newest are charged
    Recording(Handle handle, Ledger ledger, HeartSettings settings, TariffTable table, Instant now, Tariffs tariffs) {
        this.handle = handle;
        this.ledger = ledger;
        this.settings = settings;
        this.table = table;
        this.now = now;
        this.tariffs = tariffs;
        Last last = handle.createQuery(
                        "SELECT (SELECT MAX(number) FROM heart_posted), (SELECT MAX(id) FROM heart_resource)")
                .map((row, context) -> new Last(row.getLong(1), row.getLong(2)))
                .one();
        this.lastEvent = last.event();
        this.lastResource = last.resource();
    }

    /// The largest numbers that were given; 0 if none was.
    private record Last(long event, long resource) {}

    /// What an event said of a quantity.
    private record Change(Held held, long at, long event, int node, Value value, long tariff) {}

    /// A node of an event, where it belongs.
    private static final class Place {
        final Node node;
        final Owner owner;
        final @Nullable Place parent;

        @Nullable
        Held held;

        Place(Node node, Owner owner, @Nullable Place parent) {
            this.node = node;
            this.owner = owner;
            this.parent = parent;
        }

        /// Whether its parent is known, or it needs none.
        boolean isNext() {
            return held == null && (parent == null || parent.held != null);
        }

        Identity identity() {
            return new Identity(owner.id(), parent == null ? Identity.TOP : parent.held().id, node.step());
        }

        /// As its name says it.
        String path() {
            return Spelling.path(parent == null ? Spelling.part(owner.project()) : parent.held().path, node.step());
        }

        /// Whether the database can know of it: not if its parent is new.
        boolean mayBeKnown() {
            return parent == null || !parent.held().isNew;
        }

        Held held() {
            if (held == null) {
                throw new IllegalStateException("no resource was found or made for " + node.rtype());
            }
            return held;
        }
    }

    /// An event of a known account, its nodes from the root down.
    ///
    /// @param number 0 if it was posted before
    private record Accepted(Event event, Owner owner, List<Place> places, String hash, long number) {
        boolean isRepeated() {
            return number == 0;
        }
    }

    /// Writes events.
    ///
    /// @return what became of each, in order
    List<Outcome> record(List<Event> events) {
        List<Outcome> outcomes = new ArrayList<>();
        int from = 0;
        while (from < events.size()) {
            int to = from + 1;
            while (to < events.size() && events.get(to).account().isPresent()) {
                to++;
            }
            outcomes.addAll(together(events.subList(from, to)));
            flush();
            from = to;
        }
        return outcomes;
    }

    /// Sees to it that the resources of a tree are known, with exactly these attributes.
    Outcome know(Event tree) {
        Optional<Owner> owner = owner(tree);
        if (owner.isEmpty()) {
            return new Outcome.Refused(noAccount());
        }
        List<Place> places = places(tree.root(), owner.get());
        find(places);
        places.forEach(place -> place.node.attrs().ifPresent(attrs -> {
            place.held().attrs = attrs;
            place.held().changed = true;
        }));
        flush();
        return new Outcome.Counted(owner.get().id(), owner.get().name());
    }

    private static Problem noAccount() {
        return Problem.badRequest("account must be specified");
    }

    /// Writes events of which at most the first leaves the account open.
    private List<Outcome> together(List<Event> events) {
        loadOwners(events);
        List<Outcome> outcomes = new ArrayList<>();
        List<Accepted> accepted = new ArrayList<>();
        List<Event> known = new ArrayList<>();
        List<Owner> knownOwners = new ArrayList<>();
        for (Event event : events) {
            Optional<Owner> owner = owner(event);
            if (owner.isEmpty()) {
                outcomes.add(new Outcome.Refused(noAccount()));
            } else {
                outcomes.add(new Outcome.Counted(owner.get().id(), owner.get().name()));
                known.add(event);
                knownOwners.add(owner.get());
            }
        }
        List<String> hashes = new ArrayList<>();
        for (int i = 0; i < known.size(); i++) {
            hashes.add(hash(known.get(i), knownOwners.get(i)));
        }
        TreeSet<String> before = new TreeSet<>(postedBefore(hashes));
        for (int i = 0; i < known.size(); i++) {
            boolean repeated = !before.add(hashes.get(i));
            Accepted one = new Accepted(
                    known.get(i),
                    knownOwners.get(i),
                    places(known.get(i).root(), knownOwners.get(i)),
                    hashes.get(i),
                    repeated ? 0 : ++lastEvent);
            if (!repeated || settings.legacy()) {
                accepted.add(one);
            }
        }
        Map<Owner, List<Place>> places = new LinkedHashMap<>();
        accepted.forEach(one ->
                places.computeIfAbsent(one.owner(), owner -> new ArrayList<>()).addAll(one.places()));
        find(places.values().stream().flatMap(List::stream).toList());
        accepted.forEach(this::apply);
        return outcomes;
    }

    private List<String> postedBefore(Collection<String> hashes) {
        return Rows.chunks(hashes).stream()
                .flatMap(chunk -> handle
                        .createQuery("SELECT hash FROM heart_posted WHERE hash IN (<hashes>)")
                        .bindList("hashes", chunk)
                        .mapTo(String.class)
                        .list()
                        .stream())
                .toList();
    }

    private void loadOwners(List<Event> events) {
        TreeSet<String> names = new TreeSet<>();
        events.forEach(event -> event.account().ifPresent(names::add));
        names.removeAll(owners.keySet());
        Rows.chunks(names)
                .forEach(chunk -> handle.createQuery("SELECT * FROM heart_account WHERE name IN (<names>)")
                        .bindList("names", chunk)
                        .map((row, context) ->
                                new Owner(row.getLong("id"), row.getString("name"), row.getString("project")))
                        .forEach(owner -> owners.put(owner.name(), owner)));
    }

    /// The account that an event names, made if it is new; else the one that has a resource of the same type
    /// and name.
    private Optional<Owner> owner(Event event) {
        if (event.account().isPresent()) {
            return Optional.of(owner(event.account().get(), event.costCenter()));
        }
        List<Owner> having = handle.createQuery("""
                        SELECT a.id, a.name, a.project, MIN(r.id) AS first
                        FROM heart_resource r JOIN heart_account a ON a.id = r.account_id
                        WHERE r.parent_id = 0 AND r.step = ?
                        GROUP BY a.id, a.name, a.project ORDER BY first LIMIT 2""")
                .bind(0, event.root().step())
                .map((row, context) -> new Owner(row.getLong("id"), row.getString("name"), row.getString("project")))
                .list();
        return having.size() == 1 || settings.legacy() ? having.stream().findFirst() : Optional.empty();
    }

    private Owner owner(String name, Optional<String> costCenter) {
        Owner owner = owners.get(name);
        if (owner == null) {
            Directory directory = new Directory(handle);
            owner = directory.account(name, costCenter);
            owners.put(name, owner);
        }
        return owner;
    }

    private static List<Place> places(Node root, Owner owner) {
        List<Place> places = new ArrayList<>();
        add(new Place(root, owner, null), places);
        return places;
    }

    private static void add(Place place, List<Place> places) {
        places.add(place);
        place.node.children().forEach(child -> add(new Place(child, place.owner, place), places));
    }

    /// Finds or makes the resources of all places, parents before children, those of one depth together.
    private void find(List<Place> places) {
        Map<Identity, List<Place>> wanted = next(places);
        while (!wanted.isEmpty()) {
            load(wanted);
            Set<String> taken = takenPaths(wanted);
            wanted.forEach((identity, same) -> {
                Held found = held.get(identity);
                if (found == null) {
                    found = fresh(identity, same.getFirst(), taken);
                    held.put(identity, found);
                }
                for (Place place : same) {
                    place.held = found;
                }
            });
            wanted = next(places);
        }
    }

    private static Map<Identity, List<Place>> next(List<Place> places) {
        Map<Identity, List<Place>> next = new LinkedHashMap<>();
        places.stream()
                .filter(Place::isNext)
                .toList()
                .forEach(place -> next.computeIfAbsent(place.identity(), identity -> new ArrayList<>(1))
                        .add(place));
        return next;
    }

    /// A resource that got another name keeps its path, so that a new one of its old name gets another.
    private Held fresh(Identity identity, Place place, Set<String> taken) {
        long id = ++lastResource;
        String path = place.path();
        boolean isTaken = taken.contains(path);
        touched.add(place.owner.id());
        return Held.fresh(id, place.owner, identity, place.node, isTaken ? path + "%#" + id : path, isTaken);
    }

    /// Only paths that are stored can be those of others: below a new resource there are none.
    private Set<String> takenPaths(Map<Identity, List<Place>> wanted) {
        List<String> paths = unknown(wanted).map(Place::path).toList();
        return Rows.chunks(paths).stream()
                .flatMap(chunk -> handle
                        .createQuery("SELECT path FROM heart_resource WHERE path IN (<paths>)")
                        .bindList("paths", chunk)
                        .mapTo(String.class)
                        .list()
                        .stream())
                .collect(Collectors.toSet());
    }

    /// Of what is not read yet and may be known, one place each.
    private Stream<Place> unknown(Map<Identity, List<Place>> wanted) {
        return wanted.entrySet().stream()
                .filter(entry -> !held.containsKey(entry.getKey()))
                .map(entry -> entry.getValue().getFirst())
                .filter(Place::mayBeKnown);
    }

    private void load(Map<Identity, List<Place>> wanted) {
        Rows.chunks(unknown(wanted).toList()).forEach(chunk -> {
            Query query =
                    handle.createQuery("""
                    WITH asked (parent, step) AS (VALUES %s)
                    SELECT r.* FROM asked JOIN heart_resource r ON r.parent_id = asked.parent AND r.step = asked.step""".formatted(String.join(", ", Collections.nCopies(chunk.size(), "(?, ?)"))));
            for (int i = 0; i < chunk.size(); i++) {
                Identity identity = chunk.get(i).identity();
                query.bind(2 * i, identity.parent()).bind(2 * i + 1, identity.step());
            }
            query.map((row, context) -> read(row, wanted))
                    .forEach(found -> found.ifPresent(one -> held.put(one.identity, one)));
        });
    }

    /// @return nothing if it is of another account than what is wanted
    private static Optional<Held> read(ResultSet row, Map<Identity, List<Place>> wanted) throws SQLException {
        Identity identity = new Identity(row.getLong("account_id"), row.getLong("parent_id"), row.getString("step"));
        List<Place> places = wanted.get(identity);
        if (places == null) {
            return Optional.empty();
        }
        Place place = places.getFirst();
        String kept = row.getString("path");
        Held one = new Held(
                row.getLong("id"),
                place.owner,
                identity,
                row.getString("rtype"),
                row.getString("name"),
                kept == null ? place.path() : kept,
                kept != null,
                (ObjectNode) JSON.readTree(row.getString("attrs")),
                false);
        one.latestAt = number(row, "latest_at");
        one.life = new Life(number(row, "opened_at"), row.getLong("closed_at"));
        return Optional.of(one);
    }

    private static @Nullable Long number(ResultSet row, String column) throws SQLException {
        long number = row.getLong(column);
        return row.wasNull() ? null : number;
    }

    private void apply(Accepted accepted) {
        Event event = accepted.event();
        long at = Micros.of(event.at());
        if (!accepted.isRepeated()) {
            posted.put(accepted.hash(), accepted.number());
        }
        int index = 0;
        for (Place place : accepted.places()) {
            Held resource = place.held();
            boolean told = merge(resource, place.node);
            Optional<Value> value = place.node.value();
            if (value.isPresent()) {
                Change change = new Change(
                        resource, at, accepted.number(), index, value.get(), tariffs.generation(resource.rtype));
                touched.add(resource.owner.id());
                if (settings.legacy()) {
                    legacyChanges.add(change);
                } else {
                    take(change);
                }
                if (!accepted.isRepeated()) {
                    changes.add(change);
                    observations.add(observation(accepted, index, resource, value));
                    resource.latestAt = resource.latestAt == null ? at : Math.max(at, resource.latestAt);
                }
                resource.changed = true;
            } else if (told && !accepted.isRepeated() && resource.latestAt != null && resource.latestAt <= at) {
                observations.add(observation(accepted, index, resource, Optional.empty()));
            }
            index++;
        }
    }

    /// As shipped, what is known of an attribute is never changed.
    private boolean merge(Held resource, Node node) {
        node.attrs()
                .ifPresent(attrs -> attrs.forEachEntry((key, value) -> {
                    if (!settings.legacy() || !resource.attrs.has(key)) {
                        resource.attrs.set(key, value);
                        resource.changed = true;
                    }
                }));
        return node.attrs().isPresent();
    }

    /// Adds a change to the life of its resource, or notes that it must be derived from the beginning.
    private static void take(Change change) {
        Held resource = change.held();
        if (resource.latestAt != null && change.at() < resource.latestAt) {
            resource.outOfOrder = true;
        }
        resource.life = resource.life.and(change.at(), change.value());
    }

    private Observation observation(Accepted accepted, int index, Held resource, Optional<Value> value) {
        TreeMap<String, BigDecimal> levels = new TreeMap<>();
        TreeMap<String, BigDecimal> flows = new TreeMap<>();
        TreeMap<String, String> attributes = attributes(resource);
        value.ifPresent(told -> {
            levels.put(Spelling.meter(resource.rtype), BigDecimal.ZERO);
            if (told instanceof Value.Linear linear && linear.quantity().signum() > 0) {
                levels.put(Spelling.meter(resource.rtype), linear.quantity());
            }
            if (told instanceof Value.Fixed fixed && fixed.quantity().signum() > 0) {
                flows.put(Spelling.fixedMeter(resource.rtype), fixed.quantity());
            }
            attributes.put(TariffBook.DIMENSION, Long.toString(tariffs.generation(resource.rtype)));
        });
        return new Observation(
                new ObservationId(
                        SOURCE, padded(accepted.number(), 12) + "-" + accepted.hash() + "-" + padded(index, 6)),
                "heart." + value.map(Value::kind).orElse("attributes"),
                new ResourceId(settings.region(), resource.rtype, Spelling.ledgerId(resource.path)),
                accepted.event().at(),
                new Report(
                        Optional.of(resource.owner.project()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        levels,
                        flows,
                        attributes,
                        resource.attrs.isEmpty() ? new TreeSet<>() : new TreeSet<>(List.of("attrs.")),
                        Optional.empty()));
    }

    private static String padded(long number, int digits) {
        String text = Long.toString(number);
        return "0".repeat(Math.max(0, digits - text.length())) + text;
    }

    /// A client's attributes under `attrs.`, so that none of them is taken for one of the ledger's own.
    private static TreeMap<String, String> attributes(Held resource) {
        TreeMap<String, String> attributes = new TreeMap<>();
        resource.attrs.forEachEntry((key, value) -> {
            if (!value.isNull()) {
                attributes.put("attrs." + key, value.isString() ? value.stringValue() : value.toString());
            }
        });
        resource.name().filter(name -> !name.isBlank()).ifPresent(name -> attributes.put("name", name));
        if (!resource.owner.name().equals(resource.owner.project())) {
            attributes.put("project_name", resource.owner.name());
        }
        return attributes;
    }

    /// What an event of an account says, whatever the order in which it says it.
    private static String hash(Event event, Owner owner) {
        return Sha256.hex((owner.id() + event.said()).getBytes(StandardCharsets.UTF_8));
    }

    private void flush() {
        table.price(
                handle, new TreeSet<>(changes.stream().map(c -> c.held().rtype).toList()));
        writeResources();
        writePosted();
        writeChanges();
        new Lives(handle)
                .derive(held.values().stream()
                        .filter(one -> one.outOfOrder)
                        .map(one -> one.id)
                        .toList());
        writeLegacySegments();
        if (!observations.isEmpty()) {
            ledger.intake().takeNew(handle, observations, now);
        }
        new Directory(handle).noteChanged(touched);
        forget();
    }

    private void forget() {
        held.clear();
        posted.clear();
        changes.clear();
        legacyChanges.clear();
        observations.clear();
        touched.clear();
    }

    private void writeResources() {
        try (Rows fresh = Rows.of(handle, """
                        INSERT INTO heart_resource (id, account_id, parent_id, rtype, name, step, path, attrs,
                                                    opened_at, latest_at, closed_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
                Rows changed = Rows.of(handle, CHANGED)) {
            held.values().forEach(one -> {
                if (one.isNew) {
                    fresh.add(
                            one.id,
                            one.owner.id(),
                            one.identity.parent(),
                            one.rtype,
                            one.name,
                            one.identity.step(),
                            one.keepsPath ? one.path : null,
                            one.attrs.toString(),
                            one.life.openedAt(),
                            one.latestAt,
                            one.life.closedAt());
                } else if (one.changed) {
                    changed.add(one.attrs.toString(), one.life.openedAt(), one.latestAt, one.life.closedAt(), one.id);
                }
            });
            fresh.write();
            changed.write();
        }
    }

    private void writePosted() {
        try (Rows rows = Rows.of(handle, "INSERT INTO heart_posted (number, hash) VALUES (?, ?)")) {
            posted.forEach((hash, number) -> rows.add(number, hash));
            rows.write();
        }
    }

    private void writeChanges() {
        try (Rows rows = Rows.of(handle, """
                INSERT INTO heart_change (resource_id, at, event, node, kind, quantity, tariff)
                VALUES (?, ?, ?, ?, ?, ?, ?)""")) {
            changes.forEach(change -> rows.add(
                    change.held().id,
                    change.at(),
                    change.event(),
                    change.node(),
                    change.value().kind(),
                    change.value().quantity().toPlainString(),
                    change.tariff()));
            rows.write();
        }
    }

    private void writeLegacySegments() {
        LegacySegments legacy = new LegacySegments(handle);
        legacyChanges.forEach(change -> legacy.change(
                change.held().owner.id(),
                change.held().id,
                change.at(),
                change.value(),
                change.tariff(),
                tariffs.multiplier(change.held().rtype)));
    }

    /// What was stored of a value.
    static Value value(String kind, String quantity) {
        return switch (kind) {
            case "linear" -> new Value.Linear(new BigDecimal(quantity));
            case "fixed" -> new Value.Fixed(new BigDecimal(quantity));
            case "closed" -> new Value.Closed();
            default -> throw new IllegalStateException("unknown kind of a change: " + kind);
        };
    }
}
