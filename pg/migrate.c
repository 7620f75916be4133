/*
 * migrate.c
 *	  The PostgreSQL module: what happens when a session loads it.
 *
 * It needs no shared memory and no hooks, so shared_preload_libraries isn't
 * wanted: the first call in a session loads it.
 */
#include "postgres.h"

#include "pg/pg.h"

PG_MODULE_MAGIC;

void _PG_init(void);

/* Make our settings known to this session. */
void
_PG_init(void)
{
	migr_settings_define();
}
