package org.reckoner.collect.backfill;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.reckoner.collect.openstack.OpenStack;
import org.reckoner.collect.oslo.Payload;
import org.reckoner.collect.oslo.Redaction;
import org.reckoner.collect.oslo.Refusal;
import tools.jackson.databind.JsonNode;

/// What became of one page of an API's list.
///
/// @param found what it told
/// @param refused what cannot be believed, in words
/// @param passed how many belong to nobody
public record Batch(List<Found> found, List<String> refused, int passed) {

    public Batch {
        found = List.copyOf(found);
        refused = List.copyOf(refused);
    }

    /// Reads one element; nothing if it belongs to nobody.
    @FunctionalInterface
    public interface Reader {
        Optional<Found> read(Payload fields, OpenStack.Page page) throws Refusal;
    }

    /// @param kind what messages call an element, such as `server`
    public static Batch of(OpenStack.Page page, String kind, Wanted wanted, Reader reader) {
        List<Found> found = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        int passed = 0;
        for (JsonNode element : page.elements()) {
            try {
                Payload fields = Payload.of(element, kind, page.askedAt().plus(wanted.maxClockSkew()));
                Optional<Found> read = reader.read(fields, page);
                read.ifPresent(found::add);
                passed += read.isPresent() ? 0 : 1;
            } catch (Refusal refusal) {
                refused.add("%s %s: %s"
                        .formatted(kind, Redaction.text(element.path("id").asString("?")), refusal.reason()));
            }
        }
        return new Batch(found, refused, passed);
    }
}
