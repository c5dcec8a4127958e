package org.reckoner.ledger.price;

import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.reckoner.core.price.PriceBook;
import org.reckoner.core.time.BillingPeriod;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.LedgerException;
import org.reckoner.ledger.Sha256;
import org.reckoner.ledger.audit.AuditLog;
import org.reckoner.ledger.observation.Micros;
import org.reckoner.prices.PriceBookFile;

/// Price books as loaded. A version never changes; loading another text makes the next version.
public final class PriceBooks {

    private final Database database;
    private final AuditLog audit;
    private final Map<String, PriceBook> parsed = new ConcurrentHashMap<>();

    public PriceBooks(Database database, AuditLog audit) {
        this.database = database;
        this.audit = audit;
    }

    /// @param text the file as it was loaded
    /// @param hash SHA-256 of the text, in hex
    public record Loaded(PriceBook book, String text, String hash, Instant loadedAt, String loadedBy) {}

    /// Keeps a checked price book as the next version of its name; the same text again is the version that it
    /// was.
    ///
    /// @return the version, and whether it is new
    public Loaded load(PriceBook book, String text, Instant now, String by) {
        return load(book, text, now, by, Optional.empty());
    }

    /// As [#load(PriceBook, String, Instant, String)], with a reason for the audit log.
    public Loaded load(PriceBook book, String text, Instant now, String by, Optional<String> why) {
        return database.write(handle -> load(handle, book, text, now, by, why));
    }

    /// As [#load(PriceBook, String, Instant, String, Optional)], inside the caller's transaction.
    public Loaded load(Handle handle, PriceBook book, String text, Instant now, String by, Optional<String> why) {
        String hash = Sha256.hex(text.getBytes(StandardCharsets.UTF_8));
        Optional<Loaded> newest = handle.createQuery(
                        "SELECT * FROM price_book WHERE name = ? ORDER BY version DESC LIMIT 1")
                .bind(0, book.name())
                .map((row, context) -> loaded(row))
                .findOne();
        if (newest.isPresent() && newest.get().hash().equals(hash)) {
            return newest.get();
        }
        int version = newest.map(loaded -> loaded.book().version()).orElse(0) + 1;
        handle.createUpdate("""
                        INSERT INTO price_book (name, version, valid_from, currency, hash, body, loaded_at, loaded_by)
                        VALUES (:name, :version, :from, :currency, :hash, :body, :now, :by)""")
                .bind("name", book.name())
                .bind("version", version)
                .bind("from", Micros.of(book.validFrom().from()))
                .bind("currency", book.currency().getCurrencyCode())
                .bind("hash", hash)
                .bind("body", text)
                .bind("now", Micros.of(now))
                .bind("by", by)
                .execute();
        audit.note(
                handle,
                new AuditLog.Entry(
                        now,
                        by,
                        "prices.load",
                        book.name() + " v" + version,
                        newest.map(loaded ->
                                loaded.book().name() + " v" + loaded.book().version()),
                        Optional.of("sha256 " + hash),
                        why));
        return new Loaded(book.withVersion(version), text, hash, now, by);
    }

    /// All versions, by name, the newest first.
    ///
    /// @param name only of this book
    public List<Loaded> versions(Optional<String> name) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM price_book WHERE (:name IS NULL OR name = :name) ORDER BY name, version DESC")
                .bindByType("name", name.orElse(null), String.class)
                .map((row, context) -> loaded(row))
                .list());
    }

    /// The versions of a book below one, the newest first, at most so many.
    public List<Loaded> versions(String name, int below, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT * FROM price_book WHERE name = ? AND version < ? ORDER BY version DESC LIMIT ?")
                .bind(0, name)
                .bind(1, below)
                .bind(2, limit)
                .map((row, context) -> loaded(row))
                .list());
    }

    /// The newest version of a book.
    public Optional<Loaded> newest(String name) {
        return versions(name, Integer.MAX_VALUE, 1).stream().findFirst();
    }

    public Optional<Loaded> find(String name, int version) {
        return database.read(handle -> handle.createQuery("SELECT * FROM price_book WHERE name = ? AND version = ?")
                .bind(0, name)
                .bind(1, version)
                .map((row, context) -> loaded(row))
                .findOne());
    }

    /// @throws LedgerException if there is no such version
    public PriceBook version(String name, int version) {
        return database.read(handle -> handle.createQuery("SELECT * FROM price_book WHERE name = ? AND version = ?")
                        .bind(0, name)
                        .bind(1, version)
                        .map((row, context) -> loaded(row).book())
                        .findOne())
                .orElseThrow(() -> new LedgerException(
                        "there is no price book '%s' version %d; see: reckoner prices list".formatted(name, version)));
    }

    /// The version that prices a period: the newest that is valid from its beginning on.
    ///
    /// @throws LedgerException if there is none
    public PriceBook forPeriod(String name, BillingPeriod period) {
        return database.read(handle -> handle.createQuery(
                                "SELECT * FROM price_book WHERE name = ? AND valid_from <= ? ORDER BY version DESC LIMIT 1")
                        .bind(0, name)
                        .bind(1, Micros.of(period.window().from()))
                        .map((row, context) -> loaded(row).book())
                        .findOne())
                .orElseThrow(() -> new LedgerException(
                        "no version of price book '%s' is valid from the beginning of %s; load one: reckoner prices load FILE"
                                .formatted(name, period)));
    }

    /// The names of all books, in order.
    public List<String> names() {
        return database.read(handle -> handle.createQuery("SELECT DISTINCT name FROM price_book ORDER BY name")
                .mapTo(String.class)
                .list());
    }

    /// The names of the books after one, in order, at most so many.
    public List<String> names(Optional<String> after, int limit) {
        return database.read(handle -> handle.createQuery(
                        "SELECT DISTINCT name FROM price_book WHERE name > ? ORDER BY name LIMIT ?")
                .bind(0, after.orElse(""))
                .bind(1, limit)
                .mapTo(String.class)
                .list());
    }

    /// Which versions do not have the text that they were loaded with, as sentences.
    public List<String> changed() {
        return database.read(handle -> handle.createQuery("SELECT * FROM price_book ORDER BY name, version")
                .map((row, context) -> Sha256.hex(row.getString("body").getBytes(StandardCharsets.UTF_8))
                                .equals(row.getString("hash"))
                        ? ""
                        : "price book %s v%d: its text does not have the hash that is stored for it"
                                .formatted(row.getString("name"), row.getInt("version")))
                .filter(sentence -> !sentence.isEmpty())
                .list());
    }

    private Loaded loaded(ResultSet row) throws SQLException {
        String text = row.getString("body");
        return new Loaded(
                parse(row.getString("name"), row.getInt("version"), text),
                text,
                row.getString("hash"),
                Micros.instant(row.getLong("loaded_at")),
                row.getString("loaded_by"));
    }

    /// Reading a text is slow and pure, so each is read once.
    private PriceBook parse(String name, int version, String text) {
        return parsed.computeIfAbsent(text, unread -> read(name, version, unread))
                .withVersion(version);
    }

    private static PriceBook read(String name, int version, String text) {
        return switch (PriceBookFile.read(name + " v" + version, text)) {
            case PriceBookFile.Read read -> read.book();
            case PriceBookFile.Refused refused ->
                throw new LedgerException(
                        "price book %s v%d was loaded by another release and is refused by this one: %s"
                                .formatted(name, version, refused.errors()));
        };
    }
}
