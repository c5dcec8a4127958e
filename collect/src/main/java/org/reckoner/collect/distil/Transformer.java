package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// Makes use out of the samples of one resource and one window.
///
/// Times count to the whole second, as in all timelines. Nothing is divided: what was held is told as its
/// quantity times seconds.
public sealed interface Transformer
        permits Uptime, Maximum, StorageMaximum, NetworkService, Magnum, FromImage, Sum, Cumulative, Integral {

    /// What the window comes to, by service. Nothing if the samples tell of no use; a service with zero if they
    /// tell that there was none.
    ///
    /// @param service the product that the mapping names; some transformers find their own
    /// @param samples of one resource and meter, in the order of their times: those of the window, and some of
    ///     before it, which tell how it began
    /// @throws Unmeasurable if a sample is not as this transformer needs it
    ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) throws Unmeasurable;

    /// How its result relates to the volumes.
    Result result();

    /// What a result is.
    enum Result {
        /// Seconds.
        TIME,
        /// Quantity times seconds.
        HELD,
        /// Quantity.
        FLOWED
    }
}
