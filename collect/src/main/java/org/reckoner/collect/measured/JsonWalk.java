package org.reckoner.collect.measured;

import java.io.InputStream;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.reckoner.collect.openstack.CloudFailure;
import org.reckoner.core.money.Ratio;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.exc.StreamReadException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;

/// A walk through a long answer while it comes in, value by value.
///
/// What is not JSON, or breaks off, is a [tools.jackson.core.JacksonException]; what is JSON and not what the API
/// promises is a [CloudFailure].
public final class JsonWalk implements AutoCloseable {

    /// Numbers of doubles are within these powers of ten.
    private static final int LARGEST_EXPONENT = 400;

    private static final JsonFactory JSON = JsonFactory.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .build();

    private final String who;
    private final JsonParser json;

    /// @param who answers, for messages
    public JsonWalk(String who, InputStream answer) {
        this.who = who;
        this.json = JSON.createParser(ObjectReadContext.empty(), answer);
    }

    /// Goes on to the next value.
    public JsonToken next() {
        JsonToken next = json.nextToken();
        if (next == null) {
            throw new StreamReadException(json, "the answer ends within a value");
        }
        return next;
    }

    /// Goes on to the next value, or to the end of what it is in.
    ///
    /// @return whether there is another
    public boolean more(JsonToken end) {
        return next() != end;
    }

    /// The name of the member of an object that the walk stands at.
    public String name() {
        return json.currentName();
    }

    public void skip() {
        json.skipChildren();
    }

    /// @param what is expected, in words
    public void expect(JsonToken expected, String what) {
        if (json.currentToken() != expected) {
            throw otherwise(what);
        }
    }

    /// Nothing may follow.
    public void end() {
        if (json.nextToken() != null) {
            throw otherwise("nothing more");
        }
    }

    public String text(String what) {
        expect(JsonToken.VALUE_STRING, what);
        return json.getString();
    }

    /// Nothing for null and for what is no number, `NaN` and `Infinity`.
    public Optional<BigDecimal> number() {
        return switch (json.currentToken()) {
            case VALUE_NUMBER_INT -> Optional.of(json.getDecimalValue());
            case VALUE_NUMBER_FLOAT -> json.isNaN() ? Optional.empty() : Optional.of(json.getDecimalValue());
            case VALUE_NULL -> Optional.empty();
            default -> throw otherwise("a number");
        };
    }

    /// The members of an object that the walk has entered, but for lists, objects and null.
    public Map<String, String> scalars() {
        Map<String, String> scalars = new TreeMap<>();
        while (more(JsonToken.END_OBJECT)) {
            String key = name();
            JsonToken value = next();
            if (value.isScalarValue() && value != JsonToken.VALUE_NULL) {
                scalars.put(key, json.getString());
            } else {
                skip();
            }
        }
        return scalars;
    }

    /// The number as a quantity; nothing if it has hundreds of digits, which no measure has and which would take
    /// all memory.
    public static Optional<Ratio> quantity(BigDecimal number) {
        boolean tooLong = Math.abs((long) number.precision() - number.scale()) > LARGEST_EXPONENT
                || Math.abs((long) number.scale()) > LARGEST_EXPONENT;
        return tooLong ? Optional.empty() : Optional.of(Ratio.of(number));
    }

    public CloudFailure otherwise(String expected) {
        return new CloudFailure("%s did not answer as its API says: expected %s at line %d, column %d"
                .formatted(
                        who,
                        expected,
                        json.currentTokenLocation().getLineNr(),
                        json.currentTokenLocation().getColumnNr()));
    }

    @Override
    public void close() {
        json.close();
    }
}
