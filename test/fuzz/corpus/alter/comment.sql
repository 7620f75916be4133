COMMENT ON COLUMN "main" . t.[c d] IS 'it''s -- a; "comment"'
