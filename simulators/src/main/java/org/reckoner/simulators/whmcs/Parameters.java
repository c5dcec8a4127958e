package org.reckoner.simulators.whmcs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A form, as PHP reads it: arrays are written `name[key]=value`, and what is beyond the limit is dropped without a
/// word.
///
/// @param values by name, `name[key]` as it is written
record Parameters(Map<String, String> values) {

    /// PHP's `max_input_vars`.
    static final int MOST = 1000;

    static Parameters of(String form) {
        LinkedHashMap<String, String> values = new LinkedHashMap<>();
        for (String pair : form.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0 && values.size() < MOST) {
                values.put(
                        URLDecoder.decode(pair.substring(0, equals), UTF_8),
                        URLDecoder.decode(pair.substring(equals + 1), UTF_8));
            }
        }
        return new Parameters(values);
    }

    /// The value, if there is one that is not empty.
    Optional<String> text(String name) {
        return Optional.ofNullable(values.get(name)).filter(text -> !text.isEmpty());
    }

    String or(String name, String otherwise) {
        return text(name).orElse(otherwise);
    }

    int number(String name, int otherwise) {
        return text(name)
                .filter(text -> text.matches("-?[0-9]{1,9}"))
                .map(Integer::parseInt)
                .orElse(otherwise);
    }

    /// As PHP's `(bool)`, and the words that WHMCS takes.
    boolean isOn(String name) {
        return text(name)
                .map(text -> text.toLowerCase(Locale.ROOT))
                .filter(text -> !text.equals("0") && !text.equals("false") && !text.equals("off"))
                .isPresent();
    }

    /// Two decimals, as the database keeps them.
    static BigDecimal money(String text) {
        return text.matches("-?[0-9]{1,12}(\\.[0-9]{1,12})?")
                ? new BigDecimal(text).setScale(2, RoundingMode.HALF_UP)
                : BigDecimal.ZERO.setScale(2);
    }

    BigDecimal money(String name, BigDecimal otherwise) {
        return text(name).map(Parameters::money).orElse(otherwise);
    }

    /// The values of `name[key]`, by key.
    TreeMap<Integer, String> array(String name) {
        TreeMap<Integer, String> array = new TreeMap<>();
        values.forEach((key, value) -> {
            if (key.startsWith(name + "[") && key.endsWith("]")) {
                String at = key.substring(name.length() + 1, key.length() - 1);
                array.put(at.isEmpty() ? array.size() : Integer.parseInt(at), value);
            }
        });
        return array;
    }

    /// The numbers X of the parameters `name` X.
    List<Integer> numbered(String name) {
        List<Integer> numbers = new ArrayList<>();
        for (String key : values.keySet()) {
            if (key.matches(name + "[0-9]{1,6}")) {
                numbers.add(Integer.parseInt(key.substring(name.length())));
            }
        }
        numbers.sort(null);
        return numbers;
    }
}
