-- What only a database can promise: frozen rows stay frozen, and no second is billed twice.

CREATE TRIGGER observation_no_update BEFORE UPDATE ON observation
BEGIN
    SELECT RAISE(ABORT, 'observation is frozen: rows are never changed');
END;

CREATE TRIGGER observation_no_delete BEFORE DELETE ON observation
BEGIN
    SELECT RAISE(ABORT, 'observation is frozen: rows are never deleted');
END;

CREATE TRIGGER price_book_no_update BEFORE UPDATE ON price_book
BEGIN
    SELECT RAISE(ABORT, 'price_book is frozen: rows are never changed');
END;

CREATE TRIGGER price_book_no_delete BEFORE DELETE ON price_book
BEGIN
    SELECT RAISE(ABORT, 'price_book is frozen: rows are never deleted');
END;

CREATE TRIGGER invoice_no_update BEFORE UPDATE ON invoice
BEGIN
    SELECT RAISE(ABORT, 'invoice is frozen: rows are never changed');
END;

CREATE TRIGGER invoice_no_delete BEFORE DELETE ON invoice
BEGIN
    SELECT RAISE(ABORT, 'invoice is frozen: rows are never deleted');
END;

CREATE TRIGGER invoice_service_no_update BEFORE UPDATE ON invoice_service
BEGIN
    SELECT RAISE(ABORT, 'invoice_service is frozen: rows are never changed');
END;

CREATE TRIGGER invoice_service_no_delete BEFORE DELETE ON invoice_service
BEGIN
    SELECT RAISE(ABORT, 'invoice_service is frozen: rows are never deleted');
END;

CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is frozen: rows are never changed');
END;

CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'audit is frozen: rows are never deleted');
END;

CREATE TRIGGER billing_run_no_update BEFORE UPDATE ON billing_run
BEGIN
    SELECT RAISE(ABORT, 'billing_run is frozen: rows are never changed');
END;

CREATE TRIGGER billing_run_no_delete BEFORE DELETE ON billing_run
BEGIN
    SELECT RAISE(ABORT, 'billing_run is frozen: rows are never deleted');
END;

CREATE TRIGGER billed_time_no_overlap_on_insert BEFORE INSERT ON billed_time
WHEN NEW.released_by IS NULL AND EXISTS (
    SELECT 1 FROM billed_time b
    WHERE b.resource_id = NEW.resource_id AND b.meter = NEW.meter
      AND b.from_s < NEW.to_s AND NEW.from_s < b.to_s
      AND b.released_by IS NULL AND b.id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'billed_time overlaps: this time of the resource and meter is billed already');
END;

CREATE TRIGGER billed_time_no_overlap_on_update BEFORE UPDATE ON billed_time
WHEN NEW.released_by IS NULL AND EXISTS (
    SELECT 1 FROM billed_time b
    WHERE b.resource_id = NEW.resource_id AND b.meter = NEW.meter
      AND b.from_s < NEW.to_s AND NEW.from_s < b.to_s
      AND b.released_by IS NULL AND b.id <> NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'billed_time overlaps: this time of the resource and meter is billed already');
END;

CREATE TRIGGER billed_time_no_change
BEFORE UPDATE OF id, resource_id, meter, from_s, to_s, project, period, invoice_id ON billed_time
BEGIN
    SELECT RAISE(ABORT, 'billed_time is frozen: rows are released, never changed');
END;

CREATE TRIGGER billed_time_no_delete BEFORE DELETE ON billed_time
BEGIN
    SELECT RAISE(ABORT, 'billed_time is frozen: rows are released, never deleted');
END;
