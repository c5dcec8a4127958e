package org.reckoner.serve.concertim;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Billing in memory.
final class Books implements Billing {

    static final Currency EUR = Currency.getInstance("EUR");

    final TreeMap<String, BigDecimal> credits = new TreeMap<>();
    final TreeMap<String, String> orders = new TreeMap<>();
    final TreeMap<String, String> tags = new TreeMap<>();
    final List<String> ended = new ArrayList<>();
    Optional<Paper> draft = Optional.empty();
    Optional<LocalDate> asked = Optional.empty();
    final List<Paper> papers = new ArrayList<>();

    static Paper paper(String account, String number, String amount, Item... items) {
        return new Paper(
                account,
                Optional.of("id-" + number),
                Optional.of(number),
                "COMMITTED",
                EUR,
                new BigDecimal(amount),
                new BigDecimal("0"),
                new BigDecimal("0"),
                new BigDecimal(amount),
                LocalDate.parse("2026-12-01"),
                LocalDate.parse("2026-12-01"),
                List.of(items));
    }

    private BigDecimal creditsOf(String account) throws Unbilled {
        BigDecimal there = credits.get(account);
        if (there == null) {
            throw new Unbilled(Unbilled.Kind.UNKNOWN, "there is no account " + account);
        }
        return there;
    }

    @Override
    public Standing standing(String account) throws Unbilled {
        return new Standing(EUR, creditsOf(account), draft.map(Paper::amount).orElse(BigDecimal.ZERO));
    }

    @Override
    public String order(String account, String key) {
        return orders.computeIfAbsent(key, any -> "order-" + (orders.size() + 1));
    }

    @Override
    public String tag(String order, String name, String value) throws Unbilled {
        String there = tags.putIfAbsent(order + " " + name, value);
        if (there != null && !there.equals(value)) {
            throw new Unbilled(Unbilled.Kind.REFUSED, "it has '%s' already".formatted(there));
        }
        return "tag-of-" + name;
    }

    @Override
    public void end(String order) throws Unbilled {
        if (order.equals("down")) {
            throw new Unbilled(Unbilled.Kind.UNAVAILABLE, "Kill Bill does not answer");
        }
        if (order.equals("defect")) {
            throw new IllegalStateException("a secret of the inside");
        }
        ended.add(order);
    }

    @Override
    public void credit(String account, String key, BigDecimal amount) throws Unbilled {
        credits.put(account, creditsOf(account).add(amount));
    }

    @Override
    public Optional<Paper> draft(String account, LocalDate day) {
        asked = Optional.of(day);
        return draft;
    }

    @Override
    public Page invoices(String account, int offset, int limit) {
        return new Page(papers.size(), papers.stream().skip(offset).limit(limit).toList());
    }

    @Override
    public Paper invoice(String account, String id) throws Unbilled {
        return papers.stream()
                .filter(paper -> paper.account().equals(account) && paper.id().equals(Optional.of(id)))
                .findFirst()
                .orElseThrow(() -> new Unbilled(Unbilled.Kind.UNKNOWN, "there is no invoice " + id));
    }
}
