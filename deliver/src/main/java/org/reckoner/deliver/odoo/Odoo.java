package org.reckoner.deliver.odoo;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.BadAdapter;
import org.reckoner.deliver.BillingSystem;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.PriceSource;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Site;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Odoo 14 and later: documents become customer invoices and credit notes, or quotations, as drafts or
/// posted.
///
/// Nothing in Odoo keeps two documents from having one reference. So a document is made as a draft; then
/// all with its reference are read; drafts beyond the first are deleted, as a repeated request made them;
/// the total is compared; and only then is it posted. Whatever is lost in between, what was begun is found
/// by the reference and finished.
public final class Odoo implements BillingSystem, PriceSource {

    private static final int PAGE = 200;
    private static final int MOST_INTEGER_DIGITS = 18;
    private static final BigDecimal NOISE = new BigDecimal("0.000001");

    private final Rules rules;
    private final Rpc rpc;
    private final Rpc.Session odoo;
    private final Directory directory;
    private final Catalogue catalogue;

    /// @throws BadAdapter if a setting is missing or wrong
    public Odoo(AdapterSettings settings) {
        settings.noOthers(Stream.of(
                        Rules.KEYS.stream(),
                        Catalogue.KEYS.stream(),
                        Stream.of(
                                "url", "timeout", "ca-file", "protocol", "database", "user", "api-key-file", "company"))
                .flatMap(keys -> keys)
                .toArray(String[]::new));
        rules = Rules.of(settings);
        String protocol = settings.text("protocol").orElse("json2");
        String database = settings.required("database");
        String key = settings.secret("api-key");
        Optional<Long> company = settings.value("company", "the id of a company in Odoo", Long::valueOf);
        rpc = switch (protocol) {
            case "json2" -> new JsonTwo(new Site(settings, key), database, key);
            case "xmlrpc" -> new XmlRpc(new Site(settings, key), database, settings.required("user"), key);
            default ->
                throw new BadAdapter("%s: 'protocol' is json2 (Odoo 19 and later) or xmlrpc, not '%s'"
                        .formatted(settings.backend(), protocol));
        };
        ObjectNode context = Rpc.JSON.createObjectNode();
        company.ifPresent(id -> context.putArray("allowed_company_ids").add(id));
        odoo = new Rpc.Session(rpc, context);
        directory = new Directory(odoo, rules);
        catalogue = new Catalogue(odoo, rules, settings);
    }

    @Override
    public Optional<Receipt> find(Outgoing document) throws Undelivered {
        Optional<Kept> there = settle(document);
        if (there.isPresent() && there.get().isUntouchedDraft() && differs(document, there.get())) {
            discard(document, there.get());
        }
        return there.map(each -> receipt(document, each));
    }

    @Override
    public Receipt create(Outgoing document) throws Undelivered {
        try {
            long id = odoo.create(rules.paper().model(), new Draft(rules, directory, document).values());
            Optional<Kept> there = settle(document);
            if (there.isEmpty()) {
                throw new Undelivered.Unavailable(
                        "Odoo made %s as %d and does not find it again".formatted(document.reference(), id));
            }
            if (there.get().isDraft() && there.get().id() == id && differs(document, there.get())) {
                discard(document, there.get());
            }
            return receipt(document, there.get());
        } catch (Undelivered.Refused e) {
            directory.forget();
            throw e;
        }
    }

    private static boolean differs(Outgoing document, Kept there) {
        return there.receipt().differsFrom(document.invoice().total());
    }

    /// A draft that Odoo computed otherwise is not left where somebody might post it.
    private void discard(Outgoing document, Kept draft) throws Undelivered {
        odoo.delete(rules.paper().model(), draft.id());
        throw new Undelivered.Refused("Odoo computes %s for %s instead of %s, so its draft was deleted; %s"
                .formatted(
                        draft.total(),
                        document.reference(),
                        document.invoice().total(),
                        advice(document.invoice(), draft.total())));
    }

    private String advice(Invoice invoice, Money there) {
        Money total = invoice.total();
        if (!there.currency().equals(total.currency())) {
            return "its currency there is that of its price list, see 'pricelist'";
        }
        BigDecimal off = total.amount().subtract(there.amount()).abs();
        return !rules.taxes().isEmpty() && off.compareTo(mostOfRounding(invoice)) <= 0
                ? "see 'rounding-line', or let Odoo round taxes globally"
                : "that is more than rounding: Odoo's taxes must not be included in the price, and 'quantity-places' and 'price-places' must be as Odoo has them";
    }

    /// How much Odoo's taxes can be off by rounding alone.
    private static BigDecimal mostOfRounding(Invoice invoice) {
        return BigDecimal.valueOf(
                        (long) invoice.lines().size() * invoice.taxes().size())
                .movePointLeft(Math.max(0, invoice.currency().getDefaultFractionDigits()));
    }

    /// Finishes what was begun of a document: leaves one draft of several, corrects its rounding, posts it.
    private Optional<Kept> settle(Outgoing document) throws Undelivered {
        List<Kept> kept = kept(document);
        Optional<Kept> finished = kept.stream()
                .filter(each -> !each.isDraft() && !each.isCancelled())
                .findFirst();
        List<Kept> drafts = kept.stream().filter(Kept::isDraft).toList();
        for (Kept surplus : drafts.subList(finished.isPresent() || drafts.isEmpty() ? 0 : 1, drafts.size())) {
            odoo.delete(rules.paper().model(), surplus.id());
        }
        if (finished.isPresent() || drafts.isEmpty()) {
            return finished.or(() -> kept.stream().findFirst());
        }
        Kept draft = rounded(document, drafts.getFirst());
        return Optional.of(rules.last() && !differs(document, draft) ? post(document, draft) : draft);
    }

    private Kept post(Outgoing document, Kept draft) throws Undelivered {
        try {
            JsonNode answer = odoo.call(rules.paper().model(), rules.paper().finish(), draft.id());
            if (!answer.isBoolean() && !answer.isNull()) { // a window, to be opened before or after, or not Odoo's
                return confirmed(document, draft, answer);
            }
        } catch (Undelivered.Refused e) {
            boolean posted = kept(document).stream().anyMatch(each -> each.id() == draft.id() && !each.isDraft());
            if (!posted) {
                throw e;
            }
        }
        return draft.posted();
    }

    private Kept confirmed(Outgoing document, Kept draft, JsonNode window) throws Undelivered {
        Kept now = kept(document).stream()
                .filter(each -> each.id() == draft.id())
                .findFirst()
                .orElse(draft);
        if (now.isDraft() && window.isEmpty()) {
            throw new Undelivered.Unavailable(
                    "Odoo did not confirm %s and does not say why".formatted(document.reference()));
        }
        if (now.isDraft()) {
            throw new Undelivered.Refused(
                    "Odoo opens a window before it confirms %s, the %s %d; confirm it there and retry"
                            .formatted(document.reference(), rules.paper().model(), draft.id()));
        }
        return now;
    }

    /// The draft with its rounding line, where Odoo's taxes are off by no more than rounding can be.
    private Kept rounded(Outgoing document, Kept draft) throws Undelivered {
        if (rules.roundingLine().isEmpty() || rules.taxes().isEmpty()) {
            return draft;
        }
        Invoice invoice = document.invoice();
        BigDecimal most = mostOfRounding(invoice);
        Kept now = draft;
        for (int i = 0; i < 2; i++) { // a repeated request adds it twice, which the second one takes back
            BigDecimal off = invoice.total().amount().subtract(now.total().amount());
            if (off.signum() == 0 || off.abs().compareTo(most) > 0) {
                return now;
            }
            Draft lines = new Draft(rules, directory, document);
            BigDecimal amount = now.isRefund() ? off.negate() : off;
            odoo.write(
                    rules.paper().model(),
                    draft.id(),
                    lines.rounding(rules.roundingLine().get(), amount));
            now = kept(document).stream()
                    .filter(each -> each.id() == draft.id())
                    .findFirst()
                    .orElse(draft);
        }
        return now;
    }

    /// What Odoo has of a document, in the order in which it was made. What is found is compared once more:
    /// drafts of a document that are too many are deleted.
    private List<Kept> kept(Outgoing document) throws Undelivered {
        String origin = Draft.origin(document.invoice().period());
        List<Kept> kept = new ArrayList<>();
        for (Kept each : read(
                Rpc.all(
                        Rpc.condition(rules.paper().reference(), "=", document.reference()),
                        Rpc.condition(rules.paper().origin(), "=", origin)),
                0)) {
            mustBe(
                    each.reference().equals(document.reference())
                            && each.origin().equals(origin),
                    each);
            kept.add(each.known());
        }
        return kept;
    }

    /// An answer with something else in it may lack what was asked for.
    private void mustBe(boolean asked, Kept told) throws Undelivered {
        if (!asked) {
            throw new Undelivered.Unavailable("Odoo told %s %d, '%s' of '%s', which was not asked for"
                    .formatted(rules.paper().model(), told.id(), told.reference(), told.origin()));
        }
    }

    @Override
    public List<Receipt> documents(BillingPeriod period) throws Undelivered {
        List<Kept> all = new ArrayList<>();
        long last = 0;
        List<Kept> page;
        do {
            page = read(
                    Rpc.all(
                            Rpc.condition(rules.paper().origin(), "=", Draft.origin(period)),
                            Rpc.condition("id", ">", last)),
                    PAGE);
            for (Kept each : page) {
                mustBe(each.id() > last && each.origin().equals(Draft.origin(period)), each);
                all.add(each);
                last = each.id();
            }
        } while (!page.isEmpty()); // something on the way may allow smaller pages only
        TreeSet<Long> takenBack = new TreeSet<>();
        all.stream().filter(Kept::isPosted).forEach(each -> each.takesBack().ifPresent(takenBack::add));
        return all.stream().map(each -> listed(each, takenBack)).toList();
    }

    /// What reconciliation is told. An invoice that a credit note of the same period reversed, which is
    /// told as well, is settled; one that something else reversed is not in force. Nor is one that was
    /// posted once and is a draft again.
    private Receipt listed(Kept each, Set<Long> takenBack) {
        if (each.isReversed() && takenBack.contains(each.id())) {
            return each.receipt(Receipt.Status.PAID);
        }
        return rules.last() && each.isDraft() && each.wasPosted()
                ? each.receipt(Receipt.Status.CANCELLED)
                : each.receipt();
    }

    private List<Kept> read(ArrayNode domain, int limit) throws Undelivered {
        List<String> fields = new ArrayList<>(List.of(
                rules.paper().reference(),
                rules.paper().origin(),
                "state",
                "amount_total",
                "currency_id",
                "create_date",
                "write_date"));
        if (rules.paper() == Rules.Paper.INVOICE) {
            domain.add(Rpc.condition("move_type", "in", List.of("out_invoice", "out_refund")));
            fields.addAll(List.of("move_type", "payment_state", "posted_before", "reversed_entry_id"));
        }
        List<Kept> documents = new ArrayList<>();
        for (JsonNode row : odoo.search(rules.paper().model(), domain, fields, limit)) {
            documents.add(kept(row));
        }
        return documents;
    }

    @Override
    public Optional<BigDecimal> cost(String region, String item) throws Undelivered {
        String name = rules.product(region, item, "");
        Long product = directory.products(List.of(name)).get(name);
        if (product == null) {
            return Optional.empty();
        }
        List<JsonNode> rows =
                odoo.search("product.product", Rpc.all(Rpc.condition("id", "=", product)), List.of("lst_price"), 1);
        return rows.stream()
                .map(row -> row.path("lst_price"))
                .filter(JsonNode::isNumber)
                .map(JsonNode::decimalValue)
                .findFirst();
    }

    @Override
    public PriceList prices() throws Undelivered {
        return catalogue.prices();
    }

    /// A document as Odoo has it.
    ///
    /// @param total in our sign: of a credit note negative
    /// @param wasPosted whether it is, or was before it became a draft again
    /// @param isUntouched whether nobody wrote to it since it was made
    /// @param takesBack what it reverses
    private record Kept(
            long id,
            String reference,
            String origin,
            String state,
            String payment,
            boolean isRefund,
            Money total,
            boolean wasPosted,
            boolean isUntouched,
            Optional<Long> takesBack) {

        Kept known() throws Undelivered {
            if (status() == Receipt.Status.UNKNOWN) {
                throw new Undelivered.Unavailable(
                        "Odoo tells the state '%s' of %s, which is %d there; nobody knows what that means"
                                .formatted(state, reference, id));
            }
            return this;
        }

        boolean isDraft() {
            return "draft".equals(state) || "sent".equals(state);
        }

        /// Whether nobody but us had a hand in it.
        boolean isUntouchedDraft() {
            return isDraft() && isUntouched && !wasPosted;
        }

        boolean isPosted() {
            return "posted".equals(state);
        }

        boolean isReversed() {
            return isPosted() && "reversed".equals(payment);
        }

        boolean isCancelled() {
            return "cancel".equals(state);
        }

        Kept posted() {
            return new Kept(id, reference, origin, "posted", payment, isRefund, total, true, isUntouched, takesBack);
        }

        Receipt receipt() {
            return receipt(status());
        }

        Receipt receipt(Receipt.Status status) {
            return new Receipt(reference, Long.toString(id), Optional.of(total), status);
        }

        private Receipt.Status status() {
            return switch (state) {
                case "draft", "sent" -> Receipt.Status.DRAFT;
                case "cancel" -> Receipt.Status.CANCELLED;
                case "posted", "sale", "done" ->
                    switch (payment) {
                        case "paid", "in_payment" -> Receipt.Status.PAID;
                        case "reversed" -> Receipt.Status.CANCELLED;
                        default -> Receipt.Status.OPEN;
                    };
                default -> Receipt.Status.UNKNOWN;
            };
        }
    }

    private Kept kept(JsonNode row) throws Undelivered {
        long id = Rpc.id(row);
        boolean refund = "out_refund".equals(row.path("move_type").asString(""));
        String code = row.path("currency_id").path(1).asString("");
        Currency currency;
        try {
            currency = Currency.getInstance(code);
        } catch (IllegalArgumentException e) {
            throw new Undelivered.Unavailable(
                    "Odoo has %s %d in a currency '%s' that is none of ISO 4217's"
                            .formatted(rules.paper().model(), id, code),
                    e);
        }
        BigDecimal total = decimal(row.path("amount_total"), currency);
        String created = text(row, "create_date");
        return new Kept(
                id,
                text(row, rules.paper().reference()),
                text(row, rules.paper().origin()),
                text(row, "state"),
                text(row, "payment_state"),
                refund,
                new Money(currency, refund ? total.negate() : total),
                row.path("posted_before").asBoolean(false),
                !created.isEmpty() && created.equals(text(row, "write_date")),
                Optional.of(row.path("reversed_entry_id").path(0).asLong(0)).filter(other -> other > 0));
    }

    /// `false` is no text.
    private static String text(JsonNode row, String field) {
        JsonNode value = row.path(field);
        return value.isString() ? value.stringValue() : "";
    }

    /// An amount with the currency's places, without what binary floating point adds far behind them.
    private static BigDecimal decimal(JsonNode number, Currency currency) throws Undelivered {
        if (!number.isNumber()) {
            throw new Undelivered.Unavailable("Odoo told no amount where one was expected: " + number);
        }
        BigDecimal exact = number.decimalValue();
        if (exact.precision() - exact.scale() > MOST_INTEGER_DIGITS || exact.scale() > 4 * MOST_INTEGER_DIGITS) {
            throw new Undelivered.Unavailable("Odoo told an amount that is none: " + number);
        }
        BigDecimal rounded = exact.setScale(Math.max(0, currency.getDefaultFractionDigits()), RoundingMode.HALF_EVEN);
        return rounded.subtract(exact).abs().compareTo(NOISE) < 0 ? rounded : exact;
    }

    private static Receipt receipt(Outgoing document, Kept kept) {
        return kept.receipt().like(document.invoice().total());
    }

    @Override
    public void close() {
        rpc.close();
    }
}
