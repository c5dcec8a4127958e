package org.reckoner.app.cli;

import java.util.List;
import sun.misc.Signal;

/// Being told to stop is no failure: what runs finishes and the exit code is 0, which a shutdown hook of the JVM
/// cannot bring about.
final class StopSignals {

    private static final List<String> NAMES = List.of("TERM", "INT");

    private StopSignals() {}

    static void whenTold(Runnable stop) {
        for (String name : NAMES) {
            Signal.handle(new Signal(name), told -> stop.run());
        }
    }
}
