package org.reckoner.app.novabilling;

import java.io.IOException;
import java.nio.file.Path;
import org.reckoner.app.AskedWrongly;
import org.reckoner.app.FileTrouble;
import org.reckoner.collect.novabilling.OldDatabase;

/// Keeps the ledger out of nova-billing's own database, which settings taken over from it still name.
public final class OldLedger {

    private static final String SQLITE = "jdbc:sqlite:";

    private OldLedger() {}

    /// @throws AskedWrongly if that is the database of a nova-billing
    public static void refuse(String url) {
        if (!url.startsWith(SQLITE)) {
            return;
        }
        Path file = Path.of(url.substring(SQLITE.length()).replaceFirst("\\?.*", ""));
        try {
            if (OldDatabase.isOne(file)) {
                throw new AskedWrongly("""
                        %s is nova-billing's own database, and stays as it is. Take it over into a new ledger:
                          reckoner --ledger jdbc:sqlite:/var/lib/reckoner/ledger.db import nova-billing %s
                        Then name that ledger, with --ledger or in the configuration.""".formatted(file, file));
            }
        } catch (IOException e) {
            throw new AskedWrongly("cannot read %s: %s".formatted(file, FileTrouble.reason(e)));
        }
    }
}
