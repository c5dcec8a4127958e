package org.reckoner.core.meter;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// All state rules of a price book. A meter that no rule speaks of bills in full in every state.
public record StateRules(List<StateRule> rules) {

    /// What most clouds charge: a server's compute while it runs (paused, rescued and resized servers still
    /// hold it), its disks until it is shelved away or gone; storage once it is there; addresses and routers
    /// always. The states are Nova's `vm_state`, Cinder's and Glance's `status`.
    public static final StateRules USUAL = new StateRules(List.of(
            StateRule.billed("server", set("server", "vcpus", "memory"), "active", "paused", "rescued", "resized"),
            StateRule.free(
                    "server",
                    set("disk.root", "disk.ephemeral", "disk.swap"),
                    "building",
                    "error",
                    "shelved_offloaded",
                    "soft-delete",
                    "deleted"),
            StateRule.free("image", set("image", "image.size"), "queued", "saving", "importing", "killed", "deleted"),
            StateRule.free("volume", set("volume", "volume.size"), "creating", "downloading", "error", "deleted"),
            StateRule.free("snapshot", set("snapshot", "snapshot.size"), "creating", "error", "deleted")));

    public StateRules {
        rules = List.copyOf(rules);
    }

    /// The first rule that speaks of the type and the meter decides. A resource whose state was never told, as
    /// when all messages but its deletion were lost, was there: it bills in full.
    public BigDecimal factor(String type, String meter, String state) {
        if (state.isEmpty()) {
            return BigDecimal.ONE;
        }
        for (StateRule rule : rules) {
            if (rule.type().equals(type) && rule.meters().contains(meter)) {
                return rule.factor(state);
            }
        }
        return BigDecimal.ONE;
    }

    /// These rules where they speak, the others' where they don't.
    public StateRules over(StateRules fallback) {
        List<StateRule> all = new ArrayList<>(rules);
        all.addAll(fallback.rules);
        return new StateRules(all);
    }

    private static TreeSet<String> set(String... meters) {
        return new TreeSet<>(Set.of(meters));
    }
}
