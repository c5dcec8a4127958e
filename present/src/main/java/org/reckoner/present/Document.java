package org.reckoner.present;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.invoice.Account;
import org.reckoner.core.invoice.Bill;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.ResourceId;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Unpriced;
import org.reckoner.core.time.BillingPeriod;

/// What stands on a printed bill, invoice or credit note, in words and written numbers: the template only
/// says where. All text is printable, and numbers are grouped.
///
/// @param title `Invoice`
/// @param name `Invoice INV-2026-000001`, or `Bill of acme, 2026-11-01 to 2026-11-30 (draft, not an invoice)`
/// @param number none on a bill
/// @param draft whether it must not be taken for an invoice
/// @param notices what the reader must not miss, above everything
/// @param from who sends it, line by line
/// @param to who pays, line by line
/// @param facts number, dates and references
/// @param currency code
/// @param corrections of earlier periods, on an invoice
/// @param totals net, taxes, total, in this order
/// @param unpriced use that nobody pays for, on a bill
/// @param usage by resource, if asked for
/// @param dated when it was issued, or until when a bill counts
record Document(
        String title,
        String name,
        Optional<String> number,
        boolean draft,
        List<String> notices,
        List<String> from,
        List<String> to,
        List<Fact> facts,
        String currency,
        List<Part> parts,
        List<Corrected> corrections,
        String correctionsTotal,
        List<Sum> totals,
        List<String> unpriced,
        List<Usage> usage,
        List<String> notes,
        Optional<String> fingerprint,
        Instant dated) {

    record Fact(String name, String value, boolean strong) {

        Fact(String name, String value) {
            this(name, value, false);
        }
    }

    /// The lines of one section.
    record Part(String title, List<Item> items, String subtotal) {

        /// The first of the items that stay on one page with the subtotal, so that it never stands alone.
        int keptFrom() {
            return Math.max(0, items.size() - 2);
        }
    }

    record Item(String name, String group, String quantity, String per, String rate, String amount) {}

    record Corrected(
            String period, String region, String name, String group, String invoiced, String now, String difference) {}

    /// @param basis what a tax is computed on; empty otherwise
    /// @param last whether it is what must be paid
    record Sum(String name, String basis, String amount, boolean last) {}

    /// What one resource adds to the document.
    record Usage(String name, String type, String id, String region, String amount, List<Used> uses) {}

    record Used(String item, String quantity, String per, String amount) {}

    static Document of(Invoice invoice, DocumentOptions options) {
        boolean credit = invoice.kind() == Invoice.Kind.CREDIT_NOTE;
        return new Document(
                credit ? "Credit note" : "Invoice",
                (credit ? "Credit note " : "Invoice ") + Text.printable(invoice.number()),
                Optional.of(Text.printable(invoice.number())),
                false,
                notices(invoice),
                printable(invoice.seller()),
                to(invoice.account()),
                facts(invoice),
                invoice.currency().getCurrencyCode(),
                parts(invoice.lines(), invoice.period()),
                invoice.corrections().stream().map(Document::corrected).toList(),
                invoice.corrections().isEmpty() ? "" : written(LineTable.sum(invoice.corrections())),
                totals(invoice),
                List.of(),
                options.usageByResource() ? usage(invoice.lines()) : List.of(),
                printable(options.notes()),
                options.fingerprint().map(Text::printable),
                invoice.issuedAt());
    }

    static Document of(Bill bill, DocumentOptions options) {
        return new Document(
                "Bill",
                "Bill of %s, %s (draft, not an invoice)"
                        .formatted(
                                Text.printable(bill.account().name()),
                                Section.days(bill.period().window())),
                Optional.empty(),
                true,
                List.of("Draft: this is not an invoice, and nothing is due yet. Use is counted until "
                        + Section.time(bill.until())
                        + "; amounts may still change and are before tax."),
                printable(options.seller()),
                to(bill.account()),
                facts(bill),
                bill.currency().getCurrencyCode(),
                parts(bill.lines(), bill.period()),
                List.of(),
                "",
                List.of(new Sum("Net total", "", written(bill.total()), true)),
                bill.unpriced().stream().map(Document::unpriced).toList(),
                options.usageByResource() ? usage(bill.lines()) : List.of(),
                printable(options.notes()),
                options.fingerprint().map(Text::printable),
                bill.until());
    }

    /// Enough of it to tell documents apart, for the foot of each page.
    String fingerprintStart() {
        return fingerprint
                .map(hash -> hash.substring(0, Math.min(16, hash.length())))
                .orElse("");
    }

    private static List<String> notices(Invoice invoice) {
        List<String> notices = new ArrayList<>();
        invoice.voids()
                .ifPresent(taken -> notices.add("This credit note takes back invoice " + Text.printable(taken)
                        + " whole: every line and tax."));
        if (!invoice.reason().isEmpty()) {
            notices.add("Reason: " + Text.printable(invoice.reason()));
        }
        return notices;
    }

    private static List<String> to(Account account) {
        if (!account.address().isEmpty()) {
            return printable(account.address());
        }
        return List.of(Text.printable(account.customer().orElse(account.name())));
    }

    private static List<Fact> facts(Invoice invoice) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Number", Text.printable(invoice.number())));
        facts.add(new Fact("Issued on", Section.day(invoice.issuedAt()).toString()));
        facts.add(new Fact(
                invoice.kind() == Invoice.Kind.INVOICE ? "Due on" : "Credited by",
                invoice.dueOn().toString()));
        facts.add(new Fact(due(invoice), invoice.currency().getCurrencyCode() + " " + written(invoice.total()), true));
        invoice.voids().ifPresent(taken -> facts.add(new Fact("Takes back", Text.printable(taken))));
        common(facts, invoice.account(), invoice.period(), invoice.priceBook(), invoice.priceBookVersion());
        return facts;
    }

    private static List<Fact> facts(Bill bill) {
        List<Fact> facts = new ArrayList<>();
        common(facts, bill.account(), bill.period(), bill.priceBook(), bill.priceBookVersion());
        facts.add(new Fact("Counted until", Section.time(bill.until())));
        return facts;
    }

    private static void common(
            List<Fact> facts, Account account, BillingPeriod period, String priceBook, int priceBookVersion) {
        facts.add(new Fact("Service period", Section.days(period.window()) + " (UTC)"));
        account.customer().ifPresent(customer -> facts.add(new Fact("Customer", Text.printable(customer))));
        account.costCenter().ifPresent(center -> facts.add(new Fact("Cost centre", Text.printable(center))));
        facts.add(new Fact("Project", Text.printable(account.name())));
        if (!account.project().equals(account.name())) {
            facts.add(new Fact("Project id", Text.printable(account.project())));
        }
        facts.add(new Fact("Price book", Text.printable(priceBook) + ", version " + priceBookVersion));
    }

    private static List<Part> parts(List<InvoiceLine> lines, BillingPeriod usual) {
        return Section.of(lines).stream()
                .map(section -> new Part(
                        Text.printable(section.title(usual)),
                        section.lines().stream().map(Document::item).toList(),
                        written(section.subtotal())))
                .toList();
    }

    private static Item item(InvoiceLine line) {
        return new Item(
                Text.printable(line.item()),
                Text.printable(Section.group(line)),
                Numbers.grouped(Numbers.quantity(line.quantity())),
                Text.printable(line.per()),
                Text.printable(line.rate()),
                written(line.amount()));
    }

    private static Corrected corrected(InvoiceLine line) {
        InvoiceLine.Correction correction = line.correction().orElseThrow();
        return new Corrected(
                Section.days(line.key().period().window()),
                Text.printable(Section.where(line.key().section())),
                Text.printable(line.item()),
                Text.printable(Section.group(line)),
                written(correction.invoiced()),
                written(correction.now()),
                written(line.amount()));
    }

    private static List<Sum> totals(Invoice invoice) {
        List<Sum> totals = new ArrayList<>();
        totals.add(new Sum("Net total", "", written(invoice.net()), false));
        invoice.taxes()
                .forEach(tax -> totals.add(new Sum(
                        Text.printable(tax.rate().name()) + " "
                                + Numbers.plain(tax.rate().percent()) + " %",
                        "on " + written(tax.base()),
                        written(tax.amount()),
                        false)));
        totals.add(new Sum(due(invoice), "", written(invoice.total()), true));
        return totals;
    }

    private static String due(Invoice invoice) {
        return invoice.kind() == Invoice.Kind.CREDIT_NOTE ? "Total credited" : "Total due";
    }

    private static String unpriced(Unpriced use) {
        return Text.printable(use.meter() + " of " + use.resource()) + ", "
                + Section.time(use.window().from()) + " to "
                + Section.time(use.window().to());
    }

    private static List<Usage> usage(List<InvoiceLine> lines) {
        TreeMap<ResourceId, ResourceUse> found = new TreeMap<>();
        for (InvoiceLine line : lines) {
            for (Charge charge : line.charges()) {
                found.computeIfAbsent(charge.resource(), resource -> new ResourceUse(resource, charge.name()))
                        .add(line, charge);
            }
        }
        return found.values().stream()
                .sorted(ResourceUse.ORDER)
                .map(ResourceUse::usage)
                .toList();
    }

    /// What one resource adds to all lines, while it is collected.
    private static final class ResourceUse {

        private static final Comparator<ResourceUse> ORDER = Comparator.comparing(
                        (ResourceUse use) -> use.resource.region())
                .thenComparing(use -> use.resource.type())
                .thenComparing(use -> use.name)
                .thenComparing(use -> use.resource.id());

        private final ResourceId resource;
        private final String name;
        private final List<Used> uses = new ArrayList<>();
        private Ratio amount = Ratio.ZERO;

        ResourceUse(ResourceId resource, String name) {
            this.resource = resource;
            this.name = name;
        }

        void add(InvoiceLine line, Charge charge) {
            uses.add(used(line, charge));
            amount = amount.plus(charge.amount());
        }

        Usage usage() {
            return new Usage(
                    Text.printable(name),
                    Text.printable(resource.type()),
                    Text.printable(resource.id()),
                    Text.printable(resource.region()),
                    exact(amount),
                    uses);
        }
    }

    private static Used used(InvoiceLine line, Charge charge) {
        return new Used(
                Text.printable(Section.item(line)),
                Numbers.grouped(Numbers.quantity(charge.quantity())),
                Text.printable(line.per()),
                exact(charge.amount()));
    }

    private static String exact(Ratio amount) {
        return Numbers.grouped(Numbers.exact(amount));
    }

    private static String written(Money money) {
        return Numbers.grouped(Numbers.amount(money));
    }

    private static List<String> printable(List<String> lines) {
        return lines.stream().map(Text::printable).toList();
    }
}
