/* top */
-- migrate:revision a
-- migrate:up postgresql autocommit
X;
-- migrate:down sqlite
Y;
-- migrate:revision b
-- migrate:revises a
-- migrate:up
