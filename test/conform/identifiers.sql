-- identifiers: which revisions a text names, in each command

SELECT migrate_load('
-- migrate:revision aa10
-- migrate:message root
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision ab20
-- migrate:revises aa10
-- migrate:message trunk
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision lc30
-- migrate:revises ab20
-- migrate:labels left
-- migrate:message left one
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision ld40
-- migrate:revises lc30
-- migrate:message left two
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision rc30
-- migrate:revises ab20
-- migrate:labels right
-- migrate:message right one
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision rd40
-- migrate:revises rc30
-- migrate:message right two
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision pp10
-- migrate:labels plugin
-- migrate:message another root
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision pq20
-- migrate:revises pp10
-- migrate:depends_on ab20
-- migrate:message depends on the trunk
-- migrate:upgrade
-- migrate:downgrade
-- migrate:revision x1
-- migrate:revises pq20
-- migrate:message a short id
-- migrate:upgrade
-- migrate:downgrade
');
SELECT revision, down_revision, branch_labels, depends_on, is_head, is_base, is_branch_point, is_merge_point FROM migrate_history();

-- ---- upgrade
-- ids, prefixes, labels
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ld40', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ld', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'lef', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'x1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'plugin@head', '');
-- head, heads, base
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'head', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'heads', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'base', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@head', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@heads', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'right@head', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '@heads', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20@head', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20@heads', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@base', 'aa10');
-- several at once
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'lc30, rc30', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'lc30 rc30', 'aa10');
-- relative to the rows
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+1', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+1', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+2', 'lc30');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+1', 'lc30');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+1', 'lc30 rc30');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '+0', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@+1', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@+1', 'lc30 rc30');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'right@+2', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@+3', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@+5', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'plugin@+1', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'plugin@+1', '');
-- relative to a revision
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@ab20+1', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ld40-1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@ld40-2', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10+0', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ld40+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10-1', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10-2', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'head-1', '');
-- what an upgrade does not take
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '-1', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '-0', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@-1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'current', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10:ab20', '');
-- already there, or below
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'aa10', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'heads', 'ld40 rd40 x1');
-- unknown, ambiguous, of another branch
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'nosuch', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab21', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'lefft', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'l', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'p', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'x', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'nosuch@head', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@rd40', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@nosuch', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'plugin@ab20', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', '  ab20  ', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'ab20x', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'head@head', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'left@right@head', '');
-- rows that are not there, or overlap
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'heads', 'nosuch');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'heads', 'ab20 ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('upgrade', 'heads', 'ab2');

-- ---- downgrade
-- ids, labels, base
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ab20', 'ld40 rd40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'lc30', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ab20', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'aa10', 'ld40 rd40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'base', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'base', 'ld40 rd40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'base', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'pp10', 'x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'aa10', 'x1');
-- where it is already
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ld40', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'heads', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'head', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@head', 'ld40');
-- with a branch
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@ab20', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'right@ab20', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'plugin@base', 'ld40 rd40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@base', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@base', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ab20@base', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@lc30', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@rc30', 'ld40 rd40');
-- relative to the rows
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-2', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-4', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-5', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-1', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@-1', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@-2', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@-3', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'plugin@-3', 'ld40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'plugin@-4', 'ld40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'nosuch@-1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'right@-1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '-0', 'ld40');
-- relative to a revision
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'rd40-1', 'rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@ld40-1', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ld40-4', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ld40-5', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'aa10+1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'left@aa10+2', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'aa10+2', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ld40+1', 'ld40');
-- what a downgrade does not take
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '+1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'heads', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'lc30', 'ab20');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'rc30', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'ab20:aa10', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'current', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'nosuch', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', 'lc30, rc30', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('downgrade', '', 'ld40');

-- ---- stamp
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'aa10', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'heads', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'head', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'left', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'left@head', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'base', 'ld40 rd40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'base', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'left@base', 'ld40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'plugin@base', 'ld40 x1');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'ab20', 'ld40 rd40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'ld40', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'ld40', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'lc30 rc30', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'lc30, rc30', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'ld40 ab20', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'pp10', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', '+1', 'aa10');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', '-1', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'ld40-1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'aa10+1', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'aa10 rc30 pq20', 'ld40');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'nosuch', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'aa10 nosuch', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'aa10:ab20', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', '', '');
SELECT operation, revision, from_revisions, to_revisions, heads FROM migrate_plan('stamp', 'current', 'aa10');

-- ---- plan itself
SELECT * FROM migrate_plan('upgrade', 'ab20');
SELECT * FROM migrate_plan('upgrade', 'ab20', NULL);
SELECT * FROM migrate_plan('merge', 'heads');
SELECT * FROM migrate_plan(NULL, 'heads');
SELECT * FROM migrate_plan('upgrade', NULL);

-- ---- show
SELECT revision FROM migrate_show('ab20');
SELECT revision FROM migrate_show('ab');
SELECT revision FROM migrate_show('left');
SELECT revision FROM migrate_show('plugin@head');
SELECT revision FROM migrate_show('head');
SELECT revision FROM migrate_show('heads');
SELECT revision FROM migrate_show('base');
SELECT revision FROM migrate_show('current');
SELECT revision FROM migrate_show('-1');
SELECT revision FROM migrate_show('-3');
SELECT revision FROM migrate_show('-9');
SELECT revision FROM migrate_show('left@-1');
SELECT revision FROM migrate_show('left@-9');
SELECT revision FROM migrate_show('left@heads');
SELECT revision FROM migrate_show('+1');
SELECT revision FROM migrate_show('+2');
SELECT revision FROM migrate_show('aa10+1');
SELECT revision FROM migrate_show('ab20+1');
SELECT revision FROM migrate_show('left@ab20+1');
SELECT revision FROM migrate_show('ld40-1');
SELECT revision FROM migrate_show('aa10-1');
SELECT revision FROM migrate_show('aa10-2');
SELECT revision FROM migrate_show('ab20, lc30');
SELECT revision FROM migrate_show('nosuch');
SELECT revision FROM migrate_show('l');
SELECT revision FROM migrate_show('');
SELECT migrate_stamp('lc30, rc30');
SELECT revision FROM migrate_show('current');
SELECT revision FROM migrate_show('current+1');
SELECT revision FROM migrate_show('+1');
SELECT revision FROM migrate_show('left@+1');
SELECT migrate_script('left');
SELECT migrate_script('heads');
SELECT migrate_script('base');
SELECT migrate_script('current');
SELECT migrate_script('-1');
SELECT migrate_script('nosuch');
SELECT migrate_script(NULL);
SELECT * FROM migrate_show(NULL);
-- a symbol that is nearly one
SELECT step FROM migrate_plan('upgrade', 'haed', '');
SELECT step FROM migrate_plan('upgrade', 'hed', '');
SELECT step FROM migrate_plan('upgrade', 'bas', '');
