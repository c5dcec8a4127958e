package org.reckoner.collect.rabbitmq;

import java.util.List;
import org.reckoner.collect.Reading;

/// Where batches of readings are kept for good.
@FunctionalInterface
public interface Batches {

    /// Keeps the whole batch, or throws and keeps nothing of it. Only after it returns are the messages
    /// acknowledged to the broker; a batch that was kept but could not be acknowledged any more comes again.
    ///
    /// @param batch refused readings too: they become dead letters
    /// @throws Exception if the batch was not kept; its messages stay with the broker and are tried again
    void commit(List<Reading> batch) throws Exception;
}
