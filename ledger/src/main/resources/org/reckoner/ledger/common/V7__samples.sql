-- What telemetry read, kept until its window was made into use and for a while after it, in case that more comes.

CREATE TABLE sample (
    id          ${number} PRIMARY KEY,
    region      TEXT NOT NULL,
    meter       TEXT NOT NULL,
    message_id  TEXT NOT NULL,
    kind        TEXT NOT NULL,
    resource    TEXT NOT NULL,
    project     TEXT,
    source      TEXT NOT NULL,
    taken_at    BIGINT NOT NULL,
    volume      TEXT,
    metadata    TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    UNIQUE (region, meter, message_id)
);
CREATE INDEX sample_by_window ON sample (region, meter, taken_at);
CREATE INDEX sample_by_time ON sample (taken_at);

-- The hours that samples of a meter lie in: last_id is the newest of them, and done_id the newest that use was made
-- of. Where they differ, use is to be made anew.
CREATE TABLE sample_window (
    region  TEXT NOT NULL,
    meter   TEXT NOT NULL,
    from_s  BIGINT NOT NULL,
    last_id BIGINT NOT NULL,
    done_id BIGINT NOT NULL,
    PRIMARY KEY (region, meter, from_s)
) ${in_key_order};

-- Until when samples were dropped: what comes of that time later comes too late.
CREATE TABLE sample_dropped (
    before_s BIGINT NOT NULL PRIMARY KEY
);
