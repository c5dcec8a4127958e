-- All invoices of a month are due at the same instant: without the id each claim of a few would sort all of them.
DROP INDEX delivery_due;
CREATE INDEX delivery_due ON delivery (backend, due_at, id) WHERE state IN ('pending', 'sent');
