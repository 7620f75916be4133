/*
 * kept.c
 *	  The facts that a model gave, kept for the next time.
 *
 * What a model means is found out by building it, which takes long.  So what came
 * of it is kept in our tables, beside digests of its text and of all around it
 * that it depends on: where these are the same, so are the facts.  It is no more
 * than a saving: what can't be kept or read, or is damaged, is built.
 *
 * Now and then a model is built all the same (the setting verify_model), and what
 * comes of it counts: a difference would be a fault of ours.
 */
#include <string.h>

#include "base/digest.h"
#include "cmd/cmd.h"
#include "schema/choose.h"
#include "schema/kept.h"

/* ---- what they depend on ------------------------------------------------------- */

/* Digest all that the facts depend on but the model itself. */
static bool
digest_around(MigrCall *call, const MigrScope *scope, const char **out)
{
	MigrArena *arena = &call->ctx->arena;
	MigrStr str;
	MigrSpan text;

	migr_str_init(&str, arena);
	migr_str_printf(&str, "%s %s\n%s\n%d %d %d %d\n", call->host->dialect,
					MIGR_VERSION, migr_kept_format(), scope->all_schemas,
					scope->owners, scope->grants, scope->publications);
	if (!call->host->surroundings(call->host, scope, &str))
		return false;
	text.ptr = str.data;
	text.len = str.len;
	*out = migr_digest(arena, text);
	return true;
}

/* ---- what is kept ---------------------------------------------------------------- */

/* What is looked for, and what there is. */
typedef struct Kept
{
	const char *around;
	const char *model;
	bool found;		   /* are there facts? */
	bool same;		   /* and of this model? */
	MigrSchema schema; /* they */
	MigrPieces old;	   /* the statements that gave them; may be none */
	MigrPieces now;	   /* those of the model */
	MigrSpan *texts;   /* of the latter */
} Kept;

/* Read the kept facts, unless they are damaged. */
static void
read_facts(MigrCall *call, const MigrRows *rows, Kept *kept)
{
	kept->same = migr_span_is(migr_cell(rows, 0, 0).text, kept->model);
	kept->found =
		migr_kept_read(call->ctx, migr_cell(rows, 0, 2).text, &kept->schema);
	if (!kept->same &&
		!migr_pieces_read(call->ctx, migr_cell(rows, 0, 1).text, &kept->old))
		kept->old.count = 0;
	migr_forget(call->ctx);
}

/* Look for kept facts. */
static bool
find(MigrCall *call, const MigrModel *model, const MigrScope *scope, Kept *out)
{
	MigrValue args[2];
	MigrRows rows;

	memset(out, 0, sizeof(*out));
	if (!digest_around(call, scope, &out->around))
		return false;
	out->model = migr_digest(&call->ctx->arena, model->text);
	if (!call->has_store || !call->host->ready(call->host, MIGR_SQL_FACTS_GET))
		return true;
	args[0] = migr_text_value(call->history);
	args[1] = migr_text_value(out->around);
	if (!migr_query(call, MIGR_SQL_FACTS_GET, args, 2, &rows))
		return false;
	if (rows.count > 0)
		read_facts(call, &rows, out);
	return true;
}

/* Tell what each statement of a model is about; none where that isn't known of all.
 * What was known before needn't be looked at. */
static bool
read_pieces(MigrCall *call, const MigrModel *model, Kept *kept)
{
	const MigrStmts *stmts = &model->part.stmts;
	MigrArena *arena = &call->ctx->arena;
	MigrDigest before;
	MigrMap known;

	migr_digest_init(&before);
	migr_map_init(&known, arena, kept->old.count);
	for (int i = 0; i < kept->old.count; i++)
		(void) migr_map_put(&known, migr_span(kept->old.items[i].digest), i);
	kept->texts =
		migr_alloc_array(arena, (size_t) stmts->count + 1, sizeof(MigrSpan));
	for (int i = 0; i < stmts->count; i++)
	{
		const MigrStmt *stmt = &stmts->items[i];
		MigrSpan text = {model->part.body.text.ptr + stmt->offset, stmt->len};
		MigrDigest digest = before;
		MigrPiece piece;
		int at;

		migr_digest_add(&digest, text);
		piece.digest = migr_digest_text(arena, &digest);
		at = migr_map_get(&known, migr_span(piece.digest));
		if (at != MIGR_MAP_NONE)
			piece.about = kept->old.items[at].about;
		else if (!call->host->about(call->host, &model->part.body, stmt,
									&piece.about))
			return false;
		if (!migr_piece_is_plain(&piece.about, text))
		{
			kept->now.count = 0;
			return true;
		}
		if (piece.about.reach == MIGR_REACH_ON)
			before = digest;
		kept->texts[i] = text;
		migr_vec_push(arena, &kept->now, piece);
	}
	return true;
}

/* Note what is to be kept. */
static void
note(MigrCall *call, const Kept *kept, const MigrSchema *schema)
{
	MigrValue *args = migr_alloc_array(&call->ctx->arena, 5, sizeof(MigrValue));

	args[0] = migr_text_value(call->history);
	args[1] = migr_text_value(kept->around);
	args[2] = migr_text_value(kept->model);
	args[3] = migr_span_value(migr_pieces_write(call->ctx, &kept->now));
	args[4] = migr_span_value(migr_kept_write(call->ctx, schema));
	call->facts = args;
}

bool
migr_keep_facts(MigrCall *call)
{
	if (call->facts == NULL || !call->has_store ||
		!call->host->ready(call->host, MIGR_SQL_FACTS_PUT) ||
		migr_query(call, MIGR_SQL_FACTS_PUT, call->facts, 5, NULL))
		return true;
	if (call->ctx->err.code == MIGR_ERR_INTERRUPTED)
		return false;
	migr_forget(call->ctx);
	return true;
}

/* ---- what they are ------------------------------------------------------------------ */

/* Build the model in a scratch place, and read all that is there. */
static bool
build(MigrCall *call, const MigrModel *model, const MigrScope *scope,
	  MigrSchema *out)
{
	MigrHost *host = call->host;
	bool ok;

	migr_schema_init(call->ctx, out);
	ok = host->scratch(host, scope, MIGR_SCRATCH_EMPTY) &&
		 host->build(host, &model->part.body, &model->part.stmts) &&
		 host->introspect(host, scope, out);
	return host->scratch(host, scope, MIGR_SCRATCH_END) && ok;
}

/* Has something gone wrong that has nothing to do with how it was tried? */
static bool
is_from_outside(const MigrCall *call)
{
	return call->ctx->err.code == MIGR_ERR_INTERRUPTED ||
		   call->ctx->err.code == MIGR_ERR_LOCKED;
}

/* Build the statements that are picked, and read what is there. */
static bool
build_picked(MigrCall *call, const MigrModel *model, const MigrScope *scope,
			 const MigrPick *picks, MigrSchema *out)
{
	MigrHost *host = call->host;
	bool ok;

	migr_schema_init(call->ctx, out);
	ok = host->scratch(host, scope, MIGR_SCRATCH_EMPTY) &&
		 host->build_part(host, &model->part.body, &model->part.stmts, picks) &&
		 host->introspect(host, scope, out);
	return host->scratch(host, scope, MIGR_SCRATCH_END) && ok;
}

/* What has changed may be more than it seems, so often. */
#define ROUNDS 3

/*
 * Find the facts by building what has changed, and what that needs.  *done: could
 * that be done?  If not, no error is left: whatever there is to say, the whole says.
 */
static bool
build_changed(MigrCall *call, const MigrModel *model, const MigrScope *scope,
			  const Kept *kept, MigrSchema *out, bool *done)
{
	MigrChoice *choice =
		migr_choose(call->ctx, &kept->old, &kept->now, kept->texts);
	bool again = choice != NULL;

	*done = again && migr_choice_is_empty(choice);
	if (*done)
		*out = kept->schema;
	for (int i = 0; i < ROUNDS && again && !*done; i++)
	{
		const MigrPick *picks = migr_choice_pick(choice);
		MigrSchema built;

		if (picks == NULL)
			break;
		if (!build_picked(call, model, scope, picks, &built))
		{
			if (is_from_outside(call))
				return false;
			migr_forget(call->ctx);
			break;
		}
		*done = migr_choice_join(choice, &kept->schema, &built, out, &again);
	}
	return true;
}

/* Is it this one's turn to be proven? */
static bool
is_due(MigrCall *call, bool *out)
{
	uint32_t number = 0;
	int every;

	if (!migr_setting_number(call, "verify_model", &every) ||
		!call->host->random(call->host, &number, sizeof(number)))
		return false;
	*out = every > 0 && number % (uint32_t) every == 0;
	return true;
}

/* Build the model though its facts are known: *schema is what it gives. */
static bool
verify(MigrCall *call, const MigrModel *model, const MigrScope *scope,
	   MigrSchema *schema, bool *same)
{
	const char *differs;
	MigrSchema built;

	if (!build(call, model, scope, &built))
		return false;
	differs = migr_kept_differ(call->ctx, schema, &built);
	*same = differs == NULL;
	if (!*same)
		call->host->warn(
			call->host,
			migr_printf(&call->ctx->arena,
						"the kept facts of the model were wrong about %s: it "
						"was built instead",
						migr_span_line(&call->ctx->arena, migr_span(differs))));
	*schema = built;
	return true;
}

/* Find the facts in what is kept. */
static bool
find_facts(MigrCall *call, const MigrModel *model, const MigrScope *scope,
		   const Kept *kept, MigrSchema *out, bool *done)
{
	*done = kept->found && kept->same;
	if (*done)
		*out = kept->schema;
	if (*done || !kept->found || kept->old.count == 0 || kept->now.count == 0)
		return true;
	return build_changed(call, model, scope, kept, out, done);
}

bool
migr_model_facts(MigrCall *call, const MigrModel *model, const MigrScope *scope,
				 MigrSchema *out)
{
	bool due = false;
	bool same = true;
	bool done;
	Kept kept;

	if (!find(call, model, scope, &kept) ||
		(!(kept.found && kept.same) && !read_pieces(call, model, &kept)) ||
		!find_facts(call, model, scope, &kept, out, &done) ||
		(done && !is_due(call, &due)) ||
		(due && !verify(call, model, scope, out, &same)) ||
		(!done && !build(call, model, scope, out)))
		return false;
	if (!kept.found || !kept.same || !same)
		note(call, &kept, out);
	migr_filter_schema(call, out);
	return true;
}
