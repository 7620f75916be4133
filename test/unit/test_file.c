/*
 * test_file.c
 *	  Writing files: whole or not at all, never over another one.
 */
#include "unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* A directory to write in. */
static char scratch[] = "/tmp/migrate-test-XXXXXX";

/* Write a text to a file of the scratch directory. */
static int
put(Unit *unit, const char *name, const char *text, bool replace)
{
	static uint64_t number;
	MigrNewFile file;

	migr_file_init(&unit->ctx.arena,
				   migr_printf(&unit->ctx.arena, "%s/%s", scratch, name),
				   ++number, replace, &file);
	file.text = migr_span(text);
	return migr_file_write(&file);
}

/* Does a file hold this text, and does nothing else stand beside it? */
static void
check(Unit *unit, const char *name, const char *text)
{
	const char *path = migr_printf(&unit->ctx.arena, "%s/%s", scratch, name);
	char got[64] = {0};
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	(void) fread(got, 1, sizeof(got) - 1, file);
	fclose(file);
	assert_string_equal(got, text);
	/* the file that it was written as has gone: the directory can be removed */
	assert_int_equal(remove(path), 0);
	assert_int_equal(rmdir(scratch), 0);
	assert_int_equal(mkdir(scratch, 0700), 0);
}

static void
test_write(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_int_equal(put(&unit, "a.sql", "one", false), 0);
	check(&unit, "a.sql", "one");
	assert_int_equal(put(&unit, "a.sql", "", false), 0);
	check(&unit, "a.sql", "");
	unit_close(&unit);
}

static void
test_never_over(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_int_equal(put(&unit, "a.sql", "one", false), 0);
	assert_int_equal(put(&unit, "a.sql", "two", false), EEXIST);
	check(&unit, "a.sql", "one");
	unit_close(&unit);
}

/* A file that is replaced keeps its rights. */
static void
test_replace(void **state)
{
	struct stat info;
	const char *path;
	Unit unit;

	(void) state;
	unit_open(&unit);
	path = migr_printf(&unit.ctx.arena, "%s/a.sql", scratch);
	assert_int_equal(put(&unit, "a.sql", "one", false), 0);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(put(&unit, "a.sql", "two", true), 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	check(&unit, "a.sql", "two");
	unit_close(&unit);
}

/* What a link leads to is replaced, and the link stays. */
static void
test_link(void **state)
{
	struct stat info;
	const char *path;
	Unit unit;

	(void) state;
	unit_open(&unit);
	path = migr_printf(&unit.ctx.arena, "%s/link", scratch);
	assert_int_equal(put(&unit, "a.sql", "one", false), 0);
	assert_int_equal(symlink("a.sql", path), 0);
	assert_int_equal(put(&unit, "link", "no", false), EEXIST);
	assert_int_equal(put(&unit, "link", "two", true), 0);
	assert_int_equal(lstat(path, &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_int_equal(remove(path), 0);
	check(&unit, "a.sql", "two");
	unit_close(&unit);
}

static void
test_nowhere(void **state)
{
	Unit unit;

	(void) state;
	unit_open(&unit);
	assert_int_equal(put(&unit, "none/a.sql", "one", false), ENOENT);
	assert_int_equal(put(&unit, "a.sql", "one", false), 0);
	assert_int_equal(put(&unit, "a.sql/b", "one", false), ENOTDIR);
	check(&unit, "a.sql", "one");
	unit_close(&unit);
}

static void
test_directories(void **state)
{
	struct stat info;
	char *path;
	Unit unit;

	(void) state;
	unit_open(&unit);
	path = migr_printf(&unit.ctx.arena, "%s/x//y/z/", scratch);
	assert_int_equal(migr_file_make_directory(path, 0750), 0);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0750);
	assert_int_equal(migr_file_make_directory(path, 0750), 0);
	/* what is in the way is named */
	assert_int_equal(put(&unit, "x/file", "", false), 0);
	path = migr_printf(&unit.ctx.arena, "%s/x/file/z", scratch);
	assert_int_equal(migr_file_make_directory(path, 0750), EEXIST);
	assert_string_equal(path + strlen(scratch), "/x/file");
	remove(path);
	rmdir(migr_printf(&unit.ctx.arena, "%s/x/y/z", scratch));
	rmdir(migr_printf(&unit.ctx.arena, "%s/x/y", scratch));
	rmdir(migr_printf(&unit.ctx.arena, "%s/x", scratch));
	unit_close(&unit);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),	cmocka_unit_test(test_never_over),
		cmocka_unit_test(test_replace), cmocka_unit_test(test_nowhere),
		cmocka_unit_test(test_link),	cmocka_unit_test(test_directories),
	};
	int failed;

	if (mkdtemp(scratch) == NULL)
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(scratch);
	return failed;
}
