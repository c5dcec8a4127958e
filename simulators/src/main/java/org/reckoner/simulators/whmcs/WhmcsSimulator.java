package org.reckoner.simulators.whmcs;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.simulators.http.SimulatedServer;
import org.reckoner.simulators.http.SimulatedServer.Reply;
import org.reckoner.simulators.http.SimulatedServer.Request;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// WHMCS's API on the loopback interface, and of its client area as much as it takes to get an invoice's PDF.
///
/// It answers in every [Shape] in turn unless one is chosen, refuses with status 200 or 403 as WHMCS does,
/// drops what is beyond PHP's limit of form fields, and misbehaves as [#server()] is told.
public final class WhmcsSimulator implements AutoCloseable {

    public static final String IDENTIFIER = "reckoner-identifier";
    public static final String SECRET = "reckoner-secret";
    public static final String USER = "reckoner";
    public static final String PASSWORD = "a password";

    private static final Pattern INVOICE = Pattern.compile("(?:^|&)id=([0-9]{1,9})(?:&|$)");
    private static final Pattern SESSION = Pattern.compile("WHMCSsession=([0-9]+)");

    private final Books books = new Books();
    private final TreeMap<String, Integer> tokens = new TreeMap<>();
    private final TreeMap<String, Integer> sessions = new TreeMap<>();
    private final TreeSet<String> forbidden = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    private final Actions actions;
    private final SimulatedServer server;
    private Optional<Shape> shape = Optional.empty();
    private Optional<String> accessKey = Optional.empty();
    private int answers;

    /// An invoice, as somebody who looks at WHMCS's screen sees it.
    ///
    /// @param sum of its lines and of what WHMCS adds as tax, before credit is used
    public record Shown(
            int id,
            int client,
            String status,
            String date,
            String due,
            String notes,
            BigDecimal sum,
            List<String> lines) {}

    /// A billable item.
    ///
    /// @param invoice that it is on; 0 while it is on none
    public record Item(int invoice, String description, BigDecimal amount) {}

    private WhmcsSimulator(int port, LocalDate today) {
        books.currencies.put(1, "USD");
        books.currencies.put(2, "EUR");
        actions = new Actions(books, today, this::signOn);
        server = SimulatedServer.start(port, this::answer);
    }

    /// @param port 0 for any that is free
    public static WhmcsSimulator start(int port) {
        return new WhmcsSimulator(port, LocalDate.parse("2026-12-02"));
    }

    /// Runs one until it is stopped: `--port 8096`, `--delay PT0.02S`.
    public static void main(String[] arguments) throws InterruptedException {
        int port = 0;
        Duration delay = Duration.ZERO;
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            switch (arguments[i]) {
                case "--port" -> port = Integer.parseInt(arguments[i + 1]);
                case "--delay" -> delay = Duration.parse(arguments[i + 1]);
                default -> throw new IllegalArgumentException("known are --port and --delay, not " + arguments[i]);
            }
        }
        try (WhmcsSimulator whmcs = start(port)) {
            whmcs.server().delay(delay);
            System.out.printf("WHMCS is simulated at %s/includes/api.php%n", whmcs.url());
            System.out.printf("identifier: %s, secret: %s%n", IDENTIFIER, SECRET);
            Thread.currentThread().join();
        }
    }

    /// To be told how to misbehave.
    public SimulatedServer server() {
        return server;
    }

    public String url() {
        return server.url();
    }

    /// All answers in this shape from now on.
    public synchronized void shape(Shape only) {
        shape = Optional.of(only);
    }

    /// Nobody gets in without this key from now on, as if no address were allowed.
    public synchronized void accessKey(String key) {
        accessKey = Optional.of(key);
    }

    /// The API role does not allow these actions from now on.
    public synchronized void forbid(String... names) {
        forbidden.addAll(List.of(names));
    }

    /// The tax that WHMCS has for everybody, 20 for 20 %; prices include it, or not.
    public synchronized void tax(String percent, boolean included) {
        books.taxRate = new BigDecimal(percent);
        books.taxing = included ? Books.Taxing.INCLUSIVE : Books.Taxing.EXCLUSIVE;
    }

    /// Billable items become taxed items of invoices, as WHMCS's tax settings may say.
    public synchronized void taxBillableItems() {
        books.taxesBillables = true;
    }

    /// A person marks the items of an invoice as taxed.
    public synchronized void taxItems(int invoice, String percent) {
        Books.Invoice found = Optional.ofNullable(books.invoices.get(invoice)).orElseThrow();
        found.rate = new BigDecimal(percent);
        found.items.replaceAll(
                (id, item) -> new Books.Item(id, item.type(), item.related(), item.description(), item.amount(), true));
    }

    /// Adds a product, or puts it in place of the one with that id.
    ///
    /// @param prices of one currency by cycle: `monthly`, `annually`, `msetupfee`; cycles that are not named are
    ///     disabled
    public synchronized void product(
            int id, String name, String description, String paytype, String currency, Map<String, String> prices) {
        TreeMap<String, String> cycles = new TreeMap<>(prices);
        for (String cycle : List.of("monthly", "quarterly", "semiannually", "annually", "biennially", "triennially")) {
            cycles.putIfAbsent(cycle, "-1.00");
            cycles.putIfAbsent(cycle.charAt(0) + "setupfee", "0.00");
        }
        Books.Product before = books.products.get(id);
        TreeMap<String, TreeMap<String, String>> all = before == null ? new TreeMap<>() : before.prices();
        all.put(currency, cycles);
        books.products.put(id, new Books.Product(id, name, description, paytype, all));
    }

    public synchronized void removeProduct(int id) {
        books.products.remove(id);
    }

    /// Every invoice, by id.
    public synchronized List<Shown> invoices() {
        return books.invoices.values().stream()
                .map(invoice -> new Shown(
                        invoice.id,
                        invoice.client,
                        invoice.status,
                        invoice.date,
                        invoice.due,
                        invoice.notes,
                        books.total(invoice).add(invoice.credit),
                        invoice.items.values().stream()
                                .map(Books.Item::description)
                                .toList()))
                .toList();
    }

    /// Every billable item, as often as it is on invoices that are not cancelled, or once while it is on
    /// none.
    public synchronized List<Item> items() {
        List<Item> items = new ArrayList<>();
        books.billables.values().stream()
                .filter(item -> !item.isInvoiced)
                .forEach(item -> items.add(new Item(0, item.description, item.amount)));
        books.invoices.values().stream()
                .filter(invoice -> !invoice.status.equals("Cancelled"))
                .forEach(invoice -> invoice.items.values().stream()
                        .filter(item -> item.type().equals("Item"))
                        .forEach(item -> items.add(new Item(invoice.id, item.description(), item.amount()))));
        return items;
    }

    /// The description and amount of every change of a client's credit, in order.
    public synchronized List<String> credits() {
        return books.credits.stream()
                .map(credit -> credit.description() + " " + credit.amount())
                .toList();
    }

    /// Every service that was ordered, by id: its name, product and status, and why it was cancelled.
    public synchronized List<String> services() {
        return books.services.values().stream()
                .map(each -> "%s: product %d, %s %s"
                        .formatted(each.domain, each.product, each.status, each.cancellation)
                        .strip())
                .toList();
    }

    /// The status of every order, by id.
    public synchronized List<String> orders() {
        return books.orders.values().stream().map(order -> order.status).toList();
    }

    /// The fields of every client, by id.
    public synchronized List<Map<String, String>> clients() {
        return books.clients.values().stream()
                .map(client -> Map.copyOf(client.fields))
                .toList();
    }

    /// Somebody pays an invoice in full, or changes its status on the screen.
    public synchronized void status(int invoice, String status) {
        Optional.ofNullable(books.invoices.get(invoice)).orElseThrow().status = status;
    }

    /// Somebody makes a client on the screen.
    public synchronized void client(String email, String name, int currency) {
        actions.perform(
                "AddClient",
                new Parameters(Map.of(
                        "email",
                        email,
                        "firstname",
                        name,
                        "country",
                        "NO",
                        "currency",
                        Integer.toString(currency),
                        "skipvalidation",
                        "1")));
    }

    /// Somebody changes a client's currency on the screen.
    public synchronized void currency(String email, int currency) {
        books.byEmail(email).orElseThrow().currency = currency;
    }

    /// The client orders on the web.
    public synchronized void order(String email, int product, String name) {
        int client = books.byEmail(email).orElseThrow().id;
        actions.perform(
                "AddOrder",
                new Parameters(Map.of(
                        "clientid",
                        Integer.toString(client),
                        "paymentmethod",
                        "banktransfer",
                        "pid[0]",
                        Integer.toString(product),
                        "domain[0]",
                        name)));
    }

    /// Somebody makes an invoice on the screen.
    public synchronized void invoice(String email, String notes, String amount) {
        int client = books.byEmail(email).orElseThrow().id;
        actions.perform(
                "CreateInvoice",
                new Parameters(Map.of(
                        "userid",
                        Integer.toString(client),
                        "notes",
                        notes,
                        "itemdescription1",
                        "by hand",
                        "itemamount1",
                        amount)));
    }

    private synchronized Reply answer(Request request) {
        return switch (request.path()) {
            case "/includes/api.php" -> api(Parameters.of(request.text()));
            case "/oauth/singlesignon.php" -> enter(Parameters.of(request.query()));
            case "/dl.php" -> document(request);
            default -> Reply.text(404, "text/html", "<html><body>404 Not Found</body></html>");
        };
    }

    private Reply api(Parameters given) {
        String action = given.or("action", "");
        Optional<String> refusal = refusal(given, action);
        if (refusal.isPresent()) {
            return reply(403, given, error(refusal.get()));
        }
        try {
            ObjectNode answer = actions.perform(action, given);
            Shape[] shapes = Shape.values();
            return reply(
                    200, given, shape.orElse(shapes[answers++ % shapes.length]).of(answer));
        } catch (Actions.Refusal e) {
            return reply(200, given, error(String.valueOf(e.getMessage())));
        }
    }

    private static ObjectNode error(String message) {
        return JsonNodeFactory.instance.objectNode().put("result", "error").put("message", message);
    }

    /// JSON if it is asked for; otherwise the oldest form, of names and values.
    private static Reply reply(int status, Parameters given, ObjectNode answer) {
        if (given.or("responsetype", "").toLowerCase(Locale.ROOT).equals("json")) {
            return Reply.json(status, answer.toString());
        }
        StringBuilder text = new StringBuilder();
        Shape.FLATTENED
                .of(answer)
                .properties()
                .forEach(field -> text.append(field.getKey())
                        .append('=')
                        .append(field.getValue().asString())
                        .append(';'));
        return Reply.text(status, "text/html", text.toString());
    }

    private Optional<String> refusal(Parameters given, String action) {
        if (accessKey.isPresent() && !accessKey.equals(given.text("accesskey"))) {
            return Optional.of("Invalid IP 127.0.0.1");
        }
        String name = given.text("identifier").or(() -> given.text("username")).orElse("");
        String word = given.text("secret").or(() -> given.text("password")).orElse("");
        if (!Set.of(IDENTIFIER, USER).contains(name)) {
            return Optional.of("Invalid or missing credentials");
        }
        if (!word.equals(name.equals(IDENTIFIER) ? SECRET : md5(PASSWORD))) {
            return Optional.of("Authentication Failed");
        }
        return forbidden.contains(action)
                ? Optional.of("Invalid Permissions: API action \"%s\" is not allowed"
                        .formatted(action.toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("MD5").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private String signOn(int client) {
        String token = Integer.toString(tokens.size() + sessions.size() + 1000);
        tokens.put(token, client);
        return server.url() + "/oauth/singlesignon.php?access_token=" + token;
    }

    private Reply enter(Parameters given) {
        Integer client = tokens.remove(given.or("access_token", ""));
        if (client == null) {
            return Reply.redirect("/clientarea.php");
        }
        String session = Integer.toString(sessions.size() + 1);
        sessions.put(session, client);
        return Reply.redirect("/" + given.or("path", "")).with("Set-Cookie", "WHMCSsession=" + session + "; path=/");
    }

    private Reply document(Request request) {
        Matcher session = SESSION.matcher(request.headers().first("Cookie").orElse(""));
        Matcher id = INVOICE.matcher(request.query());
        Integer client = session.find() ? sessions.get(session.group(1)) : null;
        Books.Invoice invoice = id.find() ? books.invoices.get(Integer.parseInt(id.group(1))) : null;
        if (client == null || invoice == null || invoice.client != client) {
            return Reply.redirect("/index.php?rp=/login");
        }
        return Reply.text(200, "application/pdf", "%PDF-1.4 invoice " + invoice.id + "\n%%EOF\n");
    }

    @Override
    public void close() {
        server.close();
    }
}
