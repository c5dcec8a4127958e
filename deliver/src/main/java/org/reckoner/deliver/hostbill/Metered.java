package org.reckoner.deliver.hostbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// A variable of an account in HostBill's running period.
///
/// @param counted how much HostBill counts of it
/// @param charged what HostBill charges for that
/// @param usages what was posted, in that order
record Metered(String name, BigDecimal counted, BigDecimal charged, List<Usage> usages) {

    private static final int PLACES = 6;

    /// @param comment what came with it
    record Usage(long id, BigDecimal quantity, String comment) {}

    /// A usage that is a part of a document of ours.
    record Marked(long id, Mark mark) {}

    static Metered of(JsonNode variable) throws Undelivered {
        List<Usage> usages = new ArrayList<>();
        for (JsonNode value : Api.rows(variable.path("values"))) {
            usages.add(new Usage(
                    Api.number(value.path("id")).longValue(),
                    Api.number(value.path("qty")),
                    Api.text(value.path("output"))));
        }
        usages.sort(Comparator.comparingLong(Usage::id));
        return new Metered(
                Api.text(variable.path("variable_name")),
                Api.number(variable.path("usage")),
                Api.number(variable.path("charge")),
                usages);
    }

    Optional<Usage> of(String reference) {
        return usages.stream()
                .filter(usage -> Mark.of(usage.comment())
                        .filter(mark -> mark.reference().equals(reference))
                        .isPresent())
                .findFirst();
    }

    /// What was posted of each of our documents, in that order; more than one usage of one if a request was
    /// repeated.
    SortedMap<String, List<Marked>> ours() {
        TreeMap<String, List<Marked>> ours = new TreeMap<>();
        for (Usage usage : usages) {
            Mark.of(usage.comment())
                    .ifPresent(mark -> ours.computeIfAbsent(mark.reference(), reference -> new ArrayList<>())
                            .add(new Marked(usage.id(), mark)));
        }
        return ours;
    }

    /// What our documents come to, each once, and whatever others posted.
    BigDecimal due() {
        return sum(ours().values().stream()
                        .map(each -> each.getLast().mark().amount().amount())
                        .toList())
                .add(theirs());
    }

    private BigDecimal theirs() {
        return sum(usages.stream()
                .filter(usage -> !Mark.isOurs(usage.comment()))
                .map(Usage::quantity)
                .toList());
    }

    BigDecimal posted() {
        return sum(usages.stream().map(Usage::quantity).toList());
    }

    boolean isRight() {
        return same(counted, due());
    }

    boolean isChargedAsCounted() {
        return same(counted.setScale(2, RoundingMode.HALF_EVEN), charged.setScale(2, RoundingMode.HALF_EVEN));
    }

    /// By how much HostBill bills more or less than it should. What others posted may be charged as they
    /// like.
    BigDecimal astray() {
        BigDecimal count = isRight() ? BigDecimal.ZERO : counted.subtract(due());
        return isChargedAsCounted() || hasOthers() ? count : count.add(charged.subtract(counted));
    }

    /// Whether somebody else posts it as well.
    boolean hasOthers() {
        return usages.stream().anyMatch(usage -> !Mark.isOurs(usage.comment()));
    }

    /// Whether a surplus is what repeated requests added.
    boolean countsRepeated(BigDecimal surplus) {
        return same(
                surplus,
                sum(ours().values().stream()
                        .flatMap(each -> each.stream().skip(1))
                        .map(each -> each.mark().amount().amount())
                        .toList()));
    }

    /// What was posted last is a part of one document, and all that HostBill bills.
    boolean countsOnlyTheLast() {
        return takesTheLast()
                && isChargedAsCounted()
                && Mark.of(usages.getLast().comment()).isPresent();
    }

    boolean isLast(Marked usage) {
        return usages.getLast().id() == usage.id();
    }

    /// HostBill adds up what is posted.
    boolean addsUp() {
        return same(counted, posted());
    }

    /// Only what was posted last counts, and nobody else posts it.
    boolean takesTheLast() {
        return !usages.isEmpty()
                && same(counted, usages.getLast().quantity())
                && usages.stream().allMatch(usage -> Mark.isOurs(usage.comment()));
    }

    private static BigDecimal sum(Iterable<BigDecimal> amounts) {
        BigDecimal sum = BigDecimal.ZERO;
        for (BigDecimal each : amounts) {
            sum = sum.add(each);
        }
        return sum;
    }

    private static boolean same(BigDecimal a, BigDecimal b) {
        return a.setScale(PLACES, RoundingMode.HALF_EVEN).compareTo(b.setScale(PLACES, RoundingMode.HALF_EVEN)) == 0;
    }
}
