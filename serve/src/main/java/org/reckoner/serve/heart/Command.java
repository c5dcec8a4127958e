package org.reckoner.serve.heart;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// A command as an event, where the Heart is to add what it knows.
///
/// @param event as `POST /event` takes it
/// @param asBefore types of children without a quantity, which hold again what they held last
/// @param isNew whether the account of the event is the owner; else whoever has a resource of this type and
///     name is, and the account only if nobody has
/// @param origin for a dead letter
/// @param method for a dead letter
/// @param body for a dead letter, without secrets
public record Command(
        ObjectNode event, List<String> asBefore, boolean isNew, String origin, String method, String body) {

    public Command {
        asBefore = List.copyOf(asBefore);
    }
}
