package org.reckoner.prices;

import java.util.Currency;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.reckoner.core.money.Money;

/// Which currencies an invoice can be in: those of ISO 4217 that people pay with.
///
/// The withdrawn ones (ISO 4217, list three) are listed here and not taken from the Java runtime, whose
/// answer changes with the day on which it is asked.
final class Currencies {

    /// Withdrawn codes and what followed them.
    private static final Map<String, String> WITHDRAWN = new TreeMap<>(Map.ofEntries(
            Map.entry("ADP", "EUR"),
            Map.entry("AFA", "AFN"),
            Map.entry("ANG", "XCG"),
            Map.entry("ATS", "EUR"),
            Map.entry("AYM", "AZN"),
            Map.entry("AZM", "AZN"),
            Map.entry("BEF", "EUR"),
            Map.entry("BGL", "EUR"),
            Map.entry("BGN", "EUR"),
            Map.entry("BYB", "BYN"),
            Map.entry("BYR", "BYN"),
            Map.entry("CSD", "RSD"),
            Map.entry("CUC", "CUP"),
            Map.entry("CYP", "EUR"),
            Map.entry("DEM", "EUR"),
            Map.entry("EEK", "EUR"),
            Map.entry("ESP", "EUR"),
            Map.entry("FIM", "EUR"),
            Map.entry("FRF", "EUR"),
            Map.entry("GHC", "GHS"),
            Map.entry("GRD", "EUR"),
            Map.entry("GWP", "XOF"),
            Map.entry("HRK", "EUR"),
            Map.entry("IEP", "EUR"),
            Map.entry("ITL", "EUR"),
            Map.entry("LTL", "EUR"),
            Map.entry("LUF", "EUR"),
            Map.entry("LVL", "EUR"),
            Map.entry("MGF", "MGA"),
            Map.entry("MRO", "MRU"),
            Map.entry("MTL", "EUR"),
            Map.entry("MZM", "MZN"),
            Map.entry("NLG", "EUR"),
            Map.entry("PTE", "EUR"),
            Map.entry("ROL", "RON"),
            Map.entry("RUR", "RUB"),
            Map.entry("SDD", "SDG"),
            Map.entry("SIT", "EUR"),
            Map.entry("SKK", "EUR"),
            Map.entry("SLL", "SLE"),
            Map.entry("SRG", "SRD"),
            Map.entry("STD", "STN"),
            Map.entry("TMM", "TMT"),
            Map.entry("TPE", "USD"),
            Map.entry("TRL", "TRY"),
            Map.entry("VEB", "VES"),
            Map.entry("VEF", "VES"),
            Map.entry("YUM", "RSD"),
            Map.entry("ZMK", "ZMW"),
            Map.entry("ZWD", "ZWG"),
            Map.entry("ZWL", "ZWG"),
            Map.entry("ZWN", "ZWG"),
            Map.entry("ZWR", "ZWG")));

    /// Codes of funds and units of account, in which nobody pays.
    private static final Set<String> FUNDS =
            Set.of("BOV", "CHE", "CHW", "CLF", "COU", "MXV", "USN", "USS", "UYI", "UYW", "XAD");

    private Currencies() {}

    /// Why invoices cannot be in the currency; nothing if they can.
    static Optional<String> refusal(String code) {
        if (WITHDRAWN.containsKey(code)) {
            return Optional.of(
                    "the currency '%s' is withdrawn; its successor is %s".formatted(code, WITHDRAWN.get(code)));
        }
        Optional<Currency> currency = Money.currency(code);
        if (currency.isEmpty()) {
            String upper = code.toUpperCase(Locale.ROOT);
            String hint = Money.currency(upper).isPresent() ? "; did you mean '" + upper + "'?" : "";
            return Optional.of(
                    "unknown currency '%s'; expected a code of ISO 4217 such as EUR%s".formatted(code, hint));
        }
        if (FUNDS.contains(code) || currency.get().getDefaultFractionDigits() < 0) {
            return Optional.of(
                    "nobody pays in '%s', which is no current currency; expected one such as EUR".formatted(code));
        }
        return Optional.empty();
    }
}
