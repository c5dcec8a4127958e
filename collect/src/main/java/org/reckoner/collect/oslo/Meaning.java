package org.reckoner.collect.oslo;

import org.reckoner.core.meter.Report;

/// What a service's words make of one notification.
public sealed interface Meaning {

    /// It tells something of a resource.
    ///
    /// @param type the resource type, such as `server`
    /// @param id OpenStack's id of the resource
    record Told(String type, String id, Report report) implements Meaning {}

    /// It tells nothing that is billed, and that is known.
    ///
    /// @param why for people, as the end of "ignored: …"
    record Passed(String why) implements Meaning {}
}
