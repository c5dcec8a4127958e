package org.reckoner.app.config;

/// A password that a file told; it never prints.
public record Secret(String text) {

    @Override
    public String toString() {
        return "***";
    }
}
