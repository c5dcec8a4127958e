package org.reckoner.deliver.whmcs;

import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PaperSource;
import org.reckoner.deliver.PriceSource;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.StatementSource;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// WHMCS as a billing system.
///
/// WHMCS knows no key by which it would recognise an invoice that it was sent before. So an invoice is made
/// as a draft, which nobody but WHMCS's staff sees. Then all invoices of the client are read; if there are
/// several with our mark, because something on the way repeated the request, one stays and the others are
/// cancelled. Only that one is published. A draft that is made by a request that comes late stays a draft.
///
/// The settings are described in `docs/how-to/deliver-to-whmcs.md`.
public final class Whmcs implements BillingSystem, StatementSource, PaperSource, PriceSource {

    private static final String[] SETTINGS = {
        "url",
        "timeout",
        "ca-file",
        "identifier",
        "secret-file",
        "username",
        "password-file",
        "access-key-file",
        "currency",
        "payment-method",
        "publish",
        "invoice-as",
        "client-area-pdf",
        "invoice_meters"
    };

    private final WhmcsApi api;
    private final Clients clients;
    private final Items items;
    private final Credits credits;
    private final Products products;
    private final Billables billables;
    private final ClientArea clientArea;
    private final String paymentMethod;
    private final Publish publish;
    private final As as;
    private final boolean fetchesPapers;

    /// How far an invoice is taken.
    enum Publish {
        /// staff looks through it and publishes it
        draft,
        /// the client sees it
        publish,
        /// the client is also sent WHMCS's e-mail
        send
    }

    /// What an invoice becomes.
    enum As {
        /// an invoice of its own
        invoice,
        /// an item that WHMCS puts on an invoice
        billable_item
    }

    /// @throws BadAdapter if a setting is missing or wrong
    public Whmcs(AdapterSettings settings) {
        List<String> known = new ArrayList<>(List.of(SETTINGS));
        known.addAll(List.of(Clients.SETTINGS));
        settings.noOthers(known.toArray(String[]::new));
        InvoiceMeters meters = new InvoiceMeters(settings);
        paymentMethod = settings.text("payment-method").orElse("banktransfer");
        publish = settings.value("publish", "draft, publish or send", Publish::valueOf)
                .orElse(Publish.publish);
        as = settings.value("invoice-as", "invoice or billable-item", text -> As.valueOf(text.replace('-', '_')))
                .orElse(As.invoice);
        fetchesPapers =
                settings.value("client-area-pdf", "true or false", Whmcs::flag).orElse(false);
        items = new Items(meters);
        api = new WhmcsApi(settings);
        clients = new Clients(api, settings);
        credits = new Credits(api);
        products = new Products(api, meters, settings);
        billables = new Billables(api);
        clientArea = new ClientArea(api);
    }

    private static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException();
        };
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        Optional<Clients.Client> client = clients.find(document.invoice().account());
        if (client.isEmpty()) {
            return Optional.empty();
        }
        if (isCreditNote(document)) {
            return credits.find(document, client.get().id());
        }
        return as == As.billable_item
                ? billables.find(document, client.get().id())
                : finish(document, client.get().id());
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        Invoice invoice = document.invoice();
        if (isCreditNote(document)) {
            Clients.Client client = clients.find(invoice.account())
                    .orElseThrow(() -> new Undelivered.Refused("%s: WHMCS has no client for project %s any more"
                            .formatted(document.reference(), invoice.account().project())));
            return credits.create(document, client.id());
        }
        List<Items.Item> lines = items.of(document);
        int client = clients.findOrCreate(invoice.account(), invoice.currency()).id();
        if (as == As.billable_item) {
            return billables.create(document, client, lines);
        }
        Said made = api.ask("CreateInvoice", draft(document, client, lines));
        if (!made.isSuccess()) {
            clients.forget(invoice.account());
            throw new Undelivered.Refused("%s of %s for client %d is refused: %s"
                    .formatted(made.about(), document.reference(), client, made.message()));
        }
        return finish(document, client)
                .orElseThrow(() -> new Undelivered.Unavailable("%s made invoice %s for %s, but does not list it"
                        .formatted(made.about(), made.text("invoiceid").orElse("?"), document.reference())));
    }

    private static boolean isCreditNote(Outgoing document) {
        return document.invoice().kind() == Invoice.Kind.CREDIT_NOTE;
    }

    private Form draft(Outgoing document, int client, List<Items.Item> lines) {
        Invoice invoice = document.invoice();
        Form form = new Form()
                .with("userid", client)
                .with("draft", "1")
                .with("paymentmethod", paymentMethod)
                .with("taxrate", "0")
                .with("taxrate2", "0")
                .with(dates(invoice))
                .with("notes", Mark.of(document).toString())
                .with("autoapplycredit", "0");
        for (int i = 0; i < lines.size(); i++) {
            form.with("itemdescription" + (i + 1), lines.get(i).description())
                    .with("itemamount" + (i + 1), lines.get(i).amount().amount().toPlainString())
                    .with("itemtaxed" + (i + 1), "0");
        }
        return form;
    }

    private static Map<String, String> dates(Invoice invoice) {
        return Map.of(
                "date",
                        invoice.issuedAt()
                                .atOffset(ZoneOffset.UTC)
                                .toLocalDate()
                                .toString(),
                "duedate", invoice.dueOn().toString());
    }

    /// Brings what carries our mark to its end: one stays and is published, the others are cancelled.
    private Optional<Receipt> finish(Outgoing document, int client) throws Undelivered {
        Mark mark = Mark.of(document);
        List<There> ours = new ArrayList<>();
        for (There each : There.all(api, new Form().with("userid", client))) {
            if (each.carries(mark)) {
                ours.add(each);
            }
        }
        Optional<There> best = ours.stream().min(There.BEST_FIRST);
        if (best.isEmpty()) {
            return Optional.empty();
        }
        There stays = best.get();
        if (stays.isUnknown()) {
            throw new Undelivered.Unavailable(
                    "WHMCS tells the status '%s' of invoice %d, which is %s; nobody knows what that means"
                            .formatted(stays.status(), stays.id(), mark.reference()));
        }
        for (There other : ours) {
            if (other.isDraft() && other.id() != stays.id()) {
                api.call(
                        "UpdateInvoice",
                        new Form()
                                .with("invoiceid", other.id())
                                .with("status", "Cancelled")
                                .with(
                                        "notes",
                                        "Sent twice by something on the way; %s is invoice %d"
                                                .formatted(mark.reference(), stays.id())));
            }
        }
        Receipt receipt = stays.receipt(
                document.reference(), Optional.of(document.invoice().total()));
        boolean isRight =
                receipt.total().filter(document.invoice().total()::equals).isPresent();
        return stays.isDraft() && isRight && publish != Publish.draft
                ? Optional.of(published(document, receipt))
                : Optional.of(receipt);
    }

    private Receipt published(Outgoing document, Receipt draft) throws Undelivered {
        Said said = api.ask(
                "UpdateInvoice",
                new Form()
                        .with("invoiceid", draft.remoteId())
                        .with(publish == Publish.send ? "publishandsendemail" : "publish", "1")
                        .with(dates(document.invoice())));
        if (!said.isSuccess() && !said.message().contains("must be in Draft status")) {
            throw new Undelivered.Refused("%s: invoice %s of %s cannot be published: %s"
                    .formatted(said.about(), draft.remoteId(), document.reference(), said.message()));
        }
        return new Receipt(draft.reference(), draft.remoteId(), draft.total(), Receipt.Status.OPEN);
    }

    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        List<Receipt> receipts = new ArrayList<>(as == As.billable_item ? billables.documents(period) : List.of());
        for (There each : There.all(api, new Form())) {
            Mark.invoice(each.notes())
                    .filter(mark -> mark.isOf(period))
                    .ifPresent(mark -> receipts.add(each.receipt(mark.reference(), Optional.empty())));
            Optional<Mark> note = Mark.creditNote(each.notes()).filter(mark -> mark.isOf(period));
            if (note.isPresent()) {
                credits.receipt(note.get(), each).ifPresent(receipts::add);
            }
        }
        return receipts;
    }

    @Override
    public Optional<Statement> statement(Account account) throws Undelivered {
        Optional<Clients.Client> client = clients.find(account);
        if (client.isEmpty()) {
            return Optional.empty();
        }
        int id = client.get().id();
        return Optional.of(new Statement("client " + id, clients.credit(id), There.statement(api, id)));
    }

    /// What is ordered in WHMCS.
    public Orders orders() {
        return new Orders(api, clients, paymentMethod);
    }

    @Override
    public PriceList prices() throws Undelivered {
        return products.prices();
    }

    @Override
    public Optional<Paper> paper(Receipt document) throws Undelivered {
        return fetchesPapers && document.remoteId().matches("[0-9]{1,9}")
                ? clientArea.pdf(Integer.parseInt(document.remoteId()))
                : Optional.empty();
    }

    @Override
    public void close() {
        api.close();
    }
}
