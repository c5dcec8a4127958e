-- What only a database can promise: frozen rows stay frozen, and no second is billed twice.

CREATE EXTENSION IF NOT EXISTS btree_gist;

ALTER TABLE billed_time ADD CONSTRAINT billed_time_overlaps
    EXCLUDE USING gist (resource_id WITH =, meter WITH =, int8range(from_s, to_s) WITH &&)
    WHERE (released_by IS NULL);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is frozen: rows are never changed or deleted', TG_TABLE_NAME;
END
$$;

CREATE TRIGGER observation_frozen BEFORE UPDATE OR DELETE ON observation FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER observation_kept BEFORE TRUNCATE ON observation FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER price_book_frozen BEFORE UPDATE OR DELETE ON price_book FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER price_book_kept BEFORE TRUNCATE ON price_book FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER invoice_frozen BEFORE UPDATE OR DELETE ON invoice FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_kept BEFORE TRUNCATE ON invoice FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER invoice_service_frozen BEFORE UPDATE OR DELETE ON invoice_service FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER invoice_service_kept BEFORE TRUNCATE ON invoice_service FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER audit_frozen BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_kept BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

CREATE TRIGGER billing_run_frozen BEFORE UPDATE OR DELETE ON billing_run FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billing_run_kept BEFORE TRUNCATE ON billing_run FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Of billed time only the release may change.
CREATE TRIGGER billed_time_frozen
    BEFORE UPDATE OF id, resource_id, meter, from_s, to_s, project, period, invoice_id OR DELETE ON billed_time
    FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER billed_time_kept BEFORE TRUNCATE ON billed_time FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
