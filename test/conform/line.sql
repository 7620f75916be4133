-- migrate('...'): Alembic's command line

SELECT migrate('--version');
SELECT migrate('--help');
SELECT migrate('upgrade --help');
SELECT migrate('revision -h');
SELECT migrate('history -h');

-- errors
SELECT migrate('');
SELECT migrate('upgrad head');
SELECT migrate('upgrade');
SELECT migrate('upgrade head more');
SELECT migrate('upgrade --nosuch head');
SELECT migrate('upgrade --s=1 head');
SELECT migrate('upgrade head --tag');
SELECT migrate('revision --s');
SELECT migrate('upgrade "head');
SELECT migrate('upgrade head\');
SELECT migrate('-q');
SELECT migrate('-c @DIR@/nowhere.ini current');
SELECT migrate('-c @DIR@/db/alembic.ini -n nosuch current');

-- a project's own file names its directory
SELECT migrate('-c @DIR@/db/alembic.ini current');
SELECT migrate('-c @DIR@/db/alembic.ini history');
SELECT migrate('-c @DIR@/db/alembic.ini upgrade +1');
SELECT migrate('-c @DIR@/db/alembic.ini current');
SELECT migrate('-c @DIR@/db/alembic.ini current --verbose');
SELECT migrate('-c @DIR@/db/alembic.ini current -c');
SELECT migrate('--config=@DIR@/db/alembic.ini --name plugin upgrade head');
SELECT migrate('-c@DIR@/db/alembic.ini -nplugin current');
SELECT version_num FROM plugin_revs;

SELECT migrate('--raiseerr -c @DIR@/db/alembic.ini -n plugin current');
SELECT migrate('-c @DIR@/db/alembic.ini -n latin current');
-- never over another file
SELECT migrate('-c @DIR@/db/alembic.ini -n same revision --rev-id s1');
SELECT migrate('-c @DIR@/db/alembic.ini -n same revision --rev-id s2');
SELECT migrate('-c @DIR@/db/alembic.ini -n same heads');

-- with the directory set
SELECT migrate_config('script_location', '@DIR@/db/migrations');
SELECT migrate('upgrade 6a32');
SELECT migrate('history');
SELECT migrate('history -i');
SELECT migrate('history --indicate-current -v -r fd23:6a32');
SELECT migrate('history -r-2:');
SELECT migrate('history --rev-range base:current');
SELECT migrate('heads');
SELECT migrate('heads --resolve');
SELECT migrate('branches');
SELECT migrate('branches -v');
SELECT migrate('show 6a32f8fc32ca');
SELECT migrate('show heads');
SELECT migrate('show base');
SELECT migrate('-x tenant=first -x tenant=acme upgrade --tag "v 1" head');
SELECT new_field FROM job;
SELECT migrate_x('tenant');
SELECT migrate_tag();
SELECT migrate('current');
SELECT migrate('current --check-heads');
SELECT migrate('downgrade -1');
SELECT migrate('current');
SELECT migrate('current --check-heads');
SELECT migrate('downgrade left@-1');
SELECT migrate('downgrade base');
SELECT migrate('current');
SELECT migrate('stamp fd23b24f6f9a');
SELECT migrate('stamp --purge b1b1 c1c1');
SELECT migrate('-q current');
SELECT migrate('-q stamp base');
SELECT migrate('ensure_version');
SELECT migrate('list_templates');

-- writing
SELECT migrate('revision -m "add a thing" --rev-id e1e1');
SELECT migrate('revision -madd --splice --head d1d1 --rev-id=e2e2 --branch-label=side --depends-on left --depends-on e1e1');
SELECT migrate('merge heads -m ''merge it'' --rev-id f1f1');
SELECT migrate('merge e1e1 e2e2 --rev-id f2f2');
SELECT migrate('show f1f1') WHERE 1 = 0;
SELECT migrate('-q revision --rev-id e3e3');
SELECT migrate('history -r d1d1:');
SELECT migrate('edit f1f1');
SELECT migrate('edit nosuch x');
SELECT migrate('edit f1f1 "-- migrate:revision f1f1
-- migrate:revises e1e1, e2e2
-- migrate:message edited
"');
SELECT migrate('edit f1f1 -- "-- migrate:revision f1f1
-- migrate:revises e2e2
"');
SELECT migrate('init @DIR@/db');
SELECT migrate('init @DIR@/again --template nosuch');
SELECT migrate('init --package -t multidb @DIR@/again');
SELECT migrate('revision -m both --head base --rev-id mm');
SELECT substr(migrate_script('mm'), length(migrate_script('mm')) - 190);
SELECT migrate('upgrade head');
SELECT migrate('upgrade fd23:6a32');
SELECT migrate('check');
SELECT migrate('revision --autogenerate -m x');
