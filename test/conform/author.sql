-- init, revision, merge, edit

SELECT migrate_list_templates();
SELECT migrate_init('@DIR@/full');
SELECT migrate_init('@DIR@/full/something');
SELECT migrate_init('@DIR@/new', 'nosuch');
SELECT migrate_init('@DIR@/new', '@DIR@/nowhere');
SELECT migrate_config('script_location');
SELECT migrate_init('@DIR@/new', '@DIR@/mine');
SELECT migrate_config('script_location');
SELECT migrate_init('@DIR@/new');

-- the first revision, and what goes wrong before it is written
SELECT migrate_revision('create the job table', false, false, 'head', false, NULL, NULL, 'a 1');
SELECT migrate_revision('create the job table', false, false, 'head', false, NULL, NULL, 'head');
SELECT migrate_revision('create the job table', false, true);
SELECT migrate_revision('create the job table', false, false, 'nosuch', false, NULL, NULL, 'a1');
SELECT migrate_revision('create the job table', false, false, 'head', false, 'head', NULL, 'a1');
SELECT migrate_revision('create the job table', false, false, 'head', false, NULL, '@DIR@/elsewhere', 'a1');
SELECT migrate_revision('create the job table', false, false, 'head', false, NULL, NULL, 'a1', 'nosuch');
SELECT count(*) FROM migrate_history();
SELECT migrate_revision('create the job table', false, false, 'head', false, NULL, NULL, 'a1');
SELECT migrate_script('a1');
SELECT path FROM migrate_history();
SELECT migrate_revision('again', false, false, 'head', false, NULL, NULL, 'a1');

-- a second one, a branch, its label, a dependency
SELECT migrate_revision('Add a note, to job!', false, false, 'head', false, NULL, NULL, 'a2');
SELECT migrate_revision('beside it', false, false, 'a1', false, NULL, NULL, 'b1');
SELECT migrate_revision('beside it', false, false, 'a1', true, 'side', NULL, 'b1');
SELECT migrate_revision('twice', false, false, 'a2, a2', false, NULL, NULL, 'c1');
SELECT migrate_revision('which head', false, false, 'head', false, NULL, NULL, 'c1');
SELECT migrate_revision('taken label', false, false, 'a2', false, 'side', NULL, 'c1');
SELECT migrate_revision('of its own', false, false, 'base', false, 'own', NULL, 'c1', 'a2, side');
SELECT migrate_revision(NULL, false, false, 'side@head', false, NULL, NULL, 'b2');
SELECT revision, down_revision, depends_on, message, path FROM migrate_history();

-- merge
SELECT migrate_merge('a2', 'no merge', NULL, 'm0');
SELECT migrate_merge('a1, b2', 'no heads', NULL, 'm1');
SELECT migrate_merge('m0 b2', 'of two lines', 'both', 'm1');
SELECT migrate_merge('heads', 'all', NULL, 'm2');
SELECT migrate_merge('heads', 'all again', NULL, 'm3');
SELECT revision, down_revision, branch_labels, is_merge_point FROM migrate_heads();
SELECT migrate_upgrade('heads');

-- edit: an applied one keeps what runs
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m2
-- migrate:message a comment more

-- migrate:upgrade
-- nothing to do
-- migrate:downgrade
');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m2

-- migrate:upgrade
CREATE TABLE t_m3 (id integer);
-- migrate:downgrade
');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m0

-- migrate:upgrade
-- migrate:downgrade
');
SELECT migrate_downgrade('-1');
SELECT migrate_edit('m3', '-- migrate:revision m4
-- migrate:revises m2
');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises nosuch
');
SELECT migrate_edit('m3', 'nothing');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m2

-- migrate:upgrade
CREATE TABLE t_m3 (id integer, /* a comment */ name text DEFAULT ''a--b'');
-- migrate:downgrade
DROP TABLE t_m3;
');
SELECT migrate_upgrade('heads');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m2

-- migrate:upgrade
CREATE TABLE t_m3 (
	id integer, -- another one
	name text DEFAULT ''a--b''
);
-- migrate:downgrade
DROP TABLE t_m3;
');
SELECT migrate_edit('m3', '-- migrate:revision m3
-- migrate:revises m2

-- migrate:upgrade
CREATE TABLE t_m3 (id integer, name text DEFAULT ''a--c'');
-- migrate:downgrade
DROP TABLE t_m3;
');
SELECT migrate_upgrade('heads');
SELECT migrate_edit('head', 'x');
SELECT migrate_edit('base', 'x');

-- an applied file that was changed behind our back: comments are all right
SELECT migrate_config('name', 'changed');
SELECT migrate_config('script_location', '@DIR@/changed');
SELECT migrate_upgrade('head');
SELECT migrate_config('script_location', '@DIR@/comments');
SELECT migrate_upgrade('head');
SELECT migrate_config('script_location', '@DIR@/other');
SELECT migrate_upgrade('head');
SELECT migrate_edit('e1', '-- migrate:revision e1
-- migrate:upgrade
CREATE TABLE t_e1 (id integer, more text);
-- migrate:downgrade
DROP TABLE t_e1;
');
SELECT migrate_edit('e1', '-- migrate:revision e1
-- migrate:upgrade
CREATE TABLE t_e1 (id integer); -- what ran
-- migrate:downgrade
DROP TABLE t_e1;
');
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_config('name', NULL);
-- a string's last line may look like a comment
SELECT migrate_load('-- migrate:revision k1
-- migrate:upgrade
SELECT ''
-- a'';
-- migrate:downgrade
-- no more
');
SELECT migrate_upgrade('k1');
SELECT migrate_load('-- migrate:revision k1
-- migrate:upgrade
SELECT ''
-- a'' || ''b'';
-- migrate:downgrade
-- no more
');
SELECT migrate_load('-- migrate:revision k1
-- migrate:upgrade
SELECT ''
-- a'';
-- migrate:downgrade
-- quite another comment
');
SELECT migrate_downgrade('base');
-- several scripts in one file: the others stay
SELECT migrate_config('name', 'several');
SELECT migrate_config('script_location', '@DIR@/several');
SELECT migrate_edit('s1', '-- migrate:revision s1
-- migrate:message edited
-- migrate:upgrade');
SELECT revision, message FROM migrate_history();
SELECT migrate_script('s1');
SELECT migrate_script('s2');
SELECT migrate_config('name', NULL);
-- names that make no sense
SELECT migrate_merge('');
SELECT migrate_merge(' , ');
SELECT migrate_revision('x', false, false, '');
SELECT migrate('-n DEFAULT history');
SELECT migrate('-n ''a b'' history');
SELECT migrate_config('file_template', '.%(rev)s');
SELECT migrate_revision('x', false, false, 'base', false, NULL, NULL, 'x0');
SELECT migrate_config('file_template', NULL);
-- a template that makes something else
SELECT migrate_config('script_location', '@DIR@/broken');
SELECT migrate_revision('x', false, false, 'head', false, NULL, NULL, 'x1');
SELECT migrate_config('script_location', '@DIR@/token');
SELECT migrate_revision('x', false, false, 'head', false, NULL, NULL, 'x1');

-- without a directory: the store
SELECT migrate_config('script_location', NULL);
SELECT migrate_config('name', 'plugin');
SELECT migrate_revision('in the database', false, false, 'head', false, NULL, NULL, 'p1');
SELECT migrate_revision('in the database', false, false, 'head', false, NULL, 'x', 'p2');
SELECT revision, message, path FROM migrate_history();
SELECT migrate_edit('p1', '-- migrate:revision p1
-- migrate:message a table

-- migrate:upgrade
CREATE TABLE t_p1 (id integer);
');
SELECT migrate_upgrade('head');
SELECT migrate_downgrade('base');
SELECT migrate_load('-- migrate:revision p2
-- migrate:revises p1
-- migrate:revision p3
-- migrate:revises p1
');
