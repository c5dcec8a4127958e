package org.reckoner.deliver.hostbill;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.AdapterSettings;
import org.reckoner.deliver.Receipt;
import org.reckoner.simulators.hostbill.HostBillSimulator;
import org.reckoner.simulators.hostbill.Variable;

/// A HostBill with an account for each project of the kit's cloud, and settings for it.
final class HostBillInstallation {

    private static final List<String> VARIABLES = List.of("volume", "base", "vat");
    private static final int ACCOUNTS = 60;

    private final HostBillSimulator hostbill;
    private final List<Integer> accounts = new ArrayList<>();
    private final int product;

    private HostBillInstallation(HostBillSimulator hostbill, boolean accumulates) {
        this.hostbill = hostbill;
        product = hostbill.product(
                "Cloud",
                Map.of(),
                VARIABLES.stream()
                        .map(name -> Variable.ofMoney(name, accumulates))
                        .toList());
        int other = hostbill.product("Hosting", Map.of("m", "9.95"), List.of());
        hostbill.account(other, Optional.empty(), "0");
        for (int i = 0; i < ACCOUNTS; i++) {
            accounts.add(hostbill.account(product, Optional.of("project-%04d".formatted(i)), "0"));
        }
    }

    static HostBillInstallation start(boolean accumulates, boolean takesNegatives) {
        return new HostBillInstallation(HostBillSimulator.start(0, takesNegatives), accumulates);
    }

    /// One more account of a project.
    void another(String project) {
        hostbill.account(product, Optional.of(project), "0");
    }

    HostBillSimulator simulator() {
        return hostbill;
    }

    /// HostBill's id of the account of a project.
    int account(int project) {
        return accounts.get(project);
    }

    AdapterSettings settings(Map<String, Object> more) {
        TreeMap<String, Object> values = new TreeMap<>(Map.of(
                "url",
                hostbill.server().url(),
                "api-id",
                HostBillSimulator.ID,
                "currencies",
                Map.of("0", "EUR"),
                "variables",
                Map.of("Support", "base"),
                "tax-variable",
                "vat",
                "timeout",
                "PT0.4S"));
        values.putAll(more);
        return new AdapterSettings("erp", values, Map.of("RECKONER_DELIVER_ERP_API_KEY", HostBillSimulator.KEY));
    }

    /// Every document once with what is marked as its, when HostBill counts as much in all.
    List<Receipt> inForce() {
        TreeMap<String, Money> totals = new TreeMap<>();
        for (int account : accounts) {
            for (String variable : VARIABLES) {
                TreeMap<String, Money> marked = new TreeMap<>();
                for (HostBillSimulator.Usage usage : hostbill.usage(account)) {
                    if (usage.variable().equals(variable)) {
                        Mark.of(usage.output()).ifPresent(mark -> marked.put(mark.reference(), mark.amount()));
                    }
                }
                assertThat(marked.values().stream().map(Money::amount).reduce(BigDecimal.ZERO, BigDecimal::add))
                        .as("%s of account %d: %s", variable, account, hostbill.usage(account))
                        .isEqualByComparingTo(hostbill.counted(account, variable));
                marked.forEach((reference, amount) -> totals.merge(reference, amount, Money::plus));
            }
        }
        return totals.entrySet().stream()
                .map(total ->
                        new Receipt(total.getKey(), total.getKey(), Optional.of(total.getValue()), Receipt.Status.OPEN))
                .toList();
    }

    void close() {
        hostbill.close();
    }
}
