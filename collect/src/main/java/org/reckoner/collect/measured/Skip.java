package org.reckoner.collect.measured;

import java.math.BigDecimal;
import java.util.SortedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.core.money.Ratio;

/// Which quantities are left out: those for which a comparison holds.
///
/// @param attribute what is compared; the quantity itself if blank
/// @param comparison `==`, `!=`, `<`, `<=`, `>` or `>=`
/// @param value a number for the quantity, a text for an attribute
public record Skip(String attribute, String comparison, String value) {

    private static final String KEY = "(?:\\.get\\(\\s*['\"]%s['\"]\\s*(?:,[^()]*)?\\)|\\[\\s*['\"]%s['\"]\\s*\\])";
    private static final Pattern QUANTITY = Pattern.compile("(?:qty|datapoint%s%s)\\s*(==|!=|<=|>=|<|>)\\s*(-?[0-9.]+)"
            .formatted(KEY.formatted("vol", "vol"), KEY.formatted("qty", "qty")));
    private static final Pattern ATTRIBUTE =
            Pattern.compile("datapoint%s%s\\s*(==|!=)\\s*(?:'([^'\\\\]*)'|\"([^\"\\\\]*)\")"
                    .formatted(
                            KEY.formatted("(?:groupby|metadata)", "(?:groupby|metadata)"),
                            KEY.formatted("([\\w.-]+)", "([\\w.-]+)")));

    /// Reads `qty == 0`, and CloudKitty's `skip_datapoints_expression` where it compares the quantity with a number
    /// or one attribute with a text: `datapoint.get("vol", {}).get("qty", 0) == 0`. Anything else of Python is not
    /// run.
    ///
    /// @throws IllegalArgumentException if it is anything else
    public static Skip parse(String expression) {
        Matcher quantity = QUANTITY.matcher(expression.strip());
        if (quantity.matches()) {
            return new Skip("", quantity.group(1), new BigDecimal(quantity.group(2)).toPlainString());
        }
        Matcher attribute = ATTRIBUTE.matcher(expression.strip());
        if (attribute.matches()) {
            return new Skip(
                    attribute.group(1) == null ? attribute.group(2) : attribute.group(1),
                    attribute.group(3),
                    attribute.group(4) == null ? attribute.group(5) : attribute.group(4));
        }
        throw new IllegalArgumentException(
                "'%s' is not understood; expected a comparison of the quantity with a number, as qty == 0, or of one attribute with a text, as datapoint.get(\"groupby\", {}).get(\"flavor\") == \"tiny\""
                        .formatted(expression));
    }

    boolean holds(Ratio quantity, SortedMap<String, String> attributes) {
        if (!attribute.isEmpty()) {
            return attributes.getOrDefault(attribute, "").equals(value) == comparison.equals("==");
        }
        int order = quantity.compareTo(Ratio.parse(value));
        return switch (comparison) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case "<=" -> order <= 0;
            case ">" -> order > 0;
            default -> order >= 0;
        };
    }
}
