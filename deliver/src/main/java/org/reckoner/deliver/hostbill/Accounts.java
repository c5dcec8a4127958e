package org.reckoner.deliver.hostbill;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.reckoner.deliver.Undelivered;
import tools.jackson.databind.JsonNode;

/// HostBill's accounts by the project that they are for. The list does not tell it, so every account has to be asked;
/// what was told once is kept, and checked again with each document.
final class Accounts {

    private final Api api;
    private final String field;
    private final Map<String, Long> known = new ConcurrentHashMap<>();

    /// @param field the custom field that holds the project's id
    Accounts(Api api, String field) {
        this.api = api;
        this.field = field;
    }

    /// An active account with metered billing.
    ///
    /// @param currency HostBill's id of it
    /// @param previousInvoice when HostBill ended the period before, if ever
    record Account(long id, String project, String currency, Optional<LocalDate> previousInvoice) {}

    /// @throws Undelivered.Refused if there is none, or more than one
    Account of(String project) throws Undelivered {
        Long id = known.get(project);
        if (id != null) {
            Optional<Account> account = read(id);
            if (account.filter(each -> each.project().equals(project)).isPresent()) {
                return account.get();
            }
            known.remove(project, id);
        }
        return search(project);
    }

    private synchronized Account search(String project) throws Undelivered {
        List<Account> found = all().stream()
                .filter(account -> account.project().equals(project))
                .toList();
        if (found.size() != 1) {
            throw new Undelivered.Refused(
                    "HostBill has %s active metered account whose custom field '%s' is '%s'; mend that and retry"
                            .formatted(found.isEmpty() ? "no" : "more than one", field, project));
        }
        return found.getFirst();
    }

    /// All of them, from all pages.
    List<Account> all() throws Undelivered {
        List<Account> accounts = new ArrayList<>();
        for (JsonNode row : api.pages("getAccounts", Map.of("list", "all_active"), "accounts")) {
            read(Api.number(row.path("id")).longValue()).ifPresent(accounts::add);
        }
        accounts.forEach(account -> known.put(account.project(), account.id()));
        return accounts;
    }

    private Optional<Account> read(long id) throws Undelivered {
        JsonNode details =
                api.call("getAccountDetails", Map.of("id", Long.toString(id))).path("details");
        boolean isMetered = "Metered".equals(Api.text(details.path("paytype")))
                && "Active".equals(Api.text(details.path("status")));
        String project = project(details.path("custom"));
        return isMetered && !project.isEmpty()
                ? Optional.of(new Account(
                        id, project, Api.text(details.path("currency_id")), date(details.path("previous_invoice"))))
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

    /// `0000-00-00` is no date.
    private static Optional<LocalDate> date(JsonNode value) {
        String text = Api.text(value);
        try {
            return text.length() < 10 ? Optional.empty() : Optional.of(LocalDate.parse(text.substring(0, 10)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
