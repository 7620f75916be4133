/*
 * render.h
 *	  Changes in SQL: what render.c and the files beside it share.
 *
 * A kind has up to four functions, one for each verb; where one lacks, the plain
 * form does: DEFINITION, "ALTER word a RENAME TO b", "DROP word a".
 */
#ifndef MIGR_RENDER_H
#define MIGR_RENDER_H

#include "schema/change.h"

/* How a kind is made, altered and dropped; a NULL stands for the plain form. */
typedef struct MigrWords
{
	void (*create)(MigrRender *render, const MigrObject *object);
	void (*alter)(MigrRender *render, const MigrChange *change);
	void (*drop)(MigrRender *render, const MigrObject *object);
	void (*rename)(MigrRender *render, const MigrChange *change);
} MigrWords;

extern const MigrWords migr_table_words, migr_column_words,
	migr_constraint_words, migr_index_words, migr_inheritance_words,
	migr_index_partition_words, migr_statistics_words;
extern const MigrWords migr_extension_words, migr_schema_words, migr_enum_words,
	migr_composite_words, migr_member_words, migr_domain_words,
	migr_other_words, migr_sequence_words, migr_owned_sequence_words;
extern const MigrWords migr_function_words, migr_procedure_words,
	migr_view_words, migr_matview_words, migr_rule_words, migr_trigger_words,
	migr_policy_words, migr_event_trigger_words;
extern const MigrWords migr_comment_words, migr_owner_words, migr_grant_words,
	migr_default_privileges_words;

/* ---- render.c ------------------------------------------------------------- */

/* Add a statement. */
extern void migr_say(MigrRender *render, const char *fmt, ...)
	MIGR_PRINTF(2, 3);

/* Add a line of comment to those that the next statement has above it. */
extern void migr_remark(MigrRender *render, const char *fmt, ...)
	MIGR_PRINTF(2, 3);

/* The change that is being said. */
extern const MigrChange *migr_at_hand(const MigrRender *render);

/* The change that makes an object of the new schema, or drops one of the old; NULL:
 * none does. */
extern const MigrChange *migr_making(const MigrRender *render,
									 const MigrObject *object);
extern const MigrChange *migr_dropping(const MigrRender *render,
									   const MigrObject *object);

/* Is a table, of the new schema, linked to lower ones by some of the changes? */
extern bool migr_gets_parts(const MigrRender *render, const MigrObject *table);

/* What an object of the old schema that is dropped is made again as; NULL: it
 * isn't. */
extern const MigrObject *migr_made_again(const MigrRender *render,
										 const MigrObject *object);

/* The name that an object has when the change at hand is to be done: one of the old
 * schema may have been renamed before. */
extern const char *migr_old_name(const MigrRender *render,
								 const MigrObject *object);

/* An object of the old schema as it is then: renamed, if that was before. */
extern const MigrObject *migr_as_renamed(const MigrRender *render,
										 const MigrObject *object);

/* Copy a word in capitals. */
extern const char *migr_capitals(const MigrRender *render, const char *word);

/* A column's name as a key: SQLite's are the same in either case. */
extern MigrSpan migr_key_name(const MigrRender *render, const char *name);

/* Shorthand. */
extern const char *migr_get(const MigrObject *object, MigrAttr attr);

/* ---- render_type.c -------------------------------------------------------- */

/* Let what the server has made along with a range type go aside with it: name is
 * what that is called now. */
extern void migr_say_range_aside(MigrRender *render, const MigrObject *range,
								 const char *name);

/* ---- render_table.c ------------------------------------------------------- */

/* Is a part in its parent's statement? */
extern bool migr_is_held(const MigrRender *render, const MigrObject *part);

/* Say ADD of a constraint. */
extern void migr_say_add(MigrRender *render, const MigrObject *constraint);

/* Does a table stay below one that it was (old), or is already (new), linked to? */
extern bool migr_follows(const MigrRender *render, const MigrObject *table,
						 bool old);

/* ---- render_column.c ------------------------------------------------------ */

/* Return a column as CREATE TABLE has it; NULL: a typed table's type says all. */
extern const char *migr_column_text(const MigrRender *render,
									const MigrObject *column);

/* Say what CREATE TABLE and ADD COLUMN can't of a column. */
extern void migr_say_column_settings(MigrRender *render,
									 const MigrObject *column);

/* Add the columns that both of two tables fill themselves, and what they get of the
 * old one; say whether an identity has to be overridden. */
extern bool migr_copied_columns(const MigrRender *render, const MigrObject *old,
								const MigrObject *table, MigrTexts *out,
								MigrTexts *values);

/* Say what a column that comes from a table above alone has otherwise than there. */
extern void migr_say_column_own(MigrRender *render, const MigrObject *column);

/* Does PostgreSQL cast values of a type to another one by itself, to store them? */
extern bool migr_casts_itself(MigrArena *arena, const char *from,
							  const char *to);

/* Say where counting goes on in a table that is made anew. */
extern void migr_say_counters(MigrRender *render, const MigrObject *old,
							  const MigrObject *table);

/* Rename the sequences of a table's serial and identity columns along with it: to
 * is its new name in SQL. */
extern void migr_rename_counters(MigrRender *render, const MigrObject *table,
								 const char *to);

/* ---- body.c --------------------------------------------------------------- */

/* Note what the changes make, by names. */
extern void migr_body_note(MigrRender *render);

/* Does the body of a routine in SQL name what is made behind the change at hand? */
extern bool migr_body_is_ahead(const MigrRender *render,
							   const char *definition);

/* ---- render_type.c -------------------------------------------------------- */

/* Move a sequence's last value to a new bound, where it would be outside: '<' of the
 * least, '>' of the most. */
extern void migr_say_bound(MigrRender *render, const char *sequence,
						   const char *bound, char outside);

/* ---- render_text.c -------------------------------------------------------- */

/* Quote a name unless it is of small letters, digits and "_"; for names that are
 * no keywords, as those that are made here. */
extern const char *migr_plain_name(MigrArena *arena, const char *name);

/* Return the last part of a name in SQL, without its schema; or put another
 * (unquoted) name in its place. */
extern const char *migr_last_name(const char *sql);
extern const char *migr_beside(MigrArena *arena, const char *sql,
							   const char *name);

/* Return the name that something has while what takes its place is filled. */
extern const char *migr_set_aside(MigrArena *arena, const char *name);

/* Return the name of the sequence that PostgreSQL makes for a serial or identity
 * column of a table, beside the table. */
extern const char *migr_sequence_name(MigrArena *arena, const char *table,
									  const char *column);

/* Cut a list at its commas, those in quotes and parentheses left alone. */
extern void migr_cut_list(MigrArena *arena, const char *text, MigrTexts *out);

/* Return the name in "name=value". */
extern MigrSpan migr_option_name(const char *option);

/* Return the name that a text begins with. */
extern const char *migr_first_name(MigrArena *arena, const char *text);

/* Cut the end of a definition off: blanks and semicolons. */
extern const char *migr_body(MigrArena *arena, const char *definition);

/* Put an expression into parentheses, if it isn't in such. */
extern const char *migr_in_parentheses(MigrArena *arena, const char *expr);

/* Are two texts equal?  Either may be NULL. */
extern bool migr_same(const char *a, const char *b);

/* Return what leads from some OPTIONS to others: ADD a '1', SET b '2', DROP c. */
extern const char *migr_option_steps(MigrArena *arena, const char *from,
									 const char *to);

/* Find what is in one list and not in another. */
extern void migr_list_less(MigrArena *arena, const char *of,
						   const char *without, MigrTexts *out);

/*
 * Say a change of options, "a='1', b=x": SET (...) for those that are new or have
 * another value, RESET (...) for those that are gone.  fmt's %s becomes that.
 */
extern void migr_say_options(MigrRender *render, const char *before,
							 const char *from, const char *to);

#endif
