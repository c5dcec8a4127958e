package org.reckoner.deliver.hostbill;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// HostBill's accounts by the project that they are for. The list does not tell it, so every account has to be asked;
/// what was told once is kept, and checked again with each document.
final class Accounts {

    private final Api api;
    private final String field;

    /// The active ones of each project, as all of them were read last.
    private volatile Map<String, List<Long>> known = Map.of();

    /// How often all of them were asked for, and how often before they were read last.
    private final AtomicLong asked = new AtomicLong();

    private long began;

    /// @param field the custom field that holds the project's id
    Accounts(Api api, String field) {
        this.api = api;
        this.field = field;
    }

    /// An account with metered billing.
    ///
    /// @param client who pays for it
    /// @param isActive whether it can be delivered to
    /// @param currency HostBill's id of it
    /// @param previousInvoice when HostBill ended the period before, if ever
    record Account(
            long id,
            long client,
            String project,
            boolean isActive,
            String currency,
            Optional<LocalDate> previousInvoice) {}

    /// @throws Undelivered.Refused if there is none, or more than one
    Account of(String project) throws Undelivered {
        Optional<Account> account = remembered(project);
        return account.isPresent() ? account.get() : search(project, asked.incrementAndGet());
    }

    /// The one that was told as the project's, if it still is.
    private Optional<Account> remembered(String project) throws Undelivered {
        List<Long> ids = known.getOrDefault(project, List.of());
        return ids.size() == 1
                ? read(ids.getFirst())
                        .filter(account ->
                                account.isActive() && account.project().equals(project))
                : Optional.empty();
    }

    /// Of several that ask at once one reads all accounts, and the others take what it has found, unless it had
    /// begun before they asked.
    private synchronized Account search(String project, long when) throws Undelivered {
        if (began < when) {
            long now = asked.get();
            all("all_active");
            began = now;
        }
        Optional<Account> account = remembered(project);
        if (account.isEmpty()) {
            boolean several = known.getOrDefault(project, List.of()).size() > 1;
            throw new Undelivered.Refused(
                    "HostBill has %s active metered account whose custom field '%s' is '%s'; mend that and retry"
                            .formatted(several ? "more than one" : "no", field, project));
        }
        return account.get();
    }

    /// Who pays for a project, also if its account is suspended or has ended.
    ///
    /// @throws Undelivered.Refused if there is more than one
    Optional<Long> client(String project) throws Undelivered {
        TreeSet<Long> clients = new TreeSet<>();
        for (Account account : all()) {
            if (account.project().equals(project)) {
                clients.add(account.client());
            }
        }
        if (clients.size() > 1) {
            throw new Undelivered.Refused(
                    "the project %s is of several clients in HostBill: %s".formatted(project, clients));
        }
        return clients.stream().findFirst();
    }

    /// All of them, from all pages, also those that are suspended or have ended.
    List<Account> all() throws Undelivered {
        return all("all");
    }

    private List<Account> all(String list) throws Undelivered {
        List<Account> accounts = new ArrayList<>();
        for (JsonNode row : api.pages("getAccounts", Map.of("list", list), "accounts")) {
            read(Api.number(row.path("id")).longValue()).ifPresent(accounts::add);
        }
        known = accounts.stream()
                .filter(Account::isActive)
                .collect(Collectors.groupingBy(
                        Account::project, Collectors.mapping(Account::id, Collectors.toUnmodifiableList())));
        return accounts;
    }

    private Optional<Account> read(long id) throws Undelivered {
        JsonNode details =
                api.call("getAccountDetails", Map.of("id", Long.toString(id))).path("details");
        boolean isMetered = "Metered".equals(Api.text(details.path("paytype")));
        String project = project(details.path("custom"));
        return isMetered && !project.isEmpty()
                ? Optional.of(new Account(
                        id,
                        Api.number(details.path("client_id")).longValue(),
                        project,
                        "Active".equals(Api.text(details.path("status"))),
                        Api.text(details.path("currency_id")),
                        Api.date(details.path("previous_invoice"))))
                : Optional.empty();
    }

    private String project(JsonNode custom) {
        for (JsonNode each : Api.rows(custom)) {
            if (field.equals(Api.text(each.path("name")))) {
                return Api.rows(each.path("data")).stream()
                        .map(Api::text)
                        .findFirst()
                        .orElse("")
                        .strip();
            }
        }
        return "";
    }
}
