package org.reckoner.deliver.prices;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Currency;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.reckoner.core.meter.Meters;
import org.reckoner.core.meter.StateRules;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Condition;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.time.Window;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.present.PriceTable;
import org.reckoner.prices.PriceBookDiff;
import org.reckoner.prices.PriceBookFile;
import org.reckoner.prices.PriceBookText;
import org.reckoner.prices.PriceIds;
import org.reckoner.prices.yaml.Problem;

/// Makes the next version of a price book from what a billing system sells.
///
/// An offer is a price's if the price is `sold-as` it; else if they have one name, and from then on the price is
/// `sold-as` it, so that it is found again after a change of name. An offer without a price becomes one if it is known
/// what it pays for. Nothing is ever taken out of a book: what is not sold any more is said.
public final class PriceSync {

    private final String backend;
    private final Optional<PriceBook> before;
    private final PriceBook start;
    private final String original;
    private final List<String> notes = new ArrayList<>();
    private final Set<String> matched = new HashSet<>();
    private final PriceIds ids = new PriceIds();
    private final List<String> added = new ArrayList<>();
    private PriceBookText text;

    /// A price book as it lies in the ledger.
    public record Current(PriceBook book, String text) {}

    /// What is asked for.
    ///
    /// @param backend what the operator calls the billing system
    /// @param book the name of a book that is made new
    /// @param currency of a book that is made new; needed only if there are offers in several
    /// @param from the first day on which changed prices are to be charged; the first of a billing period
    public record Wish(String backend, String book, Optional<Currency> currency, LocalDate from) {}

    /// What came of it.
    public sealed interface Outcome permits Unchanged, Changed, Refused {

        /// What the billing system sells and the book does not say, and what else a person should know.
        List<String> notes();
    }

    /// The book says it all already.
    public record Unchanged(List<String> notes) implements Outcome {}

    /// @param text of the next version
    /// @param changes from the one before; all prices if there is none; empty if only names of billing systems were
    ///     added
    public record Changed(String text, PriceBook book, List<PriceBookDiff.Change> changes, List<String> notes)
            implements Outcome {}

    /// @param reasons why there is no next version
    public record Refused(List<String> reasons, List<String> notes) implements Outcome {}

    private record Key(String id, Optional<String> region) {}

    private PriceSync(Wish wish, Optional<Current> current, PriceBook start, String text) {
        this.backend = wish.backend();
        this.before = current.map(Current::book);
        this.start = start;
        this.original = text;
        this.text = PriceBookText.of(text);
        start.prices().forEach(price -> ids.taken(price.id()));
    }

    /// @param list whole, as the billing system has it now
    /// @param current the newest version of the book, if there is one
    public static Outcome of(Wish wish, PriceList list, Optional<Current> current) {
        if (list.offers().isEmpty()) {
            return new Refused(
                    List.of("%s says that it sells nothing; no price book is made of that".formatted(wish.backend())),
                    list.unexpressed());
        }
        Optional<Currency> currency =
                current.map(each -> each.book().currency()).or(wish::currency).or(() -> only(list));
        if (currency.isEmpty()) {
            return new Refused(
                    List.of("%s has prices in %s, and a price book has one currency; choose it"
                            .formatted(wish.backend(), currencies(list))),
                    list.unexpressed());
        }
        String start = current.map(Current::text).orElseGet(() -> head(wish, currency.get()));
        PriceBook book = current.map(Current::book).orElseGet(() -> nothing(wish, currency.get()));
        PriceSync sync = new PriceSync(wish, current, book, start);
        sync.notes.addAll(list.unexpressed());
        return sync.run(list, currency.get(), wish.from());
    }

    private static Optional<Currency> only(PriceList list) {
        List<Currency> all =
                list.offers().stream().map(Offer::currency).distinct().toList();
        return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
    }

    private static String currencies(PriceList list) {
        return list.offers().stream()
                .map(offer -> offer.currency().getCurrencyCode())
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String head(Wish wish, Currency currency) {
        return """
                # Made from the prices of %s. Review it: what is not priced here is not charged.

                price-book: %s
                currency: %s
                """.formatted(wish.backend(), wish.book(), currency);
    }

    private static PriceBook nothing(Wish wish, Currency currency) {
        return new PriceBook(
                wish.book(),
                0,
                Window.since(Instant.EPOCH),
                currency,
                Rounding.of(currency),
                Meters.BUILT_IN,
                StateRules.USUAL,
                List.of(),
                new TreeSet<>());
    }

    private Outcome run(PriceList list, Currency currency, LocalDate from) {
        LinkedHashMap<Key, List<Offer>> products = new LinkedHashMap<>();
        int others = 0;
        for (Offer offer : list.offers()) {
            if (offer.currency().equals(currency)) {
                products.computeIfAbsent(new Key(offer.id(), offer.region()), key -> new ArrayList<>())
                        .add(offer);
            } else {
                others++;
            }
        }
        if (others > 0) {
            notes.add("%d prices in other currencies than %s are left out".formatted(others, currency));
        }
        try {
            products.values().forEach(this::product);
            sayWhatIsGone();
            write();
            return outcome(from);
        } catch (PriceBookText.Uneditable e) {
            return new Refused(List.of(String.valueOf(e.getMessage())), notes);
        }
    }

    private static String called(Offer offer) {
        return "'%s' (%s)".formatted(offer.item(), offer.id())
                + offer.region().map(region -> " in " + region).orElse("");
    }

    private void product(List<Offer> offers) {
        List<Offer> sold = offers.stream()
                .filter(offer -> !offer.disabled())
                .sorted(Comparator.comparing(PriceSync::rank))
                .toList();
        Offer any = offers.getFirst();
        Optional<Price> price = price(any);
        if (sold.isEmpty()) {
            price.ifPresentOrElse(
                    kept -> {
                        matched.add(kept.id());
                        notes.add("%s is not sold any more; price '%s' is kept, end it with valid-until"
                                .formatted(called(any), kept.id()));
                    },
                    () -> notes.add("%s is disabled there, and left out".formatted(called(any))));
            return;
        }
        Offer best = sold.getFirst();
        if (price.isPresent()) {
            update(price.get(), best);
        } else {
            add(best);
        }
        sold.stream()
                .skip(1)
                .forEach(other ->
                        notes.add("%s is also sold at %s, which is left out".formatted(called(other), terms(other))));
    }

    /// A month first, as the conventions of price lists ask; then what is used; then other lengths of time.
    private static int rank(Offer offer) {
        return switch (offer.terms()) {
            case Offer.Recurring recurring -> recurring.unit() == ChronoUnit.MONTHS && recurring.count() == 1 ? 0 : 2;
            case Offer.Used used -> 1;
            case Offer.Once once -> 3;
        };
    }

    private static String terms(Offer offer) {
        return offer.currency() + " "
                + switch (offer.terms()) {
                    case Offer.Recurring(BigDecimal price, int count, ChronoUnit unit) ->
                        "%s for %d %s".formatted(price.toPlainString(), count, words(unit, count));
                    case Offer.Used(PriceModel model, String unit, BigDecimal block) ->
                        "%s for %s %s".formatted(PriceTable.words(model), block.toPlainString(), unit);
                    case Offer.Once(BigDecimal price) -> "%s once".formatted(price.toPlainString());
                };
    }

    private static String words(ChronoUnit unit, int count) {
        String many = unit.name().toLowerCase(Locale.ROOT);
        return count == 1 ? many.substring(0, many.length() - 1) : many;
    }

    /// By what the billing system calls it, then by name.
    private Optional<Price> price(Offer offer) {
        List<Price> here = start.prices().stream()
                .filter(price -> region(price).equals(offer.region()))
                .toList();
        Optional<Price> bound = here.stream()
                .filter(price -> text.soldAs(price.id(), backend).equals(Optional.of(offer.id())))
                .findFirst();
        if (bound.isPresent()) {
            return bound;
        }
        List<Price> namesakes = here.stream()
                .filter(price -> price.item().equals(offer.item()))
                .filter(price -> text.soldAs(price.id(), backend).isEmpty())
                .toList();
        if (namesakes.size() > 1) {
            notes.add("%s could be any of the prices %s; say which with sold-as: {%s: %s}"
                    .formatted(
                            called(offer),
                            namesakes.stream().map(Price::id).collect(Collectors.joining(", ")),
                            backend,
                            PriceBookText.quoted(offer.id())));
        }
        return namesakes.size() == 1 ? Optional.of(namesakes.getFirst()) : Optional.empty();
    }

    private static Optional<String> region(Price price) {
        return price.when().stream()
                .filter(condition -> condition.dimension().equals("region"))
                .map(Condition::values)
                .filter(values -> values.size() == 1)
                .map(values -> values.iterator().next())
                .findFirst();
    }

    private void update(Price price, Offer offer) {
        matched.add(price.id());
        if (text.soldAs(price.id(), backend).isEmpty()) {
            text = text.withSoldAs(price.id(), backend, offer.id());
            notes.add("price '%s' is %s there, by its name".formatted(price.id(), called(offer)));
        }
        if (!price.item().equals(offer.item())) {
            text = text.withItem(price.id(), offer.item());
        }
        Optional<BigDecimal> here = amount(price.model());
        Optional<BigDecimal> there = here.isEmpty() ? Optional.empty() : inTermsOf(price, offer);
        if (there.isEmpty()) {
            notes.add("price '%s' per %s cannot say what %s costs, which is %s; change it by hand"
                    .formatted(price.id(), price.per(), called(offer), terms(offer)));
        } else if (here.get().compareTo(there.get()) != 0) {
            text = text.withPrice(price.id(), there.get());
        }
    }

    private static Optional<BigDecimal> amount(PriceModel model) {
        return switch (model) {
            case PriceModel.PerUnit(BigDecimal price) -> Optional.of(price);
            case PriceModel.Fixed fixed -> Optional.of(fixed.price());
            case PriceModel.Included included -> amount(included.rest());
            case PriceModel.Bounded bounded -> amount(bounded.inner());
            default -> Optional.empty();
        };
    }

    private static Optional<BigDecimal> inTermsOf(Price price, Offer offer) {
        boolean isFee = price.model() instanceof PriceModel.Fixed;
        return switch (offer.terms()) {
            case Offer.Recurring recurring when isFee -> Conversion.aMonth(recurring);
            case Offer.Recurring recurring when price.per().time().isPresent() -> Conversion.of(recurring, price.per());
            case Offer.Recurring recurring when offer.use().isPresent() -> Optional.of(recurring.price());
            case Offer.Used(PriceModel.PerUnit(BigDecimal each), String unit, BigDecimal block)
            when !isFee ->
                Conversion.exact(Ratio.of(each).times(price.per().count()).dividedBy(Ratio.of(block)));
            default -> Optional.empty();
        };
    }

    private void add(Offer offer) {
        Optional<Offer.Use> use = offer.use();
        if (use.isEmpty()) {
            notes.add("%s at %s is left out, as it is not known what it pays for; add a price with sold-as: {%s: %s}"
                    .formatted(called(offer), terms(offer), backend, PriceBookText.quoted(offer.id())));
            return;
        }
        String meter = use.get().meter();
        if (!start.meters().byName().containsKey(meter)) {
            notes.add("%s pays for '%s', which the price book does not know as a meter; declare it under meters"
                    .formatted(called(offer), meter));
            return;
        }
        Optional<Price> rival = start.prices().stream()
                .filter(price -> price.meter().equals(Optional.of(meter))
                        && price.surcharge().isEmpty())
                .filter(price -> region(price).equals(offer.region()))
                .findFirst();
        if (rival.isPresent()) {
            notes.add("%s pays for '%s', which price '%s' prices; if they are the same, give that sold-as: {%s: %s}"
                    .formatted(called(offer), meter, rival.get().id(), backend, PriceBookText.quoted(offer.id())));
            return;
        }
        List<String> lines = new ArrayList<>();
        Optional<List<String>> model = model(offer);
        if (model.isEmpty()) {
            notes.add("%s at %s is left out, as a price book cannot say that".formatted(called(offer), terms(offer)));
            return;
        }
        lines.add("");
        if (!offer.description().isBlank()) {
            lines.add("# " + offer.description().replaceAll("\\p{Cntrl}+", " ").strip());
        }
        lines.add("- id: " + id(offer));
        lines.add("  sold-as: {%s: %s}".formatted(backend, PriceBookText.quoted(offer.id())));
        lines.add("  item: " + PriceBookText.quoted(offer.item()));
        lines.add("  meter: " + meter);
        offer.region().ifPresent(region -> lines.add("  when: {region: %s}".formatted(PriceBookText.quoted(region))));
        lines.add("  per: " + use.get().per());
        model.get().forEach(line -> lines.add("  " + line));
        added.addAll(lines);
    }

    private static Optional<List<String>> model(Offer offer) {
        return switch (offer.terms()) {
            case Offer.Recurring recurring ->
                Conversion.aMonth(recurring).map(price -> List.of("price: " + price.toPlainString()));
            case Offer.Used used ->
                switch (used.price()) {
                    case PriceModel.PerUnit(BigDecimal price) ->
                        Optional.of(List.of("price: " + price.toPlainString()));
                    case PriceModel.Graduated graduated -> Optional.of(tiers("graduated", graduated.tiers()));
                    case PriceModel.Volume volume -> Optional.of(tiers("volume", volume.tiers()));
                    case PriceModel.Package(BigDecimal size, BigDecimal price) ->
                        Optional.of(List.of("package: {size: %s, price: %s}"
                                .formatted(size.toPlainString(), price.toPlainString())));
                    default -> Optional.empty();
                };
            case Offer.Once once -> Optional.empty();
        };
    }

    private static List<String> tiers(String key, List<PriceModel.Tier> tiers) {
        List<String> lines = new ArrayList<>(List.of(key + ":"));
        tiers.forEach(tier -> lines.add("  - {%sprice: %s}"
                .formatted(
                        tier.upTo()
                                .map(upTo -> "up-to: " + upTo.toPlainString() + ", ")
                                .orElse(""),
                        tier.price().toPlainString())));
        return lines;
    }

    private String id(Offer offer) {
        return ids.next(
                offer.item() + offer.region().map(region -> "-" + region).orElse(""));
    }

    private void sayWhatIsGone() {
        for (Price price : start.prices()) {
            text.soldAs(price.id(), backend)
                    .filter(id -> !matched.contains(price.id()))
                    .ifPresent(id -> notes.add("price '%s' is %s there, which is not in the list any more; it is kept"
                            .formatted(price.id(), id)));
        }
    }

    private void write() {
        if (added.isEmpty()) {
            return;
        }
        if (before.isPresent()) {
            text = text.withPrices(added);
        } else {
            StringBuilder whole = new StringBuilder(text.toString()).append("\nprices:\n");
            added.forEach(
                    line -> whole.append(line.isEmpty() ? "" : "  " + line).append('\n'));
            text = PriceBookText.of(whole.toString());
        }
    }

    private Outcome outcome(LocalDate from) {
        if (before.isEmpty() && added.isEmpty()) {
            return new Refused(
                    List.of("of all that %s sells nothing can be priced; no empty price book is made"
                            .formatted(backend)),
                    notes);
        }
        return switch (PriceBookFile.read("the new price book", text.toString())) {
            case PriceBookFile.Refused refused ->
                new Refused(refused.errors().stream().map(Problem::toString).toList(), notes);
            case PriceBookFile.Read read -> changed(read, from);
        };
    }

    private Outcome changed(PriceBookFile.Read read, LocalDate from) {
        List<PriceBookDiff.Change> changes = PriceBookDiff.between(start, read.book());
        if (before.isEmpty()) {
            return new Changed(text.toString(), read.book(), changes, notes);
        }
        if (changes.isEmpty()) {
            return text.toString().equals(original)
                    ? new Unchanged(notes)
                    : new Changed(text.toString(), read.book(), changes, notes);
        }
        LocalDate begins = start.validFrom().from().atOffset(ZoneOffset.UTC).toLocalDate();
        String dated = (begins.isAfter(from) ? text : text.withValidFrom(from)).toString();
        return switch (PriceBookFile.read("the new price book", dated)) {
            case PriceBookFile.Refused refused ->
                new Refused(refused.errors().stream().map(Problem::toString).toList(), notes);
            case PriceBookFile.Read whole ->
                new Changed(dated, whole.book(), PriceBookDiff.between(start, whole.book()), notes);
        };
    }
}
