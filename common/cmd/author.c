/*
 * author.c
 *	  The commands that write new scripts: revision and merge.
 *
 * A new script is a file where there is a script directory, and a row of the
 * store otherwise.  It is checked as what it will be, with the graph that it
 * makes, before anything is written; the file is written last.
 */
#include <stdlib.h>
#include <string.h>

#include "cmd/cmd.h"
#include "rev/heads.h"
#include "rev/resolve.h"
#include "text/tmpl.h"

/* as Alembic has it */
#define ID_BYTES 6
#define NO_MESSAGE "empty message"

/* What a new revision is asked to be. */
typedef struct Wish
{
	const char *message;
	const char *heads; /* what it revises: identifiers */
	bool splice;
	const char *label;
	const char *version_path;
	const char *id;
	const char *depends_on;
	bool autogenerate;
} Wish;

/* What it becomes. */
typedef struct Draft
{
	const char *id;
	MigrRevs parents;
	MigrNames revises;
	MigrNames depends_on;
	const char *message;
	const char *created;	 /* ISO 8601, in the time zone asked for */
	MigrTmplFile file_words; /* what its file's name is made of */
	const char *path;		 /* NULL: it goes into the store */
	const char *tmpl_path;	 /* the template's; NULL: there is none */
	MigrSpan tmpl;
	MigrGenerated generated; /* its sections; NULL where they are empty */
	MigrRevision *revision;	 /* the script, parsed */
} Draft;

/* ---- what it is ------------------------------------------------------------------ */

/* Make an id that isn't taken, of random hexadecimal digits. */
static bool
random_id(MigrCall *call, const char **out)
{
	unsigned char bytes[ID_BYTES];
	MigrStr id;

	do
	{
		if (!call->host->random(call->host, bytes, sizeof(bytes)))
			return false;
		migr_str_init(&id, &call->ctx->arena);
		for (size_t i = 0; i < sizeof(bytes); i++)
			migr_str_printf(&id, "%02x", bytes[i]);
	} while (migr_map_get(&call->graph.keys, migr_span(id.data)) !=
			 MIGR_MAP_NONE);
	*out = id.data;
	return true;
}

/* Decide the id. */
static bool
decide_id(MigrCall *call, const char *wish, const char **out)
{
	int32_t at;

	if (wish == NULL)
		return random_id(call, out);
	*out = wish;
	if (!migr_check_id(call->ctx, migr_span(wish)))
		return false;
	at = migr_map_get(&call->graph.keys, migr_span(wish));
	if (at == MIGR_MAP_NONE)
		return true;
	if (strcmp(call->graph.revisions[at]->id, wish) != 0)
		return migr_fail(call->ctx, MIGR_ERR_GRAPH,
						 "\"%s\" is a branch label of revision %s already",
						 wish, call->graph.revisions[at]->id);
	return migr_fail(call->ctx, MIGR_ERR_GRAPH,
					 "there is a revision %s already", wish);
}

/* Check one parent: there once, and a head unless splice. */
static bool
check_parent(MigrCall *call, int32_t rev, bool splice, MigrSet seen)
{
	const char *id = call->graph.revisions[rev]->id;

	if (migr_set_has(seen, rev))
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "Duplicate head revisions specified");
	migr_set_add(seen, rev);
	if (splice || migr_is_head(&call->graph, rev))
		return true;
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
			  "Revision %s is not a head revision; please specify --splice to "
			  "create a new branch from this revision",
			  id);
	return migr_hint(call->ctx, "In SQL it is the argument \"splice\".");
}

/* Find what the new revision revises. */
static bool
decide_parents(MigrCall *call, const char *heads, bool splice, Draft *draft)
{
	MigrSpan rest = migr_span(heads);
	MigrSpan word;
	MigrSet seen = migr_set_new(&call->graph);

	if (!migr_span_word(&rest, &word))
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "no revision is named to build on");
		return migr_hint(call->ctx, "\"base\" begins a new line.");
	}
	rest = migr_span(heads);
	while (migr_span_word(&rest, &word))
	{
		const char *symbol = migr_span_dup(&call->ctx->arena, word);

		if (migr_resolve(&call->graph, symbol, &draft->parents))
			continue;
		if (call->ctx->err.code != MIGR_ERR_MULTIPLE_HEADS)
			return false;
		call->ctx->err.message =
			"Multiple heads are present; please specify the head revision on "
			"which the new revision should be based, or perform a merge.";
		call->ctx->err.hint = "migrate_merge('heads') merges them.";
		return false;
	}
	for (int i = 0; i < draft->parents.count; i++)
	{
		if (!check_parent(call, draft->parents.items[i], splice, seen))
			return false;
		migr_vec_push(&call->ctx->arena, &draft->revises,
					  call->graph.revisions[draft->parents.items[i]]->id);
	}
	return true;
}

/* Is it a label that the revision declares? */
static bool
declares(const MigrRevision *revision, const char *label)
{
	for (int i = 0; i < revision->labels.count; i++)
		if (strcmp(revision->labels.items[i], label) == 0)
			return true;
	return false;
}

/* Find what the new revision depends on.  A label stays one: it goes on to mean
 * the revision that carries it. */
static bool
decide_deps(MigrCall *call, const char *wish, MigrNames *out)
{
	MigrSpan rest = migr_span(wish);
	MigrSpan word;

	while (migr_span_word(&rest, &word))
	{
		const char *symbol = migr_span_dup(&call->ctx->arena, word);
		const MigrRevision *revision;
		int32_t rev;

		if (!migr_resolve_one(&call->graph, symbol, &rev))
			return false;
		if (rev == MIGR_NO_REVISION)
			return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
							 "a revision can't depend on \"%s\"", symbol);
		revision = call->graph.revisions[rev];
		migr_vec_push(&call->ctx->arena, out,
					  declares(revision, symbol) ? symbol : revision->id);
	}
	return true;
}

/* Make a message one line: the header has no more room. */
static const char *
flat_message(MigrCall *call, const char *message)
{
	char *flat =
		migr_strdup(&call->ctx->arena, message != NULL ? message : NO_MESSAGE);

	for (char *c = flat; *c != '\0'; c++)
		if (*c == '\n' || *c == '\r')
			*c = ' ';
	return flat;
}

/* Read two or four digits of an ISO date. */
static int
digits(const char *text, int at, int count)
{
	int value = 0;

	for (int i = at; i < at + count; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

/* Date the new revision, in the time zone of the setting. */
static bool
decide_date(MigrCall *call, Draft *draft)
{
	MigrArena *arena = &call->ctx->arena;
	int64_t now = call->host->now(call->host) / 1000000 * 1000000;
	MigrTmplFile *file = &draft->file_words;
	const char *local;
	int offset;

	if (!call->host->zone(call->host, migr_setting(call, "timezone"), now,
						  &offset))
		return false;
	offset -= offset % 60; /* as far as ISO 8601 can write it */
	local = migr_instant_text(arena, now + (int64_t) offset * 1000000);
	draft->created = local;
	if (offset != 0)
		draft->created = migr_printf(
			arena, "%.*s%c%02d:%02d", (int) strcspn(local, "Z"), local,
			offset < 0 ? '-' : '+', abs(offset) / 3600, abs(offset) / 60 % 60);
	file->epoch = now / 1000000;
	file->year = digits(local, 0, 4);
	file->month = digits(local, 5, 2);
	file->day = digits(local, 8, 2);
	file->hour = digits(local, 11, 2);
	file->minute = digits(local, 14, 2);
	file->second = digits(local, 17, 2);
	return true;
}

/* ---- where it goes ---------------------------------------------------------------- */

/* The location that a file is in; NULL where it is in none. */
static const char *
location_of(MigrCall *call, const MigrNames *locations, const char *path)
{
	const char *file = path != NULL ? migr_plain_path(call, path) : "";
	const char *best = NULL;

	for (int i = 0; i < locations->count; i++)
	{
		const char *location = migr_plain_path(call, locations->items[i]);
		size_t len = strlen(location);

		if (strncmp(file, location, len) == 0 && file[len] == '/' &&
			(best == NULL || len > strlen(migr_plain_path(call, best))))
			best = locations->items[i];
	}
	return best;
}

/* Which of the locations gets the file? */
static bool
decide_location(MigrCall *call, const char *wish, const Draft *draft,
				const char **out)
{
	MigrNames locations = {0};

	if (!migr_version_locations(call, &locations))
		return false;
	*out = NULL;
	for (int i = 0; wish != NULL && i < locations.count; i++)
		if (strcmp(migr_plain_path(call, wish),
				   migr_plain_path(call, locations.items[i])) == 0)
			*out = locations.items[i];
	if (wish != NULL && *out == NULL)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "Path %s is not represented in current version locations",
				  wish);
		return migr_hint(call->ctx, "They are %s.",
						 migr_join(&call->ctx->arena, locations.items,
								   locations.count, ", "));
	}
	if (*out == NULL && locations.count == 1)
		*out = locations.items[0];
	for (int i = 0; *out == NULL && i < draft->parents.count; i++)
		*out =
			location_of(call, &locations,
						call->graph.revisions[draft->parents.items[i]]->path);
	if (*out != NULL)
		return true;
	migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
			  "Multiple version locations present, please specify "
			  "--version-path");
	return migr_hint(
		call->ctx, "They are %s.",
		migr_join(&call->ctx->arena, locations.items, locations.count, ", "));
}

/* Find the file's path. */
static bool
decide_path(MigrCall *call, const Wish *wish, Draft *draft)
{
	const char *location;
	const char *name;
	bool recursive;
	int limit = 0;

	if (!decide_location(call, wish->version_path, draft, &location) ||
		!migr_check_encoding(call) ||
		!migr_setting_number(call, "truncate_slug_length", &limit))
		return false;
	draft->file_words.rev = draft->id;
	draft->file_words.slug =
		migr_tmpl_slug(&call->ctx->arena, wish->message, limit);
	if (!migr_tmpl_file_name(call->ctx, migr_setting(call, "file_template"),
							 &draft->file_words, &name) ||
		!migr_setting_bool(call, "recursive_version_locations", &recursive))
		return false;
	if (name[0] == '.' || strstr(name, "/.") != NULL)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "file_template makes \"%s\", which is hidden and "
						 "isn't read",
						 name);
	if (strchr(name, '/') != NULL && !recursive)
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "file_template makes \"%s\", in a directory that isn't read",
				  name);
		return migr_hint(call->ctx, "Set recursive_version_locations.");
	}
	draft->path = migr_join_path(
		call, location, migr_printf(&call->ctx->arena, "%s.sql", name));
	return true;
}

/* ---- its script ------------------------------------------------------------------- */

/* The directory's template, or the one that there is without. */
static bool
read_template(MigrCall *call, const char **path, MigrSpan *text)
{
	MigrPathKind kind;

	*path = NULL;
	*text = migr_span(migr_script_template);
	if (call->location == NULL)
		return true;
	*path = migr_join_path(call, call->location, "script.sql.tmpl");
	if (!call->host->look(call->host, *path, &kind))
		return false;
	if (kind != MIGR_PATH_FILE)
		*path = NULL;
	return *path == NULL || call->host->read(call->host, *path, text);
}

/* Drop the blanks that empty values leave at the ends of directives; SQL stays as
 * it is, for blanks in a function's body are part of it. */
static const char *
trim_directives(MigrArena *arena, const char *text)
{
	MigrStr out;

	migr_str_init(&out, arena);
	while (*text != '\0')
	{
		size_t len = strcspn(text, "\n");
		size_t kept = len;
		bool directive = migr_span_starts(migr_span(text), "-- migrate:");

		while (directive && kept > 0 &&
			   (text[kept - 1] == ' ' || text[kept - 1] == '\t'))
			kept--;
		migr_str_add_n(&out, text, kept);
		if (text[len] == '\n')
			migr_str_add_char(&out, '\n');
		text += len + (text[len] == '\n');
	}
	return out.data;
}

/* Write the script's text and read it again: what the template made of it has to
 * be the revision that is meant. */
static bool
write_text(MigrCall *call, const Wish *wish, Draft *draft)
{
	MigrArena *arena = &call->ctx->arena;
	const MigrNames *revises = &draft->revises;
	const MigrNames *deps = &draft->depends_on;
	const MigrGenerated *sections = &draft->generated;
	const char *host = sections->alone ? call->host->dialect : "";
	bool pg = strcmp(host, "postgresql") == 0;
	bool lite = strcmp(host, "sqlite") == 0;
	MigrTmplValue values[] = {
		{"revision", draft->id},
		{"revises", migr_join(arena, revises->items, revises->count, ", ")},
		{"message", draft->message},
		{"created", draft->created},
		{"labels", wish->label},
		{"depends_on", migr_join(arena, deps->items, deps->count, ", ")},
		{"upgrade", sections->alone ? "" : sections->upgrade},
		{"upgrade_postgresql", pg ? sections->upgrade : ""},
		{"upgrade_sqlite", lite ? sections->upgrade : ""},
		{"downgrade", sections->alone ? "" : sections->downgrade},
		{"downgrade_postgresql", pg ? sections->downgrade : ""},
		{"downgrade_sqlite", lite ? sections->downgrade : ""},
	};
	MigrRevisions parsed = {0};
	MigrNames labels = {0};
	MigrSpan rest = migr_span(wish->label);
	MigrSpan word;
	MigrStr script;

	migr_str_init(&script, arena);
	if (!migr_tmpl_expand(call->ctx, draft->tmpl, draft->tmpl_path, values,
						  sizeof(values) / sizeof(values[0]), &script) ||
		!migr_script_parse(call->ctx,
						   migr_span(trim_directives(arena, script.data)),
						   draft->path, &parsed))
		return false;
	while (migr_span_word(&rest, &word))
		migr_vec_push(arena, &labels, migr_span_dup(arena, word));
	draft->revision = parsed.items[0];
	if (parsed.count == 1 && strcmp(draft->revision->id, draft->id) == 0 &&
		migr_same_names(&draft->revision->revises, revises) &&
		migr_same_names(&draft->revision->depends_on, deps) &&
		migr_same_names(&draft->revision->labels, &labels))
		return true;
	migr_fail(call->ctx, MIGR_ERR_SCRIPT,
			  "the template \"%s\" doesn't make the script of revision %s",
			  draft->tmpl_path != NULL ? draft->tmpl_path : "", draft->id);
	return migr_hint(call->ctx,
					 "It needs lines for revision, revises, labels and "
					 "depends_on, as migrate_init() writes them.");
}

/* Keep the script: in its file, or in the store. */
static bool
keep_script(MigrCall *call, Draft *draft)
{
	MigrHost *host = call->host;
	MigrArena *arena = &call->ctx->arena;
	const char *slash;

	if (draft->path == NULL)
	{
		migr_vec_push(arena, &call->said,
					  migr_printf(arena,
								  "  Storing revision %s in the database ...  "
								  "done",
								  draft->id));
		return migr_store_create(call) && migr_store_put(call, draft->revision);
	}
	slash = strrchr(draft->path, '/');
	migr_vec_push(arena, &call->said,
				  migr_printf(arena, "  Generating %s ...  done", draft->path));
	return host->make_directory(host,
								migr_strndup(arena, draft->path,
											 (size_t) (slash - draft->path))) &&
		   host->write(host, draft->path, draft->revision->text, false);
}

/* ---- revision and merge --------------------------------------------------------- */

/* Check the graph that the new revision makes, and tell of a second head. */
static bool
check_graph(MigrCall *call, const Draft *draft)
{
	MigrRevisions all = {0};
	MigrGraph graph;
	const char *warning;

	for (int i = 0; i < call->revisions.count; i++)
		migr_vec_push(&call->ctx->arena, &all, call->revisions.items[i]);
	migr_vec_push(&call->ctx->arena, &all, draft->revision);
	if (!migr_graph_build(call->ctx, all.items, all.count, &graph))
		return false;
	warning = migr_second_head(&call->graph, &graph);
	if (warning == NULL)
		return true;
	migr_vec_push(&call->ctx->arena, &call->said, warning);
	call->host->warn(call->host, warning);
	return true;
}

/* Stamp the database with the new revision, the only one: what it would do is there. */
static bool
stamp(MigrCall *call, const Draft *draft)
{
	MigrRevs added = {0};
	MigrStep step = {.operation = MIGR_STAMP};
	MigrEntry entry = {.revision = draft->id,
					   .operation = MIGR_STAMP,
					   .to = draft->id,
					   .started = call->host->now(call->host)};

	migr_vec_push(&call->ctx->arena, &call->revisions, draft->revision);
	if (!migr_graph_build(call->ctx, call->revisions.items,
						  call->revisions.count, &call->graph))
		return false;
	migr_vec_push(&call->ctx->arena, &added, 0);
	step.added = step.to = added;
	migr_vec_push(&call->ctx->arena, &call->said,
				  migr_printf(&call->ctx->arena, "%s",
							  migr_step_line(&call->graph, &step)));
	return migr_version_create(call, NULL) && migr_store_create(call) &&
		   migr_version_move(call, &step) && migr_log(call, &entry);
}

/* Write the sections, where the wish says so.  A template that has a host's own
 * serves both. */
static bool
generate(MigrCall *call, const Wish *wish, Draft *draft)
{
	const char *text = migr_span_dup(&call->ctx->arena, draft->tmpl);
	bool both = strstr(text, "${upgrade_postgresql}") != NULL &&
				strstr(text, "${upgrade_sqlite}") != NULL;

	draft->generated.upgrade = draft->generated.downgrade = "";
	if (!wish->autogenerate)
		return true;
	if (!migr_check_at_head(call) ||
		!migr_autogenerate(call, both, &draft->generated))
		return false;
	if (draft->generated.upgrade[0] == '\0')
		migr_vec_push(&call->ctx->arena, &call->said,
					  "No changes detected: the new revision is empty.");
	return true;
}

/* Find the revision that only lacks this host's sections, if the wish is for no
 * other. */
static bool
find_half(MigrCall *call, const Wish *wish, int32_t *out)
{
	*out = MIGR_NO_REVISION;
	if (!wish->autogenerate || wish->label != NULL ||
		wish->version_path != NULL || wish->depends_on != NULL ||
		wish->splice || strcmp(wish->heads, "head") != 0)
		return true;
	if (!migr_find_half(call, out))
		return false;
	if (*out != MIGR_NO_REVISION && wish->id != NULL &&
		strcmp(call->graph.revisions[*out]->id, wish->id) != 0)
		*out = MIGR_NO_REVISION;
	return true;
}

/* Make a new revision. */
static bool
make_revision(MigrCall *call, const Wish *wish)
{
	Draft draft;
	int32_t half;

	memset(&draft, 0, sizeof(draft));
	if (!migr_open_writer(call, false, false))
		return false;
	migr_warn_about_rows(call);
	if (!find_half(call, wish, &half))
		return false;
	if (half != MIGR_NO_REVISION)
		return migr_complete(call, half);
	if (!decide_id(call, wish->id, &draft.id) ||
		!decide_parents(call, wish->heads, wish->splice, &draft) ||
		!decide_deps(call, wish->depends_on, &draft.depends_on) ||
		!decide_date(call, &draft))
		return false;
	draft.message = flat_message(call, wish->message);
	if (call->location == NULL && wish->version_path != NULL)
		return migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
						 "version_path needs a script directory");
	if ((call->location != NULL && !decide_path(call, wish, &draft)) ||
		!read_template(call, &draft.tmpl_path, &draft.tmpl) ||
		!generate(call, wish, &draft) || !write_text(call, wish, &draft) ||
		!check_graph(call, &draft) ||
		(draft.generated.baseline && !stamp(call, &draft)) ||
		!keep_script(call, &draft))
		return false;
	migr_add_line(call, draft.id);
	return call->host->tx(call->host, MIGR_TX_COMMIT);
}

/* migrate_revision(message, ...): write a new revision. */
bool
migr_cmd_revision(MigrCall *call)
{
	Wish wish = {
		.message = migr_arg_text(call, 0),
		.heads = migr_arg_text(call, 3),
		.splice = migr_arg_bool(call, 4),
		.label = migr_arg_text(call, 5),
		.version_path = migr_arg_text(call, 6),
		.id = migr_arg_text(call, 7),
		.depends_on = migr_arg_text(call, 8),
		.autogenerate = migr_arg_bool(call, 1),
	};

	if (migr_arg_bool(call, 2))
	{
		migr_fail(call->ctx, MIGR_ERR_ARGUMENT,
				  "Using --sql with the revision command does not make any "
				  "sense");
		return migr_hint(call->ctx, "A new revision runs nothing.");
	}
	return make_revision(call, &wish);
}

/* migrate_merge(revisions, ...): write a revision that merges others. */
bool
migr_cmd_merge(MigrCall *call)
{
	Wish wish = {
		.message = migr_arg_text(call, 1),
		.heads = migr_arg_text(call, 0),
		.label = migr_arg_text(call, 2),
		.id = migr_arg_text(call, 3),
		.splice = migr_arg_bool(call, 4),
	};

	return make_revision(call, &wish);
}
