package org.reckoner.prices.yaml;

/// Something in a file that its author should change.
///
/// @param origin the file, as its author calls it
/// @param line counted from 1; 0 if it is not in the file but in the environment
/// @param column counted from 1
/// @param path what the problem is part of, such as `price 'vcpu'`; empty for the document itself
/// @param message what was found and what was expected
public record Problem(String origin, int line, int column, String path, String message) {

    /// As `prices.yaml:12:9: price 'vcpu': unknown meter 'vcpu'; did you mean 'vcpus'?`.
    @Override
    public String toString() {
        String place = line == 0 ? "environment" : origin + ":" + line + ":" + column;
        return place + ": " + (path.isEmpty() ? "" : path + ": ") + message;
    }
}
