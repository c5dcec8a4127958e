package org.reckoner.simulators.odoo;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.reckoner.simulators.http.SimulatedServer;

/// Odoo's external API over invented accounting: partners, products, price lists, invoices, credit notes
/// and orders, with the totals, states and refusals of the real one. It speaks JSON-2
/// (`/json/2/MODEL/METHOD`) and XML-RPC (`/xmlrpc/2/common`, `/xmlrpc/2/object`) over the same database,
/// and misbehaves as [#server()] is told.
///
/// After Odoo's documentation of its external API and of its accounting application. What no adapter needs
/// is left out: access rights, journals' entries, payments, several companies.
public final class OdooSimulator implements AutoCloseable {

    public static final String DATABASE = "cloud";
    public static final String LOGIN = "reckoner@example.org";
    public static final String KEY = "6578616d706c65206a736f6e20617069206b6579";

    public static final int COMPANY = 1;
    public static final int EURO = 1;

    static final int USER = 2;

    /// How this Odoo is set up.
    ///
    /// @param version 19 has JSON-2; older ones do not
    /// @param roundsGlobally taxes are rounded once on each document instead of on each line
    /// @param accuracies decimal places of numbers, by name
    /// @param usualTaxes ids of the taxes of lines that name neither taxes nor a product
    public record Setup(
            int version,
            boolean roundsGlobally,
            Map<String, Integer> accuracies,
            List<Integer> usualTaxes,
            LocalDate today) {

        /// As Odoo is when it was installed. The first tax that is created is the company's usual one.
        public static final Setup USUAL = new Setup(
                19, false, Map.of(Models.QUANTITY, 2, Models.PRICE, 2), List.of(1), LocalDate.of(2026, 12, 1));

        public Setup ofVersion(int other) {
            return new Setup(other, roundsGlobally, accuracies, usualTaxes, today);
        }

        public Setup roundingGlobally() {
            return new Setup(version, true, accuracies, usualTaxes, today);
        }
    }

    private final Setup setup;
    private final Records records;
    private final Accounting accounting;
    private final ReentrantLock lock = new ReentrantLock();
    private final AtomicInteger calls = new AtomicInteger();
    private final SimulatedServer server;

    private OdooSimulator(int port, Setup setup) {
        this.setup = setup;
        records = new Records(Models.of(setup.version()), setup.accuracies());
        accounting = new Accounting(records, setup);
        create("res.currency", Map.of("name", "EUR", "rounding", new BigDecimal("0.01"), "decimal_places", 2));
        create("res.currency", Map.of("name", "USD", "rounding", new BigDecimal("0.01"), "decimal_places", 2));
        create("res.currency", Map.of("name", "JPY", "rounding", BigDecimal.ONE, "decimal_places", 0, "active", false));
        create("res.company", Map.of("name", "My Company", "currency_id", EURO));
        create("account.tax", Map.of("name", "25%", "amount", 25, "amount_type", "percent", "type_tax_use", "sale"));
        server = SimulatedServer.start(port, new FrontDoor(this)::answer);
    }

    /// @param port 0 for any that is free
    public static OdooSimulator start(int port, Setup setup) {
        return new OdooSimulator(port, setup);
    }

    public SimulatedServer server() {
        return server;
    }

    Setup setup() {
        return setup;
    }

    /// How many calls of methods were carried out or refused.
    public int calls() {
        return calls.get();
    }

    /// As a person would in the browser.
    ///
    /// @return the new record's id
    public int create(String model, Map<String, ?> values) {
        return (Integer) ((List<?>) call(model, "create", List.of(), Map.of("vals_list", values))).getFirst();
    }

    /// As a person would in the browser.
    public void write(String model, int id, Map<String, ?> values) {
        call(model, "write", List.of(id), Map.of("vals", values));
    }

    /// Posts an invoice or credit note, as a person would in the browser.
    public void post(int move) {
        call("account.move", "action_post", List.of(move), Map.of());
    }

    /// All records of a model, archived ones too, with the fields that are asked for.
    public List<Map<String, Object>> read(String model, String... fields) {
        lock.lock();
        try {
            return read(model, records.all(model), List.of(fields));
        } finally {
            lock.unlock();
        }
    }

    /// Calls a method in a transaction of its own.
    ///
    /// @param values by the parameters' names
    /// @return what Odoo answers; `Void` where Python's method returns nothing
    Object call(String model, String method, List<Integer> ids, Map<String, ?> values) {
        lock.lock();
        try {
            calls.incrementAndGet();
            Object result = carryOut(model, method, ids, values);
            records.commit();
            return result;
        } catch (RuntimeException e) {
            records.rollBack();
            throw e;
        } finally {
            lock.unlock();
        }
    }

    private Object carryOut(String model, String method, List<Integer> ids, Map<String, ?> values) {
        records.fields(model);
        return switch (method) {
            case "create" -> createAll(model, parameter(values, "vals_list"));
            case "write" -> {
                Map<String, Object> changes = Records.map(parameter(values, "vals"));
                for (int id : ids) {
                    accounting.mayBeWritten(model, id, changes);
                    records.write(model, id, changes);
                    accounting.complete(model, id);
                }
                yield true;
            }
            case "unlink" -> {
                for (int id : ids) {
                    accounting.mayBeDeleted(model, id);
                    records.unlink(model, id);
                }
                yield true;
            }
            case "read" -> read(model, ids, names(values));
            case "search" -> found(model, values);
            case "search_count" -> found(model, values).size();
            case "search_read" -> read(model, found(model, values), names(values));
            case "fields_get" -> fieldsGet(model, values);
            case "action_post" -> {
                only("account.move", model, method);
                ids.forEach(accounting::post);
                yield false;
            }
            case "button_cancel" -> {
                only("account.move", model, method);
                ids.forEach(id -> records.set(model, id, "state", "cancel"));
                yield NOTHING;
            }
            case "action_confirm" -> {
                only("sale.order", model, method);
                ids.forEach(accounting::confirm);
                yield true;
            }
            default -> throw noMethod(model, method);
        };
    }

    /// Python's `None`.
    static final Object NOTHING = new Object();

    private static Fault noMethod(String model, String method) {
        return new Fault(Fault.Kind.NOT_FOUND, "The method '%s.%s' does not exist".formatted(model, method));
    }

    private static void only(String expected, String model, String method) {
        if (!expected.equals(model)) {
            throw noMethod(model, method);
        }
    }

    private static Object parameter(Map<String, ?> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            throw new Fault(Fault.Kind.UNPROCESSABLE, "missing a required argument: '%s'".formatted(name));
        }
        return value;
    }

    private List<Integer> createAll(String model, Object values) {
        List<?> all = values instanceof List<?> list ? list : List.of(values);
        List<Integer> ids = new ArrayList<>();
        for (Object each : all) {
            int id = records.create(model, Records.map(each));
            accounting.complete(model, id);
            ids.add(id);
        }
        return ids;
    }

    private List<Integer> found(String model, Map<String, ?> values) {
        Domain domain = new Domain(values.get("domain") instanceof List<?> terms ? terms : List.of());
        boolean archived = Boolean.FALSE.equals(
                        Records.map(values.containsKey("context") ? parameter(values, "context") : Map.of())
                                .get("active_test"))
                || String.valueOf(values.get("domain")).contains("active");
        boolean archives = records.fields(model).containsKey("active") && !archived;
        List<Integer> ids = records.all(model).stream()
                .filter(id -> !archives || Boolean.TRUE.equals(records.get(model, id, "active")))
                .filter(id -> domain.matches(path -> records.path(model, id, path)))
                .sorted(order(model, values.get("order") instanceof String order ? order : "id"))
                .toList();
        int offset = values.get("offset") instanceof Integer number ? number : 0;
        int limit = values.get("limit") instanceof Integer number && number > 0 ? number : ids.size();
        return ids.stream().skip(offset).limit(limit).toList();
    }

    private Comparator<Integer> order(String model, String text) {
        Comparator<Integer> order = (a, b) -> 0;
        for (String part : text.split(",")) {
            String[] words = part.strip().split("\\s+");
            Comparator<Integer> by = "id".equals(words[0])
                    ? Comparator.naturalOrder()
                    : Comparator.comparing(id -> String.valueOf(records.get(model, id, words[0])));
            boolean descends = words.length > 1 && "desc".equalsIgnoreCase(words[1]);
            order = order.thenComparing(descends ? by.reversed() : by);
        }
        return order;
    }

    private static List<String> names(Map<String, ?> values) {
        return values.get("fields") instanceof List<?> names
                ? names.stream().map(String::valueOf).toList()
                : List.of();
    }

    private List<Map<String, Object>> read(String model, List<Integer> ids, List<String> asked) {
        List<String> names = asked.isEmpty() ? List.copyOf(records.fields(model).keySet()) : asked;
        List<Map<String, Object>> rows = new ArrayList<>();
        for (int id : ids) {
            LinkedHashMap<String, Object> row = new LinkedHashMap<>();
            row.put("id", id);
            names.forEach(name -> row.put(name, shown(model, id, records.field(model, name))));
            rows.add(row);
        }
        return rows;
    }

    private Object shown(String model, int id, Field field) {
        Object value = records.get(model, id, field.name());
        return field.type() == Field.Type.MANY2ONE && value instanceof Integer other
                ? List.of(other, display(field.of(), other))
                : value;
    }

    /// A category shows its whole path.
    private String display(String model, int id) {
        String name = String.valueOf(records.get(model, id, "name"));
        return "product.category".equals(model) && records.get(model, id, "parent_id") instanceof Integer parent
                ? display(model, parent) + " / " + name
                : name;
    }

    private Map<String, Object> fieldsGet(String model, Map<String, ?> values) {
        LinkedHashMap<String, Object> fields = new LinkedHashMap<>();
        List<?> asked = values.get("allfields") instanceof List<?> names ? names : List.of();
        records.fields(model).values().stream()
                .filter(field -> asked.isEmpty() || asked.contains(field.name()))
                .forEach(field -> fields.put(
                        field.name(),
                        Map.of("type", field.type().name().toLowerCase(Locale.ROOT), "name", field.name())));
        return fields;
    }

    /// The names of a method's parameters, for XML-RPC, where they may come by place.
    static List<String> parameters(String method) {
        return switch (method) {
            case "create" -> List.of("vals_list");
            case "write" -> List.of("ids", "vals");
            case "read" -> List.of("ids", "fields");
            case "search" -> List.of("domain", "offset", "limit", "order");
            case "search_count" -> List.of("domain", "limit");
            case "search_read" -> List.of("domain", "fields", "offset", "limit", "order");
            case "fields_get" -> List.of("allfields", "attributes");
            default -> List.of("ids");
        };
    }

    static List<Integer> ids(Object value) {
        return value instanceof List<?> list
                ? list.stream().map(Integer.class::cast).toList()
                : Arrays.asList((Integer) value);
    }

    @Override
    public void close() {
        server.close();
    }
}
