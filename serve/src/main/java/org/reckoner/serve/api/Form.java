package org.reckoner.serve.api;

import io.javalin.http.Context;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.reckoner.serve.http.Problem;
import org.reckoner.serve.http.Requests;

/// In which form something is answered: by `?format=`, else by the `Accept` header (RFC 9110, section 12.5.1).
enum Form {
    JSON("application/json"),
    HTML("text/html; charset=utf-8"),
    PDF("application/pdf"),
    CSV("text/csv; charset=utf-8"),
    NDJSON("application/x-ndjson");

    private final String contentType;

    Form(String contentType) {
        this.contentType = contentType;
    }

    String contentType() {
        return contentType;
    }

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private String mediaType() {
        return contentType.replaceFirst(";.*", "");
    }

    /// @param offered the first is answered to callers that take anything
    /// @throws Problem 400 for a format that is not offered, 406 if none of them is accepted
    static Form chosen(Context context, List<Form> offered) {
        Optional<String> asked = Requests.query(context, "format");
        if (asked.isPresent()) {
            return offered.stream()
                    .filter(form -> form.word().equals(asked.get()))
                    .findFirst()
                    .orElseThrow(() -> Problem.badRequest("format is one of " + words(offered)));
        }
        String accept = context.header("Accept");
        if (accept == null || accept.isBlank()) {
            return offered.getFirst();
        }
        List<Range> ranges = Arrays.stream(accept.split(",", -1)).map(Range::of).toList();
        Form best = offered.getFirst();
        BigDecimal quality = BigDecimal.ZERO;
        for (Form form : offered) {
            BigDecimal liked = quality(form, ranges);
            if (liked.compareTo(quality) > 0) {
                best = form;
                quality = liked;
            }
        }
        if (quality.signum() == 0) {
            throw Problem.of(
                    406,
                    "Not acceptable",
                    "this is offered as %s"
                            .formatted(offered.stream().map(Form::mediaType).collect(Collectors.joining(", "))));
        }
        return best;
    }

    private static String words(List<Form> offered) {
        return offered.stream().map(Form::word).collect(Collectors.joining(", "));
    }

    /// By the most specific range that fits.
    private static BigDecimal quality(Form form, List<Range> ranges) {
        return ranges.stream()
                .filter(range -> range.fits(form.mediaType()))
                .max(Comparator.comparingInt(Range::specificity))
                .map(Range::quality)
                .orElse(BigDecimal.ZERO);
    }

    /// @param type `text/html`, `text/*` or `*/*`
    private record Range(String type, BigDecimal quality) {

        static Range of(String text) {
            String[] parts = text.strip().toLowerCase(Locale.ROOT).split("\\s*;\\s*", -1);
            BigDecimal quality = Arrays.stream(parts)
                    .skip(1)
                    .filter(parameter -> parameter.matches("q=(0(\\.[0-9]{0,3})?|1(\\.0{0,3})?)"))
                    .findFirst()
                    .map(parameter -> new BigDecimal(parameter.substring(2).replaceFirst("\\.$", "")))
                    .orElse(BigDecimal.ONE);
            return new Range(parts[0], quality);
        }

        boolean fits(String mediaType) {
            return type.equals(mediaType)
                    || type.equals("*/*")
                    || type.endsWith("/*") && mediaType.startsWith(type.substring(0, type.length() - 1));
        }

        int specificity() {
            return type.equals("*/*") ? 0 : type.endsWith("/*") ? 1 : 2;
        }
    }
}
