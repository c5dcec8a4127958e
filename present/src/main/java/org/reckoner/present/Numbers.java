package org.reckoner.present;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.reckoner.core.money.Money;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.money.Rounding;

/// How numbers are written, everywhere and in every locale.
///
/// The decimal mark is a point. Text, CSV and JSON have no grouping: `-1234567.50`. Documents for people
/// (HTML, PDF) group thousands as ISO 80000-1 asks, by a narrow blank, which no country reads as a decimal
/// mark: `−1 234 567.50`. Amounts keep the places they were rounded to; quantities show at most six.
final class Numbers {

    /// Decimal places of quantities and of amounts before rounding.
    static final int PLACES = 6;

    private static final int PLACES_OF_EXACT = 12;
    private static final char NARROW_BLANK = '\u202f';
    private static final char MINUS = '\u2212';

    private Numbers() {}

    static String amount(Money money) {
        return money.amount().toPlainString();
    }

    /// To six places and without closing zeros; what rounds to nothing but is something shows its zeros:
    /// `0.000000`.
    static String quantity(Ratio quantity) {
        BigDecimal rounded = quantity.round(PLACES, RoundingMode.HALF_EVEN);
        return rounded.signum() == 0 && quantity.signum() != 0 ? rounded.toPlainString() : plain(rounded);
    }

    /// An amount before rounding, always to six places.
    static String exact(Ratio amount) {
        return amount.round(PLACES, RoundingMode.HALF_EVEN).toPlainString();
    }

    static String plain(BigDecimal number) {
        return number.signum() == 0 ? "0" : strip(number).toPlainString();
    }

    /// The whole value if it has up to twelve places, else its first twelve and `…`.
    static String decimal(Ratio value) {
        BigDecimal cut = value.round(PLACES_OF_EXACT, RoundingMode.DOWN);
        return Ratio.of(cut).equals(value) ? plain(cut) : cut.toPlainString() + "…";
    }

    /// `0.011111111111… (1/90)`, or only the decimal if that is all of it.
    static String decimalAndFraction(Ratio value) {
        String decimal = decimal(value);
        return decimal.endsWith("…") ? decimal + " (" + value + ")" : decimal;
    }

    /// A factor in a formula: the decimal if that is all of it, else the fraction.
    static String term(Ratio value) {
        String decimal = decimal(value);
        return decimal.endsWith("…") ? value.toString() : decimal;
    }

    /// For documents: thousands set apart by a narrow no-break blank, and a true minus sign.
    static String grouped(String plain) {
        boolean negative = plain.startsWith("-");
        String digits = negative ? plain.substring(1) : plain;
        int point = digits.indexOf('.');
        int whole = point < 0 ? digits.length() : point;
        StringBuilder grouped = new StringBuilder(digits);
        for (int at = whole - 3; at > 0; at -= 3) {
            grouped.insert(at, NARROW_BLANK);
        }
        return negative ? grouped.insert(0, MINUS).toString() : grouped.toString();
    }

    /// `to 2 places, half even`.
    static String rule(Rounding rounding) {
        String mode = rounding.mode().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return "to " + count(rounding.places(), "place") + ", " + mode;
    }

    static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static BigDecimal strip(BigDecimal number) {
        BigDecimal stripped = number.stripTrailingZeros();
        return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
    }
}
