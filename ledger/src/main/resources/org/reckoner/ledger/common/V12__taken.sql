-- The billing system said that it took the document, and did not show it: it is not sent again until a person says so.
ALTER TABLE delivery ADD COLUMN taken INTEGER NOT NULL DEFAULT 0 CHECK (taken IN (0, 1));
