package org.reckoner.app.concertim;

import java.math.BigDecimal;
import java.time.Clock;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.killbill.KillBillInvoice;
import org.reckoner.deliver.killbill.Orders;
import org.reckoner.ledger.Ledger;
import org.reckoner.ledger.LedgerException;
import org.reckoner.serve.concertim.Billing;
import org.reckoner.serve.concertim.Unbilled;

/// Concertim's billing: orders, credits and invoices are Kill Bill's; what is used and on no invoice yet is the
/// ledger's.
///
/// Usage reaches an order with the documents that are delivered in the mode `usage`, also if the order has ended
/// by then. So nothing is posted here, and nothing can be posted twice.
public final class KillBillBilling implements Billing {

    private final Orders orders;
    private final Ledger ledger;
    private final OpenUse use;
    private final Clock clock;

    /// @param backend the name under which documents are delivered to that Kill Bill
    /// @param since the first month that is billed here
    public KillBillBilling(String backend, Optional<YearMonth> since, Orders orders, Ledger ledger, Clock clock) {
        this.orders = orders;
        this.ledger = ledger;
        this.use = new OpenUse(ledger, backend, since);
        this.clock = clock;
    }

    private interface Question<T> {
        T ask() throws Undelivered, Unbilled;
    }

    private static <T> T ask(Question<T> question) throws Unbilled {
        try {
            return question.ask();
        } catch (Undelivered.Refused e) {
            throw new Unbilled(Unbilled.Kind.REFUSED, String.valueOf(e.getMessage()));
        } catch (Undelivered e) {
            throw new Unbilled(Unbilled.Kind.UNAVAILABLE, String.valueOf(e.getMessage()));
        } catch (LedgerException e) {
            throw new Unbilled(
                    Unbilled.Kind.UNAVAILABLE, "the use of this account cannot be billed: " + e.getMessage());
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    @Override
    public Standing standing(String account) throws Unbilled {
        return ask(() -> {
            Money credits = orders.standing(account).credits();
            BigDecimal draft = draft(account, today()).map(Paper::amount).orElse(BigDecimal.ZERO);
            return new Standing(credits.currency(), credits.amount(), draft);
        });
    }

    @Override
    public String order(String account, String key) throws Unbilled {
        return ask(() -> orders.open(account, key, today()));
    }

    @Override
    public String tag(String order, String name, String value) throws Unbilled {
        return ask(() -> orders.tag(order, name, value));
    }

    @Override
    public void end(String order) throws Unbilled {
        ask(() -> {
            orders.end(order, today());
            return order;
        });
    }

    @Override
    public void credit(String account, String key, BigDecimal amount) throws Unbilled {
        ask(() -> {
            Currency currency = orders.currency(account);
            if (amount.stripTrailingZeros().scale() > currency.getDefaultFractionDigits()) {
                throw new Unbilled(
                        Unbilled.Kind.REFUSED,
                        "%s has %d decimal places, not as many as %s"
                                .formatted(currency, currency.getDefaultFractionDigits(), amount.toPlainString()));
            }
            orders.credit(account, "concertim/" + key, new Money(currency, amount), "Credits from Concertim");
            return account;
        });
    }

    /// What Kill Bill has to bill and what the ledger has, in one draft.
    @Override
    public Optional<Paper> draft(String account, LocalDate day) throws Unbilled {
        return ask(() -> {
            Money credits = orders.standing(account).credits();
            Currency currency = credits.currency();
            LocalDate billedOn = orders.billedOn(account, day);
            Optional<KillBillInvoice> pending = orders.draft(account, Optional.of(billedOn));
            List<OpenUse.Part> used = used(account, currency, day.isAfter(today()) ? today() : day);
            if (pending.isEmpty() && used.isEmpty()) {
                return Optional.empty();
            }
            PaperItems items = new PaperItems(orders.orders(account));
            pending.ifPresent(items::addCosts);
            used.forEach(part -> items.add(orders.stack(part.group()), part));
            BigDecimal amount = items.sum(Kind.COST);
            items.spend(credits.amount().min(amount).max(BigDecimal.ZERO));
            BigDecimal spent = items.sum(Kind.CREDITS);
            return Optional.of(new Paper(
                    account,
                    pending.map(KillBillInvoice::id),
                    Optional.empty(),
                    "DRAFT",
                    currency,
                    amount,
                    spent,
                    BigDecimal.ZERO,
                    amount.add(spent),
                    today(),
                    billedOn,
                    items.all()));
        });
    }

    private List<OpenUse.Part> used(String account, Currency currency, LocalDate day) throws Undelivered, Unbilled {
        Optional<Account> payer = Optional.empty();
        for (String project : orders.projects(account)) {
            payer = payer.or(() -> ledger.accounts().of(project));
        }
        List<OpenUse.Part> parts = payer.map(known -> use.of(known, day)).orElse(List.of());
        for (OpenUse.Part part : parts) {
            if (!part.amount().currency().equals(currency)) {
                throw new Unbilled(
                        Unbilled.Kind.REFUSED,
                        "the account is in %s and its price book in %s; give it a price book of its own currency"
                                .formatted(currency, part.amount().currency()));
            }
        }
        return parts;
    }

    @Override
    public Page invoices(String account, int offset, int limit) throws Unbilled {
        return ask(() -> {
            List<Orders.Order> known = orders.orders(account);
            Orders.Page page = orders.invoices(account, offset, limit);
            return new Page(
                    page.total(),
                    page.invoices().stream()
                            .map(invoice -> paper(account, invoice, known))
                            .toList());
        });
    }

    @Override
    public Paper invoice(String account, String id) throws Unbilled {
        return ask(() -> {
            KillBillInvoice invoice = orders.invoice(id);
            if (!invoice.account().equals(account)) {
                throw new Unbilled(Unbilled.Kind.UNKNOWN, "the account %s has no invoice %s".formatted(account, id));
            }
            return paper(account, invoice, orders.orders(account));
        });
    }

    private static Paper paper(String account, KillBillInvoice invoice, List<Orders.Order> known) {
        PaperItems items = new PaperItems(known);
        items.addCosts(invoice);
        items.addCredits(invoice);
        return new Paper(
                account,
                Optional.of(invoice.id()),
                Optional.of(invoice.number()).filter(number -> !number.isEmpty()),
                invoice.status(),
                invoice.currency(),
                items.sum(Kind.COST),
                items.sum(Kind.CREDITS),
                invoice.refunded(),
                invoice.balance(),
                invoice.date(),
                invoice.targetDate(),
                items.all());
    }

    /// The items of one invoice: what one order costs is one item.
    private static final class PaperItems {

        private final TreeMap<String, Orders.Order> byId = new TreeMap<>();
        private final TreeMap<String, Orders.Order> byStack = new TreeMap<>();
        private final SortedMap<String, Item> items = new TreeMap<>();

        PaperItems(List<Orders.Order> orders) {
            orders.forEach(order -> {
                byId.put(order.id(), order);
                if (!order.stack().isEmpty()) {
                    // of several orders of one stack the one that lives
                    byStack.merge(
                            order.stack(), order, (one, other) -> one.end().isPresent() ? other : one);
                }
            });
        }

        void addCosts(KillBillInvoice invoice) {
            TreeMap<String, KillBillInvoice.Item> all = new TreeMap<>();
            invoice.items().forEach(item -> all.put(item.id(), item));
            for (KillBillInvoice.Item item : invoice.items()) {
                if (!isCredit(item)) {
                    KillBillInvoice.Item of = item.adjusts().map(all::get).orElse(item);
                    Optional<Orders.Order> order = of.subscription().map(byId::get);
                    put(new Item(
                            of.subscription().orElse(of.id()),
                            Kind.COST,
                            item.amount(),
                            order.map(Orders.Order::stack).filter(stack -> !stack.isEmpty()),
                            order.map(PaperItems::name).orElse("No cluster: " + of.description()),
                            item.from(),
                            item.to()));
                }
            }
        }

        void addCredits(KillBillInvoice invoice) {
            invoice.items().stream()
                    .filter(PaperItems::isCredit)
                    .forEach(item -> put(new Item(
                            item.id(),
                            Kind.CREDITS,
                            item.amount(),
                            Optional.empty(),
                            item.description(),
                            item.from(),
                            item.to())));
        }

        /// Spent, or given.
        private static boolean isCredit(KillBillInvoice.Item item) {
            return item.type().equals("CBA_ADJ") || item.type().equals("CREDIT_ADJ");
        }

        /// @param stack empty if the part is of no cluster
        void add(String stack, OpenUse.Part part) {
            Optional<Orders.Order> order = Optional.ofNullable(byStack.get(stack));
            put(new Item(
                    order.map(Orders.Order::id).orElse(stack.isEmpty() ? "item/" + part.item() : "stack/" + stack),
                    Kind.COST,
                    part.amount().amount(),
                    Optional.of(stack).filter(id -> !id.isEmpty()),
                    stack.isEmpty()
                            ? "No cluster: " + part.item()
                            : order.map(PaperItems::name).orElse(stack),
                    Optional.of(part.from()),
                    Optional.of(part.to())));
        }

        void spend(BigDecimal credits) {
            if (credits.signum() > 0) {
                put(new Item(
                        "credits",
                        Kind.CREDITS,
                        credits.negate(),
                        Optional.empty(),
                        "Credits to be spent",
                        Optional.empty(),
                        Optional.empty()));
            }
        }

        private static String name(Orders.Order order) {
            if (!order.stackName().isEmpty()) {
                return order.stackName();
            }
            return order.stack().isEmpty() ? "No cluster: order " + order.id() : order.stack();
        }

        private void put(Item item) {
            items.merge(
                    item.key(),
                    item,
                    (one, other) -> new Item(
                            one.key(),
                            one.kind(),
                            one.amount().add(other.amount()),
                            one.stack(),
                            one.text(),
                            earliest(one.from(), other.from()),
                            latest(one.to(), other.to())));
        }

        private static Optional<LocalDate> earliest(Optional<LocalDate> one, Optional<LocalDate> other) {
            return one.isPresent() && other.isPresent() && other.get().isBefore(one.get()) || one.isEmpty()
                    ? other
                    : one;
        }

        private static Optional<LocalDate> latest(Optional<LocalDate> one, Optional<LocalDate> other) {
            return one.isPresent() && other.isPresent() && other.get().isAfter(one.get()) || one.isEmpty()
                    ? other
                    : one;
        }

        BigDecimal sum(Kind kind) {
            return items.values().stream()
                    .filter(item -> item.kind() == kind)
                    .map(Item::amount)
                    .reduce(BigDecimal.ZERO, BigDecimal::add);
        }

        List<Item> all() {
            return List.copyOf(items.values());
        }
    }
}
