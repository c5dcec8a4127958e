package org.reckoner.prices.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Collects what is wrong with one file, so that its author sees everything at once.
public final class Problems {

    private static final Comparator<Problem> BY_PLACE =
            Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column);

    private final String origin;
    private final List<Problem> errors = new ArrayList<>();
    private final List<Problem> warnings = new ArrayList<>();

    /// @param origin the file, as its author calls it
    public Problems(String origin) {
        this.origin = origin;
    }

    /// Something that must change before the file can be used.
    public void error(Position at, String path, String message) {
        errors.add(new Problem(origin, at.line(), at.column(), path, message));
    }

    /// Something that is allowed and probably not meant.
    public void warning(Position at, String path, String message) {
        warnings.add(new Problem(origin, at.line(), at.column(), path, message));
    }

    public boolean hasErrors() {
        return !errors.isEmpty();
    }

    /// In the order of the file.
    public List<Problem> errors() {
        return errors.stream().sorted(BY_PLACE).toList();
    }

    /// In the order of the file.
    public List<Problem> warnings() {
        return warnings.stream().sorted(BY_PLACE).toList();
    }
}
