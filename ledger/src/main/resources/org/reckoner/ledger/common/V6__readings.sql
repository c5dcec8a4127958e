-- When a service's API was read as a whole and compared: what was not found otherwise then, was as the ledger has it.
CREATE TABLE reading (
    source TEXT NOT NULL,
    region TEXT NOT NULL,
    began_at BIGINT NOT NULL,
    ended_at BIGINT NOT NULL,
    missed BIGINT NOT NULL,
    PRIMARY KEY (source, region, began_at)
);
