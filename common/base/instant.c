/*
 * instant.c
 *	  Dates and times as text.  See instant.h.
 *
 * The calendar is the Gregorian one, extended to both sides.  Years begin in
 * March here, so that the leap day is the last of its year and the lengths of
 * the months follow one formula.
 */
#include "base/instant.h"

#define MICROSECONDS INT64_C(1000000)
#define DAY (INT64_C(86400) * MICROSECONDS)
#define DAYS_IN_400_YEARS INT64_C(146097)
#define DAYS_TO_1970 INT64_C(719468) /* since March 1st of the year 0 */

/* Take exactly count digits off *rest. */
static bool
take_digits(MigrSpan *rest, size_t count, int *number)
{
	int value = 0;

	if (rest->len < count)
		return false;
	for (size_t i = 0; i < count; i++)
	{
		char c = rest->ptr[i];

		if (c < '0' || c > '9')
			return false;
		value = value * 10 + (c - '0');
	}
	rest->ptr += count;
	rest->len -= count;
	*number = value;
	return true;
}

/* Take one character off *rest where it is c. */
static bool
take_char(MigrSpan *rest, char c)
{
	if (rest->len == 0 || rest->ptr[0] != c)
		return false;
	rest->ptr++;
	rest->len--;
	return true;
}

/* How many days does the month have? */
static int
days_in_month(int year, int month)
{
	if (month == 2)
	{
		bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

		return leap ? 29 : 28;
	}
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

/* Count the days from 1970-01-01 to a date. */
static int64_t
days_of_date(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1;
	int64_t m = (month + 9) % 12; /* March is 0 */

	return y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 -
		   DAYS_TO_1970;
}

/* The reverse: the date that so many days after 1970-01-01 fall on. */
static void
date_of_days(int64_t days, int64_t *year, int *month, int *day)
{
	int64_t era;
	int64_t in_era;
	int64_t y;
	int64_t in_year;
	int64_t m;

	days += DAYS_TO_1970;
	era = (days >= 0 ? days : days - DAYS_IN_400_YEARS + 1) / DAYS_IN_400_YEARS;
	in_era = days - era * DAYS_IN_400_YEARS;
	y = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	in_year = in_era - (y * 365 + y / 4 - y / 100);
	m = (in_year * 5 + 2) / 153;
	*day = (int) (in_year - (m * 153 + 2) / 5) + 1;
	*month = (int) (m < 10 ? m + 3 : m - 9);
	*year = era * 400 + y + (*month <= 2);
}

/* Take a date, as days. */
static bool
take_date(MigrSpan *rest, int64_t *days)
{
	int year;
	int month;
	int day;

	if (!take_digits(rest, 4, &year) || !take_char(rest, '-') ||
		!take_digits(rest, 2, &month) || !take_char(rest, '-') ||
		!take_digits(rest, 2, &day))
		return false;
	if (year < 1 || month < 1 || month > 12 || day < 1 ||
		day > days_in_month(year, month))
		return false;
	*days = days_of_date(year, month, day);
	return true;
}

/* Take the digits behind a point, as microseconds; more than six are cut. */
static bool
take_fraction(MigrSpan *rest, int64_t *micro)
{
	int64_t unit = MICROSECONDS;
	int digit;

	if (!take_digits(rest, 1, &digit))
		return false;
	*micro = 0;
	do
	{
		unit /= 10;
		*micro += unit * digit;
	} while (take_digits(rest, 1, &digit));
	return true;
}

/* Take a time of day, as microseconds. */
static bool
take_time(MigrSpan *rest, int64_t *micro)
{
	int hour;
	int minute;
	int second = 0;
	int64_t fraction = 0;

	if (!take_digits(rest, 2, &hour) || !take_char(rest, ':') ||
		!take_digits(rest, 2, &minute))
		return false;
	if (take_char(rest, ':'))
	{
		if (!take_digits(rest, 2, &second))
			return false;
		if (take_char(rest, '.') && !take_fraction(rest, &fraction))
			return false;
	}
	if (hour > 23 || minute > 59 || second > 59)
		return false;
	*micro =
		((hour * 60 + minute) * INT64_C(60) + second) * MICROSECONDS + fraction;
	return true;
}

/* Take the zone, as microseconds east of UTC. */
static bool
take_zone(MigrSpan *rest, int64_t *micro)
{
	int hour;
	int minute = 0;
	int sign;

	*micro = 0;
	if (rest->len == 0 || take_char(rest, 'Z'))
		return true;
	if (take_char(rest, '+'))
		sign = 1;
	else if (take_char(rest, '-'))
		sign = -1;
	else
		return false;
	if (!take_digits(rest, 2, &hour))
		return false;
	if ((take_char(rest, ':') || rest->len > 0) &&
		!take_digits(rest, 2, &minute))
		return false;
	if (hour > 23 || minute > 59)
		return false;
	*micro = sign * (hour * 60 + minute) * INT64_C(60) * MICROSECONDS;
	return true;
}

bool
migr_instant_parse(MigrSpan text, int64_t *instant)
{
	int64_t days;
	int64_t time = 0;
	int64_t zone = 0;
	int64_t result;

	if (!take_date(&text, &days))
		return false;
	if (text.len > 0)
	{
		if (!take_char(&text, 'T') && !take_char(&text, ' '))
			return false;
		if (!take_time(&text, &time) || !take_zone(&text, &zone) ||
			text.len > 0)
			return false;
	}
	result = days * DAY + time - zone;
	/* the zone may have led out of the years that have four digits */
	if (result < days_of_date(1, 1, 1) * DAY ||
		result >= days_of_date(10000, 1, 1) * DAY)
		return false;
	*instant = result;
	return true;
}

const char *
migr_instant_text(MigrArena *arena, int64_t instant)
{
	int64_t in_day = (instant % DAY + DAY) % DAY;
	int64_t year;
	int month;
	int day;
	int second = (int) (in_day / MICROSECONDS);
	int fraction = (int) (in_day % MICROSECONDS);
	MigrStr str;

	date_of_days(instant / DAY - (instant % DAY < 0), &year, &month, &day);
	migr_str_init(&str, arena);
	migr_str_printf(&str, "%04lld-%02d-%02dT%02d:%02d:%02d", (long long) year,
					month, day, second / 3600, second / 60 % 60, second % 60);
	if (fraction != 0)
		migr_str_printf(&str, ".%06d", fraction);
	migr_str_add_char(&str, 'Z');
	return str.data;
}
