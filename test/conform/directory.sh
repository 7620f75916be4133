# Fill the current directory for directory.sql.
script() { mkdir -p "$(dirname "$1")" && cat >"$1"; }

script good/versions/0002_second.sql <<'END'
-- migrate:revision 0002
-- migrate:revises 0001
-- migrate:message second
-- migrate:upgrade
ALTER TABLE job ADD COLUMN note text;
-- migrate:downgrade
ALTER TABLE job DROP COLUMN note;
END
script good/versions/0001_first.sql <<'END'
-- migrate:revision 0001
-- migrate:message first
-- migrate:created 2026-11-21T10:00:00Z
-- migrate:upgrade
CREATE TABLE job (id integer);
-- migrate:downgrade
DROP TABLE job;
END
script good/versions/README.txt </dev/null
script good/versions/.hidden.sql <<<'not a script'
script good/versions/sub/0003_third.sql <<'END'
-- migrate:revision 0003
-- migrate:revises 0002
-- migrate:message third
-- migrate:upgrade
INSERT INTO job VALUES (3, 'three');
-- migrate:downgrade
DELETE FROM job;
END
script changed/versions/0001_first.sql <<'END'
-- migrate:revision 0001
-- migrate:message first
-- migrate:created 2026-11-21T10:00:00Z
-- migrate:upgrade
CREATE TABLE job (id integer, other integer);
-- migrate:downgrade
DROP TABLE job;
END
mkdir -p gone/versions empty
printf '\xEF\xBB\xBF-- migrate:revision bom\r\n-- migrate:message line ends\r\n-- migrate:upgrade\r\nCREATE TABLE t_bom (id integer);\r\nINSERT INTO t_bom\r\nVALUES (1);\r\n-- migrate:downgrade\r\nDROP TABLE t_bom;\r\n' |
	script crlf/versions/bom.sql
printf -- '-- migrate:revision nul\n-- migrate:upgrade\nSELECT 1;\0\n' | script nul/versions/nul.sql
printf '\x7fELF\2\1\1\0\0\0' | script binary/versions/binary.sql
printf -- '-- migrate:revision latin\n-- migrate:message gr\xf6\xdfer\n' | script latin/versions/latin.sql
script zero/versions/zero.sql </dev/null
script sql/versions/plain.sql <<<'CREATE TABLE t (id integer);'
script bad/versions/bad.sql <<'END'
-- migrate:revision bad1
-- migrate:revises nosuch

-- migrate:upgrade
END
script typo/versions/typo.sql <<'END'

-- migrate:revision typo

-- migrate:upgrad
END
script twice/versions/one.sql <<<'-- migrate:revision same'
script twice/versions/two.sql <<<'-- migrate:revision same'
script cycle/versions/a.sql <<'END'
-- migrate:revision cyc1
-- migrate:revises cyc2
END
script cycle/versions/b.sql <<'END'
-- migrate:revision cyc2
-- migrate:revises cyc1
END
script fails/versions/f.sql <<'END'
-- migrate:revision fails
-- migrate:upgrade
CREATE TABLE t_f (id integer);

INSERT INTO t_f VALUES (1) bogus;
END
