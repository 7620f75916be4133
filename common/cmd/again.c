/*
 * again.c
 *	  Try again where a lock can't be had: the settings lock_timeout and
 *	  lock_retries.
 *
 * Whoever waits for a strong lock keeps all those waiting who come behind, even
 * if what they want and what is held would go together.  So wait briefly, give
 * up all that is held, let the others go on, and try again later; each time
 * after a longer while, of which chance takes a part, so that several who wait
 * don't meet again (see "Exponential Backoff And Jitter", AWS Architecture Blog,
 * 2015: equal jitter).
 */
#include "cmd/cmd.h"

/* where there is no lock_timeout, and the longest, in milliseconds */
#define FIRST_PAUSE 100
#define LONGEST_PAUSE 10000

/* How long to wait before the next time; tried counts from 0. */
static bool
choose_pause(MigrHost *host, int *pause)
{
	int64_t most = host->lock_timeout > 0 ? host->lock_timeout : FIRST_PAUSE;
	uint32_t chance;

	for (int i = 0; i < host->tried && most < LONGEST_PAUSE; i++)
		most *= 2;
	if (most > LONGEST_PAUSE)
		most = LONGEST_PAUSE;
	*pause = (int) (most / 2);
	if (!host->random(host, &chance, sizeof(chance)))
		return false;
	*pause += (int) (chance % (uint32_t) (most - *pause + 1));
	return true;
}

/* Say what happened, and when it goes on. */
static void
tell(MigrCall *call, int pause)
{
	MigrArena *arena = &call->ctx->arena;
	const MigrErr *err = &call->ctx->err;
	const char *place = migr_place_text(arena, &err->place);

	call->host->warn(
		call->host,
		migr_printf(arena, "%s%s%s%s; trying again in %d ms, %d of %d",
					err->message, place != NULL ? " (" : "",
					place != NULL ? place : "", place != NULL ? ")" : "", pause,
					call->host->tried + 1, call->host->lock_retries));
}

bool
migr_try_again(MigrCall *call)
{
	MigrHost *host = call->host;
	MigrErr *err = &call->ctx->err;

	while (err->code == MIGR_ERR_LOCKED && host->tried < host->lock_retries)
	{
		if (!choose_pause(host, &host->pause))
			return false;
		tell(call, host->pause);
		migr_forget(call->ctx);
		host->tried++;
		if (host->tx(host, MIGR_TX_AGAIN))
			return true;
	}
	if (err->code != MIGR_ERR_LOCKED)
		return false;
	err->code = MIGR_ERR_BUSY; /* whoever else asks has nothing left to try */
	if (host->tried > 0)
		err->detail =
			migr_printf(&call->ctx->arena, "%s%sTried %d times.",
						err->detail != NULL ? err->detail : "",
						err->detail != NULL ? " " : "", host->tried + 1);
	return false;
}
