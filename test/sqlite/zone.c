/*
 * zone.c
 *	  The date of a new revision, in the time zone of the setting: against the
 *	  C library's opinion, and for zone files made here, good and bad.
 *
 * Usage: zone module directory
 */
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char *directory;
static sqlite3 *db;

/* End the test with what is wrong. */
static void
stop(const char *zone, const char *what, const char *found)
{
	fprintf(stderr, "time zone \"%s\": %s: %s\n", zone, what, found);
	exit(1);
}

/* Run a statement; returns the first cell's text, or the error behind "!".
 * The caller frees it. */
static char *
run(const char *sql, const char *arg)
{
	char *result = NULL;
	sqlite3_stmt *stmt;

	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK)
	{
		sqlite3_bind_text(stmt, 1, arg, -1, SQLITE_STATIC);
		if (sqlite3_step(stmt) == SQLITE_ROW)
			result = sqlite3_mprintf("%s", sqlite3_column_text(stmt, 0));
	}
	if (result == NULL)
		result = sqlite3_mprintf("!%s", sqlite3_errmsg(db));
	sqlite3_finalize(stmt);
	return result;
}

/*
 * Make a revision in a time zone (NULL: none is set), and return what its date
 * ends with, like "+02:00", or the error.  The caller frees it.
 */
static char *
date_of(const char *zone)
{
	char *id;
	char *script;
	const char *at;
	char *result;

	id = run("SELECT migrate_config('timezone', ?1)", zone);
	if (id[0] == '!')
		return id;
	sqlite3_free(id);
	id = run("SELECT migrate_revision('x')", NULL);
	if (id[0] == '!')
		return id;
	script = run("SELECT migrate_script(?1)", id);
	at = strstr(script, "migrate:created");
	at = at != NULL ? strchr(at, 'T') : NULL;
	if (at == NULL || strlen(at) < 9)
		stop(zone, "no date", script);
	at += strlen("T00:00:00");
	result = sqlite3_mprintf("%.*s", (int) strcspn(at, "\n"), at);
	sqlite3_free(script);
	sqlite3_free(id);
	return result;
}

/* Compare what a date ends with; wanted may be the beginning of an error. */
static void
expect(const char *zone, const char *wanted)
{
	char *found = date_of(zone);

	if (wanted[0] == '!' ? strncmp(found, wanted, strlen(wanted)) != 0
						 : strcmp(found, wanted) != 0)
		stop(zone, wanted, found);
	sqlite3_free(found);
}

/* ---- the system's zones -------------------------------------------------- */

/* Compare with the C library, which knows a zone by its proper name. */
static void
compare(const char *zone, const char *proper)
{
	time_t now = time(NULL);
	char wanted[32] = "Z";
	struct tm local;
	long offset;

	setenv("TZ", proper, 1);
	tzset();
	localtime_r(&now, &local);
	offset = local.tm_gmtoff;
	if (offset != 0)
		snprintf(wanted, sizeof(wanted), "%c%02ld:%02ld",
				 offset < 0 ? '-' : '+', labs(offset) / 3600,
				 labs(offset) / 60 % 60);
	expect(zone, wanted);
}

/* Zones of all kinds; the names may be written small, as Alembic has it. */
static void
test_system(void)
{
	static const char *const zones[] = {
		"Europe/Berlin", "Europe/Dublin",	 "America/New_York",
		"Asia/Kolkata",	 "America/St_Johns", "Australia/Lord_Howe",
		"Pacific/Apia",	 "America/Santiago", "Africa/Casablanca"};

	if (access("/usr/share/zoneinfo/Europe/Berlin", R_OK) != 0)
		return;
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		compare(zones[i], zones[i]);
	compare("gmt", "GMT");
	if (access("/usr/share/zoneinfo/EST5EDT", R_OK) == 0)
		compare("est5edt", "EST5EDT");
	compare(NULL, "Asia/Kolkata");
	compare(NULL, "America/New_York");
}

/* ---- zones of our own ---------------------------------------------------- */

/* Write a file of the test's directory. */
static void
write_file(const char *name, const void *bytes, size_t len)
{
	char *path = sqlite3_mprintf("%s/%s", directory, name);
	FILE *file = fopen(path, "wb");

	if (file == NULL || fwrite(bytes, 1, len, file) != len || fclose(file) != 0)
		stop(name, "can't write", path);
	sqlite3_free(path);
}

/*
 * Make a zone's file: an hour ahead, from 1970 on three, and a rule behind
 * that; version 1 has no rule.  Returns its length.
 */
static size_t
make_zone(char *out, char version, const char *rule)
{
	static const char types[] = "\0\0\x0e\x10\0\0" /* an hour */
								"\0\0\x2a\x30\0\0" /* three */
								"X";
	size_t len = 0;

	for (size_t width = 4; width <= (version == '\0' ? 4 : 8); width += 4)
	{
		memset(out + len, 0, 44 + width);
		memcpy(out + len, "TZif", 4);
		out[len + 4] = version;
		out[len + 35] = 1; /* one change, to the second of two types */
		out[len + 39] = 2;
		out[len + 43] = 1;
		len += 44 + width;
		out[len++] = 1;
		memcpy(out + len, types, sizeof(types) - 1);
		len += sizeof(types) - 1;
	}
	if (version != '\0')
		len += (size_t) snprintf(out + len, 64, "\n%s\n", rule);
	return len;
}

/* Expect an offset of a zone that has this rule. */
static void
expect_rule(const char *rule, const char *wanted)
{
	char bytes[512];

	write_file("rule", bytes, make_zone(bytes, '2', rule));
	expect("rule", wanted);
}

/* What a file says, and the rule in it. */
static void
test_files(void)
{
	char bytes[512];

	setenv("TZDIR", directory, 1);
	write_file("Old", bytes, make_zone(bytes, '\0', NULL));
	expect("Old", "+03:00");
	write_file("LARGE", bytes, make_zone(bytes, '2', ""));
	expect("large", "+03:00");
	expect_rule("<+0545>-5:45", "+05:45");
	expect_rule("AAA9:30", "-09:30");
	expect_rule("UTC0", "Z");
	/* the other time all the year round, and never */
	expect_rule("AAA-1BBB,0/0,J365/25", "+02:00");
	expect_rule("AAA3BBB-2,0/0,J365/29", "+02:00");
	expect_rule("AAA-1BBB,J1/0,J1/1", "+01:00");
	expect("Utc", "Z");
	expect("GMT", "Z");
}

/* What is no time zone is told. */
static void
test_errors(void)
{
	static const char *const names[] = {"nowhere", "../zone", "sub/../rule",
										".",	   "text",	  "/etc/passwd"};
	static const char *const rules[] = {
		"X",
		"A1:",
		"<+1",
		"AAA1BBB",
		"AAA1BBB,",
		"AAA1BBB,M3.5.0",
		"AAA1BBB,M13.1.0,M3.1.0",
		"AAA1BBB,M3.6.0,M3.1.0",
		"AAA1BBB,M3.1.7,M3.1.0",
		"AAA1BBB,J0,J1",
		"AAA1BBB,366,1",
		"AAA1BBB,J1,J2/168",
		"AAA1BBB,J1,J2,",
		"AAA100",
	};
	char bytes[512];
	size_t len = make_zone(bytes, '2', "AAA-1BBB,M3.5.0,M10.5.0/3");

	write_file("text", "TZif, but not really", 20);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		expect(names[i], "!there is no time zone");
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		expect_rule(rules[i], "!there is no time zone \"rule\"");
	for (size_t cut = 0; cut < len; cut++)
	{
		write_file("cut", bytes, cut);
		expect("cut", "!there is no time zone \"cut\"");
	}
}

int
main(int argc, char **argv)
{
	char *message = NULL;

	if (argc != 3)
		return 2;
	directory = argv[2];
	unsetenv("TZDIR");
	if (sqlite3_open(":memory:", &db) != SQLITE_OK)
		return 1;
	sqlite3_enable_load_extension(db, 1);
	if (sqlite3_load_extension(db, argv[1], NULL, &message) != SQLITE_OK)
		stop("", "can't load", message);
	test_system();
	test_files();
	test_errors();
	return sqlite3_close(db) == SQLITE_OK ? 0 : 1;
}
