package org.reckoner.simulators.hostbill;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The invoices that HostBill made, and the credit of its clients. Not thread-safe.
final class Books {

    private static final int DAYS_TO_PAY = 14;
    private static final String NO_DAY = "0000-00-00 00:00:00";

    private final TreeMap<Integer, Invoice> invoices = new TreeMap<>();
    private final TreeMap<Integer, BigDecimal> credits = new TreeMap<>();

    /// @param account that it is for
    record Item(int id, int account, String type, String description, BigDecimal amount) {}

    private static final class Invoice {
        private final int id;
        private final int client;
        private final LocalDate date;
        private final String currency;
        private final List<Item> items;
        private final BigDecimal tax;
        private String status = "Unpaid";
        private BigDecimal credit = BigDecimal.ZERO;
        private Optional<LocalDate> paid = Optional.empty();

        private Invoice(int id, int client, LocalDate date, String currency, List<Item> items, BigDecimal tax) {
            this.id = id;
            this.client = client;
            this.date = date;
            this.currency = currency;
            this.items = items;
            this.tax = tax;
        }

        private BigDecimal subtotal() {
            return items.stream().map(Item::amount).reduce(BigDecimal.ZERO, BigDecimal::add);
        }
    }

    static String money(BigDecimal amount) {
        return amount.setScale(2, RoundingMode.HALF_UP).toPlainString();
    }

    /// @return its id
    int add(int client, LocalDate date, String currency, List<Item> items, BigDecimal tax) {
        int id = invoices.isEmpty() ? 58 : invoices.lastKey() + 1;
        invoices.put(id, new Invoice(id, client, date, currency, List.copyOf(items), tax));
        return id;
    }

    private Invoice find(int id) {
        return Optional.ofNullable(invoices.get(id)).orElseThrow(() -> new Wrong("Invoice not found"));
    }

    void status(int id, String status, LocalDate day) {
        Invoice invoice = find(id);
        invoice.status = status;
        invoice.paid = status.equals("Paid") ? Optional.of(day) : Optional.empty();
    }

    void remove(int id) {
        invoices.remove(id);
    }

    void addCredit(int client, BigDecimal amount) {
        credits.merge(client, amount, BigDecimal::add);
    }

    /// Pays an invoice, or a part of it, by the client's credit.
    void useCredit(int id, BigDecimal amount) {
        Invoice invoice = find(id);
        invoice.credit = invoice.credit.add(amount);
        addCredit(invoice.client, amount.negate());
    }

    BigDecimal credit(int client) {
        return credits.getOrDefault(client, BigDecimal.ZERO);
    }

    /// The newest first.
    ///
    /// @param list `all`, `paid`, `unpaid` or `cancelled`
    List<Map<String, Object>> rows(String list, Optional<Integer> client) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Invoice each : invoices.descendingMap().values()) {
            boolean isListed = list.equals("all") || list.equalsIgnoreCase(each.status);
            if (isListed && client.filter(id -> id != each.client).isEmpty()) {
                rows.add(row(each));
            }
        }
        return rows;
    }

    private static LinkedHashMap<String, Object> row(Invoice invoice) {
        LinkedHashMap<String, Object> row = new LinkedHashMap<>();
        row.put("id", Integer.toString(invoice.id));
        row.put("paid_id", "");
        row.put("status", invoice.status);
        row.put("client_id", Integer.toString(invoice.client));
        row.put("date", invoice.date.toString());
        row.put("duedate", invoice.date.plusDays(DAYS_TO_PAY).toString());
        row.put("datepaid", invoice.paid.map(day -> day + " 09:00:00").orElse(NO_DAY));
        row.put("credit", money(invoice.credit));
        row.put("total", money(invoice.subtotal().add(invoice.tax).subtract(invoice.credit)));
        row.put("currency_id", invoice.currency);
        return row;
    }

    /// With its items, and the client with all that is secret.
    Map<String, Object> details(int id) {
        Invoice invoice = find(id);
        LinkedHashMap<String, Object> details = row(invoice);
        details.put("subtotal", money(invoice.subtotal()));
        details.put("tax", money(invoice.tax));
        details.put("taxrate", "0.00");
        details.put("tax2", "0.00");
        details.put("taxrate2", "0.00");
        details.put("rate", "1.0000");
        details.put("notes", "");
        List<Map<String, Object>> items = new ArrayList<>();
        for (Item item : invoice.items) {
            LinkedHashMap<String, Object> shown = new LinkedHashMap<>();
            shown.put("id", Integer.toString(item.id()));
            shown.put("invoice_id", Integer.toString(id));
            shown.put("type", item.type());
            shown.put("item_id", Integer.toString(item.account()));
            shown.put("description", item.description());
            shown.put("amount", money(item.amount()));
            shown.put("taxed", "1");
            shown.put("qty", "1");
            shown.put("linetotal", item.amount());
            items.add(shown);
        }
        details.put("items", items);
        details.put("client", client(invoice.client, invoice.currency));
        return details;
    }

    Map<String, Object> client(int id, String currency) {
        LinkedHashMap<String, Object> client = new LinkedHashMap<>();
        client.put("id", Integer.toString(id));
        client.put("email", "client-%d@example.org".formatted(id));
        client.put("password", "a-hash-and-nobodys-business");
        client.put("status", "Active");
        client.put("credit", money(credit(id)));
        client.put("client_id", Integer.toString(id));
        client.put("cardnum", "");
        client.put("currency_id", currency);
        client.put("privileges", null);
        return client;
    }

    /// Each in base64. Under which names HostBill gives them is not documented.
    List<Map<String, String>> pdfs(List<Integer> ids) {
        List<Map<String, String>> files = new ArrayList<>();
        for (int id : ids) {
            String page = "%%PDF-1.4\n%% HostBill's invoice %d\n%%%%EOF\n".formatted(find(id).id);
            files.add(Map.of(
                    "filename",
                    "Invoice-%d.pdf".formatted(id),
                    "data",
                    Base64.getEncoder().encodeToString(page.getBytes(StandardCharsets.US_ASCII))));
        }
        return files;
    }
}
