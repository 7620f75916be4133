-- branches, merges, dependencies: flags, rows of the version table, current

SELECT migrate_load('
-- migrate:revision root
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision le10
-- migrate:revises root
-- migrate:labels left
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision ri10
-- migrate:revises root
-- migrate:labels right, second_name
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision ri20
-- migrate:revises ri10
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision mm30
-- migrate:revises le10, ri20
-- migrate:message a merge
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision nn40
-- migrate:revises mm30
-- migrate:upgrade
-- migrate:downgrade
');
SELECT revision, down_revision, branch_labels, is_head, is_base, is_branch_point, is_merge_point FROM migrate_history();
SELECT revision FROM migrate_heads();
SELECT revision FROM migrate_branches();
SELECT migrate_upgrade('le10');
SELECT migrate_upgrade('ri20');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT * FROM migrate_current();
SELECT revision, is_current FROM migrate_history();
SELECT migrate_upgrade('head');
SELECT version_num FROM alembic_version ORDER BY 1;
-- down across the merge: one step undoes it, a further one needs a branch
SELECT migrate_downgrade('-1');
SELECT * FROM migrate_plan('downgrade', '-2');
SELECT migrate_downgrade('-1');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_downgrade('-1');
SELECT migrate_downgrade('right@-1');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_downgrade('left@base');
SELECT migrate_downgrade('root');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_upgrade('mm30');
SELECT migrate_downgrade('le10');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_downgrade('base');
SELECT version_num FROM alembic_version ORDER BY 1;
-- a second root that depends on the first, and a label in depends_on
SELECT migrate_load('
-- migrate:revision plug1
-- migrate:labels plugin
-- migrate:depends_on left
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision plug2
-- migrate:revises plug1
-- migrate:depends_on nn40
-- migrate:upgrade
-- migrate:downgrade
');
SELECT revision, depends_on, branch_labels, is_head, is_base FROM migrate_history();
SELECT revision FROM migrate_heads();
SELECT revision FROM migrate_heads(true);
SELECT revision FROM migrate_heads(false);
SELECT revision FROM migrate_heads(NULL);
SELECT migrate_upgrade('plug1');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT * FROM migrate_current();
SELECT migrate_upgrade('heads');
-- the row of nn40 is implied by that of plug2; current shows both
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT * FROM migrate_current();
SELECT * FROM migrate_plan('downgrade', 'plugin@base');
SELECT * FROM migrate_plan('downgrade', 'ri20');
SELECT migrate_downgrade('plugin@-1');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT * FROM migrate_current();
SELECT migrate_downgrade('plugin@base');
SELECT version_num FROM alembic_version ORDER BY 1;
-- a merge that lists an ancestor of another parent
SELECT migrate_load('
-- migrate:revision redundant
-- migrate:revises nn40, le10
-- migrate:upgrade
-- migrate:downgrade
');
SELECT migrate_upgrade('redundant');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_downgrade('-1');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_stamp('heads');
SELECT version_num FROM alembic_version ORDER BY 1;
SELECT migrate_stamp('root');
SELECT version_num FROM alembic_version ORDER BY 1;
