-- The ledger. One schema for every database: text, whole numbers, no vendor types.
-- Instants are microseconds since 1970-01-01 UTC, unless a column says seconds. Amounts are decimal text.
-- What stands between braces after a dollar sign, each database has its own words for.

-- What exists to be paid for. All but the first four columns are hints that keep queries small; the truth is in
-- observation. flowed_at is when the last flow was: it may come after the end. told is what was told of it at all,
-- one thing a line, and settled_at when the last of that was first told.
CREATE TABLE resource (
    id          ${number} PRIMARY KEY,
    region      TEXT NOT NULL,
    type        TEXT NOT NULL,
    external_id TEXT NOT NULL,
    began_at    BIGINT NOT NULL,
    ended_at    BIGINT,
    flowed_at   BIGINT,
    last_seq    BIGINT NOT NULL,
    settled_at  BIGINT NOT NULL,
    told        TEXT NOT NULL,
    UNIQUE (region, type, external_id)
);
CREATE INDEX resource_by_type ON resource (type);

-- What the sources told. Only ever added to. affects_from is from when on bills can be others with the observation
-- than without; so a message of today does not make every earlier period be computed again.
CREATE TABLE observation (
    seq          ${number} PRIMARY KEY,
    source       TEXT NOT NULL,
    message_id   TEXT NOT NULL,
    event        TEXT NOT NULL,
    resource_id  BIGINT NOT NULL REFERENCES resource (id),
    occurred_at  BIGINT NOT NULL,
    recorded_at  BIGINT NOT NULL,
    affects_from BIGINT NOT NULL,
    report       TEXT NOT NULL,
    UNIQUE (source, message_id)
);
CREATE INDEX observation_by_resource ON observation (resource_id, seq, affects_from);
CREATE INDEX observation_by_time ON observation (occurred_at);

-- Every project that any observation named as a resource's owner.
CREATE TABLE resource_owner (
    project     TEXT NOT NULL,
    resource_id BIGINT NOT NULL REFERENCES resource (id),
    PRIMARY KEY (project, resource_id)
) ${in_key_order};

-- The name that each project was last told to have, and when.
CREATE TABLE project_name (
    project TEXT NOT NULL PRIMARY KEY,
    name    TEXT NOT NULL,
    told_at BIGINT NOT NULL
);

-- Messages that could not be understood, kept until they can be.
CREATE TABLE dead_letter (
    id          ${number} PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    origin      TEXT NOT NULL,
    event_type  TEXT,
    message_id  TEXT,
    reason      TEXT NOT NULL,
    body        TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    replayed_at BIGINT
);

-- Up to when a source is known to be complete; complete_until is null while nothing is known.
CREATE TABLE watermark (
    source         TEXT NOT NULL,
    region         TEXT NOT NULL,
    complete_until BIGINT,
    set_at         BIGINT NOT NULL,
    set_by         TEXT NOT NULL,
    PRIMARY KEY (source, region)
);

-- Price books as loaded, whole and immutable.
CREATE TABLE price_book (
    name       TEXT NOT NULL,
    version    INTEGER NOT NULL,
    valid_from BIGINT NOT NULL,
    currency   TEXT NOT NULL,
    hash       TEXT NOT NULL,
    body       TEXT NOT NULL,
    loaded_at  BIGINT NOT NULL,
    loaded_by  TEXT NOT NULL,
    PRIMARY KEY (name, version)
);

-- Who pays. Only what an operator set; a project without a row is an account all the same.
CREATE TABLE account (
    project     TEXT NOT NULL PRIMARY KEY,
    name        TEXT,
    price_book  TEXT,
    taxes       TEXT NOT NULL,
    address     TEXT NOT NULL,
    customer    TEXT,
    cost_center TEXT
);

-- A period that is being or was invoiced: with which price book version, and on which observations.
CREATE TABLE billing_run (
    period       TEXT NOT NULL,
    price_book   TEXT NOT NULL,
    version      INTEGER NOT NULL,
    cutoff       BIGINT NOT NULL,
    period_from  BIGINT NOT NULL,
    period_to    BIGINT NOT NULL,
    started_at   BIGINT NOT NULL,
    started_by   TEXT NOT NULL,
    PRIMARY KEY (period, price_book)
);

-- Issued documents, frozen. previous_hash is unique, so the chain cannot fork.
CREATE TABLE invoice (
    id            ${number} PRIMARY KEY,
    number        TEXT NOT NULL UNIQUE,
    series        TEXT NOT NULL,
    ordinal       BIGINT NOT NULL,
    kind          TEXT NOT NULL,
    project       TEXT NOT NULL,
    period        TEXT NOT NULL,
    currency      TEXT NOT NULL,
    total         TEXT NOT NULL,
    cutoff        BIGINT NOT NULL,
    issued_at     BIGINT NOT NULL,
    issued_by     TEXT NOT NULL,
    voids         TEXT UNIQUE REFERENCES invoice (number),
    document      TEXT NOT NULL,
    hash          TEXT NOT NULL,
    previous_hash TEXT NOT NULL UNIQUE,
    UNIQUE (series, ordinal)
);
CREATE INDEX invoice_by_project ON invoice (project, id);
CREATE INDEX invoice_by_period ON invoice (period, id);

-- The service periods that a document has lines of or whose billed time it changed: its own, and those that it
-- corrects.
CREATE TABLE invoice_service (
    project    TEXT NOT NULL,
    period     TEXT NOT NULL,
    invoice_id BIGINT NOT NULL REFERENCES invoice (id),
    PRIMARY KEY (project, period, invoice_id)
) ${in_key_order};

-- One standing invoice for an account and a period; the row goes when the invoice is voided.
CREATE TABLE invoiced_period (
    project    TEXT NOT NULL,
    period     TEXT NOT NULL,
    invoice_id BIGINT NOT NULL REFERENCES invoice (id),
    PRIMARY KEY (project, period)
);

-- Time that was billed, by resource and meter, in seconds since 1970. A stretch that a later document took back is
-- released; stretches in force never overlap, which the guards enforce.
CREATE TABLE billed_time (
    id          ${number} PRIMARY KEY,
    resource_id BIGINT NOT NULL REFERENCES resource (id),
    meter       TEXT NOT NULL,
    from_s      BIGINT NOT NULL,
    to_s        BIGINT NOT NULL,
    project     TEXT NOT NULL,
    period      TEXT NOT NULL,
    invoice_id  BIGINT NOT NULL REFERENCES invoice (id),
    released_by BIGINT REFERENCES invoice (id),
    CHECK (from_s < to_s)
);
CREATE INDEX billed_time_by_resource ON billed_time (resource_id, meter, from_s);
CREATE INDEX billed_time_by_project ON billed_time (project, period);
CREATE INDEX billed_time_by_invoice ON billed_time (invoice_id);
CREATE INDEX billed_time_by_release ON billed_time (released_by);

-- Computed and reviewed, not yet issued.
CREATE TABLE draft (
    project    TEXT NOT NULL,
    period     TEXT NOT NULL,
    price_book TEXT NOT NULL,
    cutoff     BIGINT NOT NULL,
    total      TEXT NOT NULL,
    document   TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (project, period)
);

-- Accounts that a person must look at before their period is invoiced.
CREATE TABLE parked (
    project     TEXT NOT NULL,
    period      TEXT NOT NULL,
    reason      TEXT NOT NULL,
    parked_at   BIGINT NOT NULL,
    released_at BIGINT,
    released_by TEXT,
    PRIMARY KEY (project, period)
);

-- Who changed what, when and why.
CREATE TABLE audit (
    id      ${number} PRIMARY KEY,
    at      BIGINT NOT NULL,
    who     TEXT NOT NULL,
    action  TEXT NOT NULL,
    subject TEXT NOT NULL,
    before  TEXT,
    after   TEXT,
    why     TEXT
);
