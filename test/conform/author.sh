# A template of the user's own for author.sql, and a directory with something in it.
mkdir -p mine full
cat >mine/migrate.ini <<'INI'
[alembic]
script_location = %(here)s
file_template = %%(rev)s-%%(slug)s
truncate_slug_length = 12
INI
cat >mine/script.sql.tmpl <<'TMPL'
-- our own header costs 5 $$
-- migrate:revision   ${revision}
-- migrate:revises    ${revises}
-- migrate:message    ${message}
-- migrate:labels     ${labels}
-- migrate:depends_on ${depends_on}

-- migrate:upgrade
${upgrade}
-- migrate:downgrade
${downgrade}
TMPL
echo something >full/something
mkdir -p broken/versions
cp mine/migrate.ini broken/
echo '-- migrate:revision fixed' >broken/script.sql.tmpl
mkdir -p token/versions
echo '-- migrate:revision ${revision} ${nosuch}' >token/script.sql.tmpl

for way in changed comments other; do
	mkdir -p $way/versions
	{
		echo '-- migrate:revision e1'
		[ $way = comments ] && echo '-- migrate:message told later'
		echo '-- migrate:upgrade'
		[ $way = changed ] && echo 'CREATE TABLE t_e1 (id integer);'
		[ $way = comments ] && echo 'CREATE TABLE t_e1 (id /* a key? */ integer);'
		[ $way = other ] && echo 'CREATE TABLE t_e1 (id integer, more text);'
		echo '-- migrate:downgrade'
		echo 'DROP TABLE t_e1;'
	} >$way/versions/e1.sql
done

mkdir -p several/versions
cat >several/versions/all.sql <<'SQL'
-- above the first
-- migrate:revision s1
-- migrate:upgrade
SELECT 1;
-- above the second
-- migrate:revision s2
-- migrate:revises s1
-- migrate:upgrade
SELECT 2;
SQL
