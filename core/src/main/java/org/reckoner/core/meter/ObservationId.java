package org.reckoner.core.meter;

/// The permanent identity of an observation: who told it, and the id that the teller gave the message.
///
/// Two observations with the same identity are the same observation, however often and whenever they arrive.
///
/// @param source the service that sent it, such as `nova`
/// @param messageId unique within the source; for notifications oslo's `message_id`
public record ObservationId(String source, String messageId) implements Comparable<ObservationId> {

    @Override
    public int compareTo(ObservationId other) {
        int bySource = source.compareTo(other.source);
        return bySource != 0 ? bySource : messageId.compareTo(other.messageId);
    }

    /// As `nova:26747bd5-…`.
    @Override
    public String toString() {
        return source + ":" + messageId;
    }
}
