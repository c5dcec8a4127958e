package org.reckoner.ledger.idempotency;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.reckoner.ledger.Database;
import org.reckoner.ledger.observation.Micros;

/// Remembers what was answered to requests that carry a key of the caller's own: the same request under the
/// same key gets the same answer again and changes nothing.
///
/// Kept for [#KEPT]. A request that was begun and never answered, as its server died, blocks its key for
/// [#ABANDONED] only; then it is done again, which every operation that is offered under a key must bear.
public final class IdempotentRequests {

    public static final Duration KEPT = Duration.ofHours(24);
    public static final Duration ABANDONED = Duration.ofMinutes(15);

    private final Database database;

    public IdempotentRequests(Database database) {
        this.database = database;
    }

    /// @param caller whose key it is; callers do not see each other's keys
    /// @param key chosen by the caller
    /// @param hash of everything that the request says
    public record Request(String caller, String key, String hash) {}

    /// @param location of what was made, if anything was
    public record Answer(int status, String contentType, Optional<String> location, String body) {}

    /// What is known of a request.
    public sealed interface Known {

        /// Nothing; it is noted as begun, and is to be done now.
        record Fresh() implements Known {}

        /// It was done, and so answered.
        record Answered(Answer answer) implements Known {}

        /// It is being done.
        record Running() implements Known {}

        /// The key was used for another request.
        record KeyTaken() implements Known {}
    }

    /// Looks a request up, and notes it as begun if it is new.
    public Known begin(Request request, Instant now) {
        return database.write(handle -> {
            handle.execute("DELETE FROM idempotent_request WHERE started_at <= ?", Micros.of(now.minus(KEPT)));
            Optional<Known> known = handle.createQuery(
                            "SELECT * FROM idempotent_request WHERE caller = ? AND request_key = ?")
                    .bind(0, request.caller())
                    .bind(1, request.key())
                    .map((row, context) -> known(row, request, now))
                    .findOne();
            if (known.isPresent() && !(known.get() instanceof Known.Fresh)) {
                return known.get();
            }
            forget(handle, request);
            handle.execute(
                    "INSERT INTO idempotent_request (caller, request_key, request_hash, started_at) VALUES (?, ?, ?, ?)",
                    request.caller(),
                    request.key(),
                    request.hash(),
                    Micros.of(now));
            return new Known.Fresh();
        });
    }

    private static Known known(ResultSet row, Request request, Instant now) throws SQLException {
        if (!row.getString("request_hash").equals(request.hash())) {
            return new Known.KeyTaken();
        }
        String body = row.getString("body");
        if (body == null) {
            boolean abandoned = row.getLong("started_at") <= Micros.of(now.minus(ABANDONED));
            return abandoned ? new Known.Fresh() : new Known.Running();
        }
        return new Known.Answered(new Answer(
                row.getInt("status"),
                row.getString("content_type"),
                Optional.ofNullable(row.getString("location")),
                body));
    }

    /// Keeps the answer of a request that was begun.
    public void answer(Request request, Answer answer) {
        database.change(handle -> handle.createUpdate("""
                        UPDATE idempotent_request
                        SET status = :status, content_type = :type, location = :location, body = :body
                        WHERE caller = :caller AND request_key = :key AND request_hash = :hash""")
                .bind("status", answer.status())
                .bind("type", answer.contentType())
                .bindByType("location", answer.location().orElse(null), String.class)
                .bind("body", answer.body())
                .bind("caller", request.caller())
                .bind("key", request.key())
                .bind("hash", request.hash())
                .execute());
    }

    /// Gives the key free again: the request was refused, and nothing was done.
    public void forget(Request request) {
        database.change(handle -> forget(handle, request));
    }

    private static void forget(Handle handle, Request request) {
        handle.execute(
                "DELETE FROM idempotent_request WHERE caller = ? AND request_key = ? AND request_hash = ?",
                request.caller(),
                request.key(),
                request.hash());
    }
}
