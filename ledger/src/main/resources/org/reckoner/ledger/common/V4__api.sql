-- What the HTTP API needs of the ledger: lists that are read page by page, and requests that are sent again.

CREATE INDEX audit_by_subject ON audit (subject, id);
CREATE INDEX audit_by_action ON audit (action, id);
CREATE INDEX dead_letter_waiting ON dead_letter (id) WHERE replayed_at IS NULL;

-- Requests that carried a key of the caller's own, so that one sent again is answered and not done again. The
-- answer is null while the request is still being worked on. Rows go after a day.
CREATE TABLE idempotent_request (
    caller       TEXT NOT NULL,
    request_key  TEXT NOT NULL,
    request_hash TEXT NOT NULL,
    started_at   BIGINT NOT NULL,
    status       INTEGER,
    content_type TEXT,
    location     TEXT,
    body         TEXT,
    PRIMARY KEY (caller, request_key)
);
CREATE INDEX idempotent_request_by_age ON idempotent_request (started_at);
