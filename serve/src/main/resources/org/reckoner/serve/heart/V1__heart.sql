-- What the Heart's API speaks of beside the ledger: whole-number ids, names, cost centers, and segments. The
-- truth is in the ledger's observations; segments are derived from heart_change and can be derived again.
-- Instants are microseconds since 1970-01-01 UTC. Quantities are decimal text.

CREATE TABLE heart_cost_center (
    id   ${number} PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

-- project is the owner in the ledger: the name that the account was made with. changed counts the changes of
-- what the account's bill shows.
CREATE TABLE heart_account (
    id             ${number} PRIMARY KEY,
    name           TEXT NOT NULL UNIQUE,
    project        TEXT NOT NULL UNIQUE,
    cost_center_id BIGINT REFERENCES heart_cost_center (id),
    changed        BIGINT NOT NULL
);
CREATE INDEX heart_account_by_cost_center ON heart_account (cost_center_id);

-- identity spells account, parent, type and name, so that two posters never make one resource twice; path is
-- its id in the ledger and stays when it gets another name. opened_at is when it first had a segment,
-- latest_at when it last changed, open_segment the one that is not ended; closed_at is when it was closed.
CREATE TABLE heart_resource (
    id           ${number} PRIMARY KEY,
    account_id   BIGINT NOT NULL REFERENCES heart_account (id),
    parent_id    BIGINT REFERENCES heart_resource (id),
    rtype        TEXT NOT NULL,
    name         TEXT,
    identity     TEXT NOT NULL UNIQUE,
    path         TEXT NOT NULL UNIQUE,
    attrs        TEXT NOT NULL,
    opened_at    BIGINT,
    latest_at    BIGINT,
    open_segment BIGINT,
    closed_at    BIGINT
);
CREATE INDEX heart_resource_by_account ON heart_resource (account_id);
CREATE INDEX heart_resource_by_parent ON heart_resource (parent_id);
CREATE INDEX heart_resource_by_name ON heart_resource (name, rtype) WHERE parent_id IS NULL;

-- Events that were posted, once each.
CREATE TABLE heart_posted (
    number ${number} PRIMARY KEY,
    hash   TEXT NOT NULL UNIQUE
);

-- What the events said of the quantity of a resource. kind is linear, fixed or closed; tariff is the
-- generation of the tariff that was in force when it was posted.
CREATE TABLE heart_change (
    resource_id BIGINT NOT NULL REFERENCES heart_resource (id),
    at          BIGINT NOT NULL,
    event       BIGINT NOT NULL,
    node        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    quantity    TEXT NOT NULL,
    tariff      BIGINT NOT NULL,
    PRIMARY KEY (resource_id, at, event, node)
) ${in_key_order};

-- end_at is 9223372036854775807 while a segment is open. cost is only there in legacy mode: a rate a year if
-- positive, a fixed charge if negative.
CREATE TABLE heart_segment (
    id          ${number} PRIMARY KEY,
    account_id  BIGINT NOT NULL REFERENCES heart_account (id),
    resource_id BIGINT NOT NULL REFERENCES heart_resource (id),
    kind        TEXT NOT NULL,
    quantity    TEXT NOT NULL,
    tariff      BIGINT NOT NULL,
    cost        TEXT,
    begin_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL
);
CREATE INDEX heart_segment_by_account ON heart_segment (account_id, end_at);
CREATE INDEX heart_segment_by_resource ON heart_segment (resource_id, end_at);

-- Resource types that have a price in the price book.
CREATE TABLE heart_rtype (
    rtype TEXT NOT NULL PRIMARY KEY
);

-- Every tariff that was ever set, after which event. The newest generation of a type is in force.
CREATE TABLE heart_tariff (
    generation  BIGINT NOT NULL,
    rtype       TEXT NOT NULL,
    multiplier  TEXT NOT NULL,
    at          BIGINT NOT NULL,
    migrate     INTEGER NOT NULL,
    after_event BIGINT NOT NULL,
    PRIMARY KEY (generation, rtype)
);

-- By which rules the segments were derived.
CREATE TABLE heart_mode (
    mode TEXT NOT NULL PRIMARY KEY
);
