package org.reckoner.present;

import java.util.LinkedHashMap;
import java.util.Map;
import org.reckoner.core.invoice.InvoiceLine;
import org.reckoner.core.money.Ratio;
import org.reckoner.present.Explanation.Computed;
import org.reckoner.present.Explanation.Evidence;
import org.reckoner.present.Explanation.ExplainedCharge;
import org.reckoner.present.Explanation.ExplainedUse;

/// An explanation as a tree of maps and lists, in a fixed order.
final class ExplanationTree {

    private ExplanationTree() {}

    static Map<String, Object> of(Explanation explanation) {
        InvoiceLine line = explanation.line();
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("service_period", line.key().period().label());
        tree.put("region", line.key().section());
        tree.put("item", line.item());
        tree.put("group", new LinkedHashMap<>(line.key().group()));
        line.meter().ifPresent(meter -> tree.put("meter", meter));
        tree.put("amount", line.amount().toString());
        line.correction().ifPresent(correction -> {
            tree.put("invoiced", correction.invoiced().toString());
            tree.put("now", correction.now().toString());
        });
        tree.put("price", price(explanation));
        tree.put(
                "charges",
                explanation.charges().stream().map(c -> charge(c, line)).toList());
        explanation.computed().ifPresent(computed -> tree.put("computed", computed(computed, line)));
        tree.put("holds", explanation.holds());
        return tree;
    }

    private static Map<String, Object> price(Explanation explanation) {
        Map<String, Object> price = new LinkedHashMap<>();
        price.put("id", explanation.line().key().priceId());
        price.put("price_book", explanation.book().name());
        price.put("version", explanation.book().version());
        price.put("rate", explanation.line().rate());
        explanation.computed().ifPresent(computed -> {
            price.put("per", computed.price().per().toString());
            price.put("slice", computed.price().slice().width().toString());
        });
        return price;
    }

    private static Map<String, Object> charge(ExplainedCharge charge, InvoiceLine line) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("region", charge.charge().resource().region());
        tree.put("type", charge.charge().resource().type());
        tree.put("resource", charge.charge().resource().id());
        tree.put("name", charge.charge().name());
        tree.put("quantity", exact(charge.charge().quantity()));
        tree.put("per", line.per());
        tree.put("adds", exact(charge.charge().amount()));
        tree.put("uses", charge.uses().stream().map(ExplanationTree::use).toList());
        return tree;
    }

    private static Map<String, Object> use(ExplainedUse explained) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("from", explained.use().window().from().toString());
        tree.put("to", explained.use().window().to().toString());
        tree.put("seconds", explained.use().window().seconds());
        tree.put("state", explained.use().state());
        tree.put("quantity", Numbers.plain(explained.use().quantity()));
        tree.put("unit", explained.unit());
        tree.put("factor", Numbers.plain(explained.use().factor()));
        explained.adds().ifPresent(adds -> tree.put("adds", exact(adds)));
        tree.put(
                "observations",
                explained.evidence().stream().map(ExplanationTree::evidence).toList());
        return tree;
    }

    private static Map<String, Object> evidence(Evidence evidence) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("source", evidence.id().source());
        tree.put("message_id", evidence.id().messageId());
        evidence.summary().ifPresent(seen -> {
            tree.put("event", seen.event());
            tree.put("occurred_at", seen.occurredAt().toString());
            tree.put("recorded_at", seen.recordedAt().toString());
            seen.within().ifPresent(window -> {
                tree.put("not_before", window.from().toString());
                tree.put("not_after", window.to().toString());
            });
        });
        return tree;
    }

    private static Map<String, Object> computed(Computed computed, InvoiceLine line) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("quantity", exact(computed.quantity()));
        tree.put("per", line.per());
        tree.put("formula", computed.formula().words());
        tree.put("numbers", computed.formula().numbers());
        tree.put("exact", exact(computed.exact()));
        tree.put("rounding", Numbers.rule(computed.rounding()));
        tree.put("amount", computed.amount().toString());
        return tree;
    }

    private static Map<String, Object> exact(Ratio value) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("decimal", Numbers.decimal(value));
        tree.put("fraction", value.toString());
        return tree;
    }
}
