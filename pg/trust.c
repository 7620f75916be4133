/*
 * trust.c
 *	  Whose script is it?  The trigger that keeps stored_by true.
 *
 * A superuser is refused to run what a role without superuser has stored (see
 * MIGR_SQL_SCRIPT_TEXT), so nobody else may write another's name there.  A
 * superuser may: a restore brings the names of the dump.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "pg/pg.h"

PG_FUNCTION_INFO_V1(migrate_keep_stored_by);

/* BEFORE INSERT OR UPDATE, each row: put the current role into stored_by. */
Datum
migrate_keep_stored_by(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	HeapTuple row;
	NameData role;
	Datum value = NameGetDatum(&role);
	bool null = false;
	int column;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_stored_by was not called by a row trigger")));
	row = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtuple
													 : trigger->tg_trigtuple;
	if (superuser())
		return PointerGetDatum(row);
	column = SPI_fnumber(RelationGetDescr(trigger->tg_relation), "stored_by");
	/* anybody's table, where somebody has made a trigger of it */
	if (column <= 0 || SPI_gettypeid(RelationGetDescr(trigger->tg_relation),
									 column) != NAMEOID)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("keep_stored_by needs a column \"stored_by\" of the "
						"type name")));
	namestrcpy(&role, GetUserNameFromId(GetUserId(), false));
	return PointerGetDatum(
		heap_modify_tuple_by_cols(row, RelationGetDescr(trigger->tg_relation),
								  1, &column, &value, &null));
}
