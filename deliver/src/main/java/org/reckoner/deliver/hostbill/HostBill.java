package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.invoice.Tax;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Delivered;
import org.reckoner.deliver.Invoicer;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PaperSource;
import org.reckoner.deliver.PriceSource;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.hostbill.Accounts.Account;
import tools.jackson.databind.JsonNode;

/// HostBill: a document's lines become usage of the metered variables of the account that is for its
/// project, in money, and HostBill invoices them at the end of its own period.
///
/// What is posted cannot be taken away again, and nothing keeps it from being posted twice. So each usage
/// bears the document's number in its comment; before and after posting, all usage is read back; and what
/// HostBill counts is made to agree with what was delivered, whether it adds usages up or takes the last
/// one.
public final class HostBill implements BillingSystem, Invoicer, StatementSource, PaperSource, PriceSource {

    /// Of one attempt: the usage that mends may be repeated on its way in its turn, but hardly each time.
    private static final int MOST_MENDS = 2;

    private static final String MAIN_CURRENCY = "0";
    private static final String NOTHING = "nothing to post";

    private final Api api;
    private final Accounts accounts;
    private final String variable;
    private final SortedMap<String, String> variables;
    private final Optional<String> otherVariable;
    private final Optional<String> taxVariable;
    private final SortedMap<String, String> currencies;
    private final boolean takesNegatives;
    private final Map<Long, ReentrantLock> locks = new ConcurrentHashMap<>();

    /// Documents whose usage HostBill took, and has not shown yet. To post it again would be to post it
    /// twice.
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    /// @throws BadAdapter if a setting is missing or wrong
    public HostBill(AdapterSettings settings) {
        settings.noOthers(
                "url",
                "timeout",
                "ca-file",
                "api-id",
                "api-key-file",
                "project-field",
                "variable",
                "variables",
                "other-variable",
                "tax-variable",
                "currencies",
                "negative");
        variable = settings.text("variable").orElse("{price}");
        variables = settings.pairs("variables");
        otherVariable = settings.text("other-variable");
        taxVariable = settings.text("tax-variable");
        currencies = settings.pairs("currencies");
        if (currencies.isEmpty()) {
            throw new BadAdapter("%s: 'currencies' is missing; HostBill's main currency has the id 0: {\"0\": EUR}"
                    .formatted(settings.backend()));
        }
        takesNegatives = settings.value("negative", "refuse or usage", text -> switch (text) {
                    case "usage" -> true;
                    case "refuse" -> false;
                    default -> throw new IllegalArgumentException(text);
                })
                .orElse(false);
        api = new Api(settings);
        accounts = new Accounts(api, settings.text("project-field").orElse("openstack_project_id"));
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        if (isNothing(document)) {
            return Optional.of(nothing(document));
        }
        Account account = account(document);
        SortedMap<String, Metered> metered = metered(account);
        boolean begun = metered.values().stream()
                .anyMatch(each -> each.of(document.reference()).isPresent());
        boolean complete = missing(document, metered).isEmpty();
        if (!complete && mayBeInvoiced(document, account)) {
            throw new Undelivered.Refused(
                    "HostBill has ended a period of the account %d on %s, on or after the day on which %s was issued, and tells no usage of ended periods; look for it in HostBill's usage log and invoices, then cancel this delivery if it is there, or post it by hand. To be posted were %s; %s"
                            .formatted(
                                    account.id(),
                                    account.previousInvoice().orElseThrow(),
                                    document.reference(),
                                    posted(document),
                                    billedSince(document, account)));
        }
        return begun ? Optional.of(settled(document, account)) : Optional.empty();
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        taken.remove(document.reference()); // if it was, somebody has looked since
        return isNothing(document) ? nothing(document) : settled(document, account(document));
    }

    /// Whether usage of this document may have been posted into a period that has ended.
    private static boolean mayBeInvoiced(Outgoing document, Account account) {
        return account.previousInvoice()
                .filter(ended -> !ended.isBefore(issued(document)))
                .isPresent();
    }

    /// What a person compares it with.
    private String billedSince(Outgoing document, Account account) {
        try {
            List<String> billed = new ArrayList<>();
            for (There each : There.of(api, account.client(), issued(document))) {
                if (each.hasMetered(account.id())) {
                    billed.add("%s for its use on the invoice %d of %s (%s)"
                            .formatted(each.metered(account.id()), each.id(), each.date(), each.status()));
                }
            }
            return billed.isEmpty()
                    ? "no invoice since that day has use of this account"
                    : "HostBill has billed %s".formatted(String.join(", ", billed));
        } catch (Undelivered e) {
            return "HostBill's invoices cannot be read (%s)".formatted(e.getMessage());
        }
    }

    private static LocalDate issued(Outgoing document) {
        return document.invoice().issuedAt().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private boolean isNothing(Outgoing document) {
        return parts(document.invoice()).values().stream().allMatch(Money::isZero);
    }

    private static Receipt nothing(Outgoing document) {
        return new Receipt(
                document.reference(), NOTHING, Optional.of(document.invoice().total()), Receipt.Status.UNKNOWN);
    }

    private Account account(Outgoing document) throws Undelivered {
        Invoice invoice = document.invoice();
        Account account = accounts.of(invoice.account().project());
        String currency = currencies.getOrDefault(account.currency(), "");
        if (!currency.equals(invoice.currency().getCurrencyCode())) {
            throw new Undelivered.Refused(
                    "%s is in %s, but HostBill's account %d in the currency with the id '%s' (%s); see 'currencies'"
                            .formatted(
                                    document.reference(),
                                    invoice.currency(),
                                    account.id(),
                                    account.currency(),
                                    currency.isEmpty() ? "not named there" : currency));
        }
        return account;
    }

    private SortedMap<String, Metered> metered(Account account) throws Undelivered {
        JsonNode answer = api.call("meteredGetUsage", Map.of("account_id", Long.toString(account.id())));
        TreeMap<String, Metered> metered = new TreeMap<>();
        for (JsonNode each : Api.rows(answer.path("variables"))) {
            Metered one = Metered.of(each);
            metered.put(one.name(), one);
        }
        return metered;
    }

    /// What a document adds to each variable.
    private SortedMap<String, Money> parts(Invoice invoice) {
        TreeMap<String, Money> parts = new TreeMap<>();
        invoice.lines().forEach(line -> parts.merge(variable(line), line.amount(), Money::plus));
        for (Tax tax : invoice.taxes()) {
            taxVariable.ifPresent(name -> parts.merge(name, tax.amount(), Money::plus));
        }
        return parts;
    }

    /// What a document adds in all.
    private Money posted(Outgoing document) {
        Money nothing = Money.zero(document.invoice().currency());
        return parts(document.invoice()).values().stream().reduce(nothing, Money::plus);
    }

    private String variable(InvoiceLine line) {
        return Optional.ofNullable(variables.get(line.key().priceId()))
                .or(() -> Optional.ofNullable(variables.get(line.item())))
                .or(() -> otherVariable)
                .orElseGet(() -> variable.replace("{price}", line.key().priceId())
                        .replace("{item}", line.item())
                        .replace("{region}", line.key().section())
                        .replace("{meter}", line.meter().orElse("")));
    }

    private SortedMap<String, Money> missing(Outgoing document, SortedMap<String, Metered> metered) {
        TreeMap<String, Money> missing = new TreeMap<>();
        parts(document.invoice()).forEach((name, amount) -> {
            boolean there = Optional.ofNullable(metered.get(name))
                    .flatMap(each -> each.of(document.reference()))
                    .isPresent();
            if (!amount.isZero() && !there) {
                missing.put(name, amount);
            }
        });
        return missing;
    }

    /// Posts what is missing of a document, and reads until HostBill counts what it should. Accounts are
    /// independent; of one account only one document at a time.
    private Receipt settled(Outgoing document, Account account) throws Undelivered {
        ReentrantLock lock = locks.computeIfAbsent(account.id(), id -> new ReentrantLock());
        lock.lock();
        try {
            SortedMap<String, Metered> metered = metered(account);
            SortedMap<String, Money> missing = missing(document, metered);
            if (!missing.isEmpty() && !taken.contains(document.reference())) {
                post(document, account, metered, missing);
                taken.add(document.reference());
                metered = metered(account);
            }
            if (missing(document, metered).isEmpty()) {
                taken.remove(document.reference());
            }
            SortedMap<String, String> mending = mending(document, account, metered);
            for (int mends = 0; !mending.isEmpty(); mends++) {
                if (mends == MOST_MENDS) {
                    throw new Undelivered.Refused(
                            "HostBill counts the usage of account %d otherwise than it should, also after that was mended %d times, as if something on the way repeats every request; nothing more is posted. Let the requests come once each, remove what is too much in HostBill, and retry"
                                    .formatted(account.id(), mends));
                }
                add(account, mending);
                metered = metered(account);
                mending = mending(document, account, metered);
            }
            if (!missing(document, metered).isEmpty()) {
                throw new Undelivered.Taken(
                        "HostBill took the usage of %s for the account %d and does not show it; it is looked for again and not posted. If HostBill's usage log does not have it, cancel this delivery and retry it"
                                .formatted(document.reference(), account.id()));
            }
            return receipt(document, account, metered);
        } finally {
            lock.unlock();
        }
    }

    private void post(
            Outgoing document, Account account, SortedMap<String, Metered> metered, SortedMap<String, Money> parts)
            throws Undelivered {
        TreeSet<String> unknown = new TreeSet<>(parts.keySet());
        unknown.removeAll(metered.keySet());
        if (!unknown.isEmpty()) {
            throw new Undelivered.Refused(
                    "HostBill's account %d has no metered variable %s; add it to its product, or see 'variables' and 'other-variable', and retry"
                            .formatted(account.id(), String.join(", ", unknown)));
        }
        for (Map.Entry<String, Money> part : parts.entrySet()) {
            if (part.getValue().isNegative() && !takesNegatives) {
                throw new Undelivered.Refused(
                        "%s takes back %s of '%s'. Whether HostBill takes negative usage is not documented: set 'negative: usage' if yours does; or give the credit by hand, and cancel this delivery"
                                .formatted(document.reference(), part.getValue().negated(), part.getKey()));
            }
        }
        TreeMap<String, String> fields = new TreeMap<>();
        String period = document.invoice().period().label();
        parts.forEach(
                (name, amount) -> put(fields, name, amount, new Mark(document.reference(), period, amount).text()));
        add(account, fields);
    }

    private static void put(SortedMap<String, String> fields, String name, Money amount, String comment) {
        String number = amount.amount().toPlainString();
        fields.put("variables[%s][qty]".formatted(name), number);
        fields.put("variables[%s][charge]".formatted(name), number);
        fields.put("variables[%s][output]".formatted(name), comment);
    }

    private void add(Account account, SortedMap<String, String> fields) throws Undelivered {
        fields.put("account_id", Long.toString(account.id()));
        api.call("meteredAddUsageBulk", fields);
    }

    /// What is to be posted so that HostBill counts what was delivered, each document once; nothing if it
    /// does.
    private SortedMap<String, String> mending(Outgoing document, Account account, SortedMap<String, Metered> metered)
            throws Undelivered {
        TreeMap<String, String> fields = new TreeMap<>();
        Currency currency = document.invoice().currency();
        for (String name : parts(document.invoice()).keySet()) {
            Metered each = metered.get(name);
            if (each == null || each.isRight()) {
                continue;
            }
            Money due = new Money(currency, each.due());
            if (each.addsUp() && !each.takesTheLast()) {
                Money surplus = new Money(currency, each.due().subtract(each.posted()));
                if (surplus.isNegative() && !takesNegatives) {
                    throw new Undelivered.Refused(
                            "HostBill has usage of '%s' of account %d twice, as a request was repeated on its way: it counts %s, not %s. Remove the second one in HostBill and retry"
                                    .formatted(name, account.id(), each.counted(), each.due()));
                }
                put(fields, name, surplus, Mark.surplus(document.reference()));
            } else if (each.takesTheLast() && each.usages().size() > 1) {
                // or it adds up, and the sum happens to be the last: then the next reading tells
                put(fields, name, due, Mark.total(due, document.reference()));
            } else {
                throw new Undelivered.Refused(
                        "HostBill counts %s of '%s' of account %d, which is neither the sum of what was delivered nor the last of it; look at it there"
                                .formatted(each.counted(), name, account.id()));
            }
        }
        return fields;
    }

    private Receipt receipt(Outgoing document, Account account, SortedMap<String, Metered> metered) throws Undelivered {
        for (String name : parts(document.invoice()).keySet()) {
            Metered each = metered.get(name);
            if (each != null && !each.isChargedAsCounted()) {
                throw new Undelivered.Refused(
                        "HostBill charges %s for %s of '%s' of account %d; the variable must cost 1 a unit, in one bracket"
                                .formatted(each.charged(), each.counted(), name, account.id()));
            }
        }
        return new Running(account.id(), metered.values(), isComparable())
                .marked().stream()
                        .filter(each -> each.reference().equals(document.reference()))
                        .findFirst()
                        .orElseThrow()
                        .like(document.invoice().total());
    }

    /// Without a variable for taxes only net amounts are posted, which are no totals.
    private boolean isComparable() {
        return taxVariable.isPresent();
    }

    /// @throws Undelivered.Unavailable if HostBill has ended the period of an account since: it tells no
    ///     usage of ended ones, and what was delivered is not known here
    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        LocalDate end = period.window().to().atOffset(ZoneOffset.UTC).toLocalDate();
        List<Receipt> receipts = new ArrayList<>();
        for (Account account : accounts.all()) {
            if (account.previousInvoice().filter(ended -> ended.isAfter(end)).isPresent()) {
                throw new Undelivered.Unavailable(
                        "HostBill has invoiced account %d on %s and tells no usage of ended periods; compare %s with HostBill's invoices"
                                .formatted(
                                        account.id(), account.previousInvoice().orElseThrow(), period));
            }
            receipts.addAll(new Running(account.id(), running(account).values(), isComparable()).counted(period));
        }
        return receipts;
    }

    /// What is not invoiced yet, by its comments and by what HostBill counts; and what is, by the sums on
    /// its invoices.
    @Override
    public List<Receipt> documents(BillingPeriod period, Past past) throws Undelivered {
        List<Receipt> receipts = new ArrayList<>();
        TreeSet<String> nothings = new TreeSet<>();
        for (Account account : accounts.all()) {
            SortedMap<String, Metered> running = running(account);
            receipts.addAll(new Running(account.id(), running.values(), isComparable()).counted(period));
            List<Delivered> delivered = past.of(account.project());
            for (Delivered each : delivered) {
                if (each.remoteId().equals(NOTHING)
                        && isOf(each.document(), period)
                        && nothings.add(each.document().reference())) {
                    receipts.add(nothing(each.document()));
                }
            }
            receipts.addAll(invoiced(account, running, period, delivered));
        }
        return receipts;
    }

    private static boolean isOf(Outgoing document, BillingPeriod period) {
        return document.invoice().period().label().equals(period.label());
    }

    private List<Receipt> invoiced(
            Account account, SortedMap<String, Metered> running, BillingPeriod period, List<Delivered> delivered)
            throws Undelivered {
        List<Delivered> ended = delivered.stream()
                .filter(each -> each.remoteId().startsWith(account.id() + "/"))
                .filter(each -> running.values().stream()
                        .allMatch(one -> one.of(each.document().reference()).isEmpty()))
                .toList();
        TreeSet<String> asked = new TreeSet<>();
        ended.stream()
                .map(Delivered::document)
                .filter(document -> isOf(document, period))
                .forEach(document -> asked.add(document.reference()));
        LocalDate end = period.window().to().atOffset(ZoneOffset.UTC).toLocalDate();
        boolean mayBillUnknown = mayBillUnknown(account, running, end);
        if (asked.isEmpty() && !mayBillUnknown) {
            return List.of();
        }
        LocalDate first = ended.stream()
                .findFirst()
                .map(each -> each.confirmed().atOffset(ZoneOffset.UTC).toLocalDate())
                .filter(confirmed -> confirmed.isBefore(end))
                .orElse(end);
        List<Billed> billed = Billed.of(account.id(), There.of(api, account.client(), first));
        Function<Delivered, BigDecimal> posted = each -> posted(each.document()).amount();
        List<Receipt> receipts = new ArrayList<>();
        for (Receipt receipt : Billed.receipts(account.id(), billed, ended, posted, this::currency)) {
            if (asked.contains(receipt.reference())) {
                receipts.add(receipt);
            }
        }
        if (mayBillUnknown) {
            Billed.unknown(account.id(), billed, ended, posted, end)
                    .map(each -> each.unknown(account.id(), account.project(), this::currency))
                    .ifPresent(receipts::add);
        }
        return receipts;
    }

    /// Whether what an invoice bills of an account, and nobody confirmed, is likely to be ours: where
    /// others post, too, it may be theirs each time.
    private static boolean mayBillUnknown(Account account, SortedMap<String, Metered> running, LocalDate end) {
        return account.isActive()
                && account.previousInvoice()
                        .filter(ended -> !ended.isBefore(end))
                        .isPresent()
                && running.values().stream().noneMatch(Metered::hasOthers);
    }

    /// The usage of the running period. What is not active may have none any more.
    private SortedMap<String, Metered> running(Account account) throws Undelivered {
        try {
            return metered(account);
        } catch (Undelivered.Refused e) {
            if (account.isActive()) {
                throw e;
            }
            return new TreeMap<>();
        }
    }

    private Optional<Currency> currency(String id) {
        return Money.currency(currencies.getOrDefault(id, ""));
    }

    @Override
    public Optional<Statement> statement(org.reckoner.core.invoice.Account account) throws Undelivered {
        Optional<Long> client = accounts.client(account.project());
        if (client.isEmpty()) {
            return Optional.empty();
        }
        JsonNode details = api.call("getClientDetails", Map.of("id", Long.toString(client.get())))
                .path("client");
        BigDecimal credit = Api.number(details.path("credit"));
        List<Invoiced> invoices = There.of(api, client.get(), LocalDate.MIN).stream()
                .map(each -> each.invoiced(currency(each.currency())))
                .toList();
        return Optional.of(new Statement(
                "client " + client.get(),
                currency(Api.text(details.path("currency_id"))).map(unit -> Money.of(unit, credit)),
                invoices));
    }

    /// An invoice of HostBill's. A delivered document has none of its own: HostBill's is of a period.
    @Override
    public Optional<Paper> paper(Receipt document) throws Undelivered {
        return document.remoteId().matches("[0-9]{1,18}")
                ? Optional.of(Papers.pdf(api, document.remoteId()))
                : Optional.empty();
    }

    /// @throws Undelivered.Refused if the settings do not name the main currency
    @Override
    public PriceList prices() throws Undelivered {
        Optional<Currency> main = currency(MAIN_CURRENCY);
        if (main.isEmpty()) {
            throw new Undelivered.Refused(
                    "'currencies' does not say which currency is HostBill's main one, with the id 0");
        }
        return new Catalogue(api, main.get()).prices();
    }

    @Override
    public void close() {
        api.close();
    }
}
