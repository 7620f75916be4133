-- history and its ranges

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
SELECT revision FROM migrate_history();
SELECT revision FROM migrate_history('aa10:');
SELECT revision FROM migrate_history('ab20:');
SELECT revision FROM migrate_history('lc30:');
SELECT revision FROM migrate_history(':ab20');
SELECT revision FROM migrate_history(':lc30');
SELECT revision FROM migrate_history(':left');
SELECT revision FROM migrate_history('aa10:ld40');
SELECT revision FROM migrate_history('ab20:heads');
SELECT revision FROM migrate_history('aa10:left@head');
SELECT revision FROM migrate_history('left:');
SELECT revision FROM migrate_history('left@ab20:');
SELECT revision FROM migrate_history('lc30:rd40');
SELECT revision FROM migrate_history('ld40:aa10');
SELECT revision FROM migrate_history(':');
SELECT revision FROM migrate_history('base:');
SELECT revision FROM migrate_history('base:heads');
SELECT revision FROM migrate_history(':base');
SELECT revision FROM migrate_history('head:');
SELECT revision FROM migrate_history('heads:');
SELECT revision FROM migrate_history(':heads');
SELECT revision FROM migrate_history('-1:');
SELECT revision FROM migrate_history('-2:');
SELECT revision FROM migrate_history('-9:');
SELECT revision FROM migrate_history(':+1');
SELECT revision FROM migrate_history(':+2');
SELECT revision FROM migrate_history('aa10:+1');
SELECT revision FROM migrate_history('aa10:+2');
SELECT revision FROM migrate_history('aa10:+9');
SELECT revision FROM migrate_history('ab20:+1');
SELECT revision FROM migrate_history(':ld40-1');
SELECT revision FROM migrate_history('lc30:ld40-1');
SELECT revision FROM migrate_history('-2:-1');
SELECT revision FROM migrate_history(':-1');
SELECT revision FROM migrate_history('pp10:');
SELECT revision FROM migrate_history('pp10:x1');
SELECT revision FROM migrate_history('ab20:x1');
SELECT revision FROM migrate_history('plugin:');
SELECT revision FROM migrate_history('left:plugin');
SELECT revision FROM migrate_history('  aa10 : ab20 ');
SELECT revision FROM migrate_history('aa10 :');
SELECT revision FROM migrate_history('ab20');
SELECT revision FROM migrate_history('aa10:ab20:lc30');
SELECT revision FROM migrate_history('nosuch:');
SELECT revision FROM migrate_history(':nosuch');
SELECT revision FROM migrate_history('l:');
SELECT revision FROM migrate_history('current:');
SELECT revision FROM migrate_history(':current');
SELECT revision FROM migrate_history('current:current');
SELECT revision FROM migrate_history('');
SELECT revision FROM migrate_history(NULL);
SELECT migrate_stamp('lc30, pp10');
SELECT revision FROM migrate_history('current:');
SELECT revision FROM migrate_history(':current');
SELECT revision FROM migrate_history('aa10:current');
SELECT revision FROM migrate_history('current:heads');
SELECT revision FROM migrate_history('current:+1');
SELECT revision FROM migrate_history('-2:current');
SELECT revision FROM migrate_history('current-1:');
SELECT migrate_stamp('base');
SELECT migrate_upgrade('heads');
SELECT * FROM migrate_history();
SELECT revision, message, is_current FROM migrate_history() WHERE is_current;
