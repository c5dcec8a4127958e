package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// As [Maximum]; the service is the name of the volume's type, where it is known, else that of the mapping.
///
/// @param types the name of a volume type by its name or id; nothing for what is no volume type
/// @param legacy as of [Maximum]
public record StorageMaximum(Function<String, Optional<String>> types, boolean legacy) implements Transformer {

    static final String TYPE_KEY = "volume_type";

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String service, List<Sample> samples, Window window) {
        List<Sample> counted = legacy ? samples : Spans.within(samples, window);
        if (counted.isEmpty()) {
            return ByName.of();
        }
        String type = counted.getLast().metadata().get(TYPE_KEY);
        String product = Optional.ofNullable(type).flatMap(types).orElse(service);
        return ByName.of(product, Spans.held(Spans.largest(counted), window));
    }
}
