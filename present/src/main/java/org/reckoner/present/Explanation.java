package org.reckoner.present;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.meter.Meter;
import org.reckoner.core.meter.ObservationId;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;
import org.reckoner.core.price.Price;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.price.PriceModel;
import org.reckoner.core.rate.Charge;
import org.reckoner.core.rate.Use;

/// Why a line says what it says: the use it counts, down to the observations, the price and its formula, and
/// the amount computed once more from those.
///
/// A frozen invoice keeps no uses; its explanation starts from the line's quantity. A correction is the
/// difference of two computations, so there is no formula for it, only both results.
public final class Explanation {

    private final InvoiceLine line;
    private final PriceBook book;
    private final List<ExplainedCharge> charges;
    private final Optional<Computed> computed;

    private Explanation(InvoiceLine line, PriceBook book, List<ExplainedCharge> charges, Optional<Computed> computed) {
        this.line = line;
        this.book = book;
        this.charges = charges;
        this.computed = computed;
    }

    /// @param line of a bill (with its uses) or of an invoice
    /// @param book the very version that priced it
    /// @param lookup what is known of an observation; nothing for one that is not kept any more
    public static Explanation of(
            InvoiceLine line, PriceBook book, Function<ObservationId, Optional<ObservationSummary>> lookup) {
        Optional<Price> price = book.find(line.key().priceId());
        Optional<Meter> meter = line.meter().flatMap(book.meters()::find);
        List<ExplainedCharge> charges = line.charges().stream()
                .map(charge -> new ExplainedCharge(
                        charge,
                        charge.uses().stream()
                                .map(use -> ExplainedUse.of(use, price, meter, lookup))
                                .toList()))
                .toList();
        Optional<Computed> computed =
                line.correction().isPresent() ? Optional.empty() : price.map(by -> Computed.of(line, by, book));
        return new Explanation(line, book, charges, computed);
    }

    /// For people, as indented text.
    public String toText() {
        return ExplanationText.of(this);
    }

    /// For programs: maps in a fixed order, lists, text, whole numbers and booleans. Quantities and exact
    /// amounts are text, as decimals and as fractions.
    public Map<String, Object> toTree() {
        return ExplanationTree.of(this);
    }

    /// The tree as JSON text.
    public String toJson() {
        return Json.write(toTree());
    }

    /// Whether the amount computed once more is the line's; true where nothing can be computed.
    public boolean holds() {
        return computed.map(c -> c.amount().equals(line.amount())).orElse(true);
    }

    InvoiceLine line() {
        return line;
    }

    PriceBook book() {
        return book;
    }

    List<ExplainedCharge> charges() {
        return charges;
    }

    /// Nothing for a correction, and for a price that the book does not have.
    Optional<Computed> computed() {
        return computed;
    }

    /// The amount, computed once more.
    ///
    /// @param quantity the sum over all charges; the line's if there are none
    /// @param takenBack whether a credit note turns the sign around
    record Computed(
            Price price,
            Ratio quantity,
            Formula formula,
            boolean takenBack,
            Ratio exact,
            Rounding rounding,
            Money amount) {

        static Computed of(InvoiceLine line, Price price, PriceBook book) {
            Ratio quantity = line.charges().isEmpty()
                    ? line.quantity()
                    : line.charges().stream().map(Charge::quantity).reduce(Ratio.ZERO, Ratio::plus);
            boolean takenBack = quantity.signum() < 0;
            Ratio counted = takenBack ? negated(quantity) : quantity;
            Ratio amount = price.model().amount(counted);
            Ratio exact = takenBack ? negated(amount) : amount;
            return new Computed(
                    price,
                    quantity,
                    Formula.of(price.model(), counted),
                    takenBack,
                    exact,
                    book.rounding(),
                    book.rounding().round(exact, book.currency()));
        }

        private static Ratio negated(Ratio value) {
            return Ratio.ZERO.minus(value);
        }
    }

    record ExplainedCharge(Charge charge, List<ExplainedUse> uses) {}

    /// @param unit what the use's own quantity is counted in; empty if the meter is unknown
    /// @param held whether it was held over time, rather than counted at a moment
    /// @param adds what it adds to the charge's quantity; nothing where slices of time or a count of
    ///     resources decide that for all uses together
    /// @param evidence the observations, with what is known of each
    record ExplainedUse(Use use, String unit, boolean held, Optional<Ratio> adds, List<Evidence> evidence) {

        static ExplainedUse of(
                Use use,
                Optional<Price> price,
                Optional<Meter> meter,
                Function<ObservationId, Optional<ObservationSummary>> lookup) {
            return new ExplainedUse(
                    use,
                    meter.map(m -> m.unit().symbol()).orElse(""),
                    meter.map(m -> m.kind() == Meter.Kind.LEVEL).orElse(true),
                    price.flatMap(p -> meter.flatMap(m -> adds(use, p, m))),
                    use.evidence().stream()
                            .map(id -> new Evidence(id, lookup.apply(id)))
                            .toList());
        }

        private static Optional<Ratio> adds(Use use, Price price, Meter meter) {
            if (price.model() instanceof PriceModel.Fixed) {
                return Optional.empty();
            }
            if (meter.kind() != Meter.Kind.LEVEL) {
                return Optional.of(price.per().amount(use.counted(), meter.unit()));
            }
            return price.slice().isSecond()
                    ? Optional.of(price.per().held(use.counted(), meter.unit(), use.window()))
                    : Optional.empty();
        }
    }

    record Evidence(ObservationId id, Optional<ObservationSummary> summary) {}
}
