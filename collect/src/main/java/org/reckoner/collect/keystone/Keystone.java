package org.reckoner.collect.keystone;

import java.util.List;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;

/// What Keystone sends, in its basic format or as CADF. Neither says more of a project than its id: names are
/// learnt from the other services' messages, and by asking ([KeystoneInventory]).
public final class Keystone {

    public static final Service SERVICE = new Service(
            "keystone",
            List.of(
                    Rule.ignored("identity.project.*", "only the id of a project; nothing is billed by it"),
                    Rule.ignored("identity.authenticate", "a log-in, which costs nothing"),
                    Rule.ignored("identity.role_assignment.*", "who may do what; nothing is billed by it"),
                    Rule.ignored("identity.*", "the id of something in Keystone that is not billed")));

    private Keystone() {}
}
