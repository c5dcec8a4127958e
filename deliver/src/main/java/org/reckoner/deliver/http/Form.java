package org.reckoner.deliver.http;

import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/// The fields of a request in the form of HTML's forms, in the order in which they were added.
public final class Form {

    private final LinkedHashMap<String, String> fields = new LinkedHashMap<>();

    public Form with(String name, String value) {
        fields.put(name, value);
        return this;
    }

    public Form with(String name, long value) {
        return with(name, Long.toString(value));
    }

    public Form with(Map<String, String> others) {
        fields.putAll(others);
        return this;
    }

    public Form with(Form others) {
        return with(others.fields);
    }

    /// Makes a request one that posts these fields.
    public HttpRequest.Builder post(HttpRequest.Builder request) {
        String encoded = fields.entrySet().stream()
                .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
        return request.header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(encoded));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
