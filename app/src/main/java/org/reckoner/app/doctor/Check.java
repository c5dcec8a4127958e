package org.reckoner.app.doctor;

/// One thing that is needed, and whether it is there.
///
/// @param what is needed
/// @param found what was found, in words
/// @param remedy how to make it; empty if it is there
public record Check(String what, Verdict verdict, String found, String remedy) {

    /// How it stands.
    public enum Verdict {
        OK,
        /// It works without, but somebody should look.
        WARNING,
        /// It does not work without.
        MISSING
    }

    static Check ok(String what, String found) {
        return new Check(what, Verdict.OK, found, "");
    }

    static Check warning(String what, String found, String remedy) {
        return new Check(what, Verdict.WARNING, found, remedy);
    }

    static Check missing(String what, String found, String remedy) {
        return new Check(what, Verdict.MISSING, found, remedy);
    }
}
