package org.reckoner.collect.novabilling;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.collect.novabilling.OldBilling.Account;
import org.reckoner.collect.novabilling.OldBilling.Generation;
import org.reckoner.collect.novabilling.OldBilling.Resource;
import org.reckoner.collect.novabilling.OldBilling.Segment;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Reads a database of nova-billing: an SQLite file, or a dump of MySQL or MariaDB. Everything that must hold
/// is checked before anything is given out: who refers to a row finds it, times are times, costs are numbers.
public final class OldDatabase {

    private static final Set<String> FIRST = Set.of("billing_instance_info", "billing_instance_segment");
    private static final Set<String> FIRST_VOLUMES = Set.of("billing_volumes_info", "billing_volumes_info_segment");
    private static final Set<String> SECOND = Set.of("account", "resource", "segment", "tariff");
    private static final String COST_CENTER = "cost_center";

    private static final Pattern MOMENT =
            Pattern.compile("(\\d{4})-(\\d\\d)-(\\d\\d)[ T](\\d\\d):(\\d\\d):(\\d\\d)(?:\\.(\\d{1,6}))?");
    private static final int FIRST_YEAR = 1970;
    private static final int EVERY_DIGIT = 15;
    private static final int DIGITS_OF_FLOAT = 6;

    private OldDatabase() {}

    /// Whether a file is an SQLite database of nova-billing, of any generation. One whose tables cannot be told is not
    /// taken for one: a writer that was killed leaves a file that SQLite reads only once it may write, to mend it.
    ///
    /// @throws IOException if the file cannot be read
    public static boolean isOne(Path file) throws IOException {
        if (!SqliteFile.isOne(file)) {
            return false;
        }
        try {
            List<String> tables = SqliteFile.tables(file);
            return tables.containsAll(SECOND) || tables.containsAll(FIRST);
        } catch (UnreadableDatabase e) {
            return false;
        }
    }

    /// @param progress is told how many more rows were read
    /// @throws UnreadableDatabase if it is none, or cannot be believed
    /// @throws IOException if the file cannot be read
    public static OldBilling read(Path file, LongConsumer progress) throws IOException {
        Tables tables = new Tables(file, progress);
        int digits = EVERY_DIGIT;
        if (SqliteFile.isOne(file)) {
            SqliteFile.read(file, tables);
        } else if (Files.size(file) == 0) {
            throw new UnreadableDatabase("%s is empty".formatted(file));
        } else if (DumpFile.read(file, tables)) {
            digits = DIGITS_OF_FLOAT;
        }
        return tables.billing(digits);
    }

    /// An instance or a volume of the first generation, as it was for some time.
    private record Info(long id, String thing, Optional<String> project, Map<String, BigDecimal> quantities) {}

    private record State(long id, long info, long type, Instant begin, Optional<Instant> end) {}

    /// One row, with what to say if it is not as expected.
    private record Row(Path file, String table, Map<String, Optional<String>> values) {

        UnreadableDatabase wrong(String what) {
            return new UnreadableDatabase("%s: table %s, row %s: %s"
                    .formatted(
                            file,
                            table,
                            optional("id").or(() -> optional("rtype")).orElse("without id"),
                            what));
        }

        Optional<String> optional(String column) {
            return values.getOrDefault(column, Optional.empty());
        }

        String text(String column) {
            return optional(column).orElseThrow(() -> wrong("%s is not there".formatted(column)));
        }

        Optional<Long> wholeIfAny(String column) {
            return optional(column).map(text -> {
                if (!text.matches("-?\\d{1,18}")) {
                    throw wrong("%s is no whole number: '%s'".formatted(column, text));
                }
                return Long.parseLong(text);
            });
        }

        long whole(String column) {
            text(column);
            return wholeIfAny(column).orElseThrow();
        }

        BigDecimal number(String column) {
            String text = text(column);
            try {
                BigDecimal number = new BigDecimal(text);
                if (number.precision() - number.scale() > 24) {
                    throw wrong("%s is larger than anything real: %s".formatted(column, text));
                }
                return number;
            } catch (NumberFormatException e) {
                throw wrong("%s is no number: '%s'".formatted(column, text));
            }
        }

        Instant moment(String column) {
            text(column);
            return momentIfAny(column).orElseThrow();
        }

        Optional<Instant> momentIfAny(String column) {
            return optional(column).map(text -> {
                Matcher form = MOMENT.matcher(text);
                if (!form.matches() || Integer.parseInt(form.group(1)) < FIRST_YEAR) {
                    throw wrong(
                            "%s is no time: '%s'; expected YYYY-MM-DD hh:mm:ss, from 1970 on".formatted(column, text));
                }
                String micros = (form.group(7) == null ? "" : form.group(7)) + "000000";
                try {
                    return LocalDateTime.of(
                                    Integer.parseInt(form.group(1)),
                                    Integer.parseInt(form.group(2)),
                                    Integer.parseInt(form.group(3)),
                                    Integer.parseInt(form.group(4)),
                                    Integer.parseInt(form.group(5)),
                                    Integer.parseInt(form.group(6)),
                                    1_000 * Integer.parseInt(micros.substring(0, 6)))
                            .toInstant(ZoneOffset.UTC);
                } catch (DateTimeException e) {
                    throw wrong("%s is no time: '%s'".formatted(column, text));
                }
            });
        }
    }

    /// Gathers rows, and makes of them what the database says.
    private static final class Tables implements Rows {

        private static final int STEP = 1_000;

        private final Path file;
        private final LongConsumer progress;
        private final TreeMap<String, Set<String>> columns = new TreeMap<>();
        private final TreeMap<Long, Account> accounts = new TreeMap<>();
        private final TreeMap<Long, Long> centerOf = new TreeMap<>();
        private final TreeMap<Long, String> centers = new TreeMap<>();
        private final TreeMap<Long, Resource> resources = new TreeMap<>();
        private final TreeMap<Long, Segment> segments = new TreeMap<>();
        private final TreeMap<String, BigDecimal> tariffs = new TreeMap<>();
        private final TreeMap<Long, Info> instances = new TreeMap<>();
        private final TreeMap<Long, Info> volumes = new TreeMap<>();
        private final TreeMap<Long, State> instanceStates = new TreeMap<>();
        private final TreeMap<Long, State> volumeStates = new TreeMap<>();
        private final List<String> notes = new ArrayList<>();
        private long read;

        Tables(Path file, LongConsumer progress) {
            this.file = file;
            this.progress = progress;
        }

        @Override
        public boolean wants(String table) {
            return SECOND.contains(table)
                    || table.equals(COST_CENTER)
                    || FIRST.contains(table)
                    || FIRST_VOLUMES.contains(table);
        }

        @Override
        public void table(String name, Set<String> itsColumns) {
            columns.put(name, itsColumns);
            Set<String> expected = switch (name) {
                case "account", COST_CENTER -> Set.of("id", "name");
                case "resource" -> Set.of("id", "name", "rtype", "account_id", "parent_id");
                case "segment" -> Set.of("id", "resource_id", "cost", "begin_at", "end_at");
                case "tariff" -> Set.of("rtype", "multiplier");
                case "billing_instance_info" ->
                    Set.of("id", "instance_id", "project_id", "local_gb", "memory_mb", "vcpus");
                case "billing_instance_segment" ->
                    Set.of("id", "instance_info_id", "segment_type", "begin_at", "end_at");
                case "billing_volumes_info" -> Set.of("id", "volume_id", "project_id", "allocated_bytes");
                default -> Set.of("id", "info_id", "segment_type", "begin_at", "end_at");
            };
            TreeSet<String> missing = new TreeSet<>(expected);
            missing.removeAll(itsColumns);
            if (!missing.isEmpty()) {
                throw new UnreadableDatabase("%s: the table %s is not nova-billing's: it has no %s"
                        .formatted(file, name, String.join(", ", missing)));
            }
        }

        @Override
        public void row(String table, Map<String, Optional<String>> values) {
            Row row = new Row(file, table, values);
            if (table.equals("tariff")) {
                tariffs.put(row.text("rtype"), row.number("multiplier"));
            } else {
                row(table, row, row.whole("id"));
            }
            if (++read % STEP == 0) {
                progress.accept(STEP);
            }
        }

        private void row(String table, Row row, long id) {
            switch (table) {
                case "account" -> {
                    accounts.put(id, new Account(id, row.text("name"), Optional.empty()));
                    row.wholeIfAny("cost_center_id").ifPresent(center -> centerOf.put(id, center));
                }
                case COST_CENTER -> centers.put(id, row.text("name"));
                case "resource" -> resources.put(id, resource(row, id));
                case "segment" ->
                    segments.put(
                            id,
                            new Segment(
                                    id,
                                    row.whole("resource_id"),
                                    row.number("cost"),
                                    row.moment("begin_at"),
                                    row.momentIfAny("end_at")));
                case "billing_instance_info" ->
                    instances.put(id, info(row, id, "instance_id", "local_gb", "memory_mb", "vcpus"));
                case "billing_instance_segment" -> instanceStates.put(id, state(row, id, "instance_info_id"));
                case "billing_volumes_info" -> volumes.put(id, info(row, id, "volume_id", "allocated_bytes"));
                default -> volumeStates.put(id, state(row, id, "info_id"));
            }
        }

        private static Resource resource(Row row, long id) {
            Optional<String> attrs = row.optional("attrs").filter(text -> !text.isBlank() && !text.equals("null"));
            attrs.ifPresent(text -> {
                try {
                    if (!JsonMapper.shared().readTree(text).isObject()) {
                        throw row.wrong("attrs are no JSON object: " + text);
                    }
                } catch (JacksonException e) {
                    throw row.wrong("attrs are no JSON: " + e.getOriginalMessage());
                }
            });
            return new Resource(
                    id,
                    row.whole("account_id"),
                    row.wholeIfAny("parent_id"),
                    row.text("rtype"),
                    row.optional("name"),
                    attrs);
        }

        private static Info info(Row row, long id, String thing, String... quantities) {
            TreeMap<String, BigDecimal> held = new TreeMap<>();
            for (String column : quantities) {
                held.put(column, row.optional(column).isPresent() ? row.number(column) : BigDecimal.ZERO);
            }
            return new Info(id, row.text(thing), row.optional("project_id"), held);
        }

        private static State state(Row row, long id, String info) {
            return new State(
                    id, row.whole(info), row.whole("segment_type"), row.moment("begin_at"), row.momentIfAny("end_at"));
        }

        OldBilling billing(int digits) {
            progress.accept(read % STEP);
            boolean second = columns.keySet().containsAll(SECOND);
            boolean first = columns.keySet().containsAll(FIRST);
            if (second == first) {
                throw unknown(first);
            }
            return second ? second(digits) : first();
        }

        private UnreadableDatabase unknown(boolean both) {
            if (both) {
                return new UnreadableDatabase(
                        "%s holds both a database of nova-billing 0.0.2 and one of 2.x; import them from dumps of their own"
                                .formatted(file));
            }
            return new UnreadableDatabase(
                    "%s is no database of nova-billing: it has %s. Expected are account, resource, segment and tariff (2.0, 2.1), or billing_instance_info and billing_instance_segment (0.0.2)."
                            .formatted(
                                    file,
                                    columns.isEmpty()
                                            ? "none of its tables"
                                            : "no more of its tables than " + String.join(", ", columns.keySet())));
        }

        private OldBilling second(int digits) {
            List<Account> named = accounts.values().stream()
                    .map(account -> new Account(account.id(), account.name(), center(account)))
                    .toList();
            resources.values().forEach(this::check);
            segments.values().forEach(segment -> {
                if (!resources.containsKey(segment.resource())) {
                    throw orphan("segment", segment.id(), "resource", segment.resource());
                }
            });
            tariffs.forEach((rtype, multiplier) -> {
                if (multiplier.signum() < 0) {
                    throw new UnreadableDatabase(
                            "%s: the tariff of %s is negative: %s. Set it right in nova-billing first."
                                    .formatted(file, rtype, multiplier.toPlainString()));
                }
            });
            return new OldBilling(
                    columns.containsKey(COST_CENTER) ? Generation.G2 : Generation.G1,
                    digits,
                    named,
                    List.copyOf(resources.values()),
                    List.copyOf(segments.values()),
                    tariffs,
                    notes);
        }

        private UnreadableDatabase orphan(String table, long id, String of, long missing) {
            return new UnreadableDatabase(
                    "%s: table %s, row %d: there is no %s %d. The dump is not whole, or the database is damaged; nothing was imported."
                            .formatted(file, table, id, of, missing));
        }

        private Optional<String> center(Account account) {
            Long id = centerOf.get(account.id());
            if (id == null) {
                return Optional.empty();
            }
            String name = centers.get(id);
            if (name == null) {
                throw orphan("account", account.id(), COST_CENTER, id);
            }
            return Optional.of(name);
        }

        /// Its account and its parents are there, and no resource is above itself.
        private void check(Resource resource) {
            if (!accounts.containsKey(resource.account())) {
                throw orphan("resource", resource.id(), "account", resource.account());
            }
            Set<Long> above = new HashSet<>(Set.of(resource.id()));
            Resource at = resource;
            while (at.parent().isPresent()) {
                Resource parent = resources.get(at.parent().get());
                if (parent == null) {
                    throw orphan("resource", at.id(), "resource", at.parent().get());
                }
                if (!above.add(parent.id())) {
                    throw new UnreadableDatabase(
                            "%s: table resource, row %d: it is above itself".formatted(file, resource.id()));
                }
                at = parent;
            }
        }

        private OldBilling first() {
            FirstGeneration told = new FirstGeneration();
            instanceStates.values().forEach(state -> told.instance(state, found(instances, state, "instance_info")));
            volumeStates.values().forEach(state -> told.volume(state, found(volumes, state, "volumes_info")));
            if (told.withoutProject > 0) {
                notes.add("%d segments of things without a project were left out; nobody pays for them"
                        .formatted(told.withoutProject));
            }
            return new OldBilling(
                    Generation.G0, EVERY_DIGIT, told.accounts, told.resources, told.segments, new TreeMap<>(), notes);
        }

        private Info found(TreeMap<Long, Info> infos, State state, String of) {
            Info info = infos.get(state.info());
            if (info == null) {
                throw orphan(
                        "billing_" + of.replace("_info", "") + "_segment", state.id(), "billing_" + of, state.info());
            }
            return info;
        }
    }

    /// Tells the first generation in the words of the second.
    private static final class FirstGeneration {

        private static final BigDecimal GIB = BigDecimal.valueOf(1L << 30);
        private static final long ACTIVE = 0;
        private static final long PAUSED = 3;
        private static final long SUSPENDED = 4;
        private static final long STOPPED = 7;
        private static final long VOLUME_DELETED = 2;
        private static final long VOLUME_ERROR = 3;

        private final List<Account> accounts = new ArrayList<>();
        private final List<Resource> resources = new ArrayList<>();
        private final List<Segment> segments = new ArrayList<>();
        private final Map<String, Long> accountIds = new HashMap<>();
        private final Map<String, Long> resourceIds = new HashMap<>();
        private int withoutProject;

        void instance(State state, Info info) {
            if (info.project().isEmpty()) {
                withoutProject++;
                return;
            }
            long account = account(info.project().get());
            long instance = resource(account, Optional.empty(), "nova/instance", Optional.of(info.thing()));
            hold(instance, BigDecimal.ZERO, state);
            info.quantities().forEach((rtype, quantity) -> {
                long child = resource(account, Optional.of(instance), rtype, Optional.empty());
                hold(child, counts(rtype, state.type()) ? quantity : BigDecimal.ZERO, state);
            });
        }

        /// What is held in which state: disk, memory and vCPUs while active; disk and memory while paused or
        /// suspended; the disk while stopped.
        private static boolean counts(String rtype, long state) {
            if (state == ACTIVE) {
                return true;
            }
            boolean asleep = state == PAUSED || state == SUSPENDED;
            return switch (rtype) {
                case "local_gb" -> asleep || state == STOPPED;
                case "memory_mb" -> asleep;
                default -> false;
            };
        }

        void volume(State state, Info info) {
            if (info.project().isEmpty()) {
                withoutProject++;
                return;
            }
            long volume =
                    resource(account(info.project().get()), Optional.empty(), "nova/volume", Optional.of(info.thing()));
            boolean held = state.type() != VOLUME_DELETED && state.type() != VOLUME_ERROR;
            BigDecimal bytes = info.quantities().getOrDefault("allocated_bytes", BigDecimal.ZERO);
            hold(volume, held ? bytes.divide(GIB) : BigDecimal.ZERO, state);
        }

        private long account(String project) {
            return accountIds.computeIfAbsent(project, name -> {
                long id = accounts.size() + 1L;
                accounts.add(new Account(id, name, Optional.empty()));
                return id;
            });
        }

        private long resource(long account, Optional<Long> parent, String rtype, Optional<String> name) {
            String key = account + " " + parent.orElse(0L) + " " + rtype + " " + name.orElse("");
            Long known = resourceIds.get(key);
            if (known != null) {
                return known;
            }
            long id = resources.size() + 1L;
            resources.add(new Resource(id, account, parent, rtype, name, Optional.empty()));
            resourceIds.put(key, id);
            return id;
        }

        private void hold(long resource, BigDecimal quantity, State state) {
            segments.add(new Segment(segments.size() + 1L, resource, quantity, state.begin(), state.end()));
        }
    }
}
