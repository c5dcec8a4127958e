-- Why a source that is asked, and not only heard, is complete no further: since when, how often it was asked since then,
-- and when it is asked again. All null while nothing is wrong.
ALTER TABLE watermark ADD COLUMN stuck_since BIGINT;
ALTER TABLE watermark ADD COLUMN stuck_tries BIGINT;
ALTER TABLE watermark ADD COLUMN again_at BIGINT;
ALTER TABLE watermark ADD COLUMN stuck_why TEXT;
