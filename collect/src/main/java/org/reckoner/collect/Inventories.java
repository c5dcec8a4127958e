package org.reckoner.collect;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.cinder.CinderInventory;
import org.reckoner.collect.glance.GlanceInventory;
import org.reckoner.collect.heat.HeatInventory;
import org.reckoner.collect.keystone.KeystoneInventory;
import org.reckoner.collect.neutron.NeutronInventory;
import org.reckoner.collect.nova.NovaInventory;

/// The services whose APIs can be asked what there is.
public final class Inventories {

    /// In the order in which they are asked.
    public static final List<Inventory> ALL = List.of(
            new NovaInventory(),
            new GlanceInventory(),
            new CinderInventory(),
            new NeutronInventory(),
            new HeatInventory(),
            new KeystoneInventory());

    private Inventories() {}

    /// Those of these services, in the order in which they are asked; all if none is named.
    ///
    /// @return nothing if one is not known
    public static Optional<List<Inventory>> named(List<String> services) {
        Set<String> wanted = services.contains("all") ? Set.of() : Set.copyOf(services);
        List<Inventory> chosen = ALL.stream()
                .filter(inventory -> wanted.isEmpty() || wanted.contains(inventory.service()))
                .toList();
        return wanted.isEmpty() || chosen.size() == wanted.size() ? Optional.of(chosen) : Optional.empty();
    }

    /// Their names, for people.
    public static String names() {
        return ALL.stream().map(Inventory::service).collect(Collectors.joining(", "));
    }
}
