package org.reckoner.collect.rabbitmq;

import java.time.Duration;
import java.time.Instant;

/// What a listener tells of itself while it runs. Each prints as a sentence for logs; none holds a password.
public sealed interface News {

    /// The queue is there, bound, and being read.
    record Connected(Broker broker, String queue) implements News {
        @Override
        public String toString() {
            return "connected to %s, reading queue %s".formatted(broker, queue);
        }
    }

    /// The connection, or the attempt at one, is over. Nothing is lost: what was not acknowledged comes again.
    record Lost(Broker broker, String why) implements News {
        @Override
        public String toString() {
            return "no connection to %s: %s".formatted(broker, why);
        }
    }

    /// A batch could not be kept; its messages stay with the broker.
    record NotKept(int messages, String why) implements News {
        @Override
        public String toString() {
            return "%d messages could not be kept and stay in the queue: %s".formatted(messages, why);
        }
    }

    record Retrying(Duration in) implements News {
        @Override
        public String toString() {
            return "trying again in %d.%03d s".formatted(in.toSeconds(), in.toMillisPart());
        }
    }

    /// A batch was kept and acknowledged.
    ///
    /// @param observed how many of its messages told of a resource
    /// @param refused how many became dead letters
    record Committed(int messages, int observed, int refused) implements News {
        @Override
        public String toString() {
            return "kept %d messages: %d observed, %d ignored, %d refused"
                    .formatted(messages, observed, messages - observed - refused, refused);
        }
    }

    /// Whatever reached the queue before this moment is kept. Told again and again while nothing comes.
    ///
    /// @param until by the clock here; what a service has not sent by then is not covered
    record CaughtUp(Instant until) implements News {
        @Override
        public String toString() {
            return "caught up until " + until;
        }
    }

    /// The end, after [Listener#close].
    record Stopped() implements News {
        @Override
        public String toString() {
            return "stopped; nothing that was not kept was acknowledged";
        }
    }
}
