/*
 * zone.c
 *	  What a time zone is ahead of UTC: the system's own from the C library, a
 *	  named one from its file in the time zone database (RFC 8536).
 *
 * The C library reads a named zone only through the environment, which belongs
 * to the whole process.  Such a file is a list of instants at which the offset
 * changes, and a rule in the words of POSIX's TZ for all that comes after:
 *
 *	CET-1CEST,M3.5.0,M10.5.0/3
 *
 * Whatever doesn't read like one is no time zone.
 */
#include "lite.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DIRECTORY "/usr/share/zoneinfo"

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* ---- the rule ------------------------------------------------------------ */

/* A day of each year, and a time on it. */
typedef struct Change
{
	char kind;	/* M: month, week and weekday; J: day without 29 February; 0:
				 * day, from 0 */
	int month;	/* from 1 */
	int week;	/* from 1; 5: the last */
	int day;	/* of the week, from Sunday = 0, or of the year */
	int second; /* of the day; may be days before or after */
} Change;

/* Standard time, and where it has some, the other. */
typedef struct Rule
{
	int standard; /* seconds ahead of UTC */
	bool has_other;
	int other;
	Change begin; /* of the other, by standard time */
	Change end;	  /* by the other */
} Rule;

/* Read a number of up to three digits; false where it isn't in the range. */
static bool
read_number(const char **at, int least, int most, int *out)
{
	int value = 0;
	int count = 0;

	for (; count < 3 && isdigit((unsigned char) **at); count++)
		value = value * 10 + (*(*at)++ - '0');
	*out = value;
	return count > 0 && value >= least && value <= most;
}

/* Read [+-]hh[:mm[:ss]] as seconds. */
static bool
read_time(const char **at, int *out)
{
	bool minus = **at == '-';
	int part[3] = {0, 0, 0};

	if (**at == '-' || **at == '+')
		(*at)++;
	if (!read_number(at, 0, 167, &part[0]))
		return false;
	for (int i = 1; i < 3 && **at == ':'; i++)
	{
		(*at)++;
		if (!read_number(at, 0, 59, &part[i]))
			return false;
	}
	*out = part[0] * HOUR + part[1] * MINUTE + part[2];
	if (minus)
		*out = -*out;
	return true;
}

/* Read over a name: letters, or whatever stands in <>. */
static bool
skip_name(const char **at)
{
	const char *begin = *at;

	if (**at == '<')
	{
		*at = strchr(*at, '>');
		if (*at == NULL)
			return false;
		(*at)++;
		return true;
	}
	while (isalpha((unsigned char) **at))
		(*at)++;
	return *at > begin;
}

/* Read ",date[/time]". */
static bool
read_change(const char **at, Change *out)
{
	bool ok;

	if (*(*at)++ != ',')
		return false;
	out->kind = **at == 'M' || **at == 'J' ? *(*at)++ : '0';
	out->second = 2 * HOUR;
	if (out->kind == 'M')
		ok = read_number(at, 1, 12, &out->month) && *(*at)++ == '.' &&
			 read_number(at, 1, 5, &out->week) && *(*at)++ == '.' &&
			 read_number(at, 0, 6, &out->day);
	else
		ok = read_number(at, out->kind == 'J', 365, &out->day);
	if (!ok || **at != '/')
		return ok;
	(*at)++;
	return read_time(at, &out->second);
}

/* Read a rule; POSIX counts offsets to the west, so they change signs. */
static bool
read_rule(const char *text, Rule *out)
{
	memset(out, 0, sizeof(*out));
	if (!skip_name(&text) || !read_time(&text, &out->standard))
		return false;
	out->standard = -out->standard;
	if (*text == '\0')
		return true;
	out->has_other = true;
	if (!skip_name(&text))
		return false;
	out->other = out->standard + HOUR;
	if (*text != ',')
	{
		if (!read_time(&text, &out->other))
			return false;
		out->other = -out->other;
	}
	return read_change(&text, &out->begin) && read_change(&text, &out->end) &&
		   *text == '\0';
}

static bool
is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Count the days from 1970-01-01 to a year's first. */
static int64_t
days_before_year(int64_t year)
{
	int64_t past = year - 1;

	return past * 365 + past / 4 - past / 100 + past / 400 - 719162;
}

/* Find the day of a year that a change names: M10.5.0 is October's last
 * Sunday. */
static int64_t
day_of_week(const Change *change, int64_t year)
{
	static const int lengths[] = {31, 28, 31, 30, 31, 30,
								  31, 31, 30, 31, 30, 31};
	int64_t first = days_before_year(year);
	int length = lengths[change->month - 1];
	int day;

	for (int i = 0; i < change->month - 1; i++)
		first += lengths[i];
	if (change->month > 2 && is_leap(year))
		first++;
	if (change->month == 2 && is_leap(year))
		length++;
	/* 1970-01-01 was a Thursday */
	day = change->day - (int) (((first + 4) % 7 + 7) % 7);
	day += day < 0 ? 7 : 0;
	day += 7 * (change->week - 1);
	return first + (day < length ? day : day - 7);
}

/* When a change is in a year, by the time that is in force before it. */
static int64_t
change_in(const Change *change, int64_t year)
{
	int64_t day;

	if (change->kind == 'M')
		day = day_of_week(change, year);
	else
	{
		day = days_before_year(year) + change->day;
		if (change->kind == 'J' && (change->day < 60 || !is_leap(year)))
			day--;
	}
	return day * DAY + change->second;
}

/* Find the year that an instant is in, by standard time. */
static int64_t
year_of(int64_t second)
{
	int64_t days = second / DAY - (second % DAY < 0);
	int64_t year = 1970 + days / 366;

	while (days_before_year(year) > days)
		year--;
	while (days_before_year(year + 1) <= days)
		year++;
	return year;
}

/* Apply a rule. */
static int
offset_by_rule(const Rule *rule, int64_t second)
{
	int64_t year = year_of(second + rule->standard);
	int64_t begin;
	int64_t end;
	bool other;

	if (!rule->has_other)
		return rule->standard;
	begin = change_in(&rule->begin, year) - rule->standard;
	end = change_in(&rule->end, year) - rule->other;
	/* south of the equator the other time goes over the year's end */
	if (begin <= end)
		other = second >= begin && second < end;
	else
		other = second >= begin || second < end;
	return other ? rule->other : rule->standard;
}

/* ---- the file ------------------------------------------------------------ */

#define HEADER_SIZE 44
#define TYPE_SIZE 6
#define OFFSET_MAX (26 * HOUR)

/* A part of the file: version 1 has times of 4 bytes, those later of 8. */
typedef struct Block
{
	size_t width; /* of a time */
	size_t times; /* how many */
	size_t types;
	size_t size; /* in bytes, without its header */
	const unsigned char *at;
} Block;

/* Read a big-endian number; one of 4 bytes has a sign as well. */
static int64_t
read_big(const unsigned char *at, size_t width)
{
	uint64_t value = at[0] >= 0x80 ? UINT64_MAX : 0;

	for (size_t i = 0; i < width; i++)
		value = value << 8 | at[i];
	return (int64_t) value;
}

/* Read a block's header; false where the text isn't as long as it says. */
static bool
read_block(MigrSpan text, size_t width, Block *out)
{
	const unsigned char *at = (const unsigned char *) text.ptr;
	uint64_t counts[6];
	uint64_t size;

	if (text.len < HEADER_SIZE || memcmp(at, "TZif", 4) != 0)
		return false;
	for (size_t i = 0; i < 6; i++)
		counts[i] = (uint64_t) read_big(at + 20 + 4 * i, 4) & UINT32_MAX;
	out->width = width;
	out->at = at + HEADER_SIZE;
	out->times = counts[3];
	out->types = counts[4];
	/* each count has 32 bits, so that no sum comes near 2^64 */
	size = counts[3] * (width + 1) + counts[4] * TYPE_SIZE + counts[5] +
		   counts[2] * (width + 4) + counts[1] + counts[0];
	out->size = (size_t) size;
	return out->types > 0 && size <= text.len - HEADER_SIZE;
}

/* Read the offset of the block's which-th type. */
static bool
type_offset(const Block *block, size_t which, int *seconds)
{
	const unsigned char *types = block->at + block->times * (block->width + 1);

	if (which >= block->types)
		return false;
	*seconds = (int) read_big(types + which * TYPE_SIZE, 4);
	return true;
}

/* Look an instant up; *after: it is behind all that the block knows. */
static bool
look_up(const Block *block, int64_t second, int *seconds, bool *after)
{
	size_t low = 0;
	size_t high = block->times;

	while (low < high)
	{
		size_t middle = (low + high) / 2;

		if (read_big(block->at + middle * block->width, block->width) <= second)
			low = middle + 1;
		else
			high = middle;
	}
	*after = low == block->times;
	/* before the first change, the first type is in force */
	return type_offset(
		block, low > 0 ? block->at[block->times * block->width + low - 1] : 0,
		seconds);
}

/* Return what stands behind a block. */
static MigrSpan
behind(MigrSpan text, const Block *block)
{
	text.ptr += HEADER_SIZE + block->size;
	text.len -= HEADER_SIZE + block->size;
	return text;
}

/* Copy the rule that has to stand in a line of its own behind the second block;
 * NULL where there is no such line. */
static const char *
rule_text(MigrArena *arena, MigrSpan text)
{
	const char *end;

	if (text.len < 2 || text.ptr[0] != '\n')
		return NULL;
	end = memchr(text.ptr + 1, '\n', text.len - 1);
	return end == NULL ? NULL
					   : migr_strndup(arena, text.ptr + 1,
									  (size_t) (end - text.ptr) - 1);
}

/* Find the offset at an instant in a zone's file; false: it isn't one. */
static bool
offset_in(MigrArena *arena, MigrSpan text, int64_t second, int *seconds)
{
	const char *words = "";
	Block block;
	bool after;
	Rule rule;

	if (!read_block(text, 4, &block))
		return false;
	/* from version 2 on, all of it stands there again, and better */
	if (text.ptr[4] != '\0')
	{
		text = behind(text, &block);
		if (!read_block(text, 8, &block))
			return false;
		words = rule_text(arena, behind(text, &block));
	}
	if (words == NULL || !look_up(&block, second, seconds, &after))
		return false;
	if (after && *words != '\0')
	{
		if (!read_rule(words, &rule))
			return false;
		*seconds = offset_by_rule(&rule, second);
	}
	return *seconds > -OFFSET_MAX && *seconds < OFFSET_MAX;
}

/* ---- names --------------------------------------------------------------- */

/* Find a zone's file; NULL: there is none. */
static const char *
find_file(MigrHost *host, const char *name)
{
	const char *directory = getenv("TZDIR");
	MigrPathKind kind;
	const char *path;

	if (directory == NULL || *directory == '\0')
		directory = DIRECTORY;
	path = migr_printf(&host->ctx.arena, "%s/%s", directory, name);
	return migr_lite_look(host, path, &kind) && kind == MIGR_PATH_FILE ? path
																	   : NULL;
}

/* Write a name in capitals. */
static const char *
capitals(MigrArena *arena, const char *name)
{
	char *copy = migr_strdup(arena, name);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char) toupper((unsigned char) *at);
	return copy;
}

/* Find a named zone's offset; utc means UTC, as it does to Alembic. */
static bool
named_zone(MigrHost *host, const char *name, int64_t second, int *seconds)
{
	MigrArena *arena = &host->ctx.arena;
	const char *large = capitals(arena, name);
	const char *path = NULL;
	MigrSpan text;

	*seconds = 0;
	if (strcmp(large, "UTC") == 0 || strcmp(large, "GMT") == 0)
		return true;
	/* a name stays in the database of zones */
	if (*name != '\0' && *name != '/' && strstr(name, "..") == NULL)
	{
		path = find_file(host, name);
		if (path == NULL)
			path = find_file(host, large);
	}
	if (path == NULL || (migr_lite_read(host, path, &text) &&
						 !offset_in(arena, text, second, seconds)))
		migr_fail(&host->ctx, MIGR_ERR_ARGUMENT, "there is no time zone \"%s\"",
				  name);
	return host->ctx.err.code == MIGR_OK;
}

bool
migr_lite_zone(MigrHost *host, const char *name, int64_t instant, int *seconds)
{
	int64_t second = instant / 1000000 - (instant % 1000000 < 0);
	time_t time = (time_t) second;
	struct tm local;

	if (host->ctx.err.code != MIGR_OK)
		return false;
	if (name != NULL)
		return named_zone(host, name, second, seconds);
	if (localtime_r(&time, &local) == NULL)
		return migr_fail(&host->ctx, MIGR_ERR_ARGUMENT,
						 "the instant is out of range");
	*seconds = (int) local.tm_gmtoff;
	return true;
}
