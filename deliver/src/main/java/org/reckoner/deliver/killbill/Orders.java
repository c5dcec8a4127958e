package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Currency;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import org.reckoner.ledger.Sha256;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a portal asks of Kill Bill while a cluster lives: an order for it, what it cost so far, credits, a
/// draft of the next invoice, invoices. An order is a subscription.
///
/// Every operation can be repeated after a lost answer and does its work once.
///
/// What is posted here is billed by Kill Bill at the end of its period. Whoever uses it for an account must
/// not also deliver that account's documents in the mode `usage`.
public final class Orders {

    private final Api api;
    private final Accounts accounts;
    private final Subscriptions subscriptions;

    private final Optional<String> clusterId;

    /// @param clusterId the dimension of price groups that is a cluster's id
    Orders(Api api, Accounts accounts, Subscriptions subscriptions, Optional<String> clusterId) {
        this.api = api;
        this.accounts = accounts;
        this.subscriptions = subscriptions;
        this.clusterId = clusterId;
    }

    /// An order as it stands.
    ///
    /// @param end the first day that is not billed; none while it lives
    /// @param stack the id of its Heat stack; empty until it was told
    /// @param stackName empty until it was told
    public record Order(String id, String account, Optional<LocalDate> end, String stack, String stackName) {}

    /// What an account has and owes.
    ///
    /// @param credits that are not spent
    /// @param owed on invoices, less what is to be spent; negative if there is more to be spent
    public record Standing(Money credits, Money owed) {}

    /// @param posted what was added to what Kill Bill had, by unit
    /// @param tooMuch what Kill Bill has beyond what was told, by unit: usage is never taken back
    public record Settled(SortedMap<String, BigDecimal> posted, SortedMap<String, BigDecimal> tooMuch) {}

    /// A part of a list.
    ///
    /// @param total how many there are in all
    public record Page(int total, List<KillBillInvoice> invoices) {}

    /// The id of a project's account, which is made if there is none and the settings allow it.
    ///
    /// @throws Undelivered.Refused if there is none and none may be made
    public String account(Account account, Currency currency) throws Undelivered {
        return accounts.findOrCreate(account, currency);
    }

    /// The projects that an account can be of, the most certain first: as custom fields say, then its external key.
    ///
    /// @throws Undelivered.Refused if there is no such account
    public List<String> projects(String account) throws Undelivered {
        LinkedHashSet<String> projects = new LinkedHashSet<>();
        JsonNode fields = api.list("/accounts/%s/customFields".formatted(Api.word(account)));
        for (String name : Accounts.ACCOUNT_FIELDS) {
            fields.forEach(field -> {
                if (field.path("name").asString("").equals(name)) {
                    projects.add(field.path("value").asString(""));
                }
            });
        }
        subscriptionFields(account).forEach(field -> {
            if (field.path("name").asString("").equals(Accounts.PROJECT_FIELD)) {
                projects.add(field.path("value").asString(""));
            }
        });
        projects.add(
                api.get("/accounts/" + Api.word(account)).path("externalKey").asString(""));
        projects.remove("");
        return List.copyOf(projects);
    }

    private JsonNode subscriptionFields(String account) throws Undelivered {
        return api.list("/accounts/%s/allCustomFields?objectType=SUBSCRIPTION".formatted(Api.word(account)));
    }

    /// The currency in which an account is billed.
    ///
    /// @throws Undelivered.Refused if there is no such account
    public Currency currency(String account) throws Undelivered {
        return standing(account).credits().currency();
    }

    /// An order that is for no cluster yet; [#tag] tells its stack later.
    ///
    /// @param key of the caller's; an order of the same key is made once
    /// @param from the first day that is billed
    /// @return the subscription's id
    /// @throws Undelivered.Refused if Kill Bill will not have it, as without a catalog
    public String open(String account, String key, LocalDate from) throws Undelivered {
        Subscription order = subscriptions.findOrCreate(account, "order/" + account + "/" + key, from);
        return order.id();
    }

    /// The order of a cluster, made if it has none.
    ///
    /// @param stack the id of its Heat stack; empty for the project itself
    /// @param stackName may be empty
    /// @param from the first day that is billed; may have passed
    /// @return the subscription's id
    /// @throws Undelivered.Refused if Kill Bill will not have it, as without a catalog
    public String create(String account, String project, String stack, String stackName, LocalDate from)
            throws Undelivered {
        return subscriptions
                .findOrCreate(account, project, new Subscriptions.Cluster(stack, stackName), from)
                .id();
    }

    /// Puts a custom field on an order, once.
    ///
    /// @return the field's id
    /// @throws Undelivered.Refused if there is no such order, or the field has another value
    public String tag(String order, String name, String value) throws Undelivered {
        String wanted = Entry.plain(value, Entry.LONGEST_TEXT);
        return subscriptions.exclusively(order, () -> {
            Optional<JsonNode> there = field(order, name);
            if (there.isEmpty()) {
                accounts.saveFields("subscriptions", order, new TreeMap<>(Map.of(name, wanted)));
                there = field(order, name);
            }
            JsonNode field = there.orElseThrow(() -> new Undelivered.Unavailable(
                    "Kill Bill took the field %s of the order %s and does not tell it".formatted(name, order)));
            String told = field.path("value").asString("");
            if (!told.equals(wanted)) { // Kill Bill would overwrite it
                throw new Undelivered.Refused(
                        "the order %s has '%s' as its %s, and keeps it".formatted(order, told, name));
            }
            return field.path("customFieldId").asString("");
        });
    }

    private Optional<JsonNode> field(String order, String name) throws Undelivered {
        for (JsonNode field : api.list("/subscriptions/%s/customFields".formatted(Api.word(order)))) {
            if (field.path("name").asString("").equals(name)) {
                return Optional.of(field);
            }
        }
        return Optional.empty();
    }

    /// All orders of an account, also those that ended.
    public List<Order> orders(String account) throws Undelivered {
        TreeMap<String, TreeMap<String, String>> fields = new TreeMap<>();
        subscriptionFields(account)
                .forEach(field -> fields.computeIfAbsent(field.path("objectId").asString(""), id -> new TreeMap<>())
                        .put(
                                field.path("name").asString(""),
                                field.path("value").asString("")));
        List<Order> orders = new ArrayList<>();
        for (JsonNode bundle : api.list("/accounts/%s/bundles".formatted(Api.word(account)))) {
            for (JsonNode each : bundle.path("subscriptions")) {
                Subscription one = Subscription.read(each);
                TreeMap<String, String> told = fields.getOrDefault(one.id(), new TreeMap<>());
                orders.add(new Order(
                        one.id(),
                        one.account(),
                        one.end(),
                        told.getOrDefault(Subscriptions.STACK_ID, ""),
                        told.getOrDefault(Subscriptions.STACK_NAME, "")));
            }
        }
        orders.sort(Comparator.comparing(Order::id));
        return orders;
    }

    /// The cluster that a line of a bill or an invoice is of: the stack's id; empty if it is of none.
    public String stack(SortedMap<String, String> group) {
        return clusterId.map(dimension -> group.getOrDefault(dimension, "")).orElse("");
    }

    /// Ends an order on a day. What it used before comes with the documents in the mode `usage`. Ended again, it
    /// stays as it is.
    ///
    /// @throws Undelivered.Refused if there is no such order
    public void end(String order, LocalDate day) throws Undelivered {
        delete(order, day, Collections.emptySortedMap());
    }

    /// Tells what an order cost so far in the month of a day. Kill Bill gets the difference to what it has,
    /// dated on that day, in whole thousandths; what is smaller stays for the next time.
    ///
    /// @param costs in the account's currency, by price: `volume` is the unit `openstack-billed-volume`
    /// @throws Undelivered.Refused if the order has ended before that day
    public Settled settle(String order, LocalDate day, SortedMap<String, BigDecimal> costs) throws Undelivered {
        return subscriptions.exclusively(order, () -> {
            LocalDate month = day.withDayOfMonth(1);
            TreeMap<String, BigDecimal> there = usage(order, month);
            TreeMap<String, Long> records = new TreeMap<>();
            TreeMap<String, BigDecimal> posted = new TreeMap<>();
            TreeMap<String, BigDecimal> tooMuch = new TreeMap<>();
            StringBuilder state = new StringBuilder();
            costs.forEach((price, cost) -> {
                String unit = CatalogXml.unit(price);
                BigDecimal told = cost.divide(CatalogXml.PRICE, 0, RoundingMode.HALF_EVEN);
                BigDecimal more = told.subtract(there.getOrDefault(unit, BigDecimal.ZERO));
                if (more.signum() > 0) {
                    records.put(unit, more.longValueExact());
                    posted.put(unit, more.multiply(CatalogXml.PRICE));
                } else if (more.signum() < 0) {
                    tooMuch.put(unit, more.negate().multiply(CatalogXml.PRICE));
                }
                state.append(unit).append('=').append(told.toPlainString()).append(' ');
            });
            if (!records.isEmpty()) {
                // The same state is posted once, whoever tells it again.
                String trackingId = "reckoner-order/%s/%s"
                        .formatted(
                                day,
                                Sha256.hex(state.toString().getBytes(StandardCharsets.UTF_8))
                                        .substring(0, 32));
                subscriptions.post(order, new TreeMap<>(Map.of(day, records)), trackingId);
            }
            return new Settled(posted, tooMuch);
        });
    }

    /// What Kill Bill has of an order in a month, by unit.
    private TreeMap<String, BigDecimal> usage(String order, LocalDate month) throws Undelivered {
        TreeMap<String, BigDecimal> units = new TreeMap<>();
        JsonNode answer =
                api.get("/usages/%s?startDate=%s&endDate=%s".formatted(Api.word(order), month, month.plusMonths(1)));
        answer.path("rolledUpUnits")
                .forEach(unit -> units.merge(
                        unit.path("unitType").asString(""),
                        unit.path("amount").decimalValue(BigDecimal.ZERO),
                        BigDecimal::add));
        return units;
    }

    /// Ends an order on a day, with what it cost in the month of that day, and has it billed at once. Kill
    /// Bill bills usage of the last day, too, if it has it before the end (seen in 0.22.26).
    ///
    /// @param costs as of [#settle]
    /// @return what Kill Bill has beyond them, for a credit
    public Settled delete(String order, LocalDate day, SortedMap<String, BigDecimal> costs) throws Undelivered {
        Subscription subscription = subscriptions.read(order);
        Settled settled = new Settled(new TreeMap<>(), new TreeMap<>());
        if (subscription.end().isEmpty()) {
            settled = settle(order, day, costs);
            api.delete(
                    "/subscriptions/%s?entitlementPolicy=IMMEDIATE&billingPolicy=IMMEDIATE&callCompletion=true&callTimeoutSec=20"
                            .formatted(Api.word(order)));
        }
        bill(subscription.account(), day);
        return settled;
    }

    /// Has everything billed that is due on a day. Nothing happens if nothing is.
    public void bill(String account, LocalDate day) throws Undelivered {
        Answer asked = api.tryPost("/invoices?accountId=%s&targetDate=%s".formatted(Api.word(account), day));
        if (asked.status() != 404) {
            Api.accepted(asked);
        }
    }

    /// Adds a credit to an account, or takes some away: that is a charge, which the credit pays.
    ///
    /// @param key of the caller's; a credit of the same key is added once
    /// @param amount negative to take away
    public void credit(String account, String key, Money amount, String text) throws Undelivered {
        String details =
                Answer.JSON.createObjectNode().put("reckoner-credit", key).toString();
        boolean there = api.invoices(account).stream()
                .flatMap(invoice -> invoice.items().stream())
                .anyMatch(item -> item.details().equals(details));
        if (there || amount.isZero()) {
            return;
        }
        ObjectNode item = Answer.JSON
                .createObjectNode()
                .put("accountId", account)
                .put("amount", amount.amount().abs())
                .put("currency", amount.currency().getCurrencyCode())
                .put("description", Entry.plain(text, Entry.LONGEST_TEXT))
                .put("itemDetails", details);
        String path = amount.isNegative()
                ? "/invoices/charges/%s?autoCommit=true".formatted(Api.word(account))
                : "/credits?autoCommit=true";
        Answer answer = api.post(path, Answer.JSON.createArrayNode().add(item));
        if (answer.json().path(0).path("invoiceItemId").asString("").isEmpty()) {
            throw new Undelivered.Unavailable(
                    "%s answered %s, and not with the item that it made".formatted(answer.request(), answer.summary()));
        }
    }

    /// @throws Undelivered.Refused if there is no such account
    public Standing standing(String account) throws Undelivered {
        JsonNode answer = api.get("/accounts/%s?accountWithBalanceAndCBA=true".formatted(Api.word(account)));
        Currency currency = Money.currency(answer.path("currency").asString(""))
                .orElseThrow(() -> new Undelivered.Unavailable(
                        "Kill Bill tells no currency of the account %s".formatted(account)));
        return new Standing(
                new Money(currency, answer.path("accountCBA").decimalValue(BigDecimal.ZERO)),
                new Money(currency, answer.path("accountBalance").decimalValue(BigDecimal.ZERO)));
    }

    /// What the next invoice would be.
    ///
    /// @param on the day up to which things are to be billed; nothing for Kill Bill's own next date
    /// @return nothing if there is nothing to bill
    public Optional<KillBillInvoice> draft(String account, Optional<LocalDate> on) throws Undelivered {
        ObjectNode type =
                Answer.JSON.createObjectNode().put("dryRunType", on.isPresent() ? "TARGET_DATE" : "UPCOMING_INVOICE");
        Answer answer = api.post(
                "/invoices/dryRun?accountId=%s".formatted(Api.word(account))
                        + on.map(day -> "&targetDate=" + day).orElse(""),
                type);
        return answer.status() == 204 ? Optional.empty() : Optional.of(KillBillInvoice.read(answer.json()));
    }

    /// The day on which Kill Bill bills what is used on a day: the next one of the account's bill cycle.
    public LocalDate billedOn(String account, LocalDate day) throws Undelivered {
        int cycle = api.get("/accounts/" + Api.word(account))
                .path("billCycleDayLocal")
                .asInt(0);
        LocalDate thisMonth = cycleDay(YearMonth.from(day), Math.max(cycle, 1));
        return thisMonth.isAfter(day) ? thisMonth : cycleDay(YearMonth.from(day).plusMonths(1), Math.max(cycle, 1));
    }

    private static LocalDate cycleDay(YearMonth month, int day) {
        return month.atDay(Math.min(day, month.lengthOfMonth()));
    }

    /// An account's invoices, the newest first, without those that were voided.
    public Page invoices(String account, int offset, int limit) throws Undelivered {
        List<KillBillInvoice> all = api.invoices(account).stream()
                .filter(invoice -> !invoice.isVoid())
                .sorted(Comparator.comparing(KillBillInvoice::targetDate)
                        .thenComparing(invoice -> invoice.number().length())
                        .thenComparing(KillBillInvoice::number)
                        .reversed())
                .toList();
        return new Page(all.size(), all.stream().skip(offset).limit(limit).toList());
    }

    /// @throws Undelivered.Refused if there is no such invoice
    public KillBillInvoice invoice(String id) throws Undelivered {
        return api.invoice(id);
    }

    /// The page that Kill Bill makes of an invoice, by the tenant's template and translation.
    ///
    /// @throws Undelivered.Refused if there is no such invoice
    public String html(String id) throws Undelivered {
        return api.text("/invoices/%s/html".formatted(Api.word(id)), "text/html");
    }
}
