/*
 * instant.h
 *	  Dates and times as text (ISO 8601), in UTC.
 */
#ifndef MIGR_INSTANT_H
#define MIGR_INSTANT_H

#include <stdint.h>

#include "base/str.h"

/*
 * Read 2026-11-21T10:00:00Z and its usual relatives: a blank for the T, no
 * seconds, a fraction of up to six digits (more are cut), Z, +hh:mm, +hhmm,
 * +hh or nothing (UTC) at the end; a date alone is midnight.  *instant is in
 * microseconds since 1970-01-01 00:00 UTC.  Years 1 to 9999.
 */
extern bool migr_instant_parse(MigrSpan text, int64_t *instant);

/* Write it as 2026-11-21T10:00:00Z, with .ffffff where there is a fraction. */
extern const char *migr_instant_text(MigrArena *arena, int64_t instant);

#endif
