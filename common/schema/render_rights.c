/*
 * render_rights.c
 *	  Comments, owners and privileges in SQL.  See render.h.
 *
 * A GRANT is what one role may do with one object, as far as that isn't the
 * default's: without privileges, what the default gives has been taken away.
 */
#include "schema/render.h"

/* ---- comments and owners ------------------------------------------------------ */

/* Say what an object's comment is. */
static void
create_comment(MigrRender *render, const MigrObject *comment)
{
	migr_say(render, "COMMENT ON %s IS %s", migr_get(comment, MIGR_COMMENT_ON),
			 migr_get(comment, MIGR_COMMENT_TEXT));
}

/* Put another in its place. */
static void
alter_comment(MigrRender *render, const MigrChange *change)
{
	create_comment(render, change->to);
}

/* Take it away. */
static void
drop_comment(MigrRender *render, const MigrObject *comment)
{
	const MigrObject *parent = comment->parent;
	const char *own = parent->kind == MIGR_EXTENSION
						  ? migr_get(parent, MIGR_EXTENSION_COMMENT)
						  : NULL;

	if (parent->kind == MIGR_SCHEMA && strcmp(parent->name, "public") == 0)
		own = "'standard public schema'";
	migr_say(render, "COMMENT ON %s IS %s", migr_get(comment, MIGR_COMMENT_ON),
			 own != NULL ? own : "NULL");
}

const MigrWords migr_comment_words = {
	.create = create_comment, .alter = alter_comment, .drop = drop_comment};

/* Say whose an object is. */
static void
create_owner(MigrRender *render, const MigrObject *owner)
{
	migr_say(render, "ALTER %s OWNER TO %s", migr_get(owner, MIGR_OWNER_ON),
			 migr_get(owner, MIGR_OWNER_ROLE));
}

/* Give it to another. */
static void
alter_owner(MigrRender *render, const MigrChange *change)
{
	create_owner(render, change->to);
}

/* There is none to give it to. */
static void
drop_owner(MigrRender *render, const MigrObject *owner)
{
	(void) render;
	(void) owner;
}

const MigrWords migr_owner_words = {
	.create = create_owner, .alter = alter_owner, .drop = drop_owner};

/* ---- privileges ----------------------------------------------------------------- */

/* Where and to whom privileges are given. */
typedef struct Grant
{
	const char *before; /* "", or ALTER DEFAULT PRIVILEGES ... with a blank */
	const char *on;
	const char *role;
	const char *privileges; /* lists; NULL: none */
	const char *passed_on;
	bool owner; /* to the owner, who has all by default */
} Grant;

/* Read what an object says. */
static Grant
grant_of(const MigrRender *render, const MigrObject *object)
{
	Grant grant = {.before = ""};
	const char *where;

	if (object->kind == MIGR_GRANT)
	{
		grant.on = migr_get(object, MIGR_GRANT_ON);
		grant.role = migr_get(object, MIGR_GRANT_TO);
		grant.privileges = migr_get(object, MIGR_GRANT_PRIVILEGES);
		grant.passed_on = migr_get(object, MIGR_GRANT_GRANT_OPTION);
		grant.owner = migr_get(object, MIGR_GRANT_OWNER) != NULL;
		return grant;
	}
	where = migr_get(object, MIGR_DEFAULT_PRIVILEGES_WHERE);
	grant.before =
		migr_printf(render->arena, "ALTER DEFAULT PRIVILEGES %s%s",
					where != NULL ? where : "", where != NULL ? " " : "");
	grant.on = migr_get(object, MIGR_DEFAULT_PRIVILEGES_ON);
	grant.role = migr_get(object, MIGR_DEFAULT_PRIVILEGES_TO);
	grant.privileges = migr_get(object, MIGR_DEFAULT_PRIVILEGES_PRIVILEGES);
	grant.passed_on = migr_get(object, MIGR_DEFAULT_PRIVILEGES_GRANT_OPTION);
	grant.owner = where != NULL && grant.role != NULL &&
				  strcmp(where, migr_printf(render->arena, "FOR ROLE %s",
											grant.role)) == 0;
	return grant;
}

/* Say GRANT of a list, if it isn't empty. */
static void
say_grant(MigrRender *render, const Grant *grant, const MigrTexts *list,
		  const char *behind)
{
	if (list->count > 0)
		migr_say(render, "%sGRANT %s ON %s TO %s%s", grant->before,
				 migr_join(render->arena, list->items, list->count, ", "),
				 grant->on, grant->role, behind);
}

/* Say REVOKE of a list, if it isn't empty. */
static void
say_revoke(MigrRender *render, const Grant *grant, const MigrTexts *list,
		   const char *before)
{
	if (list->count > 0)
		migr_say(render, "%sREVOKE %s%s ON %s FROM %s", grant->before, before,
				 migr_join(render->arena, list->items, list->count, ", "),
				 grant->on, grant->role);
}

/* Return a list without the rights on columns that go with those on their table:
 * "SELECT (a)" with "SELECT". */
static const char *
without_columns(const MigrRender *render, const char *list,
				const MigrTexts *lost)
{
	MigrTexts all = {0};
	MigrTexts left = {0};
	MigrMap words;

	migr_map_init(&words, render->arena, lost->count);
	for (int i = 0; i < lost->count; i++)
		migr_map_put(&words, migr_span(lost->items[i]), i);
	migr_cut_list(render->arena, list, &all);
	for (int i = 0; i < all.count; i++)
	{
		MigrSpan word = {all.items[i], strcspn(all.items[i], " ")};

		if (all.items[i][word.len] == '\0' ||
			migr_map_get(&words, word) == MIGR_MAP_NONE)
			migr_vec_push(render->arena, &left, all.items[i]);
	}
	return migr_join(render->arena, left.items, left.count, ", ");
}

/* Return what is still there of a state when some rights are taken away. */
static Grant
still_there(const MigrRender *render, const Grant *from, const MigrTexts *lost)
{
	Grant kept = *from;

	kept.privileges = without_columns(render, from->privileges, lost);
	kept.passed_on = without_columns(render, from->passed_on, lost);
	return kept;
}

/* Say what leads from one state to another; NULL lists are empty. */
static void
say_steps(MigrRender *render, const Grant *from, const Grant *to)
{
	MigrArena *arena = render->arena;
	MigrTexts lost = {0};
	MigrTexts kept_to_self = {0};
	MigrTexts fresh = {0};
	MigrTexts passed_on = {0};
	MigrTexts options_lost = {0};
	const char *given;
	Grant kept;

	migr_list_less(arena, from->privileges, to->privileges, &lost);
	kept = still_there(render, from, &lost);
	migr_list_less(arena, from->passed_on, to->passed_on, &options_lost);
	migr_list_less(arena, to->passed_on, kept.passed_on, &passed_on);
	migr_list_less(arena, to->privileges, kept.privileges, &fresh);
	/* who loses a privilege needn't lose the option apart */
	migr_list_less(
		arena, migr_join(arena, options_lost.items, options_lost.count, ", "),
		migr_join(arena, lost.items, lost.count, ", "), &kept_to_self);
	given = migr_join(arena, fresh.items, fresh.count, ", ");
	memset(&fresh, 0, sizeof(fresh));
	migr_list_less(arena, given, to->passed_on, &fresh);
	say_revoke(render, from, &lost, "");
	say_revoke(render, from, &kept_to_self, "GRANT OPTION FOR ");
	say_grant(render, to, &fresh, "");
	say_grant(render, to, &passed_on, " WITH GRANT OPTION");
}

/* Say all that a default gives, or that it is taken away. */
static void
say_default(MigrRender *render, const Grant *grant, bool given)
{
	static const char *const all[] = {"ALL"};
	MigrTexts list = {0};

	migr_vec_push(render->arena, &list, all[0]);
	if (given)
		say_grant(render, grant, &list, "");
	else
		say_revoke(render, grant, &list, "");
}

/* Give privileges. */
static void
create_grant(MigrRender *render, const MigrObject *object)
{
	Grant to = grant_of(render, object);
	Grant from = to;

	from.privileges = from.passed_on = NULL;
	if (to.privileges == NULL || to.owner)
		say_default(render, &to, false);
	say_steps(render, &from, &to);
}

/* Take privileges away, or give those of the default back. */
static void
drop_grant(MigrRender *render, const MigrObject *object)
{
	Grant from = grant_of(render, object);
	Grant to = from;

	to.privileges = to.passed_on = NULL;
	if (from.privileges == NULL || from.owner)
		say_default(render, &from, true);
	else
		say_steps(render, &from, &to);
}

/* Give what is new, take away what is gone. */
static void
alter_grant(MigrRender *render, const MigrChange *change)
{
	Grant from = grant_of(render, change->from);
	Grant to = grant_of(render, change->to);

	say_steps(render, &from, &to);
}

const MigrWords migr_grant_words = {
	.create = create_grant, .alter = alter_grant, .drop = drop_grant};
const MigrWords migr_default_privileges_words = {
	.create = create_grant, .alter = alter_grant, .drop = drop_grant};
