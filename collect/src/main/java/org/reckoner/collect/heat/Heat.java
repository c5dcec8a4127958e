package org.reckoner.collect.heat;

import java.util.List;
import org.reckoner.collect.oslo.Rule;
import org.reckoner.collect.oslo.Service;

/// What Heat sends. Its messages tell of stacks and never of what is in them, so they tell nothing of what is
/// billed: servers, volumes and addresses have messages of their own, and in which stack they are is asked of
/// Heat's API.
public final class Heat {

    public static final Service SERVICE = new Service(
            "heat",
            List.of(
                    Rule.ignored(
                            "orchestration.stack.*",
                            "a stack as such; which resources are in it is asked of Heat by reconcile cloud heat"),
                    Rule.ignored("orchestration.autoscaling.*", "a decision; the servers tell of themselves")));

    private Heat() {}
}
