/*
 * lock.c
 *	  Waiting for locks, and a lock of our own for the time outside of
 *	  transactions.
 *
 * SQLite waits for a lock itself, as busy_timeout says, and whoever interrupts it
 * isn't heard before the end.  With the setting lock_timeout it is us who try
 * until the time is over or somebody interrupts.  busy_timeout is 0 then, for the
 * call.  Where it is 0 already, the application may have a busy handler of its
 * own, which nobody could give back: that remains.
 *
 * While an autocommit section runs we hold no lock of SQLite's, as its
 * statements take and release their own.  So that no other connection runs the
 * same revision meanwhile, a file beside the database, its name with "-migrate"
 * behind it, is locked with flock(2).  The operating system gives that up when
 * the process ends, so what a crash leaves keeps nobody out.  The file is made
 * and looked for with the database's write lock held, and so there is no race.
 */
#include "lite.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* how long to sleep before a lock is tried again, in milliseconds */
#define NAP_MIN 1
#define NAP_MAX 25

/* how long another connection may look whether the file is locked */
#define LOOK_MAX 1000

/* ---- waiting ------------------------------------------------------------- */

/* The connection's own busy_timeout, in milliseconds. */
static int
busy_timeout(MigrLite *lite)
{
	sqlite3_stmt *stmt;
	int timeout = 0;
	int rc =
		sqlite3_prepare_v3(lite->db, "PRAGMA busy_timeout", -1, 0, &stmt, NULL);

	if (rc == SQLITE_OK && sqlite3_step(stmt) == SQLITE_ROW)
		timeout = sqlite3_column_int(stmt, 0);
	sqlite3_finalize(stmt);
	return timeout;
}

int
migr_lite_patience(MigrLite *lite)
{
	int timeout = lite->host.lock_timeout;

	if (timeout < 0)
		return busy_timeout(lite);
	return timeout == 0 ? INT_MAX : timeout;
}

void
migr_lite_lock_timeout(MigrLite *lite)
{
	if (lite->host.lock_timeout < 0 || lite->busy_timeout > 0)
		return;
	lite->busy_timeout = busy_timeout(lite);
	if (lite->busy_timeout > 0)
		sqlite3_busy_timeout(lite->db, 0);
}

void
migr_lite_hurry(MigrLite *lite)
{
	if (lite->busy_timeout > 0)
		return;
	lite->busy_timeout = busy_timeout(lite);
	if (lite->busy_timeout > 0)
		sqlite3_busy_timeout(lite->db, 0);
}

void
migr_lite_lock_timeout_back(MigrLite *lite)
{
	if (lite->busy_timeout > 0)
		sqlite3_busy_timeout(lite->db, lite->busy_timeout);
	lite->busy_timeout = 0;
}

bool
migr_lite_nap(MigrLite *lite, int most, int *waited)
{
	int ms = *waited < NAP_MIN ? NAP_MIN : *waited;

	if (ms > NAP_MAX)
		ms = NAP_MAX;
	if (ms > most - *waited)
		ms = most - *waited;
	if (ms <= 0 || migr_lite_interrupted(lite->db))
		return false;
	*waited += sqlite3_sleep(ms);
	return true;
}

bool
migr_lite_wait(MigrLite *lite, int rc, int *waited)
{
	return (rc & 0xff) == SQLITE_BUSY && lite->host.lock_timeout >= 0 &&
		   migr_lite_nap(lite, migr_lite_patience(lite), waited);
}

bool
migr_lite_pause(MigrLite *lite)
{
	int waited = 0;

	while (migr_lite_nap(lite, lite->host.pause, &waited))
		continue;
	return lite->host.poll(&lite->host);
}

/* ---- the file ------------------------------------------------------------ */

/* Its name; NULL where the database is no file. */
static const char *
file_name(MigrLite *lite, struct stat *database)
{
	const char *file = migr_lite_file(lite);

	if (file == NULL || stat(file, database) != 0)
		return NULL;
	return migr_printf(&lite->host.ctx.arena, "%s-migrate", file);
}

/* Fail with the system's reason; EEXIST is ours (see is_ours()). */
static bool
fail_file(MigrLite *lite, const char *name)
{
	if (errno == EEXIST)
	{
		migr_fail(&lite->host.ctx, MIGR_ERR_FILE,
				  "migrate needs a file \"%s\", where there is another", name);
		return migr_hint(&lite->host.ctx, "Move it away.");
	}
	return migr_fail(&lite->host.ctx, MIGR_ERR_FILE,
					 "could not lock file \"%s\": %s", name, strerror(errno));
}

/* Can files be locked here at all?  Some network file systems can't. */
static bool
can_lock(int error)
{
	return error != ENOLCK && error != ENOSYS && error != EOPNOTSUPP;
}

/* May we have made the file?  It goes away in the end: somebody else's mustn't. */
static bool
is_ours(int file)
{
	struct stat found;

	return fstat(file, &found) == 0 && S_ISREG(found.st_mode) &&
		   found.st_size == 0 && found.st_nlink <= 1;
}

/* Let whoever may open the database look at the file as well. */
static void
open_to_others(int file, const struct stat *database)
{
	/* as SQLite does with a journal; where root can't, it remains root's */
	if (geteuid() == 0 && fchown(file, database->st_uid, database->st_gid) != 0)
		errno = 0;
	(void) fchmod(file, database->st_mode & 0777);
}

/* Make the file and lock it; -1 with errno where that can't be. */
static int
lock_file(const char *name, const struct stat *database)
{
	int flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
	int waited = 0;

	for (;;)
	{
		int file = open(name, flags, database->st_mode & 0777);
		struct stat found;
		int error = 0;

		if (file < 0)
			return -1;
		if (!is_ours(file))
		{
			close(file);
			errno = EEXIST;
			return -1;
		}
		open_to_others(file, database);
		if (flock(file, LOCK_EX | LOCK_NB) != 0)
			error = errno;
		else if (fstat(file, &found) == 0 && found.st_nlink > 0)
			return file;
		close(file);
		/* somebody looks, or has just taken it away: soon over */
		if ((error == 0 || error == EWOULDBLOCK || error == EINTR) &&
			waited < LOOK_MAX)
		{
			waited += sqlite3_sleep(NAP_MIN);
			continue;
		}
		if (!can_lock(error))
			unlink(name);
		errno = error;
		return -1;
	}
}

bool
migr_lite_hold(MigrLite *lite)
{
	struct stat database;

	lite->lock_name = file_name(lite, &database);
	if (lite->lock_name == NULL)
		return true;
	lite->lock = lock_file(lite->lock_name, &database);
	return lite->lock >= 0 || !can_lock(errno) ||
		   fail_file(lite, lite->lock_name);
}

void
migr_lite_release(MigrLite *lite)
{
	if (lite->lock < 0)
		return;
	/* gone before it is free: nobody shall lock what has no name any more */
	unlink(lite->lock_name);
	close(lite->lock);
	lite->lock = -1;
}

bool
migr_lite_is_held(MigrLite *lite, bool *held)
{
	struct stat database;
	const char *name = file_name(lite, &database);
	int file = name != NULL
				   ? open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
				   : -1;

	*held = false;
	if (file < 0)
		return name == NULL || errno == ENOENT || errno == ELOOP ||
			   fail_file(lite, name);
	*held = is_ours(file) && flock(file, LOCK_SH | LOCK_NB) != 0 &&
			errno == EWOULDBLOCK;
	close(file);
	return true;
}
