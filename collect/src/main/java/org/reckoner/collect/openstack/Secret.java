package org.reckoner.collect.openstack;

/// A password, a secret or a token. Printing it prints none of it.
///
/// @param value what must not be told
public record Secret(String value) {

    @Override
    public String toString() {
        return "[secret]";
    }
}
