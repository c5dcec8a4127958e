-- What is owed to billing systems: written with the document itself, so that none is forgotten.

CREATE TABLE delivery (
    id         ${number} PRIMARY KEY,
    backend    TEXT NOT NULL,
    number     TEXT NOT NULL REFERENCES invoice (number),
    state      TEXT NOT NULL CHECK (state IN ('pending', 'sent', 'confirmed', 'refused', 'cancelled')),
    attempts   INTEGER NOT NULL,
    due_at     BIGINT NOT NULL,
    remote_id  TEXT,
    reason     TEXT,
    created_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    UNIQUE (backend, number)
);
CREATE INDEX delivery_due ON delivery (backend, due_at) WHERE state IN ('pending', 'sent');
CREATE INDEX delivery_by_number ON delivery (number);
