-- An event of a server writes fewer rows and fewer entries of indexes: segments are derived from heart_change when
-- a bill is read, and stored in legacy mode only; a path is stored only where the name does not say it; what one
-- writer fills, and nothing is ever deleted from, needs no foreign keys.

-- What the events said of the quantity of a resource. kind is linear, fixed or closed; tariff is the
-- generation of the tariff that was in force when it was posted.
CREATE TABLE heart_change_2 (
    resource_id BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    event       BIGINT NOT NULL,
    node        INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    quantity    TEXT NOT NULL,
    tariff      BIGINT NOT NULL,
    PRIMARY KEY (resource_id, at, event, node)
) ${in_key_order};
INSERT INTO heart_change_2 (resource_id, at, event, node, kind, quantity, tariff)
SELECT resource_id, at, event, node, kind, quantity, tariff FROM heart_change
ORDER BY resource_id, at, event, node;
DROP TABLE heart_change;
ALTER TABLE heart_change_2 RENAME TO heart_change;

-- Only in legacy mode. end_at is 9223372036854775807 while a segment is open. cost is a rate a year if positive,
-- a fixed charge if negative.
CREATE TABLE heart_segment_2 (
    id          ${number} PRIMARY KEY,
    account_id  BIGINT NOT NULL,
    resource_id BIGINT NOT NULL,
    kind        TEXT NOT NULL,
    quantity    TEXT NOT NULL,
    tariff      BIGINT NOT NULL,
    cost        TEXT NOT NULL,
    begin_at    BIGINT NOT NULL,
    end_at      BIGINT NOT NULL
);
INSERT INTO heart_segment_2 (id, account_id, resource_id, kind, quantity, tariff, cost, begin_at, end_at)
SELECT id, account_id, resource_id, kind, quantity, tariff, cost, begin_at, end_at FROM heart_segment
WHERE cost IS NOT NULL ORDER BY id;
DROP TABLE heart_segment;
ALTER TABLE heart_segment_2 RENAME TO heart_segment;
CREATE INDEX heart_segment_by_account ON heart_segment (account_id, end_at);
CREATE INDEX heart_segment_by_resource ON heart_segment (resource_id, end_at);

-- parent_id is 0 at the top of a tree. step spells type and name; with the parent and the account it is what two
-- posters never make two resources of. path is its id in the ledger where that is not the parent's path and the
-- step: it stays when the resource gets another name. latest_at is when it last changed. opened_at is when it
-- first held something, closed_at when it ceased to, 9223372036854775807 while it did not; not in legacy mode.
CREATE TABLE heart_resource_2 (
    id         ${number} PRIMARY KEY,
    account_id BIGINT NOT NULL,
    parent_id  BIGINT NOT NULL,
    rtype      TEXT NOT NULL,
    name       TEXT,
    step       TEXT NOT NULL,
    path       TEXT,
    attrs      TEXT NOT NULL,
    opened_at  BIGINT,
    latest_at  BIGINT,
    closed_at  BIGINT NOT NULL
);
INSERT INTO heart_resource_2
    (id, account_id, parent_id, rtype, name, step, path, attrs, opened_at, latest_at, closed_at)
SELECT r.id, r.account_id, COALESCE(r.parent_id, 0), r.rtype, r.name, r.step,
       CASE WHEN r.path = r.above || '/' || r.step THEN NULL ELSE r.path END,
       r.attrs, r.opened_at, r.latest_at, COALESCE(r.closed_at, 9223372036854775807)
FROM (
    SELECT one.*,
           SUBSTR(one.identity,
                  LENGTH(CAST(one.account_id AS TEXT)) + LENGTH(CAST(COALESCE(one.parent_id, 0) AS TEXT)) + 3) AS step,
           COALESCE(parent.path,
                    REPLACE(REPLACE(REPLACE(REPLACE(a.project, '%', '%25'), '/', '%2F'), ':', '%3A'), '~', '%7E'))
               AS above
    FROM heart_resource one
    JOIN heart_account a ON a.id = one.account_id
    LEFT JOIN heart_resource parent ON parent.id = one.parent_id) r
ORDER BY r.id;
DROP TABLE heart_resource;
ALTER TABLE heart_resource_2 RENAME TO heart_resource;
CREATE UNIQUE INDEX heart_resource_identity ON heart_resource (parent_id, step, account_id);
CREATE UNIQUE INDEX heart_resource_path ON heart_resource (path) WHERE path IS NOT NULL;
CREATE INDEX heart_resource_by_account ON heart_resource (account_id, closed_at);
