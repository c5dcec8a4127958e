package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
/// a charge. A document that gives back more than it asks for, such as a credit note, is a credit of the
/// account, which Kill Bill spends on what is open.
///
/// Kill Bill knows no key by which it would recognise charges that it was sent before. So an invoice is made
/// as a draft, which nobody owes. Then the account's invoices are read; if several carry the mark, because
/// something on the way repeated the request or another process sends the same document, the one that was
/// made first stays, and the other drafts are voided. Only that one is committed, by its id, which Kill Bill
/// does once. What is made by a request that comes too late stays a draft.
///
/// Kill Bill makes an account's invoices one after the other, under a lock. So of two processes that each
/// make a draft and then look, the later one sees both, and both choose the same.
///
/// Settings: `draft` (`false`): leaves invoices as drafts, for a person to commit in Kill Bill.
final class Charges implements Mode {

    /// Of several that are the same document the one that counts: what was committed, then drafts, and what
    /// was voided last; of these the first that was made.
    private static final Comparator<KillBillInvoice> BEST_FIRST = Comparator.comparing(KillBillInvoice::isVoid)
            .thenComparing(KillBillInvoice::isDraft)
            .thenComparing(invoice -> invoice.number().length())
            .thenComparing(KillBillInvoice::number)
            .thenComparing(KillBillInvoice::id);

    private final Api api;
    private final boolean leaveDrafts;

    Charges(Api api, boolean leaveDrafts) {
        this.api = api;
        this.leaveDrafts = leaveDrafts;
    }

    @Override
    public Receipt create(Outgoing document, String account) throws Undelivered {
        List<Entry> entries = Entry.of(document);
        String made;
        if (document.invoice().total().isNegative()) {
            TreeMap<Integer, BigDecimal> back = new TreeMap<>();
            entries.forEach(entry -> back.put(entry.line(), entry.amount().negate()));
            Offset.of(entries)
                    .forEach(offset ->
                            back.merge(offset.back().line(), offset.amount().negate(), BigDecimal::add));
            made = credit(document.invoice(), account, entries, back, false);
        } else {
            made = charge(document.invoice(), account, entries, false);
        }
        return settled(document, entries, account, Optional.of(made))
                .orElseThrow(() -> new Undelivered.Unavailable(
                        "Kill Bill made an invoice of %s for the account %s and does not list it"
                                .formatted(document.reference(), account)));
    }

    @Override
    public Optional<Receipt> find(Outgoing document, String account) throws Undelivered {
        return settled(document, Entry.of(document), account, Optional.empty());
    }

    /// Brings what carries our mark to its end: one stays and is committed, the other drafts are voided.
    ///
    /// @param mine the draft that was made just now. If another one stays that is not whole, another process is
    ///     at it, and is left alone: two that adjust it at once would adjust it twice
    private Optional<Receipt> settled(Outgoing document, List<Entry> entries, String account, Optional<String> mine)
            throws Undelivered {
        LocalDate from = Entry.from(document.invoice().period().window());
        List<KillBillInvoice> ours = api.invoices(account, from).stream()
                .filter(invoice -> invoice.isMarked(document.reference()))
                .sorted(BEST_FIRST)
                .toList();
        if (ours.isEmpty()) {
            return Optional.empty();
        }
        KillBillInvoice stays = ours.getFirst().known();
        for (KillBillInvoice other : ours) {
            if (other.isDraft() && !other.id().equals(stays.id())) {
                discard(other);
            }
        }
        if (mine.filter(id -> !id.equals(stays.id())).isPresent()
                && stays.isDraft()
                && !missing(document, entries, stays).isEmpty()) {
            throw new Undelivered.Unavailable(
                    "another process makes %s at this moment, as the invoice %s of Kill Bill; it is looked at again"
                            .formatted(document.reference(), stays.id()));
        }
        return Optional.of(receipt(document, stays.isVoid() ? stays : finish(document, entries, stays)));
    }

    /// The adjustments that an invoice lacks.
    private static List<Offset> missing(Outgoing document, List<Entry> entries, KillBillInvoice there) {
        List<Offset> missing =
                new ArrayList<>(document.invoice().total().isNegative() ? List.of() : Offset.of(entries));
        missing.removeIf(offset -> there.items().stream().anyMatch(item -> isOf(item, offset, there)));
        return missing;
    }

    private void discard(KillBillInvoice draft) throws Undelivered {
        Answer answer = api.tryPut("/invoices/%s/voidInvoice".formatted(Api.word(draft.id())));
        if (answer.status() != Api.DONE && !api.invoice(draft.id()).isVoid()) {
            throw new Undelivered.Unavailable(
                    "Kill Bill has the draft %s, which is there twice, and does not void it".formatted(draft.id()));
        }
    }

    /// Of a document that is usage, the invoices that are charges and credits of it. If an entry is there more
    /// than once, the invoice that was made first stays, and the other drafts are voided.
    List<KillBillInvoice> parts(String reference, List<KillBillInvoice> invoices) throws Undelivered {
        List<KillBillInvoice> parts = new ArrayList<>();
        Set<Integer> entries = new HashSet<>();
        List<KillBillInvoice> ours = invoices.stream()
                .filter(invoice -> invoice.isMarked(reference))
                .sorted(BEST_FIRST)
                .toList();
        for (KillBillInvoice invoice : ours) {
            if (Collections.disjoint(invoice.entries(reference), entries)) {
                parts.add(invoice.known());
                entries.addAll(invoice.entries(reference));
            } else if (invoice.isDraft()) {
                discard(invoice);
            }
        }
        return parts;
    }

    /// Makes a draft of those entries that ask for money, or for nothing.
    ///
    /// @param part whether the document has parts that are usage
    /// @return the draft's id
    String charge(Invoice invoice, String account, List<Entry> entries, boolean part) throws Undelivered {
        ArrayNode charges = Answer.JSON.createArrayNode();
        for (Entry entry : entries) {
            if (entry.amount().signum() >= 0) {
                charges.add(item(invoice, account, entry, entry.amount(), part)
                        .put("startDate", entry.from().toString())
                        .put("endDate", entry.to().toString()));
            }
        }
        String path = "/invoices/charges/" + Api.word(account) + "?autoCommit=false&requestedDate=" + issued(invoice);
        return made(api.post(path, charges));
    }

    /// Makes a draft of a credit of the account.
    ///
    /// @param back how much each entry gives back, by its number; only what is positive is credited
    /// @return the draft's id
    String credit(
            Invoice invoice, String account, List<Entry> entries, SortedMap<Integer, BigDecimal> back, boolean part)
            throws Undelivered {
        ArrayNode credits = Answer.JSON.createArrayNode();
        for (Entry entry : entries) {
            BigDecimal amount = back.getOrDefault(entry.line(), BigDecimal.ZERO);
            if (amount.signum() > 0) {
                credits.add(item(invoice, account, entry, amount, part));
            }
        }
        return made(api.post("/credits?autoCommit=false", credits));
    }

    /// Makes the adjustments that are missing, and commits. What has another total than ours is not
    /// committed.
    private KillBillInvoice finish(Outgoing document, List<Entry> entries, KillBillInvoice there) throws Undelivered {
        List<Offset> missing = missing(document, entries, there);
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
        KillBillInvoice whole = missing.isEmpty() ? there : api.invoice(there.id());
        boolean isRight =
                !receipt(document, whole).differsFrom(document.invoice().total());
        return whole.isDraft() && isRight && !leaveDrafts ? committed(whole) : whole;
    }

    /// Kill Bill refuses what was committed before, as when another process did it just now. What it does it
    /// answers with 204; any other success may be that of something on the way.
    KillBillInvoice committed(KillBillInvoice draft) throws Undelivered {
        Answer answer = api.tryPut("/invoices/%s/commitInvoice".formatted(Api.word(draft.id())));
        if (answer.status() == Api.DONE) {
            return draft.committed();
        }
        KillBillInvoice now = api.invoice(draft.id());
        if (now.isDraft()) {
            Api.accepted(answer);
            throw new Undelivered.Unavailable(
                    "%s answered %s, and the invoice is a draft still".formatted(answer.request(), answer.summary()));
        }
        return now;
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

    /// The id of the invoice that new items are on: Kill Bill answers with the items.
    private static String made(Answer answer) throws Undelivered {
        String id = answer.json().path(0).path("invoiceId").asString("");
        if (id.isEmpty()) {
            throw new Undelivered.Unavailable(
                    "%s answered without items of an invoice: %s".formatted(answer.request(), answer.summary()));
        }
        return id;
    }

    private static Receipt receipt(Outgoing document, KillBillInvoice there) {
        return Documents.receipt(document.reference(), document.invoice().total(), there);
    }
}
