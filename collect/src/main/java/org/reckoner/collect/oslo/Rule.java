package org.reckoner.collect.oslo;

import java.util.Optional;
import java.util.function.Predicate;

/// What is made of the event types of one pattern.
///
/// @param events which event types
/// @param condition which of their notifications, in words; nearly always all
/// @param when the same as a test
/// @param summary what they are understood as, or why they are ignored; for the reference documentation
/// @param ignores whether all of them are ignored
/// @param reader reads one
public record Rule(
        EventPattern events,
        Optional<String> condition,
        Predicate<Notification> when,
        String summary,
        boolean ignores,
        Reader reader) {

    /// Reads a notification; the payload is its own, seen with care.
    @FunctionalInterface
    public interface Reader {
        Meaning read(Notification notification, Payload payload) throws Refusal;
    }

    /// These event types are understood.
    public static Rule understood(String events, String as, Reader reader) {
        return new Rule(EventPattern.of(events), Optional.empty(), any -> true, as, false, reader);
    }

    /// These event types tell nothing that is billed.
    public static Rule ignored(String events, String why) {
        return new Rule(EventPattern.of(events), Optional.empty(), any -> true, why, true, passing(why));
    }

    /// Of these event types, the notifications that meet the condition tell nothing that is billed.
    public static Rule ignoredIf(String events, String condition, Predicate<Notification> when, String why) {
        return new Rule(EventPattern.of(events), Optional.of(condition), when, why, true, passing(why));
    }

    private static Reader passing(String why) {
        return (notification, payload) -> new Meaning.Passed(why);
    }

    public boolean speaksOf(Notification notification) {
        return events.matches(notification.eventType()) && when.test(notification);
    }
}
