package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.reckoner.deliver.Undelivered;
import org.reckoner.deliver.http.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// One of Kill Bill's subscriptions, and what its plan charged for usage when it began.
///
/// @param state `ACTIVE`, `PENDING`, `CANCELLED` …
/// @param from the first day that is billed
/// @param end the first day that is not; none while it lives
/// @param chargedThrough up to when it is on invoices
/// @param prices of one unit each, in the account's currency, by unit; units that are priced by tiers are
///     left out
record Subscription(
        String id,
        String account,
        String state,
        LocalDate from,
        Optional<LocalDate> end,
        Optional<LocalDate> chargedThrough,
        SortedMap<String, BigDecimal> prices) {

    Subscription {
        prices = Collections.unmodifiableSortedMap(new TreeMap<>(prices));
    }

    /// @throws Undelivered.Unavailable if it is not as Kill Bill tells subscriptions
    static Subscription read(JsonNode json) throws Undelivered.Unavailable {
        try {
            TreeMap<String, BigDecimal> prices = new TreeMap<>();
            for (JsonNode phase : json.path("prices")) {
                for (JsonNode usage : phase.path("usagePrices")) {
                    JsonNode tiers = usage.path("tierPrices");
                    JsonNode block = tiers.path(0).path("blockPrices").path(0);
                    boolean plain = tiers.size() == 1
                            && tiers.path(0).path("blockPrices").size() == 1
                            && block.path("max").decimalValue(BigDecimal.ZERO).signum() < 0
                            && block.path("size").decimalValue(BigDecimal.ZERO).compareTo(BigDecimal.ONE) == 0
                            && usage.path("usageType").asString("").equals("CONSUMABLE");
                    if (plain) {
                        prices.put(
                                block.path("unitName").asString(""),
                                block.path("price").decimalValue(BigDecimal.ZERO));
                    }
                }
            }
            return new Subscription(
                    json.required("subscriptionId").asString(),
                    json.required("accountId").asString(),
                    json.required("state").asString(),
                    date(json, "billingStartDate")
                            .orElse(LocalDate.parse(json.required("startDate").asString())),
                    date(json, "billingEndDate"),
                    date(json, "chargedThroughDate"),
                    prices);
        } catch (JacksonException | DateTimeException e) {
            throw new Undelivered.Unavailable(
                    "Kill Bill tells a subscription in an unknown form: " + e.getMessage(), e);
        }
    }

    private static Optional<LocalDate> date(JsonNode json, String key) {
        JsonNode value = json.path(key);
        return value.isString() ? Optional.of(day(value.asString())) : Optional.empty();
    }

    /// The day of a moment such as `2026-12-01T00:00:00.000Z`, or of a day.
    static LocalDate day(String moment) {
        return Answer.day(moment).orElseThrow(() -> new DateTimeException("'%s' is no day".formatted(moment)));
    }

    /// The first day of a stretch that it bills; nothing if it bills none of it.
    Optional<LocalDate> firstDay(LocalDate begin, LocalDate to) {
        LocalDate day = begin.isBefore(from) ? from : begin;
        LocalDate before = end.filter(last -> last.isBefore(to)).orElse(to);
        return day.isBefore(before) ? Optional.of(day) : Optional.empty();
    }

    /// How much of a unit costs exactly so much. Kill Bill bills whole units and rounds each item to cents,
    /// so only a whole number will do.
    ///
    /// Kill Bill tells the prices of the catalog's version with which a subscription began, and bills by
    /// those of the version that holds; what Reckoner's own catalog has in any version has one price.
    Optional<Long> quantity(String unit, BigDecimal amount, Versions catalog) {
        BigDecimal price =
                catalog.name().equals(CatalogXml.NAME) ? CatalogXml.PRICE : prices.getOrDefault(unit, BigDecimal.ZERO);
        if (price.signum() <= 0 || amount.remainder(price).signum() != 0) {
            return Optional.empty();
        }
        return Optional.of(amount.divideToIntegralValue(price).longValueExact());
    }
}
