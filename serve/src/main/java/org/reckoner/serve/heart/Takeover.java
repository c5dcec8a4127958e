package org.reckoner.serve.heart;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import java.util.stream.Gatherers;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.serve.heart.Held.Identity;
import org.reckoner.serve.heart.Held.Owner;
import org.reckoner.serve.heart.Tariffs.Tariff;
import org.reckoner.serve.http.Problem;
import tools.jackson.databind.json.JsonMapper;

/// Takes over the accounts, resources, tariffs and changes of another Heart inside one transaction, as if its
/// events had been posted here. Ids stay as they were where they are free.
///
/// What was taken before is known by the name that it was made with and by what is already told of it, so
/// taking over again adds only what is new, also after something was renamed here.
public final class Takeover {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int AT_ONCE = 2_000;
    private static final int ROWS = 500;

    private final Handle handle;
    private final Ledger ledger;
    private final HeartSettings settings;
    private final TariffTable table;
    private final Instant now;
    private final String by;

    Takeover(Handle handle, Ledger ledger, HeartSettings settings, TariffTable table, Instant now, String by) {
        this.handle = handle;
        this.ledger = ledger;
        this.settings = settings;
        this.table = table;
        this.now = now;
        this.by = by;
    }

    /// @param costCenter its name
    public record Account(long id, String name, Optional<String> costCenter) {}

    /// @param parent must be among the resources too
    /// @param attrs a JSON object as text
    public record Resource(
            long id,
            long account,
            Optional<Long> parent,
            String rtype,
            Optional<String> name,
            Optional<String> attrs) {}

    /// What became of the quantity of a resource.
    public record Change(long resource, Instant at, Quantity quantity) {}

    /// As an event's `linear`, `fixed` or `fixed: null`.
    public sealed interface Quantity {
        record Linear(BigDecimal quantity) implements Quantity {}

        record Fixed(BigDecimal quantity) implements Quantity {}

        record Closed() implements Quantity {}
    }

    /// Everything that another Heart knew.
    ///
    /// @param tariffs by resource type; a type without one, or with one of zero, is charged 1 a unit and year
    /// @param changes in the order of time
    public record Books(
            List<Account> accounts,
            List<Resource> resources,
            SortedMap<String, BigDecimal> tariffs,
            List<Change> changes) {

        public Books {
            accounts = List.copyOf(accounts);
            resources = List.copyOf(resources);
            changes = List.copyOf(changes);
        }
    }

    /// How many of each were new.
    public record Taken(int accounts, int resources, int tariffs, long changes) {}

    /// A resource as it is here.
    private record Place(
            long id, Owner owner, String path, @Nullable Place parent, String rtype, Optional<String> name) {}

    /// A change that is told already.
    private record Told(long resource, long at, String kind, BigDecimal quantity) {}

    Taken take(Books books, LongConsumer progress) {
        long accountsBefore = count("heart_account");
        long resourcesBefore = count("heart_resource");
        Map<Long, Owner> owners = owners(books.accounts());
        Map<Long, Place> places = places(books.resources(), owners);
        Map<String, Tariff> fresh = new TreeMap<>();
        Tariffs charged = tariffs(books, fresh);
        Set<Told> told = told(places.values());
        List<Event> events = new ArrayList<>();
        for (Change change : books.changes()) {
            Place place = found(places, change.resource());
            Event.Value value = value(change.quantity());
            if (told.add(told(place.id(), Micros.of(change.at()), value))) {
                events.add(event(place, change.at(), value));
            }
        }
        long changesBefore = count("heart_change");
        events.stream().gather(Gatherers.windowFixed(AT_ONCE)).forEach(chunk -> {
            new Recording(handle, ledger, settings, table, now, charged).record(chunk);
            progress.accept(chunk.size());
        });
        progress.accept(books.changes().size() - events.size());
        return new Taken(
                (int) (count("heart_account") - accountsBefore),
                (int) (count("heart_resource") - resourcesBefore),
                fresh.size(),
                count("heart_change") - changesBefore);
    }

    private long count(String of) {
        return handle.createQuery("SELECT COUNT(*) FROM " + of)
                .mapTo(Long.class)
                .one();
    }

    private Map<Long, Owner> owners(List<Account> accounts) {
        Directory directory = new Directory(handle);
        Map<Long, Owner> owners = new HashMap<>();
        for (Account account : accounts) {
            String name = EventReader.name(JSON.getNodeFactory().stringNode(account.name()), "the name of an account");
            if (name.isBlank()) {
                throw Problem.badRequest("account %d has no name".formatted(account.id()));
            }
            owners.put(account.id(), directory.account(name, account.costCenter(), account.id()));
        }
        return owners;
    }

    private static <T> T found(Map<Long, T> all, long id) {
        T one = all.get(id);
        if (one == null) {
            throw new IllegalArgumentException("nothing has the id " + id);
        }
        return one;
    }

    /// A row of the table of resources.
    private record Row(long id, Optional<String> name, long account) {}

    /// What the path of a resource is made of.
    ///
    /// @param kept the path itself, where it is stored
    private record Kept(Row row, long parent, String step, Optional<String> kept, String project) {

        String path(Map<Long, Kept> all) {
            return kept.orElseGet(() -> Spelling.path(above(all), step));
        }

        private String above(Map<Long, Kept> all) {
            return parent == Identity.TOP
                    ? Spelling.part(project)
                    : found(all, parent).path(all);
        }
    }

    private Map<Long, Place> places(List<Resource> resources, Map<Long, Owner> owners) {
        Map<String, Row> byPath = new HashMap<>();
        Map<Long, Kept> here = new HashMap<>();
        handle.createQuery("""
                        SELECT r.id, r.name, r.account_id, r.parent_id, r.step, r.path, a.project
                        FROM heart_resource r JOIN heart_account a ON a.id = r.account_id""")
                .map((row, context) -> new Kept(
                        new Row(
                                row.getLong("id"),
                                Optional.ofNullable(row.getString("name")),
                                row.getLong("account_id")),
                        row.getLong("parent_id"),
                        row.getString("step"),
                        Optional.ofNullable(row.getString("path")),
                        row.getString("project")))
                .forEach(kept -> here.put(kept.row().id(), kept));
        here.values().forEach(kept -> byPath.put(kept.path(here), kept.row()));
        Map<Long, Resource> byId = new LinkedHashMap<>();
        resources.forEach(resource -> byId.put(resource.id(), resource));
        Map<Long, Place> places = new HashMap<>();
        Inserts inserts = new Inserts(new HashSet<>(here.keySet()));
        byId.values().forEach(resource -> place(resource, byId, owners, byPath, places, inserts));
        inserts.write();
        return places;
    }

    /// Finds or makes a resource, after those above it.
    private Place place(
            Resource resource,
            Map<Long, Resource> byId,
            Map<Long, Owner> owners,
            Map<String, Row> byPath,
            Map<Long, Place> places,
            Inserts inserts) {
        Place known = places.get(resource.id());
        if (known != null) {
            return known;
        }
        Place parent = resource.parent()
                .map(id -> place(found(byId, id), byId, owners, byPath, places, inserts))
                .orElse(null);
        Owner owner = parent == null ? found(owners, resource.account()) : parent.owner();
        String rtype = EventReader.rtype(JSON.getNodeFactory().stringNode(resource.rtype()));
        Optional<String> name = resource.name()
                .map(text -> EventReader.name(JSON.getNodeFactory().stringNode(text), "the name of a resource"));
        String step = Spelling.step(rtype, name);
        String path = Spelling.path(parent == null ? Spelling.part(owner.project()) : parent.path(), step);
        Row row = byPath.get(path);
        if (row == null) {
            row = new Row(inserts.id(resource.id()), name, owner.id());
            byPath.put(path, row);
            inserts.add(row, parent, rtype, step, resource.attrs());
        }
        Place place = new Place(row.id(), owner, path, parent, rtype, row.name());
        places.put(resource.id(), place);
        return place;
    }

    /// Writes new resources, parents before children.
    private final class Inserts {

        private final Set<Long> ids;
        private final PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO heart_resource (id, account_id, parent_id, rtype, name, step, attrs, closed_at)
                VALUES (:id, :account, :parent, :rtype, :name, :step, :attrs, :closed)""");
        private long last;

        Inserts(Set<Long> ids) {
            this.ids = ids;
            this.last = ids.stream().mapToLong(Long::longValue).max().orElse(0);
        }

        /// The wanted id if it is free.
        long id(long wanted) {
            long id = ids.contains(wanted) || wanted < 1 ? last + 1 : wanted;
            while (!ids.add(id)) {
                id++;
            }
            last = Math.max(last, id);
            return id;
        }

        void add(Row row, @Nullable Place parent, String rtype, String step, Optional<String> attrs) {
            batch.bind("id", row.id())
                    .bind("account", row.account())
                    .bind("parent", parent == null ? Identity.TOP : parent.id())
                    .bind("rtype", rtype)
                    .bindByType("name", row.name().orElse(null), String.class)
                    .bind("step", step)
                    .bind("closed", Life.OPEN)
                    .bind(
                            "attrs",
                            attrs.map(text -> JSON.readTree(text).toString()).orElse("{}"))
                    .add();
            if (batch.size() == ROWS) {
                batch.execute();
            }
        }

        void write() {
            if (batch.size() > 0) {
                batch.execute();
            }
        }
    }

    /// Sets the tariffs of types that have none, and finds for each type the one to charge what is taken over
    /// by.
    ///
    /// @param fresh is given those that were set
    private Tariffs tariffs(Books books, Map<String, Tariff> fresh) {
        Tariffs before = table.tariffs(handle);
        TreeMap<String, BigDecimal> missing = new TreeMap<>();
        books.tariffs().forEach((rtype, multiplier) -> {
            if (!before.byType().containsKey(rtype)) {
                missing.put(EventReader.rtype(JSON.getNodeFactory().stringNode(rtype)), plain(multiplier));
            }
        });
        TariffTable.Change change = table.set(handle, missing, now, false, by);
        fresh.putAll(change.changed());
        Tariffs all = before.and(change.changed());
        TreeMap<String, List<Tariff>> charged = new TreeMap<>();
        books.tariffs().forEach((rtype, multiplier) -> {
            if (multiplier.signum() != 0) {
                charged.put(rtype, untilEqual(all, rtype, multiplier));
            }
        });
        return new Tariffs(charged);
    }

    private static List<Tariff> untilEqual(Tariffs all, String rtype, BigDecimal multiplier) {
        List<Tariff> until = new ArrayList<>();
        for (Tariff tariff : all.byType().getOrDefault(rtype, List.of())) {
            until.add(tariff);
            if (tariff.multiplier().compareTo(multiplier) == 0) {
                return until;
            }
        }
        throw Problem.conflict(
                "the tariff of %s is %s there, and never was here, where it is %s. Take over first, then change tariffs."
                        .formatted(
                                rtype,
                                multiplier.toPlainString(),
                                all.multiplier(rtype).toPlainString()));
    }

    private static BigDecimal plain(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    /// What is told already of resources that may have been here before.
    private Set<Told> told(Collection<Place> places) {
        Set<Told> told = new HashSet<>();
        places.stream()
                .map(Place::id)
                .distinct()
                .gather(Gatherers.windowFixed(ROWS))
                .forEach(chunk -> handle.createQuery(
                                "SELECT resource_id, at, kind, quantity FROM heart_change WHERE resource_id IN (<ids>)")
                        .bindList("ids", chunk)
                        .map((row, context) -> told(
                                row.getLong("resource_id"),
                                row.getLong("at"),
                                Recording.value(row.getString("kind"), row.getString("quantity"))))
                        .forEach(told::add));
        return told;
    }

    private static Told told(long resource, long at, Event.Value value) {
        return new Told(resource, at, value.kind(), value.quantity().stripTrailingZeros());
    }

    private static Event.Value value(Quantity quantity) {
        return switch (quantity) {
            case Quantity.Linear(BigDecimal held) -> new Event.Value.Linear(held);
            case Quantity.Fixed(BigDecimal charged) -> new Event.Value.Fixed(charged);
            case Quantity.Closed() -> new Event.Value.Closed();
        };
    }

    /// An event that tells of one resource, from the top of its tree down.
    private static Event event(Place place, Instant at, Event.Value value) {
        Event.Node node = new Event.Node(place.rtype(), place.name(), Optional.empty(), Optional.of(value), List.of());
        for (Place above = place.parent(); above != null; above = above.parent()) {
            node = new Event.Node(above.rtype(), above.name(), Optional.empty(), Optional.empty(), List.of(node));
        }
        return new Event(Optional.of(place.owner().name()), Optional.empty(), at, node, JSON.nullNode());
    }
}
