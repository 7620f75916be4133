/*
 * edit.h
 *	  What the tests of schema/edit.h share: an ALTER TABLE t done to a text.
 */
#ifndef UNIT_EDIT_H
#define UNIT_EDIT_H

#include <string.h>

#include "schema/edit.h"
#include "unit.h"

/* Parse the actions that stand behind ALTER TABLE t. */
static inline bool
edit_parse(Unit *unit, const char *actions, MigrAlter *out)
{
	const char *text =
		migr_printf(&unit->ctx.arena, "ALTER TABLE t %s", actions);

	memset(out, 0, sizeof(*out));
	return migr_alter_parse(&unit->ctx, migr_span(text), out);
}

/* Do them; false with the context's error where that can't be. */
static inline bool
edit_alter(Unit *unit, MigrEdit *edit, const char *actions)
{
	MigrAlter parsed;

	if (!edit_parse(unit, actions, &parsed))
		return false;
	for (int i = 0; i < parsed.actions.count; i++)
	{
		if (!migr_edit_apply(&unit->ctx, edit, &parsed.actions.items[i]))
			return false;
	}
	return migr_edit_end(&unit->ctx, edit) &&
		   migr_edit_check_dependents(&unit->ctx, edit);
}

/* Open a context, and do them to a table that is to be fine with it. */
static inline void
edit_open(Unit *unit, MigrEdit *edit, const char *create, const char *actions)
{
	unit_open(unit);
	if (!migr_edit_begin(&unit->ctx, migr_span(create), edit) ||
		!edit_alter(unit, edit, actions))
		fail_msg("%s: %s: %s", create, actions, unit->ctx.err.message);
}

#endif
