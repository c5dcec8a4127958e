package org.reckoner.simulators.odoo;

import java.math.BigDecimal;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.regex.Pattern;

/// A search domain: conditions in prefix notation, joined by `&` where nothing else is said.
final class Domain {

    private final List<?> terms;

    Domain(List<?> terms) {
        this.terms = terms;
    }

    /// @param value of a record's field by its path, with `false` for nothing; a relation is its id or ids
    boolean matches(Function<String, Object> value) {
        Deque<Boolean> results = new ArrayDeque<>();
        for (Object term : terms.reversed()) {
            switch (term) {
                case String operator when "!".equals(operator) -> results.push(!pop(results));
                case String operator when "&".equals(operator) -> results.push(join(results, Boolean::logicalAnd));
                case String operator when "|".equals(operator) -> results.push(join(results, Boolean::logicalOr));
                case List<?> condition when condition.size() == 3 -> results.push(holds(condition, value));
                default -> throw new Fault(Fault.Kind.VALUE, "Invalid leaf " + term);
            }
        }
        return !results.contains(false);
    }

    private static boolean join(Deque<Boolean> results, BinaryOperator<Boolean> operator) {
        boolean first = pop(results);
        return operator.apply(first, pop(results));
    }

    private static boolean pop(Deque<Boolean> results) {
        if (results.isEmpty()) {
            throw new Fault(Fault.Kind.VALUE, "Domain is syntactically not correct");
        }
        return results.pop();
    }

    private static boolean holds(List<?> condition, Function<String, Object> value) {
        String operator = String.valueOf(condition.get(1));
        Object right = condition.get(2);
        Object left = value.apply(String.valueOf(condition.get(0)));
        return switch (operator) {
            case "=" -> same(left, right);
            case "!=" -> !same(left, right);
            case "in" -> among(left, right);
            case "not in" -> !among(left, right);
            case ">" -> isNothing(left) ? false : compare(left, right) > 0;
            case ">=" -> isNothing(left) ? false : compare(left, right) >= 0;
            case "<" -> isNothing(left) ? false : compare(left, right) < 0;
            case "<=" -> isNothing(left) ? false : compare(left, right) <= 0;
            case "like" -> like(left, "%" + right + "%", 0);
            case "ilike" -> like(left, "%" + right + "%", Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
            case "=like" -> like(left, String.valueOf(right), 0);
            case "=ilike" -> like(left, String.valueOf(right), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE);
            default -> throw new Fault(Fault.Kind.VALUE, "Invalid operator '" + operator + "'");
        };
    }

    private static boolean isNothing(Object value) {
        return Boolean.FALSE.equals(value);
    }

    private static boolean among(Object left, Object right) {
        return right instanceof List<?> choices && choices.stream().anyMatch(choice -> same(left, choice));
    }

    private static boolean same(Object left, Object right) {
        return switch (left) {
            case List<?> many -> many.stream().anyMatch(one -> same(one, right));
            case Number a when right instanceof Number b -> decimal(a).compareTo(decimal(b)) == 0;
            default -> Objects.equals(left, right);
        };
    }

    private static int compare(Object left, Object right) {
        return left instanceof Number a && right instanceof Number b
                ? decimal(a).compareTo(decimal(b))
                : String.valueOf(left).compareTo(String.valueOf(right));
    }

    private static BigDecimal decimal(Number number) {
        return new BigDecimal(number.toString());
    }

    private static boolean like(Object left, String pattern, int flags) {
        if (!(left instanceof String text)) {
            return false;
        }
        StringBuilder expression = new StringBuilder();
        for (char c : pattern.toCharArray()) {
            expression.append(
                    switch (c) {
                        case '%' -> ".*";
                        case '_' -> ".";
                        default -> Pattern.quote(String.valueOf(c));
                    });
        }
        return Pattern.compile(expression.toString(), flags | Pattern.DOTALL)
                .matcher(text)
                .matches();
    }
}
