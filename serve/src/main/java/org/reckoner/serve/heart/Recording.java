package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
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
import org.reckoner.serve.heart.Held.Owner;
import org.reckoner.serve.heart.Held.Segment;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Writes events inside one transaction: observations to the ledger, and with them the Heart's own tables. Of
/// many events all rows are read together and written together.
final class Recording {

    /// The source of the observations.
    static final String SOURCE = "heart";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String CHANGED = """
            UPDATE heart_resource SET attrs = ?, opened_at = ?, latest_at = ?, open_segment = ?, closed_at = ?
            WHERE id = ?""";

    private final Handle handle;
    private final Ledger ledger;
    private final HeartSettings settings;
    private final TariffTable table;
    private final Instant now;
    private final Tariffs tariffs;

    private final Map<String, Owner> owners = new HashMap<>();
    private final Map<String, Held> held = new LinkedHashMap<>();
    private final TreeMap<String, Long> posted = new TreeMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Change> legacyChanges = new ArrayList<>();
    private final List<Observation> observations = new ArrayList<>();
    private final List<Segment> segments = new ArrayList<>();
    private final Map<Long, Long> ends = new TreeMap<>();
    private final TreeSet<Long> touched = new TreeSet<>();
    private long lastEvent;
    private long lastResource;
    private long lastSegment;

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
        this.lastEvent = largest("heart_posted", "number");
        this.lastResource = largest("heart_resource", "id");
        this.lastSegment = largest("heart_segment", "id");
    }

    private long largest(String from, String column) {
        return handle.createQuery("SELECT COALESCE(MAX(%s), 0) FROM %s".formatted(column, from))
                .mapTo(Long.class)
                .one();
    }

    /// What an event said of a quantity.
    private record Change(Held held, long at, long event, int node, Value value, long tariff) {}

    /// A node of an event, where it belongs.
    private static final class Place {
        final Node node;
        final @Nullable Place parent;

        @Nullable
        Held held;

        Place(Node node, @Nullable Place parent) {
            this.node = node;
            this.parent = parent;
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
        List<Place> places = places(tree.root());
        find(Map.of(owner.get(), places));
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
        Map<Owner, List<Place>> places = new LinkedHashMap<>();
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
                    places(known.get(i).root()),
                    hashes.get(i),
                    repeated ? 0 : ++lastEvent);
            if (!repeated || settings.legacy()) {
                accepted.add(one);
                places.computeIfAbsent(one.owner(), owner -> new ArrayList<>()).addAll(one.places());
            }
        }
        find(places);
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
        List<Owner> having = handle.createQuery(
                        """
                        SELECT a.id, a.name, a.project, MIN(r.id) AS first
                        FROM heart_resource r JOIN heart_account a ON a.id = r.account_id
                        WHERE r.rtype = :rtype AND r.parent_id IS NULL AND %s
                        GROUP BY a.id, a.name, a.project ORDER BY first LIMIT 2""".formatted(event.root().name().isPresent() ? "r.name = :name" : "r.name IS NULL"))
                .bind("rtype", event.root().rtype())
                .bind("name", event.root().name().orElse(""))
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

    private static List<Place> places(Node root) {
        List<Place> places = new ArrayList<>();
        add(root, null, places);
        return places;
    }

    private static void add(Node node, @Nullable Place parent, List<Place> places) {
        Place place = new Place(node, parent);
        places.add(place);
        node.children().forEach(child -> add(child, place, places));
    }

    /// Finds or makes the resources of all places, parents before children, those of one depth together.
    private void find(Map<Owner, List<Place>> byOwner) {
        boolean more = true;
        while (more) {
            Map<String, List<Place>> wanted = new LinkedHashMap<>();
            Map<String, Owner> ownerOf = new HashMap<>();
            byOwner.forEach((owner, places) -> places.stream()
                    .filter(place -> place.held == null && (place.parent == null || place.parent.held != null))
                    .forEach(place -> {
                        String identity = identity(owner, place);
                        wanted.computeIfAbsent(identity, i -> new ArrayList<>()).add(place);
                        ownerOf.put(identity, owner);
                    }));
            load(wanted.keySet(), ownerOf);
            Set<String> taken = takenPaths(wanted, ownerOf);
            wanted.forEach((identity, places) -> places.forEach(place -> {
                Held found = held.get(identity);
                if (found == null) {
                    found = fresh(owner(ownerOf, identity), place, taken);
                    held.put(identity, found);
                }
                place.held = found;
            }));
            more = !wanted.isEmpty();
        }
    }

    private static Owner owner(Map<String, Owner> ownerOf, String identity) {
        Owner owner = ownerOf.get(identity);
        if (owner == null) {
            throw new IllegalStateException("no account of " + identity);
        }
        return owner;
    }

    private static String identity(Owner owner, Place place) {
        return Spelling.identity(
                owner.id(),
                place.parent == null ? null : place.parent.held().id,
                place.node.rtype(),
                place.node.name());
    }

    /// A resource that got another name keeps its path, so that a new one of its old name gets another.
    private Held fresh(Owner owner, Place place, Set<String> taken) {
        Held parent = place.parent == null ? null : place.parent.held();
        long id = ++lastResource;
        String path = path(owner, place);
        touched.add(owner.id());
        return Held.fresh(id, owner, parent, place.node, taken.contains(path) ? path + "%#" + id : path);
    }

    private static String path(Owner owner, Place place) {
        String above = place.parent == null ? Spelling.part(owner.project()) : place.parent.held().path;
        return Spelling.path(above, place.node.rtype(), place.node.name());
    }

    private Set<String> takenPaths(Map<String, List<Place>> wanted, Map<String, Owner> ownerOf) {
        List<String> paths = wanted.entrySet().stream()
                .filter(entry -> !held.containsKey(entry.getKey()))
                .map(entry ->
                        path(owner(ownerOf, entry.getKey()), entry.getValue().getFirst()))
                .toList();
        return Rows.chunks(paths).stream()
                .flatMap(chunk -> handle
                        .createQuery("SELECT path FROM heart_resource WHERE path IN (<paths>)")
                        .bindList("paths", chunk)
                        .mapTo(String.class)
                        .list()
                        .stream())
                .collect(Collectors.toSet());
    }

    private void load(Collection<String> identities, Map<String, Owner> ownerOf) {
        List<String> unknown = identities.stream()
                .filter(identity -> !held.containsKey(identity))
                .toList();
        Rows.chunks(unknown)
                .forEach(chunk -> handle.createQuery("SELECT * FROM heart_resource WHERE identity IN (<identities>)")
                        .bindList("identities", chunk)
                        .map((row, context) -> Map.entry(
                                row.getString("identity"), read(row, owner(ownerOf, row.getString("identity")))))
                        .forEach(entry -> held.put(entry.getKey(), entry.getValue())));
    }

    private static Held read(ResultSet row, Owner owner) throws SQLException {
        Held one = new Held(
                row.getLong("id"),
                owner,
                number(row, "parent_id"),
                row.getString("rtype"),
                row.getString("name"),
                row.getString("path"),
                (ObjectNode) JSON.readTree(row.getString("attrs")),
                false);
        one.openedAt = number(row, "opened_at");
        one.latestAt = number(row, "latest_at");
        one.openSegment = number(row, "open_segment");
        one.closedAt = number(row, "closed_at");
        return one;
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

    /// Adds a change to the segments of its resource, or notes that they must be derived from the beginning.
    private void take(Change change) {
        Held resource = change.held();
        if (resource.latestAt != null && change.at() < resource.latestAt) {
            resource.outOfOrder = true;
        }
        if (!resource.outOfOrder) {
            advance(resource, change.at(), change.value(), change.tariff());
        }
    }

    private void advance(Held resource, long at, Value value, long tariff) {
        if (resource.opened != null) {
            resource.opened.end = at;
        } else if (resource.openSegment != null) {
            ends.put(resource.openSegment, at);
        }
        boolean wasOpen = resource.openSegment != null;
        resource.opened = null;
        resource.openSegment = null;
        if (value instanceof Value.Closed) {
            resource.closedAt = wasOpen ? Long.valueOf(at) : resource.closedAt;
            return;
        }
        Segment segment = new Segment(++lastSegment, resource, value, tariff, at);
        segments.add(segment);
        resource.opened = segment;
        resource.openSegment = segment.id;
        resource.openedAt = resource.openedAt == null ? Long.valueOf(at) : resource.openedAt;
        resource.closedAt = null;
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

    /// What an event says, whatever the order in which it says it.
    private static String hash(Event event, Owner owner) {
        StringBuilder text = new StringBuilder();
        text.append(owner.id()).append(' ').append(Micros.of(event.at()));
        spell(event.root(), text);
        return Sha256.hex(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static void spell(Node node, StringBuilder text) {
        text.append("\n(").append(Spelling.step(node.rtype(), node.name()).length());
        text.append(' ').append(Spelling.step(node.rtype(), node.name()));
        node.value()
                .ifPresent(value -> text.append('\n')
                        .append(value.kind())
                        .append(' ')
                        .append(value.quantity().toPlainString()));
        node.attrs().ifPresent(attrs -> text.append('\n').append(sorted(attrs)));
        node.children().forEach(child -> spell(child, text));
        text.append(')');
    }

    private static JsonNode sorted(JsonNode node) {
        if (!(node instanceof ObjectNode object)) {
            return node;
        }
        TreeMap<String, JsonNode> entries = new TreeMap<>();
        object.forEachEntry((key, value) -> entries.put(key, sorted(value)));
        ObjectNode sorted = JSON.createObjectNode();
        entries.forEach(sorted::set);
        return sorted;
    }

    private void flush() {
        table.price(
                handle, new TreeSet<>(changes.stream().map(c -> c.held().rtype).toList()));
        writeResources();
        writePosted();
        writeChanges();
        writeSegments();
        if (!observations.isEmpty()) {
            int conflicts = ledger.intake()
                    .take(handle, observations, now)
                    .conflicting()
                    .size();
            if (conflicts > 0) {
                throw new IllegalStateException(
                        "%d observations of the Heart are known with another content".formatted(conflicts));
            }
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
        segments.clear();
        ends.clear();
        touched.clear();
    }

    private void writeResources() {
        held.values().stream().filter(one -> one.outOfOrder).forEach(one -> {
            one.openedAt = null;
            one.openSegment = null;
            one.opened = null;
            one.closedAt = null;
        });
        try (Rows fresh = Rows.of(handle, """
                        INSERT INTO heart_resource (id, account_id, parent_id, rtype, name, identity, path, attrs,
                                                    opened_at, latest_at, open_segment, closed_at)
                        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""");
                Rows changed = Rows.of(handle, CHANGED)) {
            held.forEach((identity, one) -> {
                if (one.isNew) {
                    fresh.add(
                            one.id,
                            one.owner.id(),
                            one.parent,
                            one.rtype,
                            one.name,
                            identity,
                            one.path,
                            one.attrs.toString(),
                            one.openedAt,
                            one.latestAt,
                            one.openSegment,
                            one.closedAt);
                } else if (one.changed) {
                    change(changed, one);
                }
            });
            fresh.write();
            changed.write();
        }
    }

    private static void change(Rows rows, Held one) {
        rows.add(one.attrs.toString(), one.openedAt, one.latestAt, one.openSegment, one.closedAt, one.id);
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

    private void writeSegments() {
        try (Rows ended = Rows.of(handle, "UPDATE heart_segment SET end_at = ? WHERE id = ?")) {
            ends.forEach((segment, at) -> ended.add(at, segment));
            ended.write();
        }
        held.values().stream().filter(one -> one.outOfOrder).toList().forEach(this::derive);
        try (Rows rows = Rows.of(handle, """
                INSERT INTO heart_segment (id, account_id, resource_id, kind, quantity, tariff, cost, begin_at, end_at)
                VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)""")) {
            segments.forEach(segment -> rows.add(
                    segment.id,
                    segment.held.owner.id(),
                    segment.held.id,
                    segment.value.kind(),
                    segment.value.quantity().toPlainString(),
                    segment.tariff,
                    segment.begin,
                    segment.end));
            rows.write();
        }
        LegacySegments legacy = new LegacySegments(handle);
        legacyChanges.forEach(change -> legacy.change(
                change.held().owner.id(),
                change.held().id,
                change.at(),
                change.value(),
                change.tariff(),
                tariffs.multiplier(change.held().rtype)));
    }

    /// Derives the segments of resources again.
    void deriveAll(List<Long> resources) {
        for (List<Long> chunk : Rows.chunks(resources)) {
            handle.createQuery("""
                            SELECT r.*, a.name AS account, a.project FROM heart_resource r
                            JOIN heart_account a ON a.id = r.account_id WHERE r.id IN (<ids>)""")
                    .bindList("ids", chunk)
                    .map((row, context) -> Map.entry(
                            row.getString("identity"),
                            read(
                                    row,
                                    new Owner(
                                            row.getLong("account_id"),
                                            row.getString("account"),
                                            row.getString("project")))))
                    .forEach(entry -> {
                        entry.getValue().outOfOrder = true;
                        held.put(entry.getKey(), entry.getValue());
                    });
            flush();
        }
    }

    /// Derives the segments of a resource from everything that was told of it.
    private void derive(Held resource) {
        segments.removeIf(segment -> segment.held == resource);
        handle.execute("DELETE FROM heart_segment WHERE resource_id = ?", resource.id);
        handle.createQuery("SELECT * FROM heart_change WHERE resource_id = ? ORDER BY at, event, node")
                .bind(0, resource.id)
                .map((row, context) -> new Change(
                        resource,
                        row.getLong("at"),
                        row.getLong("event"),
                        row.getInt("node"),
                        value(row.getString("kind"), row.getString("quantity")),
                        row.getLong("tariff")))
                .list()
                .forEach(change -> advance(resource, change.at(), change.value(), change.tariff()));
        try (Rows row = Rows.of(handle, CHANGED)) {
            change(row, resource);
            row.write();
        }
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
