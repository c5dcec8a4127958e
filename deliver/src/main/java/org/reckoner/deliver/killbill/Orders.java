package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.Currency;
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

    Orders(Api api, Accounts accounts, Subscriptions subscriptions) {
        this.api = api;
        this.accounts = accounts;
        this.subscriptions = subscriptions;
    }

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

    /// Puts a custom field on an order. One that is there keeps its value.
    ///
    /// @throws Undelivered.Refused if there is no such order
    public void tag(String order, String name, String value) throws Undelivered {
        accounts.saveFields("subscriptions", order, new TreeMap<>(Map.of(name, value)));
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
        api.post(path, Answer.JSON.createArrayNode().add(item));
    }

    /// @throws Undelivered.Refused if there is no such account
    public Standing standing(String account) throws Undelivered {
        JsonNode answer = api.get("/accounts/%s?accountWithBalanceAndCBA=true".formatted(Api.word(account)));
        Currency currency = Currency.getInstance(answer.path("currency").asString("XXX"));
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

    /// An account's invoices, the newest first.
    public Page invoices(String account, int offset, int limit) throws Undelivered {
        List<KillBillInvoice> all = api.invoices(account).stream()
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
