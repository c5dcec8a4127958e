package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Each document is one invoice of Kill Bill's, made of external charges.
///
/// All lines and taxes go in one request, and each carries its mark in the item itself, so there is no moment
/// in which a charge is there and cannot be found. Money that is given back on an invoice is an adjustment of
/// a charge: the invoice is then made as a draft, adjusted, and committed. A document that gives back more
/// than it asks for, such as a credit note, is a credit of the account, which Kill Bill spends on what is
/// open.
///
/// Setting: `draft` (`false`): leaves invoices as drafts, for a person to commit in Kill Bill.
final class Charges implements Mode {

    private final Api api;
    private final boolean leaveDrafts;

    Charges(Api api, boolean leaveDrafts) {
        this.api = api;
        this.leaveDrafts = leaveDrafts;
    }

    @Override
    public Receipt create(Outgoing document, String account) throws Undelivered {
        List<Entry> entries = Entry.of(document);
        if (document.invoice().total().isNegative()) {
            TreeMap<Integer, BigDecimal> back = new TreeMap<>();
            entries.forEach(entry -> back.put(entry.line(), entry.amount().negate()));
            Offset.of(entries)
                    .forEach(offset ->
                            back.merge(offset.back().line(), offset.amount().negate(), BigDecimal::add));
            return receipt(document, credit(document.invoice(), account, entries, back, false));
        }
        boolean adjusted = !Offset.of(entries).isEmpty();
        KillBillInvoice made = charge(document.invoice(), account, entries, !leaveDrafts && !adjusted, false);
        return receipt(document, adjusted ? finish(document, made) : made);
    }

    @Override
    public Optional<Receipt> find(Outgoing document, String account) throws Undelivered {
        LocalDate from = Entry.from(document.invoice().period().window());
        Optional<KillBillInvoice> there = api.invoices(account, from).stream()
                .filter(invoice -> invoice.isMarked(document.reference()))
                .min(Comparator.comparing(KillBillInvoice::isVoid).thenComparing(KillBillInvoice::id));
        if (there.isEmpty()) {
            return Optional.empty();
        }
        boolean whole = there.get().isVoid() || document.invoice().total().isNegative();
        return Optional.of(receipt(document, whole ? there.get() : finish(document, there.get())));
    }

    /// Makes an invoice of those entries that ask for money, or for nothing.
    ///
    /// @param part whether the document has parts that are usage
    KillBillInvoice charge(Invoice invoice, String account, List<Entry> entries, boolean commit, boolean part)
            throws Undelivered {
        ArrayNode charges = Answer.JSON.createArrayNode();
        for (Entry entry : entries) {
            if (entry.amount().signum() >= 0) {
                charges.add(item(invoice, account, entry, entry.amount(), part)
                        .put("startDate", entry.from().toString())
                        .put("endDate", entry.to().toString()));
            }
        }
        String path = "/invoices/charges/%s?autoCommit=%s&requestedDate=%s"
                .formatted(Api.word(account), commit, issued(invoice));
        return made(api.post(path, charges), invoice, commit, false);
    }

    /// Makes a credit of the account.
    ///
    /// @param back how much each entry gives back, by its number; only what is positive is credited
    KillBillInvoice credit(
            Invoice invoice, String account, List<Entry> entries, SortedMap<Integer, BigDecimal> back, boolean part)
            throws Undelivered {
        ArrayNode credits = Answer.JSON.createArrayNode();
        for (Entry entry : entries) {
            BigDecimal amount = back.getOrDefault(entry.line(), BigDecimal.ZERO);
            if (amount.signum() > 0) {
                credits.add(item(invoice, account, entry, amount, part));
            }
        }
        return made(api.post("/credits?autoCommit=" + !leaveDrafts, credits), invoice, !leaveDrafts, true);
    }

    /// Makes the adjustments that are missing, and commits.
    private KillBillInvoice finish(Outgoing document, KillBillInvoice there) throws Undelivered {
        List<Offset> missing = new ArrayList<>(Offset.of(Entry.of(document)));
        missing.removeIf(offset -> there.items().stream().anyMatch(item -> isOf(item, offset, there)));
        for (Offset offset : missing) {
            KillBillInvoice.Item charge = there.items().stream()
                    .filter(item ->
                            isEntry(item, offset.charge()) && item.adjusts().isEmpty())
                    .findFirst()
                    .orElseThrow(() -> new Undelivered.Refused(
                            "the invoice %s of Kill Bill, which is our %s, has no item for '%s' any more; compare them"
                                    .formatted(
                                            there.id(),
                                            document.reference(),
                                            offset.charge().text())));
            ObjectNode adjustment = item(document.invoice(), there.account(), offset.back(), offset.amount(), false)
                    .put("invoiceItemId", charge.id());
            api.post(
                    "/invoices/%s?requestedDate=%s".formatted(Api.word(there.id()), issued(document.invoice())),
                    adjustment);
        }
        boolean commit = there.isDraft() && !leaveDrafts;
        if (commit) {
            api.put("/invoices/%s/commitInvoice".formatted(Api.word(there.id())));
        }
        return commit || !missing.isEmpty() ? api.invoice(there.id()) : there;
    }

    private static boolean isOf(KillBillInvoice.Item item, Offset offset, KillBillInvoice invoice) {
        return isEntry(item, offset.back())
                && invoice.items().stream()
                        .filter(charge ->
                                item.adjusts().filter(charge.id()::equals).isPresent())
                        .anyMatch(charge -> isEntry(charge, offset.charge()));
    }

    private static boolean isEntry(KillBillInvoice.Item item, Entry entry) {
        return item.mark().filter(mark -> mark.line() == entry.line()).isPresent();
    }

    private static ObjectNode item(Invoice invoice, String account, Entry entry, BigDecimal amount, boolean part) {
        return Answer.JSON
                .createObjectNode()
                .put("accountId", account)
                .put("amount", amount)
                .put("currency", invoice.currency().getCurrencyCode())
                .put("description", entry.text())
                .put("itemDetails", Mark.of(invoice, entry.line(), part).text());
    }

    private static LocalDate issued(Invoice invoice) {
        return invoice.issuedAt().atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /// The invoice that new items are on: Kill Bill answers with the items only.
    private static KillBillInvoice made(Answer answer, Invoice invoice, boolean committed, boolean credit)
            throws Undelivered {
        KillBillInvoice made =
                KillBillInvoice.ofItems(answer.json(), committed ? "COMMITTED" : "DRAFT", issued(invoice), credit);
        if (made.items().isEmpty()) {
            throw new Undelivered.Unavailable("%s answered without items".formatted(answer.request()));
        }
        return made;
    }

    private static Receipt receipt(Outgoing document, KillBillInvoice there) {
        return Documents.receipt(document.reference(), document.invoice().total(), there);
    }
}
