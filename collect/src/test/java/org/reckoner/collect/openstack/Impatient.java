package org.reckoner.collect.openstack;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// APIs that are asked again at once, so that tests need not wait.
public final class Impatient {

    private Impatient() {}

    public static Api at(String title, URI root) {
        return at(title, root, new Api.Entrance.Open());
    }

    public static Api at(String title, URI root, Api.Entrance entrance) {
        return Api.at(
                title,
                root,
                entrance,
                new Trust(title, Optional.empty(), true),
                Clock.systemUTC(),
                wait -> {},
                new Patience(3, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofSeconds(10)));
    }
}
