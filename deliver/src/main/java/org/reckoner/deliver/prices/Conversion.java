package org.reckoner.deliver.prices;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import org.reckoner.core.money.Ratio;
import org.reckoner.core.price.Per;
import org.reckoner.deliver.Offer;

/// A price for one length of time as a price for another. A month is a month; next to hours it has 720 of them, as
/// those billing systems reckon that have prices for months only.
final class Conversion {

    private static final Ratio HOURS_OF_MONTH = Ratio.of(720);
    private static final int PLACES = 12;

    private Conversion() {}

    /// What a price book writes for an offer, whose own length of time may be another; nothing if that is no decimal
    /// of twelve places, or one of the two has no time.
    static Optional<BigDecimal> of(Offer.Recurring offer, Per per) {
        return months(per)
                .flatMap(wanted -> exact(Ratio.of(offer.price()).times(wanted).dividedBy(months(offer))));
    }

    /// For a fee of each billing period.
    static Optional<BigDecimal> aMonth(Offer.Recurring offer) {
        return exact(Ratio.of(offer.price()).dividedBy(months(offer)));
    }

    private static Ratio months(Offer.Recurring offer) {
        Ratio count = Ratio.of(offer.count());
        return switch (offer.unit()) {
            case HOURS -> count.dividedBy(HOURS_OF_MONTH);
            case DAYS -> count.times(Ratio.of(24)).dividedBy(HOURS_OF_MONTH);
            case WEEKS -> count.times(Ratio.of(168)).dividedBy(HOURS_OF_MONTH);
            case MONTHS -> count;
            case YEARS -> count.times(Ratio.of(12));
            default -> throw new IllegalArgumentException("no billing cycle is counted in " + offer.unit());
        };
    }

    private static Optional<Ratio> months(Per per) {
        Ratio count = Ratio.of(per.count());
        return per.time().map(time -> switch (time) {
            case SECOND -> count.dividedBy(HOURS_OF_MONTH.times(Ratio.of(3600)));
            case MINUTE -> count.dividedBy(HOURS_OF_MONTH.times(Ratio.of(60)));
            case HOUR -> count.dividedBy(HOURS_OF_MONTH);
            case DAY -> count.dividedBy(Ratio.of(30));
            case MONTH -> count;
        });
    }

    static Optional<BigDecimal> exact(Ratio value) {
        BigDecimal rounded = value.round(PLACES, RoundingMode.DOWN);
        if (!Ratio.of(rounded).equals(value)) {
            return Optional.empty();
        }
        BigDecimal plain = rounded.stripTrailingZeros();
        return Optional.of(plain.setScale(Math.max(2, plain.scale())));
    }
}
