package org.reckoner.app.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// How use is made of samples.
///
/// @param mapping Distil's file of meters
/// @param transformers Distil's file of what its transformers need, if it is another
/// @param legacy whether to bill as Distil did, faults and all
/// @param delay how long after its end a window is made use of
/// @param keep how long samples are kept at least, in case that more come late
/// @param interval how often the server looks for windows that are over
/// @param trusted sources that are believed, from their beginning; all if none is named
/// @param included projects of which use is made, by id or name; all if none is named
/// @param ignored projects of which none is made
/// @param publisher who may post samples with a name and a password
public record SampleSettings(
        Path mapping,
        Optional<Path> transformers,
        boolean legacy,
        Duration delay,
        Duration keep,
        Duration interval,
        List<Pattern> trusted,
        List<String> included,
        List<String> ignored,
        Optional<Publisher> publisher) {

    public static final Duration USUAL_DELAY = Duration.ofMinutes(15);
    public static final Duration USUAL_KEEP = Duration.ofDays(40);
    public static final Duration USUAL_INTERVAL = Duration.ofMinutes(5);

    /// Who posts samples and knows nothing of Keystone, as Ceilometer's own publisher.
    ///
    /// @param passwordFile whose first line is the password, instead of RECKONER_SAMPLES_PASSWORD
    public record Publisher(String user, Optional<Path> passwordFile) {}

    public SampleSettings {
        trusted = List.copyOf(trusted);
        included = List.copyOf(included);
        ignored = List.copyOf(ignored);
    }
}
