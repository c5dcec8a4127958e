package org.reckoner.simulators.whmcs;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What WHMCS keeps: clients, invoices, credit, billable items and products. Not thread-safe.
final class Books {

    static final BigDecimal ZERO = new BigDecimal("0.00");
    static final String NEVER = "0000-00-00 00:00:00";

    /// How WHMCS taxes the lines that are marked as taxed.
    enum Taxing {
        EXCLUSIVE,
        INCLUSIVE
    }

    final TreeMap<Integer, Client> clients = new TreeMap<>();
    final TreeMap<Integer, Invoice> invoices = new TreeMap<>();
    final TreeMap<Integer, List<Invoice>> invoicesOf = new TreeMap<>();
    final TreeMap<String, Client> clientsByEmail = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final TreeMap<Integer, Billable> billables = new TreeMap<>();
    final TreeMap<Integer, Product> products = new TreeMap<>();
    final TreeMap<Integer, String> currencies = new TreeMap<>();
    final List<Credit> credits = new ArrayList<>();
    final List<Payment> payments = new ArrayList<>();
    BigDecimal taxRate = ZERO;
    Taxing taxing = Taxing.EXCLUSIVE;
    boolean taxesBillables;
    final TreeMap<Integer, Order> orders = new TreeMap<>();
    final TreeMap<Integer, Service> services = new TreeMap<>();
    private int items;

    record Currency(int id, String code) {}

    record Credit(int id, int client, LocalDate date, String description, BigDecimal amount) {}

    record Payment(int id, int invoice, String transaction, BigDecimal amount) {}

    static final class Client {
        final int id;
        final TreeMap<String, String> fields = new TreeMap<>();
        int currency = 1;
        BigDecimal credit = ZERO;

        Client(int id) {
            this.id = id;
        }

        String field(String name) {
            return fields.getOrDefault(name, "");
        }
    }

    record Item(int id, String type, int related, String description, BigDecimal amount, boolean taxed) {}

    static final class Invoice {
        final int id;
        final int client;
        final TreeMap<Integer, Item> items = new TreeMap<>();
        String status = "Unpaid";
        String date = "";
        String due = "";
        String paid = NEVER;
        String method = "";
        String notes = "";
        BigDecimal rate = ZERO;
        BigDecimal rate2 = ZERO;
        BigDecimal credit = ZERO;

        Invoice(int id, int client) {
            this.id = id;
            this.client = client;
        }
    }

    static final class Billable {
        final int id;
        final int client;
        final String description;
        final BigDecimal amount;
        final String action;
        boolean isInvoiced;

        Billable(int id, int client, String description, BigDecimal amount, String action) {
            this.id = id;
            this.client = client;
            this.description = description;
            this.amount = amount;
            this.action = action;
        }
    }

    static final class Order {
        final int id;
        final int client;
        final LocalDate date;
        final BigDecimal amount;
        String status = "Pending";
        int invoice;

        Order(int id, int client, LocalDate date, BigDecimal amount) {
            this.id = id;
            this.client = client;
            this.date = date;
            this.amount = amount;
        }
    }

    static final class Service {
        final int id;
        final int order;
        final int client;
        final String domain;
        int product;
        String cycle;
        BigDecimal price;
        String status = "Pending";
        String cancellation = "";

        Service(int id, int order, int client, int product, String domain, String cycle, BigDecimal price) {
            this.id = id;
            this.order = order;
            this.client = client;
            this.product = product;
            this.domain = domain;
            this.cycle = cycle;
            this.price = price;
        }
    }

    /// @param prices by currency and cycle; below zero if a cycle is disabled
    record Product(
            int id, String name, String description, String paytype, TreeMap<String, TreeMap<String, String>> prices) {}

    static <V> int next(TreeMap<Integer, V> all) {
        return all.isEmpty() ? 1 : all.lastKey() + 1;
    }

    void add(Invoice invoice, String type, int related, String description, BigDecimal amount, boolean taxed) {
        int id = ++items;
        invoice.items.put(id, new Item(id, type, related, description, amount, taxed));
    }

    private static BigDecimal sum(Invoice invoice, boolean taxedOnly) {
        return invoice.items.values().stream()
                .filter(item -> item.taxed() || !taxedOnly)
                .map(Item::amount)
                .reduce(ZERO, BigDecimal::add);
    }

    BigDecimal tax(Invoice invoice) {
        return tax(invoice, invoice.rate);
    }

    BigDecimal tax2(Invoice invoice) {
        return tax(invoice, invoice.rate2);
    }

    private BigDecimal tax(Invoice invoice, BigDecimal rate) {
        BigDecimal taxed = sum(invoice, true);
        return switch (taxing) {
            case EXCLUSIVE -> taxed.multiply(rate).divide(BigDecimal.valueOf(100), 2, RoundingMode.HALF_UP);
            case INCLUSIVE -> taxed.multiply(rate).divide(rate.add(BigDecimal.valueOf(100)), 2, RoundingMode.HALF_UP);
        };
    }

    BigDecimal subtotal(Invoice invoice) {
        BigDecimal sum = sum(invoice, false);
        return taxing == Taxing.INCLUSIVE ? sum.subtract(tax(invoice)).subtract(tax2(invoice)) : sum;
    }

    /// What is left after credit, as WHMCS calls the total.
    BigDecimal total(Invoice invoice) {
        return subtotal(invoice).add(tax(invoice)).add(tax2(invoice)).subtract(invoice.credit);
    }

    BigDecimal balance(Invoice invoice) {
        BigDecimal paid = payments.stream()
                .filter(payment -> payment.invoice() == invoice.id)
                .map(Payment::amount)
                .reduce(ZERO, BigDecimal::add);
        return total(invoice).subtract(paid);
    }

    /// Marks it as paid once nothing is left.
    void settle(Invoice invoice, LocalDate today) {
        if (invoice.status.equals("Unpaid")
                && balance(invoice).signum() <= 0
                && sum(invoice, false).signum() > 0) {
            invoice.status = "Paid";
            invoice.paid = today + " 12:00:00";
        }
    }

    /// Uses a client's credit for an invoice.
    void apply(Invoice invoice, BigDecimal amount, LocalDate today) {
        Client client = clients.get(invoice.client);
        if (client == null || amount.signum() <= 0) {
            return;
        }
        client.credit = client.credit.subtract(amount);
        invoice.credit = invoice.credit.add(amount);
        credits.add(new Credit(
                credits.size() + 1,
                invoice.client,
                today,
                "Credit Applied to Invoice #" + invoice.id,
                amount.negate()));
        settle(invoice, today);
    }

    Optional<Client> byEmail(String email) {
        return Optional.ofNullable(clientsByEmail.get(email));
    }

    void add(Client client) {
        clients.put(client.id, client);
        clientsByEmail.put(client.field("email"), client);
    }

    void add(Invoice invoice) {
        invoices.put(invoice.id, invoice);
        invoicesOf.computeIfAbsent(invoice.client, client -> new ArrayList<>()).add(invoice);
    }
}
