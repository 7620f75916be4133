-- migrate:revision a
-- migrate:up
X
