package org.reckoner.collect;

import java.util.List;
import org.reckoner.collect.backfill.Inventory;
import org.reckoner.collect.cinder.CinderInventory;
import org.reckoner.collect.glance.GlanceInventory;
import org.reckoner.collect.neutron.NeutronInventory;
import org.reckoner.collect.nova.NovaInventory;

/// The services whose APIs can be asked what there is.
public final class Inventories {

    /// In the order in which they are asked.
    public static final List<Inventory> ALL =
            List.of(new NovaInventory(), new GlanceInventory(), new CinderInventory(), new NeutronInventory());

    private Inventories() {}
}
