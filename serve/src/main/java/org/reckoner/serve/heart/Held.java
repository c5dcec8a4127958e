package org.reckoner.serve.heart;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A resource as one transaction sees and changes it.
final class Held {

    /// The end of a segment that has not ended.
    static final long OPEN = Long.MAX_VALUE;

    final long id;
    final Owner owner;
    final @Nullable Long parent;
    final String rtype;
    final @Nullable String name;
    final String path;
    final boolean isNew;
    ObjectNode attrs;

    @Nullable
    Long openedAt;

    @Nullable
    Long latestAt;

    @Nullable
    Long openSegment;

    @Nullable
    Long closedAt;

    boolean changed;

    /// Whether something was told of it that happened before what is known, so that its segments must be
    /// derived from the beginning.
    boolean outOfOrder;

    /// The segment that this transaction opened last.
    @Nullable
    Segment opened;

    /// Who pays.
    ///
    /// @param project the owner in the ledger
    record Owner(long id, String name, String project) {}

    /// A stretch of a resource's history in which its quantity stayed; or a fixed charge, at its beginning.
    static final class Segment {
        final long id;
        final Held held;
        final Event.Value value;
        final long tariff;
        final long begin;
        long end = OPEN;

        Segment(long id, Held held, Event.Value value, long tariff, long begin) {
            this.id = id;
            this.held = held;
            this.value = value;
            this.tariff = tariff;
            this.begin = begin;
        }
    }

    Held(
            long id,
            Owner owner,
            @Nullable Long parent,
            String rtype,
            @Nullable String name,
            String path,
            ObjectNode attrs,
            boolean isNew) {
        this.id = id;
        this.owner = owner;
        this.parent = parent;
        this.rtype = rtype;
        this.name = name;
        this.path = path;
        this.attrs = attrs;
        this.isNew = isNew;
    }

    static Held fresh(long id, Owner owner, @Nullable Held parent, Event.Node node, String path) {
        return new Held(
                id,
                owner,
                parent == null ? null : parent.id,
                node.rtype(),
                node.name().orElse(null),
                path,
                JsonMapper.shared().createObjectNode(),
                true);
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }
}
