package org.reckoner.deliver.whmcs;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The fields of a request, in the order in which they were added.
final class Form {

    private final LinkedHashMap<String, String> fields = new LinkedHashMap<>();

    Form with(String name, String value) {
        fields.put(name, value);
        return this;
    }

    Form with(String name, long value) {
        return with(name, Long.toString(value));
    }

    Form with(Map<String, String> others) {
        fields.putAll(others);
        return this;
    }

    String encoded() {
        return fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), StandardCharsets.UTF_8) + "="
                        + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
