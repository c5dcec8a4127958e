package org.reckoner.simulators.hostbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;
import tools.jackson.databind.json.JsonMapper;

/// HostBill's admin API (`/admin/api.php`) over invented accounts, products and metered usage, with the
/// oddities of its wire format: numbers are texts, now and then not; what is empty is a list, or false;
/// failures answer 200.
///
/// After HostBill's documentation of its API. What that does not say is simulated as the settings say: what
/// "Don't accumulate" means, and whether negative usage is taken.
public final class HostBillSimulator implements AutoCloseable {

    public static final String ID = "0a1b2c3d4e5f6a7b8c9d";
    public static final String KEY = "f00dfacef00dfacef00d";

    private static final int PER_PAGE = 25;
    private static final long SERVER_TIME = 1_700_000_000L;
    private static final JsonMapper JSON = JsonMapper.shared();

    /// What was posted.
    ///
    /// @param output the comment that came with it
    public record Usage(int id, String variable, BigDecimal quantity, BigDecimal charge, String output, String raw) {}

    /// @param cycle `m` for a month and so on, with its price
    private record Product(
            int id, String name, boolean isMetered, Map<String, String> cycles, List<Variable> variables) {}

    private static final class Account {
        private final int id;
        private final int client;
        private final Product product;
        private final Optional<String> project;
        private final String currency;
        private String status = "Active";
        private LocalDate previousInvoice;
        private final List<Usage> usage = new ArrayList<>();

        private Account(
                int id, int client, Product product, Optional<String> project, String currency, LocalDate previous) {
            this.id = id;
            this.client = client;
            this.product = product;
            this.project = project;
            this.currency = currency;
            this.previousInvoice = previous;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Integer, Product> products = new TreeMap<>();
    private final TreeMap<Integer, Account> accounts = new TreeMap<>();
    private final Books books = new Books();
    private final ConcurrentHashMap<String, Runnable> meanwhile = new ConcurrentHashMap<>();
    private volatile int perPage = PER_PAGE;
    private volatile boolean tellsPages = true;
    private boolean accumulatesNothing;
    private final boolean takesNegatives;
    private final SimulatedServer server;
    private int lastUsage = 100;

    private HostBillSimulator(int port, boolean takesNegatives) {
        this.takesNegatives = takesNegatives;
        server = SimulatedServer.start(port, this::answer);
    }

    /// @param port 0 for any that is free
    /// @param takesNegatives whether usage may be negative
    public static HostBillSimulator start(int port, boolean takesNegatives) {
        return new HostBillSimulator(port, takesNegatives);
    }

    public SimulatedServer server() {
        return server;
    }

    /// @param cycles prices by cycle: `m` and `m_setup` of a month, and `q`, `s`, `a`, `b`, `t`, `d`, `w`, `h`
    /// @return its id
    public int product(String name, Map<String, String> cycles, List<Variable> variables) {
        return locked(() -> {
            int id = products.size() + 10;
            products.put(id, new Product(id, name, !variables.isEmpty(), cycles, variables));
            return id;
        });
    }

    /// An active account.
    ///
    /// @param project in the custom field `openstack_project_id`, if any
    /// @return its id
    public int account(int product, Optional<String> project, String currency) {
        return locked(() -> {
            int id = accounts.size() + 11;
            Product sold = Optional.ofNullable(products.get(product)).orElseThrow();
            accounts.put(id, new Account(id, id + 1000, sold, project, currency, LocalDate.of(2026, 11, 1)));
            return id;
        });
    }

    public void status(int account, String status) {
        locked(() -> find(account).status = status);
    }

    /// What was posted for an account and is not invoiced yet.
    public List<Usage> usage(int account) {
        return locked(() -> List.copyOf(find(account).usage));
    }

    /// What HostBill counts of a variable now.
    public BigDecimal counted(int account, String variable) {
        return locked(
                () -> counted(find(account), variable(find(account), variable)).quantity());
    }

    /// A person sets the option "Don't accumulate" of all variables.
    public void accumulateNothing() {
        locked(() -> accumulatesNothing = true);
    }

    /// Usage that a person posts.
    public void post(int account, String variable, String quantity, String output) {
        locked(() -> add(find(account), variable, Map.of("qty", quantity, "output", output)));
    }

    /// A person removes a posted usage.
    public void remove(int account, int usage) {
        locked(() -> find(account).usage.removeIf(each -> each.id() == usage));
    }

    /// Ends the billing period of an account: its usage becomes an invoice.
    ///
    /// @return the invoice's id
    public int invoice(int account, LocalDate day) {
        return invoice(account, day, BigDecimal.ZERO);
    }

    /// @param tax that HostBill adds
    public int invoice(int account, LocalDate day, BigDecimal tax) {
        return locked(() -> {
            Account found = find(account);
            List<Books.Item> items = new ArrayList<>();
            for (Variable variable : found.product.variables()) {
                items.add(new Books.Item(
                        items.size() + 118,
                        found.id,
                        "Metered",
                        variable.label(),
                        counted(found, variable).charge()));
            }
            found.usage.clear();
            found.previousInvoice = day;
            return books.add(found.client, day, found.currency, items, tax);
        });
    }

    /// An invoice that a person writes.
    public int invoiceByHand(int account, LocalDate day, String description, String amount) {
        return locked(() -> {
            Account found = find(account);
            Books.Item item = new Books.Item(900, 0, "Other", description, new BigDecimal(amount));
            return books.add(found.client, day, found.currency, List.of(item), BigDecimal.ZERO);
        });
    }

    /// A person sets what became of an invoice: `Paid`, `Unpaid`, `Cancelled`, `Refunded`, `Collections`,
    /// `Draft`.
    public void invoiceStatus(int invoice, String status, LocalDate day) {
        locked(() -> {
            books.status(invoice, status, day);
            return invoice;
        });
    }

    public void removeInvoice(int invoice) {
        locked(() -> {
            books.remove(invoice);
            return invoice;
        });
    }

    /// A person gives a client credit.
    public void credit(int account, String amount) {
        locked(() -> {
            books.addCredit(find(account).client, new BigDecimal(amount));
            return account;
        });
    }

    /// Credit of the client pays for an invoice. What HostBill calls its total is less by it from then on.
    public void useCredit(int invoice, String amount) {
        locked(() -> {
            books.useCredit(invoice, new BigDecimal(amount));
            return invoice;
        });
    }

    /// The client of an account.
    public int client(int account) {
        return locked(() -> find(account).client);
    }

    /// How many rows a page has, which is a setting of HostBill's.
    public void perPage(int rows) {
        perPage = rows;
    }

    /// Whether lists tell beside them how many pages there are, as most do.
    public void tellsPages(boolean tells) {
        tellsPages = tells;
    }

    /// What happens once, while the pages of a list are read: before the next one that is not the first.
    public void meanwhile(String call, Runnable event) {
        meanwhile.put(call, event);
    }

    private interface Work<T> {
        T get();
    }

    private <T> T locked(Work<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private Reply answer(Request request) {
        if (!"/admin/api.php".equals(request.path())) {
            return Reply.text(404, "text/html", "<h1>Not Found</h1>");
        }
        TreeMap<String, String> fields = new TreeMap<>();
        read(request.query(), fields);
        read(request.text(), fields);
        String call = fields.getOrDefault("call", "");
        LinkedHashMap<String, Object> answer = new LinkedHashMap<>();
        answer.put("success", true);
        if (!fields.getOrDefault("page", "0").equals("0")) {
            Optional.ofNullable(meanwhile.remove(call)).ifPresent(Runnable::run);
        }
        try {
            if (!ID.equals(fields.get("api_id")) || !KEY.equals(fields.get("api_key"))) {
                throw new Wrong("Authentication failed");
            }
            answer.putAll(locked(() -> carryOut(call, fields)));
        } catch (Wrong e) {
            answer.put("success", false);
            answer.put("error", List.of(String.valueOf(e.getMessage())));
        }
        answer.put("call", call);
        answer.put("server_time", SERVER_TIME);
        return Reply.json(200, JSON.writeValueAsString(answer));
    }

    private static void read(String form, Map<String, String> fields) {
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                fields.put(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)));
            }
        }
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private Map<String, ?> carryOut(String call, Map<String, String> fields) {
        return switch (call) {
            case "getHostBillversion" -> Map.of("version", "2026-11-01");
            case "getAccounts" -> listed("accounts", accountsOf(fields), fields);
            case "getAccountDetails" -> Map.of("details", details(find(number(fields, "id"))));
            case "meteredGetUsage" -> {
                Account account = find(number(fields, "account_id"));
                if (account.status.equals("Terminated")) {
                    throw new Wrong("Account is terminated");
                }
                yield Map.of("variables", variables(account));
            }
            case "meteredAddUsage" -> {
                Account account = find(number(fields, "account_id"));
                int id = add(account, required(fields, "variable"), fields);
                yield Map.of("usage_id", Integer.toString(id));
            }
            case "meteredAddUsageBulk" -> Map.of("usage_ids", addAll(find(number(fields, "account_id")), fields));
            case "meteredGetVariables" -> Map.of("variables", prices(number(fields, "product_id")));
            case "getOrderPages" -> Map.of("categories", List.of(Map.of("id", "1", "name", "Cloud", "visible", "1")));
            case "getProducts" ->
                Map.of("products", products.values().stream().map(this::product).toList());
            case "getInvoices" ->
                listed("invoices", books.rows(fields.getOrDefault("list", "all"), Optional.empty()), fields);
            case "getClientInvoices" ->
                listed("invoices", books.rows("all", Optional.of(number(fields, "id"))), fields);
            case "getInvoiceDetails" -> {
                Map<String, Object> invoice = books.details(number(fields, "id"));
                yield Map.of("invoice", invoice, "transactions", List.of());
            }
            case "setInvoiceStatus" -> {
                books.status(number(fields, "id"), required(fields, "status"), LocalDate.EPOCH);
                yield Map.of("info", List.of("Invoice status changed"));
            }
            case "getInvoicesPDF" ->
                Map.of(
                        "files",
                        books.pdfs(Arrays.stream(required(fields, "invoices").split(",", -1))
                                .map(HostBillSimulator::number)
                                .toList()));
            case "getClientDetails" -> Map.of("client", shownClient(number(fields, "id")));
            case "addClientCredit" -> {
                books.addCredit(number(fields, "client_id"), decimal(required(fields, "amount")));
                yield Map.of("info", List.of("Client credit increased"));
            }
            default -> throw new Wrong("Method not found");
        };
    }

    private static String required(Map<String, String> fields, String name) {
        String value = fields.get(name);
        if (value == null || value.isEmpty()) {
            throw new Wrong("Wrong parameter");
        }
        return value;
    }

    private Map<String, Object> shownClient(int id) {
        String currency = accounts.values().stream()
                .filter(account -> account.client == id)
                .map(account -> account.currency)
                .findFirst()
                .orElseThrow(() -> new Wrong("Client not found"));
        return books.client(id, currency);
    }

    private static int number(Map<String, String> fields, String name) {
        return number(required(fields, name));
    }

    private static int number(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new Wrong("Wrong parameter");
        }
        return Integer.parseInt(text);
    }

    private Account find(int id) {
        return Optional.ofNullable(accounts.get(id)).orElseThrow(() -> new Wrong("Account not found"));
    }

    private static Variable variable(Account account, String name) {
        return account.product.variables().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new Wrong("Variable not found: " + name));
    }

    /// Pages are counted from 0.
    private Map<String, Object> listed(String name, List<?> all, Map<String, String> fields) {
        int page = fields.containsKey("page") ? number(fields, "page") : 0;
        LinkedHashMap<String, Object> answer = new LinkedHashMap<>();
        answer.put(name, all.stream().skip((long) page * perPage).limit(perPage).toList());
        if (tellsPages) {
            answer.put(
                    "sorter",
                    Map.of(
                            "perpage",
                            perPage,
                            "totalpages",
                            (all.size() + perPage - 1) / perPage,
                            "sorterrecords",
                            all.size(),
                            "sorterpage",
                            page));
        }
        return answer;
    }

    private List<Map<String, String>> accountsOf(Map<String, String> fields) {
        boolean active = "all_active".equals(fields.get("list"));
        List<Map<String, String>> rows = new ArrayList<>();
        for (Account account : accounts.descendingMap().values()) {
            boolean wanted =
                    fields.getOrDefault("filter[domain]", domain(account)).equals(domain(account));
            if (wanted && (!active || "Active".equals(account.status))) {
                LinkedHashMap<String, String> row = new LinkedHashMap<>();
                row.put("id", Integer.toString(account.id));
                row.put("domain", domain(account));
                row.put("billingcycle", "Monthly");
                row.put("status", account.status);
                row.put("total", "0.00");
                row.put("name", account.product.name());
                row.put("client_id", Integer.toString(account.client));
                row.put("currency_id", account.currency);
                rows.add(row);
            }
        }
        return rows;
    }

    private static String domain(Account account) {
        return account.project.orElse("").isEmpty() ? "" : account.project.orElse("") + ".cloud.example.org";
    }

    private static Map<String, Object> details(Account account) {
        LinkedHashMap<String, Object> details = new LinkedHashMap<>();
        details.put("id", Integer.toString(account.id));
        details.put("client_id", Integer.toString(account.client));
        details.put("product_id", Integer.toString(account.product.id()));
        details.put("status", account.status);
        details.put("domain", domain(account));
        details.put("paytype", account.product.isMetered() ? "Metered" : "Regular");
        details.put("currency_id", account.currency);
        details.put("previous_invoice", account.previousInvoice.toString());
        details.put("next_invoice", account.previousInvoice.plusMonths(1).toString());
        details.put("password", "decrypted-and-nobodys-business");
        details.put(
                "custom",
                account.project
                        .<Object>map(project ->
                                Map.of("7", Map.of("name", "openstack_project_id", "data", Map.of("7", project))))
                        .orElse(false));
        return details;
    }

    private record Counted(BigDecimal quantity, BigDecimal charge) {}

    private Counted counted(Account account, Variable variable) {
        List<Usage> posted = account.usage.stream()
                .filter(each -> each.variable().equals(variable.name()))
                .toList();
        boolean accumulates = variable.accumulates() && !accumulatesNothing;
        List<Usage> counting = accumulates || posted.isEmpty() ? posted : List.of(posted.getLast());
        return new Counted(
                counting.stream().map(Usage::quantity).reduce(BigDecimal.ZERO, BigDecimal::add),
                counting.stream().map(Usage::charge).reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /// By id; an empty list where there is none, as PHP writes it.
    private Object variables(Account account) {
        LinkedHashMap<String, Object> variables = new LinkedHashMap<>();
        List<Variable> all = account.product.variables();
        for (int i = 0; i < all.size(); i++) {
            Variable variable = all.get(i);
            String id = Integer.toString(i + 5);
            Counted counted = counted(account, variable);
            LinkedHashMap<String, Object> shown = described(id, account.product.id(), variable);
            shown.put("usage", counted.quantity().stripTrailingZeros().toPlainString());
            shown.put("charge", counted.charge());
            List<Object> values = new ArrayList<>();
            for (Usage usage : account.usage) {
                if (usage.variable().equals(variable.name())) {
                    LinkedHashMap<String, Object> value = new LinkedHashMap<>();
                    value.put("id", Integer.toString(usage.id()));
                    value.put("variable_name", variable.name());
                    value.put("qty", usage.quantity().stripTrailingZeros().toPlainString());
                    value.put("charge", Books.money(usage.charge()));
                    value.put("output", usage.output());
                    value.put("rawoutput", usage.raw());
                    value.put("date_created", "2026-12-01 07:00:39");
                    values.add(value);
                }
            }
            shown.put("values", values);
            variables.put(id, shown);
        }
        return variables.isEmpty() ? List.of() : variables;
    }

    private LinkedHashMap<String, Object> described(String id, int product, Variable variable) {
        LinkedHashMap<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", id);
        shown.put("product_id", Integer.toString(product));
        shown.put("name", variable.label());
        shown.put("variable_name", variable.name());
        shown.put("unit_name", variable.unit());
        shown.put("cycle", "Monthly");
        shown.put("scheme", variable.scheme());
        shown.put("options", variable.accumulates() && !accumulatesNothing ? "0" : "1");
        return shown;
    }

    private List<Object> prices(int product) {
        List<Object> shown = new ArrayList<>();
        for (Variable variable : sold(product).variables()) {
            LinkedHashMap<String, Object> described = described(Integer.toString(shown.size() + 5), product, variable);
            List<Object> prices = new ArrayList<>();
            for (Variable.Bracket bracket : variable.brackets()) {
                prices.add(Map.of(
                        "qty",
                        bracket.from().toPlainString(),
                        "qty_max",
                        bracket.to().toPlainString(),
                        "price",
                        bracket.price().setScale(4, RoundingMode.HALF_UP).toPlainString()));
            }
            described.put("prices", prices);
            shown.add(described);
        }
        return shown;
    }

    private Product sold(int id) {
        return Optional.ofNullable(products.get(id)).orElseThrow(() -> new Wrong("Product not found"));
    }

    private Map<String, Object> product(Product product) {
        LinkedHashMap<String, Object> shown = new LinkedHashMap<>();
        shown.put("id", Integer.toString(product.id()));
        shown.put("category_id", "1");
        shown.put("name", product.name());
        shown.put("visible", "1");
        shown.put("paytype", product.isMetered() ? "Metered" : "Regular");
        for (String cycle : List.of("m", "q", "s", "a", "b", "t", "d", "w", "h")) {
            shown.put(cycle, product.cycles().getOrDefault(cycle, "0.00"));
            shown.put(cycle + "_setup", product.cycles().getOrDefault(cycle + "_setup", "0.00"));
        }
        return shown;
    }

    private Map<String, String> addAll(Account account, Map<String, String> fields) {
        TreeMap<String, TreeMap<String, String>> byVariable = new TreeMap<>();
        fields.forEach((name, value) -> {
            if (name.matches("variables\\[[^\\[\\]]+]\\[[a-z_]+]")) {
                String[] parts = name.split("[\\[\\]]+");
                byVariable
                        .computeIfAbsent(parts[1], variable -> new TreeMap<>())
                        .put(parts[2], value);
            }
        });
        if (byVariable.isEmpty()) {
            throw new Wrong("Wrong parameter");
        }
        byVariable.keySet().forEach(name -> variable(account, name));
        LinkedHashMap<String, String> ids = new LinkedHashMap<>();
        byVariable.forEach((name, values) -> ids.put(name, Integer.toString(add(account, name, values))));
        return ids;
    }

    private int add(Account account, String name, Map<String, String> fields) {
        Variable variable = variable(account, name);
        BigDecimal quantity = decimal(required(fields, "qty"));
        if (quantity.signum() < 0 && !takesNegatives) {
            throw new Wrong("Quantity must not be negative");
        }
        BigDecimal charge =
                fields.containsKey("charge") ? decimal(required(fields, "charge")) : variable.charge(quantity);
        int id = ++lastUsage;
        account.usage.add(new Usage(
                id, name, quantity, charge, fields.getOrDefault("output", ""), fields.getOrDefault("rawoutput", "")));
        return id;
    }

    private static BigDecimal decimal(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new Wrong("Wrong parameter");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
