package org.reckoner.collect.oslo;

import java.util.function.Predicate;

/// What is made of the event types of one pattern.
///
/// @param events which event types
/// @param when which of their notifications; nearly always all
/// @param summary what they are understood as, or why they are ignored; for the reference documentation
/// @param ignores whether all of them are ignored
/// @param reader reads one
public record Rule(EventPattern events, Predicate<Notification> when, String summary, boolean ignores, Reader reader) {

    /// Reads a notification; the payload is its own, seen with care.
    @FunctionalInterface
    public interface Reader {
        Meaning read(Notification notification, Payload payload) throws Refusal;
    }

    /// These event types are understood.
    public static Rule understood(String events, String as, Reader reader) {
        return new Rule(EventPattern.of(events), any -> true, as, false, reader);
    }

    /// These event types tell nothing that is billed.
    public static Rule ignored(String events, String why) {
        return ignored(events, any -> true, why);
    }

    /// These notifications tell nothing that is billed.
    public static Rule ignored(String events, Predicate<Notification> when, String why) {
        return new Rule(EventPattern.of(events), when, why, true, (notification, payload) -> new Meaning.Passed(why));
    }

    public boolean speaksOf(Notification notification) {
        return events.matches(notification.eventType()) && when.test(notification);
    }
}
