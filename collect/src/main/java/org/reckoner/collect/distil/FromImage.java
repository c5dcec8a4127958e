package org.reckoner.collect.distil;

import java.math.BigDecimal;
import java.util.List;
import org.reckoner.core.meter.ByName;
import org.reckoner.core.meter.Sample;
import org.reckoner.core.time.Window;

/// The root disk of a server that was booted from an image, held for all of the window, whatever the server's
/// state.
///
/// As legacy the samples of before the window count too.
///
/// @param service the product that the disk is sold as
/// @param imageKeys where the metadata tells the image; the first that is there decides
/// @param noImage values of it that mean that the server was booted from a volume
/// @param sizeKeys where the metadata tells the size; the largest of all counts
public record FromImage(
        String service, List<String> imageKeys, List<String> noImage, List<String> sizeKeys, boolean legacy)
        implements Transformer {

    /// As Distil's own sample configuration has it.
    public static final FromImage USUAL = new FromImage(
            "b1.standard",
            List.of("image_ref", "image_meta.base_image_ref"),
            List.of("None", ""),
            List.of("root_gb"),
            false);

    public FromImage {
        imageKeys = List.copyOf(imageKeys);
        noImage = List.copyOf(noImage);
        sizeKeys = List.copyOf(sizeKeys);
    }

    @Override
    public Result result() {
        return Result.HELD;
    }

    @Override
    public ByName<BigDecimal> measure(String ofTheMapping, List<Sample> samples, Window window) throws Unmeasurable {
        List<Sample> counted = legacy ? samples : Spans.within(samples, window);
        if (counted.isEmpty()) {
            return ByName.of();
        }
        BigDecimal largest = BigDecimal.ZERO;
        for (Sample sample : counted) {
            if (isFromVolume(sample)) {
                return ByName.of();
            }
            largest = largest.max(size(sample));
        }
        return ByName.of(service, Spans.held(largest, window));
    }

    private boolean isFromVolume(Sample sample) {
        for (String key : imageKeys) {
            String image = sample.metadata().get(key);
            if (image != null) {
                return noImage.contains(image);
            }
        }
        return false;
    }

    private BigDecimal size(Sample sample) throws Unmeasurable {
        BigDecimal largest = BigDecimal.ZERO;
        for (String key : sizeKeys) {
            String size = sample.metadata().get(key);
            if (size != null) {
                largest = largest.max(number(sample, key, size));
            }
        }
        return largest;
    }

    private static BigDecimal number(Sample sample, String key, String text) throws Unmeasurable {
        if (!text.matches("[0-9]{1,12}(\\.[0-9]{1,9})?")) {
            throw new Unmeasurable("the sample %s of %s has '%s' as %s; expected a number of GiB"
                    .formatted(sample.id(), sample.time(), text, key));
        }
        return new BigDecimal(text);
    }
}
