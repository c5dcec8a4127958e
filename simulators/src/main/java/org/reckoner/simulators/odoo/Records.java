package org.reckoner.simulators.odoo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// What the database holds: records of every model, by id. Not thread-safe.
///
/// Values are `String`, `Integer`, `BigDecimal`, `Boolean` or a `List` of ids; nothing is `false`, as in
/// Odoo.
final class Records {

    private final Map<String, SortedMap<String, Field>> models;
    private final Map<String, Integer> accuracies;
    private final Map<String, TreeMap<Integer, Map<String, Object>>> tables = new TreeMap<>();
    private final Map<String, Integer> lastIds = new TreeMap<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();
    private LocalDateTime now = LocalDateTime.of(2026, 12, 1, 0, 0);

    /// @param accuracies decimal places by the names in `decimal.precision`
    Records(Map<String, SortedMap<String, Field>> models, Map<String, Integer> accuracies) {
        this.models = models;
        this.accuracies = accuracies;
    }

    /// The next transaction is a second later.
    void commit() {
        undo.clear();
        now = now.plusSeconds(1);
    }

    void rollBack() {
        while (!undo.isEmpty()) {
            undo.pop().run();
        }
    }

    SortedMap<String, Field> fields(String model) {
        SortedMap<String, Field> fields = models.get(model);
        if (fields == null) {
            throw new Fault(Fault.Kind.NOT_FOUND, "the model '%s' does not exist".formatted(model));
        }
        return fields;
    }

    Field field(String model, String name) {
        Field field = fields(model).get(name);
        if (field == null) {
            throw new Fault(Fault.Kind.VALUE, "Invalid field '%s' on model '%s'".formatted(name, model));
        }
        return field;
    }

    /// @return the new record's id
    int create(String model, Map<String, ?> values) {
        SortedMap<String, Field> fields = fields(model);
        TreeMap<Integer, Map<String, Object>> table = table(model);
        int id = lastIds.merge(model, 1, Integer::sum);
        TreeMap<String, Object> row = new TreeMap<>();
        row.put("id", id);
        if (fields.containsKey("active")) {
            row.put("active", true);
        }
        table.put(id, row);
        undo.push(() -> table.remove(id));
        row.put("create_date", time());
        write(model, id, values);
        return id;
    }

    private String time() {
        return now.format(DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT));
    }

    void write(String model, int id, Map<String, ?> values) {
        set(model, id, "write_date", time());
        values.forEach((name, value) -> write(model, id, field(model, name), value));
    }

    private void write(String model, int id, Field field, Object value) {
        if (field.type() == Field.Type.ONE2MANY) {
            commands(value).forEach(command -> writeLine(id, field, command));
            return;
        }
        Object stored = switch (field.type()) {
            case MANY2MANY -> linked(model, id, field, commands(value));
            case MANY2ONE -> existing(field, value);
            case FLOAT -> number(field, value);
            default -> value;
        };
        set(model, id, field.name(), stored);
    }

    /// Writes what the system itself computed.
    void set(String model, int id, String name, Object value) {
        Map<String, Object> row = row(model, id);
        Optional<Object> before = Optional.ofNullable(row.put(name, value));
        undo.push(() -> before.ifPresentOrElse(old -> row.put(name, old), () -> row.remove(name)));
    }

    void unlink(String model, int id) {
        Map<String, Object> row = row(model, id);
        fields(model).values().stream()
                .filter(field -> field.type() == Field.Type.ONE2MANY)
                .forEach(field -> ids(model, id, field.name()).forEach(line -> unlink(field.of(), line)));
        table(model).remove(id);
        undo.push(() -> table(model).put(id, row));
    }

    boolean exists(String model, int id) {
        return table(model).containsKey(id);
    }

    List<Integer> all(String model) {
        fields(model);
        return List.copyOf(table(model).keySet());
    }

    /// A field's value; `false` if there is none.
    Object get(String model, int id, String name) {
        Field field = field(model, name);
        if (field.type() == Field.Type.ONE2MANY) {
            return all(field.of()).stream()
                    .filter(line ->
                            Integer.valueOf(id).equals(row(field.of(), line).get(field.inverse())))
                    .toList();
        }
        return Optional.ofNullable(row(model, id).get(name)).or(field::nothing).orElse(false);
    }

    boolean wasWritten(String model, int id, String name) {
        return row(model, id).containsKey(name);
    }

    /// Follows relations: `partner_id.ref`.
    Object path(String model, int id, String path) {
        int dot = path.indexOf('.');
        if (dot < 0) {
            return get(model, id, path);
        }
        Field field = field(model, path.substring(0, dot));
        Object first = get(model, id, field.name());
        return first instanceof Integer other ? path(field.of(), other, path.substring(dot + 1)) : false;
    }

    BigDecimal decimal(String model, int id, String name) {
        return decimal(get(model, id, name));
    }

    List<Integer> ids(String model, int id, String name) {
        return get(model, id, name) instanceof List<?> list
                ? list.stream().map(Integer.class::cast).toList()
                : List.of();
    }

    /// Numbers arrive as Python's floats do: with about 16 digits, whatever was written.
    static BigDecimal decimal(Object value) {
        return switch (value) {
            case BigDecimal decimal -> new BigDecimal(Double.toString(decimal.doubleValue()));
            case Number number -> new BigDecimal(number.toString());
            case Boolean nothing when !nothing -> BigDecimal.ZERO;
            default -> throw new Fault(Fault.Kind.VALUE, "could not convert string to float: '%s'".formatted(value));
        };
    }

    private Object number(Field field, Object value) {
        BigDecimal number = decimal(value);
        Integer places = accuracies.get(field.of());
        return places == null ? number : number.setScale(places, RoundingMode.HALF_UP);
    }

    private Object existing(Field field, Object value) {
        if (value instanceof Integer id && !exists(field.of(), id)) {
            throw new Fault(Fault.Kind.VALIDATION, "Another model requires the record being deleted: " + field.name());
        }
        if (!(value instanceof Integer) && !Boolean.FALSE.equals(value)) {
            throw new Fault(Fault.Kind.VALUE, "Wrong value for %s: %s".formatted(field.name(), value));
        }
        return value;
    }

    private void writeLine(int parent, Field field, List<?> command) {
        switch ((Integer) command.get(0)) {
            case 0 -> {
                TreeMap<String, Object> values = new TreeMap<>(map(command.get(2)));
                values.put(field.inverse(), parent);
                create(field.of(), values);
            }
            case 1 -> write(field.of(), (Integer) command.get(1), map(command.get(2)));
            case 2 -> unlink(field.of(), (Integer) command.get(1));
            default -> throw new Fault(Fault.Kind.VALUE, "not simulated: command " + command);
        }
    }

    private List<Integer> linked(String model, int id, Field field, List<List<?>> commands) {
        List<Integer> linked = new ArrayList<>(ids(model, id, field.name()));
        for (List<?> command : commands) {
            switch ((Integer) command.get(0)) {
                case 4 -> linked.add((Integer) command.get(1));
                case 5 -> linked.clear();
                case 6 -> {
                    linked.clear();
                    ((Collection<?>) command.get(2)).forEach(other -> linked.add((Integer) other));
                }
                default -> throw new Fault(Fault.Kind.VALUE, "not simulated: command " + command);
            }
        }
        linked.forEach(other -> row(field.of(), other));
        return List.copyOf(linked);
    }

    private static List<List<?>> commands(Object value) {
        if (!(value instanceof List<?> list)) {
            throw new Fault(Fault.Kind.VALUE, "Wrong value for a relation: " + value);
        }
        List<List<?>> commands = new ArrayList<>();
        list.forEach(command -> commands.add((List<?>) command));
        return commands;
    }

    static Map<String, Object> map(Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new Fault(Fault.Kind.VALUE, "not a dictionary: " + value);
        }
        TreeMap<String, Object> values = new TreeMap<>();
        map.forEach((name, each) -> values.put(String.valueOf(name), each));
        return values;
    }

    private Map<String, Object> row(String model, int id) {
        Map<String, Object> row = table(model).get(id);
        if (row == null) {
            throw new Fault(
                    Fault.Kind.MISSING,
                    "Record does not exist or has been deleted.\n(Record: %s(%d,), User: 2)".formatted(model, id));
        }
        return row;
    }

    private TreeMap<Integer, Map<String, Object>> table(String model) {
        return tables.computeIfAbsent(model, name -> new TreeMap<>());
    }
}
