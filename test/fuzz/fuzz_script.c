/*
 * fuzz_script.c
 *	  Revision scripts from any bytes: what is read lies within the text, covers
 *	  it, and reads the same again on its own.
 */
#include "fuzz.h"

#include <string.h>

#include "unit.h"

/* Does part lie within whole? */
static bool
within(MigrSpan part, MigrSpan whole)
{
	return part.ptr >= whole.ptr && part.len <= whole.len &&
		   part.ptr + part.len <= whole.ptr + whole.len;
}

/* Check the sections of a script, in their order. */
static void
check_sections(Unit *unit, const MigrRevision *revision)
{
	MigrSections sections = {0};
	const char *end = revision->text.ptr;
	int line = revision->line;

	fuzz_check(migr_script_sections(&unit->ctx, revision, &sections));
	for (int i = 0; i < sections.count; i++)
	{
		const MigrSection *section = &sections.items[i];

		fuzz_check(within(section->text, revision->text));
		fuzz_check(section->text.ptr >= end);
		fuzz_check(section->line > line);
		end = section->text.ptr + section->text.len;
		line = section->line;
	}
}

/* Check one script, and that it reads the same by itself. */
static void
check_revision(Unit *unit, const MigrRevision *revision)
{
	MigrRevisions again = {0};
	MigrSpan core = migr_script_core(revision->text);

	fuzz_check(migr_check_id(&unit->ctx, migr_span(revision->id)));
	fuzz_check(within(core, revision->text) && core.len > 0);
	check_sections(unit, revision);
	fuzz_check(
		migr_script_parse(&unit->ctx, revision->text, revision->path, &again));
	fuzz_check(again.count == 1);
	fuzz_check(strcmp(again.items[0]->id, revision->id) == 0);
	fuzz_check(again.items[0]->revises.count == revision->revises.count);
	again.count = 0;
	fuzz_check(migr_script_parse(&unit->ctx, core, revision->path, &again));
	fuzz_check(again.count == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MigrRevisions revisions = {0};
	MigrSpan text;
	const char *end;
	Unit unit;
	char *copy = malloc(size + 1);

	memcpy(copy, data, size);
	text.ptr = copy;
	text.len = size;
	unit_open(&unit);
	if (migr_script_parse(&unit.ctx, text, "x.sql", &revisions))
	{
		fuzz_check(unit.ctx.err.code == MIGR_OK && revisions.count > 0);
		end = copy + (revisions.items[0]->text.ptr - copy);
		for (int i = 0; i < revisions.count; i++)
		{
			fuzz_check(revisions.items[i]->text.ptr == end);
			end += revisions.items[i]->text.len;
			check_revision(&unit, revisions.items[i]);
		}
		fuzz_check(end == copy + size);
	}
	else
		fuzz_check(unit.ctx.err.code == MIGR_ERR_SCRIPT &&
				   unit.ctx.err.message != NULL &&
				   unit.ctx.err.place.path != NULL);
	unit_close(&unit);
	free(copy);
	return 0;
}
