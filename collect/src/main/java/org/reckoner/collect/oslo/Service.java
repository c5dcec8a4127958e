package org.reckoner.collect.oslo;

import java.util.List;
import java.util.Optional;

/// A service that sends notifications, and what is made of them.
///
/// @param name becomes the source of its observations: `nova`
/// @param rules the first that speaks of a notification decides
public record Service(String name, List<Rule> rules) {

    public Service {
        rules = List.copyOf(rules);
    }

    public Optional<Rule> ruleFor(Notification notification) {
        return rules.stream().filter(rule -> rule.speaksOf(notification)).findFirst();
    }
}
