package org.reckoner.deliver.http;

import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.reckoner.deliver.Undelivered;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a billing system answered.
///
/// @param request what was asked, for people: method, host and path, and nothing that may be secret
/// @param secrets that were sent; an answer may repeat them
public record Answer(String request, int status, HttpHeaders headers, byte[] body, List<String> secrets) {

    /// Numbers with a fraction are read as they are written, never through binary floating point.
    public static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final int SHOWN = 300;
    private static final Pattern JSON_BEGINS = Pattern.compile("[{\\[] ?[\"{\\[]");

    /// A member of an object that may be as good as a password, whole or cut off.
    private static final Pattern TELLING = Pattern.compile(
            "(\"[^\"]*(?i:passw|secret|token|redirect|api_?key)[^\"]*\" ?: ?)\"(?:[^\"\\\\]|\\\\.)*+(?:\"|$)");

    public boolean isSuccess() {
        return status / 100 == 2;
    }

    public Optional<String> header(String name) {
        return headers.firstValue(name);
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /// The same without the secrets that were sent. What is shown to people is taken from this one.
    public Answer withoutSecrets() {
        return new Answer(request, status, headers, without(text()).getBytes(StandardCharsets.UTF_8), secrets);
    }

    /// A text of the answer's without the secrets that were sent.
    public String without(String text) {
        String shown = text;
        for (String secret : secrets) {
            shown = shown.replace(secret, "(secret)");
        }
        return shown;
    }

    /// @throws Undelivered.Unavailable if it is not JSON, or not all of it
    public JsonNode json() throws Undelivered.Unavailable {
        try {
            JsonNode json = JSON.readTree(body);
            if (json.isMissingNode()) {
                throw new Undelivered.Unavailable("%s answered %d with nothing".formatted(request, status));
            }
            return json;
        } catch (JacksonException e) {
            throw new Undelivered.Unavailable(
                    "%s answered %d with what is not whole JSON: %s".formatted(request, status, beside()), e);
        }
    }

    /// The day at the beginning of a text, `2026-11-30` or `2026-11-30 10:00:00`; `0000-00-00` and an empty
    /// text are none.
    public static Optional<LocalDate> day(String text) {
        try {
            return text.length() < 10 ? Optional.empty() : Optional.of(LocalDate.parse(text.substring(0, 10)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Status and the beginning of the text, for messages.
    public String summary() {
        return body.length == 0 ? "%d".formatted(status) : "%d: %s".formatted(status, shown());
    }

    private String shown() {
        return cut(TELLING.matcher(line()).replaceAll("$1\"(secret)\""));
    }

    /// What stands before the JSON, as warnings of PHP do. What is in it may be secret, and cannot be told
    /// apart where it is not whole.
    private String beside() {
        String text = line();
        int begin = JSON_BEGINS
                .matcher(text)
                .results()
                .map(MatchResult::start)
                .findFirst()
                .orElse(text.length());
        return begin == text.length()
                ? cut(text)
                : "%s… (%d bytes)".formatted(cut(text.substring(0, begin)), body.length);
    }

    private String line() {
        return without(text()).replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
    }

    private static String cut(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }
}
