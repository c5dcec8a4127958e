package org.reckoner.core.meter;

/// One of the times that something was told which may be told again otherwise, such as what a store measured in
/// a window. Its message id is `STEM/000`, then `STEM/001` …; as text a later one always comes after an earlier
/// one, since of two that tell of one window the one with the later id holds. From the thousandth on the
/// number is written `x0000001000`.
///
/// @param stem what all tellings of one thing share
/// @param number 0 the first time
public record Telling(String stem, int number) {

    private static final int THREE_DIGITS = 1_000;

    public static Telling first(String stem) {
        return new Telling(stem, 0);
    }

    /// The telling that has an identity.
    ///
    /// @throws IllegalArgumentException if no telling has it
    public static Telling of(ObservationId id) {
        String text = id.messageId();
        int slash = text.lastIndexOf('/');
        String number = text.substring(slash + 1);
        if (slash < 0 || !number.matches("\\d{3}|x\\d{10}")) {
            throw new IllegalArgumentException("expected an id such as STEM/000, not '%s'".formatted(text));
        }
        return new Telling(text.substring(0, slash), Integer.parseInt(number.replace("x", "")));
    }

    public Telling next() {
        return new Telling(stem, number + 1);
    }

    /// @param source who tells it
    public ObservationId id(String source) {
        return new ObservationId(source, stem + (number < THREE_DIGITS ? "/" + padded(3) : "/x" + padded(10)));
    }

    private String padded(int digits) {
        String text = Integer.toString(number);
        return "0".repeat(digits - text.length()) + text;
    }
}
