package org.reckoner.collect.recording;

/// One message as it was recorded, not yet read.
///
/// @param origin where it stands, for people: `nova/097-compute.instance.create.end.json`, `all.ndjson:12`
/// @param body as a broker would carry it
public record RawMessage(String origin, byte[] body) {

    @Override
    public String toString() {
        return origin;
    }
}
