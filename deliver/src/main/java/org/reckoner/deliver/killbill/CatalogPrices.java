package org.reckoner.deliver.killbill;

import java.io.IOException;
import java.io.StringReader;
import java.math.BigDecimal;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.reckoner.core.money.Money;
import org.reckoner.core.price.PriceModel;
import org.reckoner.deliver.Offer;
import org.reckoner.deliver.PriceSource.PriceList;
import org.reckoner.deliver.Undelivered;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/// The plans of the newest version of a catalog as offers: one for each currency of each plan's recurring
/// price and of each unit of its usage.
///
/// Kill Bill bills started blocks whole, which is told and not expressed. A tier's `max` is how many blocks
/// are in it, not where it ends (seen in 0.22.26).
final class CatalogPrices {

    private static final Map<String, Cycle> CYCLES = Map.of(
            "DAILY", new Cycle(1, ChronoUnit.DAYS),
            "WEEKLY", new Cycle(1, ChronoUnit.WEEKS),
            "BIWEEKLY", new Cycle(2, ChronoUnit.WEEKS),
            "THIRTY_DAYS", new Cycle(30, ChronoUnit.DAYS),
            "MONTHLY", new Cycle(1, ChronoUnit.MONTHS),
            "BIMESTRIAL", new Cycle(2, ChronoUnit.MONTHS),
            "QUARTERLY", new Cycle(3, ChronoUnit.MONTHS),
            "BIANNUAL", new Cycle(6, ChronoUnit.MONTHS),
            "ANNUAL", new Cycle(1, ChronoUnit.YEARS),
            "BIENNIAL", new Cycle(2, ChronoUnit.YEARS));

    private final List<Offer> offers = new ArrayList<>();
    private final List<String> unexpressed = new ArrayList<>();

    private record Cycle(int count, ChronoUnit unit) {}

    /// How many blocks, and the price of one by currency; `blocks` is negative in the last tier.
    private record TierBlock(String unit, BigDecimal size, BigDecimal blocks, TreeMap<String, BigDecimal> prices) {}

    private CatalogPrices() {}

    /// @param xml all versions, as Kill Bill tells them
    /// @throws Undelivered.Unavailable if it is not a catalog
    static PriceList read(String xml) throws Undelivered.Unavailable {
        CatalogPrices prices = new CatalogPrices();
        try {
            Optional<Element> newest = Optional.empty();
            for (Element version : all(parse(xml), "versions", "version")) {
                if (newest.isEmpty()
                        || text(version, "effectiveDate").compareTo(text(newest.get(), "effectiveDate")) > 0) {
                    newest = Optional.of(version);
                }
            }
            if (newest.filter(version -> text(version, "catalogName").equals(CatalogXml.NAME))
                    .isPresent()) {
                prices.unexpressed.add(
                        "The catalog is Reckoner's own: its units are thousandths of money, not prices.");
            } else if (newest.isPresent()) {
                for (Element plan : all(newest.get(), "plans", "plan")) {
                    prices.plan(plan);
                }
            }
        } catch (SAXException | NumberFormatException | ArithmeticException e) {
            throw new Undelivered.Unavailable("Kill Bill's catalog cannot be read: " + e.getMessage(), e);
        }
        return new PriceList(prices.offers, prices.unexpressed);
    }

    private static Element parse(String xml) throws SAXException {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            DocumentBuilder builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // without one it also prints what it throws
            return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
        } catch (ParserConfigurationException | IOException e) {
            throw new IllegalStateException(e); // the JDK's own parser, and a text in memory
        }
    }

    private void plan(Element plan) {
        String name = plan.getAttribute("name");
        for (Element phase : all(plan, "initialPhases", "phase")) {
            unexpressed.add("The plan %s begins with a phase %s, whose prices are left out."
                    .formatted(name, phase.getAttribute("type")));
        }
        for (Element phase : all(plan, "finalPhase")) {
            recurring(plan, phase);
            for (Element usage : all(phase, "usages", "usage")) {
                usage(plan, usage);
            }
            if (!all(phase, "fixed", "fixedPrice", "price").isEmpty()) {
                unexpressed.add("The plan %s has a fixed price, which is left out.".formatted(name));
            }
        }
    }

    private void recurring(Element plan, Element phase) {
        for (Element recurring : all(phase, "recurring")) {
            String period = text(recurring, "billingPeriod");
            Cycle cycle = CYCLES.get(period);
            if (cycle == null) {
                unexpressed.add("The plan %s is paid %s, which no offer can say.".formatted(name(plan), period));
                continue;
            }
            prices(all(recurring, "recurringPrice", "price"))
                    .forEach((currency, price) -> offer(
                            plan.getAttribute("name"),
                            pretty(plan),
                            plan,
                            currency,
                            new Offer.Recurring(price, cycle.count(), cycle.unit())));
        }
    }

    private void usage(Element plan, Element usage) {
        String name = usage.getAttribute("name");
        List<TierBlock> tiers = new ArrayList<>();
        for (Element tier : all(usage, "tiers", "tier")) {
            List<Element> blocks = all(tier, "blocks", "tieredBlock");
            if (blocks.size() != 1) {
                unexpressed.add(
                        "The usage %s of the plan %s counts several units in one tier.".formatted(name, name(plan)));
                return;
            }
            tiers.add(block(blocks.getFirst()));
        }
        boolean alike = tiers.stream()
                .allMatch(tier -> tier.unit().equals(tiers.getFirst().unit())
                        && tier.size().compareTo(tiers.getFirst().size()) == 0);
        if (!usage.getAttribute("usageType").equals("CONSUMABLE") || tiers.isEmpty() || !alike) {
            unexpressed.add("The usage %s of the plan %s is not consumable usage of one unit in blocks of one size."
                    .formatted(name, name(plan)));
            return;
        }
        if (tiers.getLast().blocks().signum() >= 0) {
            unexpressed.add("The usage %s of the plan %s has no price above %s blocks."
                    .formatted(name, name(plan), tiers.getLast().blocks().toPlainString()));
            return;
        }
        unexpressed.add("The usage %s of the plan %s is rounded up to whole blocks of %s there, not here."
                .formatted(name, name(plan), tiers.getFirst().size().toPlainString()));
        boolean topTier = usage.getAttribute("tierBlockPolicy").equals("TOP_TIER");
        for (String currency : tiers.getFirst().prices().keySet()) {
            offer(
                    name(plan) + "/" + name,
                    pretty(usage),
                    plan,
                    currency,
                    new Offer.Used(
                            model(tiers, currency, topTier),
                            tiers.getFirst().unit(),
                            tiers.getFirst().size()));
        }
    }

    private static PriceModel model(List<TierBlock> tiers, String currency, boolean topTier) {
        if (tiers.size() == 1) {
            return new PriceModel.PerUnit(price(tiers.getFirst(), currency));
        }
        List<PriceModel.Tier> all = new ArrayList<>();
        BigDecimal end = BigDecimal.ZERO;
        for (TierBlock tier : tiers) {
            boolean last = tier.blocks().signum() < 0;
            end = end.add(tier.blocks());
            all.add(new PriceModel.Tier(last ? Optional.empty() : Optional.of(end), price(tier, currency)));
        }
        return topTier ? new PriceModel.Volume(all) : new PriceModel.Graduated(all);
    }

    private static BigDecimal price(TierBlock tier, String currency) {
        return tier.prices().getOrDefault(currency, BigDecimal.ZERO);
    }

    private static TierBlock block(Element block) {
        return new TierBlock(
                text(block, "unit"),
                plain(text(block, "size")),
                plain(text(block, "max")),
                prices(all(block, "prices", "price")));
    }

    private void offer(String id, String item, Element plan, String currency, Offer.Terms terms) {
        Money.currency(currency)
                .ifPresentOrElse(
                        unit -> offers.add(new Offer(
                                id, item, pretty(plan), Optional.empty(), unit, terms, false, Optional.empty())),
                        () -> unexpressed.add("%s has a price in '%s', which is none of ISO 4217's currencies."
                                .formatted(id, currency)));
    }

    private static TreeMap<String, BigDecimal> prices(List<Element> elements) {
        TreeMap<String, BigDecimal> prices = new TreeMap<>();
        elements.forEach(each -> prices.put(text(each, "currency"), plain(text(each, "value"))));
        return prices;
    }

    private static BigDecimal plain(String number) {
        BigDecimal stripped = new BigDecimal(number).stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }

    private static String name(Element element) {
        return element.getAttribute("name");
    }

    private static String pretty(Element element) {
        String pretty = element.getAttribute("prettyName");
        return pretty.isEmpty() ? name(element) : pretty;
    }

    /// The elements at the end of a path of names.
    private static List<Element> all(Element from, String... path) {
        List<Element> found = List.of(from);
        for (String name : path) {
            List<Element> below = new ArrayList<>();
            for (Element each : found) {
                for (Node node = each.getFirstChild(); node != null; node = node.getNextSibling()) {
                    if (node instanceof Element element && element.getTagName().equals(name)) {
                        below.add(element);
                    }
                }
            }
            found = below;
        }
        return found;
    }

    private static String text(Element from, String name) {
        return all(from, name).stream()
                .map(Element::getTextContent)
                .findFirst()
                .orElse("")
                .strip();
    }
}
