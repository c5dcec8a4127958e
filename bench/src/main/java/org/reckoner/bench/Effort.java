package org.reckoner.bench;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// What something cost: CPU time of the server, time on the clock, and bytes of the answer.
record Effort(Duration cpu, Duration wall, long bytes) {

    /// Something that a server is asked to do.
    interface Work {
        /// @return how many bytes it answered
        long run();
    }

    static Effort of(Peer peer, Work work) {
        Duration cpu = peer.cpu();
        long began = System.nanoTime();
        long bytes = work.run();
        Duration wall = Duration.ofNanos(System.nanoTime() - began);
        return new Effort(peer.cpu().minus(cpu), wall, bytes);
    }

    /// The one in the middle of several, by CPU time.
    static Effort median(Peer peer, int times, Work work) {
        List<Effort> all = IntStream.range(0, times)
                .mapToObj(time -> of(peer, work))
                .sorted(Comparator.comparing(Effort::cpu))
                .toList();
        return all.get(times / 2);
    }
}
