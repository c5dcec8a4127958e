package org.reckoner.core.time;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;

/// The stretch of time that one bill covers: a calendar month in UTC, or a range of whole days.
///
/// @param label `2026-11` for a month, `2026-11-01..2026-11-15` for days (the second day is not billed)
public record BillingPeriod(String label, Window window) {

    public static BillingPeriod of(YearMonth month) {
        return new BillingPeriod(
                month.toString(), days(month.atDay(1), month.plusMonths(1).atDay(1)));
    }

    /// Reads a label back; `parse(p.label())` equals `p`.
    ///
    /// @throws IllegalArgumentException if the text is neither a month nor a range of days
    public static BillingPeriod parse(String label) {
        try {
            int range = label.indexOf("..");
            if (range < 0) {
                return of(YearMonth.parse(label));
            }
            LocalDate first = LocalDate.parse(label.substring(0, range));
            LocalDate end = LocalDate.parse(label.substring(range + 2));
            if (!first.isBefore(end)) {
                throw new IllegalArgumentException("period ends before it begins: " + label);
            }
            return new BillingPeriod(label, days(first, end));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "not a billing period: '%s' (expected a month such as 2026-11, or days such as 2026-11-01..2026-11-15)"
                            .formatted(label),
                    e);
        }
    }

    private static Window days(LocalDate first, LocalDate end) {
        return new Window(
                first.atStartOfDay(ZoneOffset.UTC).toInstant(),
                end.atStartOfDay(ZoneOffset.UTC).toInstant());
    }

    @Override
    public String toString() {
        return label;
    }
}
