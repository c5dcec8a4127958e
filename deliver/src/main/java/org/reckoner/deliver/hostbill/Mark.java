package org.reckoner.deliver.hostbill;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.reckoner.core.money.Money;

/// What is written into the comment of a usage, so that it is found again and known for ours.
///
/// @param reference the document's number
/// @param period in which it was issued
/// @param amount what this usage adds of it
record Mark(String reference, String period, Money amount) {

    private static final String OURS = "Reckoner ";
    private static final Pattern FORM = Pattern.compile(OURS + "(.+) (\\S+) ([A-Z]{3} -?[0-9]+(?:\\.[0-9]+)?)");

    String text() {
        return "%s%s %s %s".formatted(OURS, reference, period, amount);
    }

    static String total(Money amount, String after) {
        return "%s: all of this period so far, after %s: %s".formatted(OURS.strip(), after, amount);
    }

    static String surplus(String after) {
        return "%s: takes back what a repeated request added, after %s".formatted(OURS.strip(), after);
    }

    static Optional<Mark> of(String comment) {
        Matcher form = FORM.matcher(comment.strip());
        if (!form.matches()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Mark(form.group(1), form.group(2), Money.parse(form.group(3))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    static boolean isOurs(String comment) {
        return comment.startsWith(OURS.strip());
    }
}
