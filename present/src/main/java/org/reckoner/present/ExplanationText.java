package org.reckoner.present;

import java.util.Locale;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.price.Price;
import org.reckoner.core.rate.Use;
import org.reckoner.present.Explanation.Computed;
import org.reckoner.present.Explanation.Evidence;
import org.reckoner.present.Explanation.ExplainedCharge;
import org.reckoner.present.Explanation.ExplainedUse;

/// An explanation as indented text, from the line down to the observations and back up to the amount.
final class ExplanationText {

    private final Explanation explanation;
    private final InvoiceLine line;
    private final StringBuilder text = new StringBuilder();

    private ExplanationText(Explanation explanation) {
        this.explanation = explanation;
        this.line = explanation.line();
    }

    static String of(Explanation explanation) {
        ExplanationText text = new ExplanationText(explanation);
        text.heading();
        if (explanation.line().correction().isPresent()) {
            text.correction(explanation.line().correction().get());
        } else {
            text.uses();
            text.say(0, "");
            explanation.computed().ifPresentOrElse(text::computation, text::noPrice);
        }
        return text.text.toString();
    }

    private void heading() {
        say(0, "%s, %s: %s".formatted(Section.where(line.key().section()), Section.item(line), line.amount()));
        say(
                1,
                "service period %s, price '%s' of price book '%s' version %s%s"
                        .formatted(
                                Section.days(line.key().period().window()),
                                line.key().priceId(),
                                explanation.book().name(),
                                explanation.book().version(),
                                line.meter().map(meter -> ", meter " + meter).orElse("")));
    }

    private void correction(InvoiceLine.Correction correction) {
        say(1, "corrects what was invoiced for that period before");
        say(0, "");
        say(1, "invoiced    " + correction.invoiced());
        say(1, "known now   " + correction.now());
        say(1, "difference  " + correction.now().minus(correction.invoiced()));
    }

    private void uses() {
        if (explanation.charges().isEmpty() && line.meter().isPresent()) {
            say(0, "");
            say(1, "The uses are not kept with this line; it is explained from its quantity.");
        }
        explanation.charges().forEach(this::charge);
    }

    private void charge(ExplainedCharge explained) {
        say(0, "");
        say(1, explained.charge().name() + "  " + explained.charge().resource());
        explained.uses().forEach(this::use);
        say(
                2,
                "= %s %s, adds %s"
                        .formatted(
                                Numbers.decimalAndFraction(explained.charge().quantity()),
                                line.per(),
                                Numbers.decimalAndFraction(explained.charge().amount())));
    }

    /// `2026-11-01T00:00:00Z..2026-11-01T02:00:00Z  active  2 vCPU × 1 × 7200 s = 4 vCPU hour`.
    private void use(ExplainedUse explained) {
        Use use = explained.use();
        StringBuilder said = new StringBuilder();
        said.append(explained.held() ? use.window() : use.window().from()).append("  ");
        said.append(use.state().isEmpty() ? "" : use.state() + "  ");
        said.append(Numbers.plain(use.quantity()));
        said.append(explained.unit().isEmpty() ? "" : " " + explained.unit());
        said.append(" × ").append(Numbers.plain(use.factor()));
        said.append(explained.held() ? " × " + use.window().seconds() + " s" : "");
        explained
                .adds()
                .ifPresent(adds -> said.append(" = ")
                        .append(Numbers.decimalAndFraction(adds))
                        .append(' ')
                        .append(line.per()));
        say(2, said.toString());
        explained.evidence().forEach(this::evidence);
    }

    private void evidence(Evidence evidence) {
        String known = evidence.summary()
                .map(seen -> "%s, happened %s, recorded %s".formatted(seen.event(), when(seen), seen.recordedAt()))
                .orElse("not kept any more");
        say(3, evidence.id() + "  " + known);
    }

    private static String when(ObservationSummary seen) {
        return seen.within()
                .map(window ->
                        "between %s and %s, counted from %s".formatted(window.from(), window.to(), seen.occurredAt()))
                .orElse(seen.occurredAt().toString());
    }

    private void noPrice() {
        say(1, "That price is not in this price book, so the amount cannot be computed again.");
    }

    private void computation(Computed computed) {
        Price price = computed.price();
        String numbers = computed.formula().numbers();
        say(1, "quantity  " + Numbers.decimalAndFraction(computed.quantity()) + " " + line.per());
        say(1, "price     " + line.rate() + " per " + price.per() + slices(price));
        say(1, "formula   " + computed.formula().words());
        say(
                1,
                "          %s = %s"
                        .formatted(
                                computed.takenBack() ? "−(" + numbers + ")" : numbers,
                                Numbers.decimalAndFraction(computed.exact())));
        say(1, "rounded   " + Numbers.rule(computed.rounding()) + ": " + computed.amount());
        say(
                1,
                "Computed again: %s, %s."
                        .formatted(
                                computed.amount(),
                                explanation.holds() ? "as on the line" : "BUT THE LINE SAYS " + line.amount()));
    }

    private static String slices(Price price) {
        return price.slice().isSecond()
                ? ""
                : ", in slices of %s: a started one counts whole, at the largest quantity held in it"
                        .formatted(price.slice().width().toString().substring(2).toLowerCase(Locale.ROOT));
    }

    private void say(int depth, String sentence) {
        text.append("  ".repeat(depth)).append(Text.printable(sentence)).append('\n');
    }
}
