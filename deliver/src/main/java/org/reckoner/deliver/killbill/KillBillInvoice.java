package org.reckoner.deliver.killbill;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.Receipt;
import org.reckoner.deliver.Undelivered;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// An invoice as Kill Bill tells it.
///
/// @param number for people; empty on what was only computed
/// @param status `DRAFT`, `COMMITTED` or `VOID`
/// @param balance what is left to pay
/// @param refunded of what was paid, as Kill Bill signs it: negative
/// @param trackingIds of the usage that it bills
public record KillBillInvoice(
        String id,
        String account,
        String number,
        Currency currency,
        String status,
        LocalDate date,
        LocalDate targetDate,
        BigDecimal balance,
        BigDecimal refunded,
        List<Item> items,
        List<String> trackingIds) {

    private static final String CREDIT_USE = "CBA_ADJ";

    public KillBillInvoice {
        items = List.copyOf(items);
        trackingIds = List.copyOf(trackingIds);
    }

    /// @param type `EXTERNAL_CHARGE`, `USAGE`, `RECURRING`, `ITEM_ADJ`, `CREDIT_ADJ`, `CBA_ADJ` …
    /// @param adjusts the item that this one reduces
    /// @param details as they were given
    public record Item(
            String id,
            String type,
            BigDecimal amount,
            String description,
            Optional<String> subscription,
            Optional<String> adjusts,
            Optional<LocalDate> from,
            Optional<LocalDate> to,
            String details) {

        Optional<Mark> mark() {
            return Mark.read(details);
        }
    }

    /// @throws Undelivered.Unavailable if it is not as Kill Bill tells invoices
    static KillBillInvoice read(JsonNode json) throws Undelivered.Unavailable {
        try {
            List<Item> items = new ArrayList<>();
            for (JsonNode item : json.path("items")) {
                items.add(item(item));
            }
            List<String> trackingIds = new ArrayList<>();
            json.path("trackingIds").forEach(each -> trackingIds.add(each.asString()));
            return new KillBillInvoice(
                    json.required("invoiceId").asString(),
                    json.required("accountId").asString(),
                    json.path("invoiceNumber").asString(""),
                    Currency.getInstance(json.required("currency").asString()),
                    json.required("status").asString(),
                    LocalDate.parse(json.required("invoiceDate").asString()),
                    LocalDate.parse(json.required("targetDate").asString()),
                    json.required("balance").decimalValue(),
                    json.path("refundAdj").decimalValue(BigDecimal.ZERO),
                    items,
                    trackingIds);
        } catch (JacksonException | IllegalArgumentException | DateTimeException e) {
            throw new Undelivered.Unavailable("Kill Bill tells an invoice in an unknown form: " + e.getMessage(), e);
        }
    }

    private static Item item(JsonNode json) {
        return new Item(
                json.required("invoiceItemId").asString(),
                json.required("itemType").asString(),
                json.required("amount").decimalValue(),
                json.path("description").asString(""),
                text(json, "subscriptionId"),
                text(json, "linkedInvoiceItemId"),
                text(json, "startDate").map(LocalDate::parse),
                text(json, "endDate").map(LocalDate::parse),
                json.path("itemDetails").asString(""));
    }

    private static Optional<String> text(JsonNode json, String key) {
        JsonNode value = json.path(key);
        return value.isString() ? Optional.of(value.asString()) : Optional.empty();
    }

    /// What it charges: all items but the credit that was spent on it. Kill Bill's own `amount` leaves out a
    /// credit that stands alone, and 0.24 tells it only together with the items.
    public Money total() {
        return new Money(
                currency,
                items.stream()
                        .filter(item -> !item.type().equals(CREDIT_USE))
                        .map(Item::amount)
                        .reduce(BigDecimal.ZERO, BigDecimal::add));
    }

    /// What the items of a type charge, with what was adjusted on them.
    BigDecimal totalOf(String type) {
        Set<String> ids = items.stream()
                .filter(item -> item.type().equals(type))
                .map(Item::id)
                .collect(Collectors.toSet());
        return items.stream()
                .filter(item -> ids.contains(item.id())
                        || item.adjusts().filter(ids::contains).isPresent())
                .map(Item::amount)
                .reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /// Those of its tracking ids that are ours.
    Stream<Tracking> trackings() {
        return trackingIds.stream().flatMap(id -> Tracking.read(id).stream());
    }

    public boolean isVoid() {
        return status.equals("VOID");
    }

    /// The same once it counts. Credit that Kill Bill spends on it is not known here.
    KillBillInvoice committed() {
        return new KillBillInvoice(
                id,
                account,
                number,
                currency,
                "COMMITTED",
                date,
                targetDate,
                total().amount().max(BigDecimal.ZERO),
                refunded,
                items,
                trackingIds);
    }

    /// @throws Undelivered.Unavailable if nobody knows what its status means
    KillBillInvoice known() throws Undelivered.Unavailable {
        if (receiptStatus() == Receipt.Status.UNKNOWN) {
            throw new Undelivered.Unavailable(
                    "Kill Bill tells the status '%s' of the invoice %s; nobody knows what that means"
                            .formatted(status, id));
        }
        return this;
    }

    boolean isDraft() {
        return status.equals("DRAFT");
    }

    Receipt.Status receiptStatus() {
        return switch (status) {
            case "VOID" -> Receipt.Status.CANCELLED;
            case "DRAFT" -> Receipt.Status.DRAFT;
            case "COMMITTED" -> balance.signum() == 0 ? Receipt.Status.PAID : Receipt.Status.OPEN;
            default -> Receipt.Status.UNKNOWN;
        };
    }

    /// The mark of its first item that is ours.
    Optional<Mark> mark() {
        return items.stream().flatMap(item -> item.mark().stream()).findFirst();
    }

    /// Which entries of a document it has, as charges or credits.
    Set<Integer> entries(String reference) {
        return items.stream()
                .flatMap(item -> item.mark().stream())
                .filter(mark -> mark.reference().equals(reference))
                .map(Mark::line)
                .collect(Collectors.toSet());
    }

    boolean isMarked(String reference) {
        return mark().filter(mark -> mark.reference().equals(reference)).isPresent();
    }
}
