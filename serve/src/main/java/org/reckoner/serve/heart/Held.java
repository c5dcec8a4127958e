package org.reckoner.serve.heart;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A resource as one transaction sees and changes it.
final class Held {

    final long id;
    final Owner owner;
    final Identity identity;
    final String rtype;
    final @Nullable String name;
    final String path;

    /// Whether its name does not say its path, so that it must be stored.
    final boolean keepsPath;

    final boolean isNew;
    ObjectNode attrs;
    Life life = Life.NONE;

    @Nullable
    Long latestAt;

    boolean changed;

    /// Whether something was told of it that happened before what is known, so that its life must be derived
    /// from the beginning.
    boolean outOfOrder;

    /// Who pays.
    ///
    /// @param project the owner in the ledger
    record Owner(long id, String name, String project) {}

    /// What makes a resource that resource.
    ///
    /// @param parent its id, or [#TOP]
    /// @param step its type and name
    record Identity(long account, long parent, String step) {

        /// The parent of what has none.
        static final long TOP = 0;
    }

    Held(
            long id,
            Owner owner,
            Identity identity,
            String rtype,
            @Nullable String name,
            String path,
            boolean keepsPath,
            ObjectNode attrs,
            boolean isNew) {
        this.id = id;
        this.owner = owner;
        this.identity = identity;
        this.rtype = rtype;
        this.name = name;
        this.path = path;
        this.keepsPath = keepsPath;
        this.attrs = attrs;
        this.isNew = isNew;
    }

    static Held fresh(long id, Owner owner, Identity identity, Event.Node node, String path, boolean keepsPath) {
        return new Held(
                id,
                owner,
                identity,
                node.rtype(),
                node.name().orElse(null),
                path,
                keepsPath,
                JsonMapper.shared().createObjectNode(),
                true);
    }

    Optional<String> name() {
        return Optional.ofNullable(name);
    }
}
