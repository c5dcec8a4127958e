package org.reckoner.deliver.killbill;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PriceSource;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// Kill Bill as a billing system: a project is an account, a document is an invoice.
///
/// Settings: `mode`, `charges` (the default) or `usage`; those of [Api], [Accounts], [Charges] and [Usage].
public final class KillBill implements BillingSystem, StatementSource, PriceSource {

    private static final int CONNECTIONS = 8;
    private static final LocalDate FIRST_VERSION = LocalDate.of(2020, 1, 1);

    private final Api api;
    private final Accounts accounts;
    private final Subscriptions subscriptions;
    private final Mode mode;
    private final Optional<String> clusterId;
    private final ConcurrentHashMap<String, ReentrantLock> underWay = new ConcurrentHashMap<>();

    /// @throws BadAdapter if a setting is missing or wrong
    public KillBill(AdapterSettings settings) {
        settings.noOthers(Stream.of(Api.SETTINGS, Accounts.SETTINGS, Usage.SETTINGS, new String[] {"mode", "draft"})
                .flatMap(Arrays::stream)
                .toArray(String[]::new));
        boolean drafts = settings.value("draft", "true or false", Accounts::yes).orElse(false);
        api = new Api(settings);
        accounts = new Accounts(api, settings);
        subscriptions = new Subscriptions(api, accounts, settings);
        clusterId = settings.text("cluster-id");
        Charges charges = new Charges(api, drafts);
        mode = switch (settings.text("mode").orElse("charges")) {
            case "charges" -> charges;
            case "usage" -> new Usage(api, charges, subscriptions, settings);
            default ->
                throw new BadAdapter("%s: 'mode' is charges or usage, not '%s'"
                        .formatted(settings.backend(), settings.required("mode")));
        };
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        String project = document.invoice().account().project();
        Optional<String> account = accounts.find(project);
        try {
            return account.isEmpty() ? Optional.empty() : mode.find(document, account.get());
        } catch (Undelivered.Refused e) {
            accounts.forget(project);
            throw e;
        }
    }

    /// Of several threads that bring the same document one saves it, and the others wait and look for it.
    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        ReentrantLock mine = new ReentrantLock();
        mine.lock();
        boolean waited = false;
        ReentrantLock others = underWay.putIfAbsent(document.reference(), mine);
        while (others != null) {
            waited = true;
            others.lock();
            others.unlock();
            others = underWay.putIfAbsent(document.reference(), mine);
        }
        try {
            Optional<Receipt> there = waited ? find(document) : Optional.empty();
            return there.isPresent() ? there.get() : save(document);
        } finally {
            underWay.remove(document.reference(), mine);
            mine.unlock();
        }
    }

    private Receipt save(Outgoing document) throws Undelivered {
        String account = accounts.findOrCreate(
                document.invoice().account(), document.invoice().currency());
        try {
            return mode.create(document, account);
        } catch (Undelivered.Refused e) {
            accounts.forget(document.invoice().account().project());
            throw e;
        }
    }

    /// Reads the invoices of every account: that finds also what is there twice, or was left half done.
    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        List<Receipt> receipts = new ArrayList<>();
        try (ExecutorService threads =
                Executors.newFixedThreadPool(CONNECTIONS, Thread.ofVirtual().factory())) {
            List<Future<List<Receipt>>> asked = new ArrayList<>();
            for (JsonNode account : api.pages("/accounts/pagination", "accountId")) {
                String id = account.path("accountId").asString("");
                asked.add(threads.submit(
                        () -> Documents.of(period.label(), api.invoices(id, Entry.from(period.window())))));
            }
            try {
                for (Future<List<Receipt>> each : asked) {
                    receipts.addAll(each.get());
                }
            } finally {
                threads.shutdownNow(); // once one account cannot be read the others need not be
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Undelivered reason) {
                throw reason;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Undelivered.Unavailable("interrupted while reading invoices", e);
        }
        receipts.sort(Comparator.comparing(Receipt::reference).thenComparing(Receipt::remoteId));
        return receipts;
    }

    /// The newest state of the account that is the project's, with what was voided.
    @Override
    public Optional<Statement> statement(Account whose) throws Undelivered {
        Optional<String> account = accounts.find(whose.project());
        if (account.isEmpty()) {
            return Optional.empty();
        }
        List<Invoiced> invoices = api.invoices(account.get()).stream()
                .sorted(Comparator.comparing(KillBillInvoice::date)
                        .thenComparing(each -> each.number().length())
                        .thenComparing(KillBillInvoice::number))
                .map(each -> new Invoiced(
                        each.id(),
                        each.number(),
                        each.date(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(each.total()),
                        each.receiptStatus(),
                        each.status()))
                .toList();
        return Optional.of(new Statement(
                "account " + account.get(),
                Optional.of(orders().standing(account.get()).credits()),
                invoices));
    }

    /// Uploads a catalog for price books in the mode `usage`, as a new version if the tenant has one of
    /// Reckoner's. It keeps the units of the version before.
    ///
    /// @param from the first day on which it holds; the first version holds from 2020 on
    /// @param dryRun whether it is only shown
    /// @return the document; nothing if the newest version has all that is needed
    /// @throws Undelivered.Refused if the tenant has a catalog that is not Reckoner's, or a version of a
    ///     later day
    public Optional<String> uploadCatalog(List<PriceBook> books, LocalDate from, boolean dryRun) throws Undelivered {
        Versions versions = Versions.read(api);
        CatalogXml wanted = CatalogXml.of(books);
        boolean first = versions.units().isEmpty();
        if (!first && !versions.name().equals(CatalogXml.NAME)) {
            throw new Undelivered.Refused(
                    "the tenant has the catalog '%s', which is not Reckoner's and is left alone; add these units to it: %s"
                            .formatted(versions.name(), String.join(", ", wanted.units())));
        }
        if (!first && versions.knows(wanted.units()) && versions.currencies().containsAll(wanted.currencies())) {
            return Optional.empty();
        }
        if (!first && !from.isAfter(versions.units().lastKey())) {
            throw new Undelivered.Refused(
                    "a new version must hold from a later day than the newest, which holds from %s"
                            .formatted(versions.units().lastKey()));
        }
        String text = first ? wanted.text(FIRST_VERSION) : wanted.with(versions).text(from);
        if (!dryRun) {
            api.uploadCatalog(text);
        }
        return Optional.of(text);
    }

    /// The prices of the newest version of the tenant's catalog.
    @Override
    public PriceList prices() throws Undelivered {
        return CatalogPrices.read(api.text("/catalog/xml", "text/xml"));
    }

    /// What a portal asks of it.
    public Orders orders() {
        return new Orders(api, accounts, subscriptions, clusterId);
    }

    /// The release of the server, such as `0.22.26`.
    ///
    /// @throws Undelivered if it cannot be asked now
    public String version() throws Undelivered {
        return api.get("/nodesInfo").path(0).path("kbVersion").asString("unknown");
    }

    @Override
    public void close() {
        api.close();
    }
}
