SELECT 1;
-- migrate:upgrad
