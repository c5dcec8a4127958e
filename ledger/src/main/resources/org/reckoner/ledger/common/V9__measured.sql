-- How far what was measured reaches: a row for each observation that reaches further than all before it. So the newest
-- row up to a cutoff says how far all of them do.
CREATE TABLE measured (
    seq        BIGINT NOT NULL PRIMARY KEY,
    reaches_to BIGINT NOT NULL
);
