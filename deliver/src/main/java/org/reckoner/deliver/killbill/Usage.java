package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;

/// Each document is usage of subscriptions, which Kill Bill bills.
///
/// A unit is a thousandth of the currency's unit, as its catalog says ([CatalogXml]): the amounts of lines
/// are whole cents, so the units are whole, and neither Kill Bill's rounding up of units nor its rounding of
/// items has anything to do. What cannot be usage is a charge: lines of a period that Kill Bill does not look
/// at any more, of a unit that its catalog does not have, of a day on which the subscription was not there.
/// What is given back is a credit.
///
/// Every request of it can be repeated: usage by its tracking id; charges and credits, which have no such
/// key, are drafts first, of which one is committed, as in [Charges]. Credits go first, so that Kill Bill
/// spends them on the invoice that follows.
///
/// Settings: those of [Subscriptions]; `cluster-id` and `cluster-name`, dimensions by which the price book
/// groups (none); `late-periods` (`2`), how many invoiced periods Kill Bill looks at again; `trigger`
/// (`true`), whether the invoice is asked for at once.
final class Usage implements Mode {

    static final String[] SETTINGS = {"plan", "cluster-id", "cluster-name", "late-periods", "trigger"};

    private final Api api;
    private final Charges charges;
    private final Subscriptions subscriptions;
    private final Optional<String> clusterId;
    private final Optional<String> clusterName;
    private final int latePeriods;
    private final boolean trigger;
    private volatile Versions catalog = Versions.NONE;

    Usage(Api api, Charges charges, Subscriptions subscriptions, AdapterSettings settings) {
        this.api = api;
        this.charges = charges;
        this.subscriptions = subscriptions;
        clusterId = settings.text("cluster-id");
        clusterName = settings.text("cluster-name");
        latePeriods = settings.value("late-periods", "a whole number", Integer::parseUnsignedInt)
                .orElse(2);
        trigger = settings.value("trigger", "true or false", Accounts::yes).orElse(true);
    }

    /// Whole, or not at all: [#create] completes what is not whole.
    @Override
    public Optional<Receipt> find(Outgoing document, String account) throws Undelivered {
        List<Entry> entries = Entry.of(document);
        List<KillBillInvoice> invoices = api.invoices(account, earliest(entries));
        List<KillBillInvoice> parts = charges.parts(document.reference(), invoices);
        return receipt(document, entries, parts, invoices)
                .filter(receipt -> receipt.total().isPresent());
    }

    @Override
    public Receipt create(Outgoing document, String account) throws Undelivered {
        Invoice invoice = document.invoice();
        Tracking tracking = Tracking.of(invoice);
        List<Entry> entries = Entry.of(document);
        List<KillBillInvoice> before = api.invoices(account, earliest(entries));
        List<KillBillInvoice> parts = charges.parts(document.reference(), before);
        Set<Integer> there = entries(document, parts);
        boolean billed = !tracked(document, before).isEmpty();
        List<Entry> missing =
                entries.stream().filter(entry -> !there.contains(entry.line())).toList();
        Split split = split(account, invoice, missing, there.isEmpty());
        if (!billed) {
            for (KillBillInvoice part : drafted(document, account, earliest(entries), split, parts)) {
                if (part.isDraft()) {
                    charges.committed(part);
                }
            }
            for (SubscribedUsage each : split.usage.values()) {
                subscriptions.post(each.subscription.id(), each.records, tracking.text());
            }
        }
        boolean used = billed || !split.usage.isEmpty();
        if (used && trigger) {
            Answer asked = api.tryPost("/invoices?accountId=%s&targetDate=%s"
                    .formatted(Api.word(account), entries.getFirst().to()));
            if (asked.status() != 404) { // which only says that nothing is to be billed that was not yet
                Api.accepted(asked);
            }
        }
        List<KillBillInvoice> after = api.invoices(account, earliest(entries));
        if (used && trigger && tracked(document, after).isEmpty()) {
            throw new Undelivered.Unavailable(
                    "Kill Bill has the usage of %s under the tracking id '%s', but has not put it on an invoice; it does once the day is over by its clock and the account's bill cycle"
                            .formatted(document.reference(), tracking.text()));
        }
        return receipt(document, entries, charges.parts(document.reference(), after), after)
                .orElseGet(() ->
                        new Receipt(document.reference(), tracking.text(), Optional.empty(), Receipt.Status.DRAFT));
    }

    /// Makes drafts of what is to be charged and credited, and looks at the account again, because something on the
    /// way, or another process, may have made the same.
    ///
    /// @param there the parts that were there before
    /// @return all parts, those first that give money back
    private List<KillBillInvoice> drafted(
            Outgoing document, String account, LocalDate from, Split split, List<KillBillInvoice> there)
            throws Undelivered {
        List<KillBillInvoice> parts = new ArrayList<>(there);
        Set<Integer> wanted = new HashSet<>();
        split.credits.forEach(entry -> wanted.add(entry.line()));
        split.charges.forEach(entry -> wanted.add(entry.line()));
        if (!wanted.isEmpty()) {
            if (!split.credits.isEmpty()) {
                charges.credit(document.invoice(), account, split.credits, amounts(split.credits), true);
            }
            if (!split.charges.isEmpty()) {
                charges.charge(document.invoice(), account, split.charges, true);
            }
            parts = new ArrayList<>(charges.parts(document.reference(), api.invoices(account, from)));
            if (!entries(document, parts).containsAll(wanted)) {
                throw new Undelivered.Unavailable(
                        "Kill Bill made drafts of %s for the account %s and does not list them; they are looked at again"
                                .formatted(document.reference(), account));
            }
        }
        parts.sort(Comparator.comparing(part -> part.total().amount()));
        return parts;
    }

    /// @param parts of it, as [Charges#parts] tells them
    private Optional<Receipt> receipt(
            Outgoing document, List<Entry> entries, List<KillBillInvoice> parts, List<KillBillInvoice> invoices) {
        Set<Integer> there =
                entries(document, parts.stream().filter(part -> !part.isDraft()).toList());
        boolean billed = !tracked(document, invoices).isEmpty();
        boolean whole = billed
                || !there.isEmpty()
                        && entries.stream()
                                .allMatch(entry -> entry.amount().signum() == 0 || there.contains(entry.line()));
        List<KillBillInvoice> counted = invoices.stream()
                .filter(invoice -> !invoice.isDraft() || parts.contains(invoice))
                .toList();
        return whole
                ? Documents.of(document.invoice().period().label(), counted).stream()
                        .filter(receipt -> receipt.reference().equals(document.reference()))
                        .findFirst()
                : Optional.empty();
    }

    /// Which entries there are among them.
    private static Set<Integer> entries(Outgoing document, List<KillBillInvoice> parts) {
        return parts.stream()
                .flatMap(part -> part.entries(document.reference()).stream())
                .collect(Collectors.toSet());
    }

    private static LocalDate earliest(List<Entry> entries) {
        return entries.stream().map(Entry::from).min(Comparator.naturalOrder()).orElseThrow();
    }

    private static List<KillBillInvoice> tracked(Outgoing document, List<KillBillInvoice> invoices) {
        return invoices.stream()
                .filter(invoice -> invoice.trackings()
                        .anyMatch(tracking -> tracking.reference().equals(document.reference())))
                .toList();
    }

    private static TreeMap<Integer, BigDecimal> amounts(List<Entry> credits) {
        TreeMap<Integer, BigDecimal> amounts = new TreeMap<>();
        credits.forEach(entry -> amounts.put(entry.line(), entry.amount().negate()));
        return amounts;
    }

    /// What becomes of each entry.
    private static final class Split {
        private final List<Entry> credits = new ArrayList<>();
        private final List<Entry> charges = new ArrayList<>();
        private final TreeMap<Subscriptions.Cluster, SubscribedUsage> usage = new TreeMap<>();
    }

    /// Whole units by day and unit, for one subscription.
    private static final class SubscribedUsage {

        private final Subscription subscription;
        private final TreeMap<LocalDate, TreeMap<String, Long>> records = new TreeMap<>();
        private final TreeMap<String, BigDecimal> sums = new TreeMap<>();

        SubscribedUsage(Subscription subscription) {
            this.subscription = subscription;
        }

        /// Whether it could be taken.
        boolean take(Entry entry, Versions catalog, int latePeriods) {
            String unit = CatalogXml.unit(entry.price());
            Optional<LocalDate> day = subscription.firstDay(entry.from(), entry.to());
            Optional<Long> quantity = subscription.quantity(unit, entry.amount(), catalog);
            if (day.isEmpty() || quantity.isEmpty() || !catalog.has(unit, day.get())) {
                return false;
            }
            boolean late = subscription
                    .chargedThrough()
                    .filter(until -> day.get().isBefore(until.minusMonths(latePeriods)))
                    .isPresent();
            String item = day.get() + " " + unit;
            BigDecimal sum = sums.getOrDefault(item, BigDecimal.ZERO).add(entry.amount());
            if (late || sum.compareTo(Entry.MOST) > 0) {
                return false;
            }
            sums.put(item, sum);
            records.computeIfAbsent(day.get(), each -> new TreeMap<>()).merge(unit, quantity.get(), Math::addExact);
            return true;
        }
    }

    /// @param first whether nothing of the document is there: even a document of nothing leaves a trace
    private Split split(String account, Invoice invoice, List<Entry> entries, boolean first) throws Undelivered {
        Split split = new Split();
        Versions versions = versions(entries);
        TreeMap<Subscriptions.Cluster, SubscribedUsage> open = new TreeMap<>();
        for (Entry entry : entries) {
            if (entry.amount().signum() < 0) {
                split.credits.add(entry);
            } else if (entry.amount().signum() > 0) {
                Subscriptions.Cluster cluster = cluster(entry);
                SubscribedUsage usage = open.get(cluster);
                if (usage == null) {
                    usage = new SubscribedUsage(subscribe(account, invoice, cluster));
                    open.put(cluster, usage);
                }
                if (usage.take(entry, versions, latePeriods)) {
                    split.usage.put(cluster, usage);
                } else {
                    split.charges.add(entry);
                }
            }
        }
        boolean nothing = split.credits.isEmpty() && split.charges.isEmpty() && split.usage.isEmpty();
        if (nothing && first) {
            split.charges.addAll(entries);
        }
        return split;
    }

    /// Read anew when an entry needs a unit that was not in the catalog when it was read.
    private Versions versions(List<Entry> entries) throws Undelivered {
        Set<String> wanted = new HashSet<>();
        entries.stream()
                .filter(entry -> entry.amount().signum() > 0)
                .forEach(entry -> wanted.add(CatalogXml.unit(entry.price())));
        if (!catalog.knows(wanted)) {
            catalog = Versions.read(api);
        }
        return catalog;
    }

    private Subscription subscribe(String account, Invoice invoice, Subscriptions.Cluster cluster) throws Undelivered {
        Account payer = invoice.account();
        return subscriptions.findOrCreate(
                account, payer.project(), cluster, Entry.from(invoice.period().window()));
    }

    private Subscriptions.Cluster cluster(Entry entry) {
        Map<String, String> group = entry.group();
        String id =
                clusterId.map(dimension -> group.getOrDefault(dimension, "")).orElse("");
        String name =
                clusterName.map(dimension -> group.getOrDefault(dimension, "")).orElse("");
        return id.isEmpty() ? Subscriptions.Cluster.NONE : new Subscriptions.Cluster(id, name);
    }
}
