/*
 * execute.c
 *	  migrate_execute(): SQL through the same door as a revision's.
 *
 * What a script may hold can be tried, or done by hand, as a script would do it:
 * the same splitting, the same ALTER TABLE on SQLite, errors with their place; all
 * of it or nothing, and never while somebody else migrates.
 */
#include "cmd/cmd.h"

/* migrate_execute(sql): run statements outside of any revision. */
bool
migr_cmd_execute(MigrCall *call)
{
	MigrHost *host = call->host;
	MigrPart part;
	int count = 0;

	if (!migr_begin_writing(call) ||
		!migr_prepare_text(call, call->args[0].text, NULL, &part) ||
		!host->tx(host, MIGR_TX_STEP_BEGIN) ||
		!migr_run_part(call, &part, &count) ||
		!host->tx(host, MIGR_TX_STEP_END))
		return false;
	migr_add_line(call,
				  migr_printf(&call->ctx->arena, "Executed %d statement%s",
							  count, count == 1 ? "" : "s"));
	return host->tx(host, MIGR_TX_COMMIT);
}
