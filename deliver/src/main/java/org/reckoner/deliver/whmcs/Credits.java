package org.reckoner.deliver.whmcs;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Outgoing;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Form;

/// Credit notes, which WHMCS has not: as credit of the client, which is used for the invoice that is taken
/// back if that is not paid yet.
///
/// The credit log keeps our mark in the description. What something on the way repeated is taken off again,
/// so that the entries with one mark add up to the credit note.
final class Credits {

    private static final int MOST_STEPS = 6;

    private final WhmcsApi api;

    /// Credit notes that WHMCS took, and has not shown yet. To give them again would be to give them twice.
    private final Set<String> taken = ConcurrentHashMap.newKeySet();

    Credits(WhmcsApi api) {
        this.api = api;
    }

    /// What the log says of one credit note.
    ///
    /// @param id of the first entry; 0 if there is none
    /// @param sum of all entries
    private record Logged(int id, BigDecimal sum) {}

    private Logged logged(Mark mark, int client) throws Undelivered {
        Said log = api.call("GetCredits", new Form().with("clientid", client));
        List<Said> entries = log.list("credits", "credit");
        if (log.text("totalresults").isPresent() && log.number("totalresults") > entries.size()) {
            throw new Undelivered.Unavailable("%s has %d entries and gave only %d of them"
                    .formatted(log.about(), log.number("totalresults"), entries.size()));
        }
        int first = 0;
        BigDecimal sum = BigDecimal.ZERO;
        for (Said entry : entries) {
            if (entry.text("description").orElse("").startsWith(mark + ":")) {
                first = first == 0 ? entry.number("id") : first;
                sum = sum.add(entry.amount("amount"));
            }
        }
        return new Logged(first, sum);
    }

    Optional<Receipt> find(Outgoing note, int client) throws Undelivered {
        return logged(Mark.of(note), client).id() == 0 ? Optional.empty() : Optional.of(settle(note, client));
    }

    /// Gives what the log does not show, also if it was taken before and is not shown: then somebody has
    /// looked.
    Receipt create(Outgoing note, int client) throws Undelivered {
        taken.removeIf(change -> change.startsWith(Mark.of(note) + " from "));
        return settle(note, client);
    }

    /// Gives what is still to be given, and uses it for the invoice.
    private Receipt settle(Outgoing note, int client) throws Undelivered {
        Mark mark = Mark.of(note);
        Invoice document = note.invoice();
        String invoice = note.takesBack()
                .orElseThrow(() -> new Undelivered.Refused(
                        "%s takes %s back, which WHMCS never got from here; cancel this delivery, or deliver that first"
                                .formatted(note.reference(), document.voids().orElse("an invoice"))));
        mark(note, invoice);
        BigDecimal wanted = document.total().amount().negate();
        Logged logged = logged(mark, client);
        for (int step = 0; logged.sum().compareTo(wanted) != 0; step++) {
            if (step == MOST_STEPS) {
                throw new Undelivered.Unavailable(
                        "the credit log has %s for %s, not %s".formatted(logged.sum(), note.reference(), wanted));
            }
            BigDecimal before = logged.sum();
            String change = "%s from %s".formatted(mark, before);
            if (taken.add(change)) {
                try {
                    change(mark, note, client, wanted.subtract(before));
                } catch (Undelivered e) { // nothing says that it was taken; the log will tell
                    taken.remove(change);
                    throw e;
                }
                logged = logged(mark, client);
            }
            if (logged.sum().compareTo(before) == 0) {
                throw new Undelivered.Taken(
                        "WHMCS took the credit of %s, but its credit log does not show it; it is looked for again and not given. If the client's credit is without it, cancel this delivery and retry it"
                                .formatted(note.reference()));
            }
            taken.remove(change);
        }
        use(invoice, wanted);
        return new Receipt(
                note.reference(), "credit " + logged.id(), Optional.of(document.total()), Receipt.Status.PAID);
    }

    /// Says on the invoice that it is taken back. Its notes are written as they were read with one more
    /// line, so what was read must be sure to be that invoice.
    private void mark(Outgoing note, String invoice) throws Undelivered {
        Mark mark = Mark.of(note);
        Said said = api.call("GetInvoice", new Form().with("invoiceid", invoice));
        There there = There.of(said);
        if (there.isDraft() || there.isCancelled()) {
            throw new Undelivered.Refused(
                    "%s takes back invoice %s, which is %s in WHMCS; if nothing is to be credited, cancel this delivery"
                            .formatted(mark.reference(), invoice, there.isDraft() ? "a draft" : "cancelled"));
        }
        Mark taken = new Mark(note.invoice().voids().orElse(""), mark.period());
        if (!said.node().path("notes").isString() || !isOf(taken, said, there)) {
            throw new Undelivered.Unavailable(
                    "invoice %s of WHMCS does not say that it is %s, which %s takes back; if somebody changed its notes, add a line '%s' to them"
                            .formatted(invoice, taken.reference(), mark.reference(), taken));
        }
        if (Mark.creditNote(there.notes()).filter(mark::equals).isEmpty()) {
            api.call(
                    "UpdateInvoice",
                    new Form().with("invoiceid", invoice).with("notes", there.notes() + "\n" + mark.ofCreditNote()));
        }
    }

    /// Whether the mark is in the notes, or in an item's description.
    private static boolean isOf(Mark mark, Said invoice, There there) throws Undelivered {
        return there.carries(mark)
                || invoice.list("items", "item").stream()
                        .flatMap(item -> item.text("description").stream())
                        .flatMap(text -> Mark.invoice(text).stream())
                        .anyMatch(mark::equals);
    }

    private void change(Mark mark, Outgoing note, int client, BigDecimal by) throws Undelivered {
        boolean isRepeated = by.signum() == note.invoice().total().amount().signum();
        String why = isRepeated
                ? "sent twice by something on the way, and taken off again"
                : "takes back %s. %s"
                        .formatted(
                                note.invoice().voids().orElse(""),
                                note.invoice().reason());
        Said said = api.ask(
                "AddCredit",
                new Form()
                        .with("clientid", client)
                        .with("description", mark + ": " + why)
                        .with("amount", by.abs().toPlainString())
                        .with("type", by.signum() > 0 ? "add" : "remove"));
        if (said.isSuccess()) {
            return;
        }
        if (by.signum() < 0 && said.message().toLowerCase(Locale.ROOT).contains("insufficient")) {
            throw new Undelivered.Refused(
                    isRepeated
                            ? "%s was sent twice by something on the way, and client %d has used the credit of %s that is too much (%s); once the client has as much credit, retry; or set it right in WHMCS, and cancel this delivery"
                                    .formatted(mark.reference(), client, by.abs(), said.message())
                            : "%s takes back the negative invoice %s, so that %s of credit would have to be taken from client %d, who has less (%s). The notes of that invoice say already that it is taken back: take back in WHMCS what the client had of it, if anything, cancel it there, and cancel this delivery; or retry once the client has as much credit"
                                    .formatted(
                                            mark.reference(),
                                            note.takesBack().orElse(""),
                                            by.abs(),
                                            client,
                                            said.message()));
        }
        throw new Undelivered.Refused(
                "%s for %s is refused: %s".formatted(said.about(), mark.reference(), said.message()));
    }

    /// As far as the invoice is not paid. That it is refused because another did it in the meantime is no
    /// failure.
    private void use(String invoice, BigDecimal credit) throws Undelivered {
        Said said = api.call("GetInvoice", new Form().with("invoiceid", invoice));
        BigDecimal open = said.amount("balance").min(credit);
        if (said.needed("status").equals("Unpaid") && open.signum() > 0) {
            Said used =
                    api.ask("ApplyCredit", new Form().with("invoiceid", invoice).with("amount", open.toPlainString()));
            if (!used.isSuccess() && !used.message().toLowerCase(Locale.ROOT).contains("exceeds")) {
                throw new Undelivered.Refused(
                        "%s for invoice %s is refused: %s".formatted(used.about(), invoice, used.message()));
            }
        }
    }

    /// The credit note that a mark on an invoice speaks of, if it was given. If nothing was to be given,
    /// the mark is all there is of it.
    Optional<Receipt> receipt(Mark mark, There invoice) throws Undelivered {
        Logged logged = logged(mark, invoice.client());
        return logged.id() == 0 && !isWorthNothing(invoice)
                ? Optional.empty()
                : Optional.of(new Receipt(
                        mark.reference(),
                        "credit " + logged.id(),
                        Money.currency(invoice.currency())
                                .map(unit -> Money.of(unit, logged.sum().negate())),
                        Receipt.Status.PAID));
    }

    /// Whether it takes nothing to take an invoice back, or an item of ours on it.
    private boolean isWorthNothing(There invoice) throws Undelivered {
        if (invoice.total().signum() == 0) {
            return true;
        }
        Said whole = api.call("GetInvoice", new Form().with("invoiceid", invoice.id()));
        for (Said item : whole.list("items", "item")) {
            boolean isOurs = Mark.invoice(item.text("description").orElse("")).isPresent();
            if (isOurs && item.amount("amount").signum() == 0) {
                return true;
            }
        }
        return false;
    }
}
