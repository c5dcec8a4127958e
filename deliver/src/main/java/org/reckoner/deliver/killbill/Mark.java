package org.reckoner.deliver.killbill;

import java.util.Optional;
import org.reckoner.core.invoice.Invoice;
import org.reckoner.core.money.Money;
import org.reckoner.deliver.http.Answer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// How Kill Bill's items are known as ours: a JSON text in each one's `itemDetails`, saved with the item
/// itself.
///
/// @param reference our number of the document
/// @param period its billing period
/// @param total of the whole document
/// @param line which entry of it, from 1
/// @param part whether other parts of the document are usage
record Mark(String reference, String period, Money total, int line, boolean part) {

    /// Databases of Kill Bill may know only the first 65,536 characters of Unicode.
    private static final JsonMapper ASCII =
            JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    static Mark of(Invoice invoice, int line, boolean part) {
        return new Mark(invoice.number(), invoice.period().label(), invoice.total(), line, part);
    }

    String text() {
        ObjectNode mark = ASCII.createObjectNode()
                .put("reckoner", reference)
                .put("period", period)
                .put("total", total.toString())
                .put("line", line);
        return ASCII.writeValueAsString(part ? mark.put("part", true) : mark);
    }

    /// Nothing if the text is somebody else's.
    static Optional<Mark> read(String text) {
        if (!text.startsWith("{\"reckoner\"")) {
            return Optional.empty();
        }
        try {
            JsonNode json = Answer.JSON.readTree(text);
            return Optional.of(new Mark(
                    json.required("reckoner").asString(),
                    json.required("period").asString(),
                    Money.parse(json.required("total").asString()),
                    json.required("line").asInt(),
                    json.path("part").asBoolean(false)));
        } catch (JacksonException | IllegalArgumentException e) {
            return Optional.empty(); // it begins as ours do, but is not
        }
    }
}
