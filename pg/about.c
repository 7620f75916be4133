/*
 * about.c
 *	  What a statement of a model is about, as its parse tree says.
 *
 * Only what is known here is told: whatever else there is may reach anywhere.  So
 * does what cascades, or makes something that others find without its name: a cast,
 * an operator, an event trigger, default privileges.
 */
#include "postgres.h"

#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "tcop/tcopprot.h"

#include "pg/pg.h"

/* A statement that is being looked at. */
typedef struct Looking
{
	MigrArena *arena;
	MigrAbout *out;
} Looking;

/* ---- names ------------------------------------------------------------------------- */

/* It is about what has this name. */
static void
add(Looking *at, const char *name)
{
	if (name == NULL)
		at->out->reach = MIGR_REACH_ALL;
	else
		migr_vec_push(at->arena, &at->out->names, migr_strdup(at->arena, name));
}

/* The same for a table and the like; those that are temporary hide others. */
static void
add_relation(Looking *at, const RangeVar *relation)
{
	if (relation == NULL || relation->relpersistence == RELPERSISTENCE_TEMP ||
		(relation->schemaname != NULL &&
		 strncmp(relation->schemaname, "pg_", 3) == 0))
		at->out->reach = MIGR_REACH_ALL;
	else
		add(at, relation->relname);
}

/* For a list of relations. */
static void
add_relations(Looking *at, const List *relations)
{
	ListCell *cell;

	foreach(cell, relations)
	{
		if (IsA(lfirst(cell), RangeVar))
			add_relation(at, lfirst(cell));
		else
			at->out->reach = MIGR_REACH_ALL;
	}
}

/* For a name of several words: the one that stands so far from the last. */
static void
add_word(Looking *at, const Node *list, int from_last)
{
	const List *words = (const List *) list;

	if (list == NULL || !IsA(list, List) || list_length(words) <= from_last)
		at->out->reach = MIGR_REACH_ALL;
	else
		add(at, strVal(list_nth(words, list_length(words) - 1 - from_last)));
}

/* For what an object is named by in DROP, COMMENT, ALTER ... OWNER. */
static void
add_object(Looking *at, ObjectType type, const Node *object)
{
	switch (type)
	{
		case OBJECT_TABLE:
		case OBJECT_VIEW:
		case OBJECT_MATVIEW:
		case OBJECT_INDEX:
		case OBJECT_SEQUENCE:
		case OBJECT_STATISTIC_EXT:
			add_word(at, object, 0);
			break;
		case OBJECT_COLUMN:
		case OBJECT_TABCONSTRAINT:
		case OBJECT_TRIGGER:
		case OBJECT_POLICY:
		case OBJECT_RULE:
			add_word(at, object, 1);
			break;
		case OBJECT_TYPE:
		case OBJECT_DOMAIN:
			if (object != NULL && IsA(object, TypeName))
				object = (const Node *) ((const TypeName *) object)->names;
			add_word(at, object, 0);
			break;
		case OBJECT_DOMCONSTRAINT:
			add_object(at, OBJECT_DOMAIN, linitial((const List *) object));
			break;
		case OBJECT_FUNCTION:
		case OBJECT_PROCEDURE:
		case OBJECT_ROUTINE:
		case OBJECT_AGGREGATE:
			add_word(at,
					 (const Node *) castNode(ObjectWithArgs, (Node *) object)
						 ->objname,
					 0);
			break;
		default:
			at->out->reach = MIGR_REACH_ALL;
	}
}

/* For the table that a sequence belongs to, among its options. */
static void
add_owner(Looking *at, const List *options)
{
	ListCell *cell;

	foreach(cell, options)
	{
		const DefElem *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "owned_by") == 0 &&
			list_length((const List *) option->arg) > 1)
			add_word(at, option->arg, 1);
	}
}

/* ---- tables -------------------------------------------------------------------------- */

/* The table that a foreign key refers to; its name, if it has one. */
static void
add_constraint(Looking *at, const Constraint *constraint)
{
	if (constraint->conname != NULL)
		add(at, constraint->conname);
	if (constraint->indexname != NULL)
		add(at, constraint->indexname);
	if (constraint->contype == CONSTR_FOREIGN)
		migr_vec_push(at->arena, &at->out->keys,
					  migr_strdup(at->arena, constraint->pktable->relname));
}

/* What stands in the parentheses of a CREATE TABLE. */
static void
add_elements(Looking *at, const List *elements)
{
	ListCell *cell;
	ListCell *inner;

	foreach(cell, elements)
	{
		const Node *element = lfirst(cell);

		if (IsA(element, Constraint))
			add_constraint(at, (const Constraint *) element);
		else if (IsA(element, TableLikeClause))
			add_relation(at, ((const TableLikeClause *) element)->relation);
		else if (IsA(element, ColumnDef))
		{
			foreach(inner, ((const ColumnDef *) element)->constraints)
				add_constraint(at, lfirst_node(Constraint, inner));
		}
		else
			at->out->reach = MIGR_REACH_ALL;
	}
}

/* CREATE TABLE: whatever it takes columns from is one with it. */
static void
look_at_table(Looking *at, const CreateStmt *stmt)
{
	add_relation(at, stmt->relation);
	add_relations(at, stmt->inhRelations);
	if (stmt->ofTypename != NULL)
		add_word(at, (const Node *) stmt->ofTypename->names, 0);
	add_elements(at, stmt->tableElts);
	add_elements(at, stmt->constraints);
}

/* Can others do without what a part of an ALTER TABLE does? */
static bool
is_spare(const AlterTableCmd *cmd)
{
	switch (cmd->subtype)
	{
		case AT_AddConstraint:
			return ((const Constraint *) cmd->def)->contype == CONSTR_FOREIGN ||
				   ((const Constraint *) cmd->def)->contype == CONSTR_CHECK;
		case AT_ValidateConstraint:
		case AT_ClusterOn:
		case AT_ReplicaIdentity:
		case AT_EnableTrig:
		case AT_EnableAlwaysTrig:
		case AT_EnableReplicaTrig:
		case AT_DisableTrig:
		case AT_EnableRowSecurity:
		case AT_DisableRowSecurity:
		case AT_ForceRowSecurity:
		case AT_NoForceRowSecurity:
		case AT_ChangeOwner:
		case AT_SetStatistics:
			return true;
		default:
			return false;
	}
}

/* What a part of an ALTER TABLE names besides. */
static void
look_at_part(Looking *at, const AlterTableCmd *cmd)
{
	const Node *def = cmd->def;

	if (cmd->behavior == DROP_CASCADE)
		at->out->reach = MIGR_REACH_ALL;
	switch (cmd->subtype)
	{
		case AT_AddConstraint:
			add_constraint(at, (const Constraint *) def);
			break;
		case AT_AddColumn:
			add_elements(at, list_make1((void *) def));
			break;
		case AT_AddIndexConstraint:
		case AT_AddIndex:
			at->out->reach = MIGR_REACH_ALL; /* no text has it */
			break;
		case AT_ClusterOn:
			add(at, cmd->name);
			break;
		case AT_ReplicaIdentity:
			if (((const ReplicaIdentityStmt *) def)->name != NULL)
				add(at, ((const ReplicaIdentityStmt *) def)->name);
			break;
		case AT_AddInherit:
		case AT_DropInherit:
			add_relation(at, (const RangeVar *) def);
			break;
		case AT_AttachPartition:
		case AT_DetachPartition:
			add_relation(at, ((const PartitionCmd *) def)->name);
			break;
		case AT_AddOf:
			add_word(at, (const Node *) ((const TypeName *) def)->names, 0);
			break;
		default:
			break;
	}
}

/* ALTER TABLE, VIEW, INDEX, SEQUENCE, TYPE. */
static void
look_at_alter(Looking *at, const AlterTableStmt *stmt)
{
	ListCell *cell;
	bool spare = true;

	add_relation(at, stmt->relation);
	foreach(cell, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, cell);

		spare &= is_spare(cmd);
		look_at_part(at, cmd);
	}
	at->out->spare = spare;
	/* these run as they stand */
	at->out->keys.count = 0;
}

/* ---- the rest -------------------------------------------------------------------------- */

/* GRANT and REVOKE. */
static void
look_at_grant(Looking *at, const GrantStmt *stmt)
{
	ListCell *cell;

	if (stmt->targtype != ACL_TARGET_OBJECT)
		at->out->reach = MIGR_REACH_ALL;
	else if (stmt->objtype == OBJECT_SCHEMA)
		at->out->reach = MIGR_REACH_ON;
	else if (stmt->objtype == OBJECT_TABLE || stmt->objtype == OBJECT_SEQUENCE)
		add_relations(at, stmt->objects);
	else
	{
		foreach(cell, stmt->objects)
			add_object(at, stmt->objtype, lfirst(cell));
	}
	at->out->spare = true;
}

/* Something RENAMEd: what has the old name and the new one. */
static void
look_at_rename(Looking *at, const RenameStmt *stmt)
{
	if (stmt->behavior == DROP_CASCADE)
		at->out->reach = MIGR_REACH_ALL;
	else if (stmt->relation != NULL)
		add_relation(at, stmt->relation);
	else
		add_object(at, stmt->renameType, stmt->object);
	add(at, stmt->newname);
}

/* COMMENT, or ALTER ... OWNER TO: that of a schema or extension is no name's. */
static void
look_at_remark(Looking *at, ObjectType type, const Node *object)
{
	if (type == OBJECT_SCHEMA || type == OBJECT_EXTENSION)
		at->out->reach = MIGR_REACH_ON;
	else
		add_object(at, type, object);
	at->out->spare = true;
}

/* DROP: of what stands in the model. */
static void
look_at_drop(Looking *at, const DropStmt *stmt)
{
	ListCell *cell;

	if (stmt->behavior == DROP_CASCADE)
		at->out->reach = MIGR_REACH_ALL;
	foreach(cell, stmt->objects) add_object(at, stmt->removeType, lfirst(cell));
}

/* CREATE STATISTICS. */
static void
look_at_statistics(Looking *at, const CreateStatsStmt *stmt)
{
	if (stmt->defnames != NIL)
		add_word(at, (const Node *) stmt->defnames, 0);
	add_relations(at, stmt->relations);
	at->out->spare = true;
}

/* CREATE INDEX: foreign keys may need one that is unique. */
static void
look_at_index(Looking *at, const IndexStmt *stmt)
{
	if (stmt->idxname != NULL)
		add(at, stmt->idxname);
	add_relation(at, stmt->relation);
	at->out->spare = !stmt->unique;
}

/* What is made by a query. */
static void
look_at_query(Looking *at, const CreateTableAsStmt *stmt)
{
	if (stmt->query != NULL && IsA(stmt->query, SelectStmt))
		add_relation(at, stmt->into->rel);
	else
		at->out->reach = MIGR_REACH_ALL;
}

/* What makes settings and places. */
static MigrReach
look_at_place(const Node *node)
{
	if (IsA(node, SelectStmt))
		return migr_pg_calls_only((const SelectStmt *) node, "set_config")
				   ? MIGR_REACH_ON
				   : MIGR_REACH_ALL;
	if (IsA(node, CreateSchemaStmt) &&
		((const CreateSchemaStmt *) node)->schemaElts != NIL)
		return MIGR_REACH_ALL;
	return MIGR_REACH_ON;
}

/* What has a name of its own and isn't a table. */
static void
look_at_other(Looking *at, const Node *node)
{
	switch (nodeTag(node))
	{
		case T_CreateFunctionStmt:
			add_word(
				at,
				(const Node *) ((const CreateFunctionStmt *) node)->funcname,
				0);
			break;
		case T_DefineStmt:
			if (((const DefineStmt *) node)->kind == OBJECT_AGGREGATE)
				add_word(at,
						 (const Node *) ((const DefineStmt *) node)->defnames,
						 0);
			else
				at->out->reach = MIGR_REACH_ALL;
			break;
		case T_CreateSeqStmt:
			add_relation(at, ((const CreateSeqStmt *) node)->sequence);
			add_owner(at, ((const CreateSeqStmt *) node)->options);
			break;
		case T_AlterSeqStmt:
			add_relation(at, ((const AlterSeqStmt *) node)->sequence);
			add_owner(at, ((const AlterSeqStmt *) node)->options);
			break;
		case T_CompositeTypeStmt:
			add_relation(at, ((const CompositeTypeStmt *) node)->typevar);
			break;
		case T_CreateEnumStmt:
			add_word(at,
					 (const Node *) ((const CreateEnumStmt *) node)->typeName,
					 0);
			break;
		case T_AlterEnumStmt:
			add_word(
				at, (const Node *) ((const AlterEnumStmt *) node)->typeName, 0);
			break;
		case T_CreateDomainStmt:
			add_word(
				at,
				(const Node *) ((const CreateDomainStmt *) node)->domainname,
				0);
			break;
		case T_CreateStatsStmt:
			look_at_statistics(at, (const CreateStatsStmt *) node);
			break;
		default:
			at->out->reach = MIGR_REACH_ALL;
	}
}

/* What is put upon a table. */
static void
look_at_addition(Looking *at, const Node *node)
{
	at->out->spare = true;
	switch (nodeTag(node))
	{
		case T_CreateTrigStmt:
			add_relation(at, ((const CreateTrigStmt *) node)->relation);
			break;
		case T_CreatePolicyStmt:
			add_relation(at, ((const CreatePolicyStmt *) node)->table);
			break;
		case T_RuleStmt:
			add_relation(at, ((const RuleStmt *) node)->relation);
			at->out->spare = false; /* of a table it may make a view */
			break;
		default:
			at->out->reach = MIGR_REACH_ALL;
	}
}

/* Look at one statement. */
static void
look(Looking *at, const Node *node)
{
	switch (nodeTag(node))
	{
		case T_VariableSetStmt:
		case T_SelectStmt:
		case T_CreateSchemaStmt:
		case T_CreateExtensionStmt:
			at->out->reach = look_at_place(node);
			break;
		case T_CreateStmt:
			look_at_table(at, (const CreateStmt *) node);
			break;
		case T_AlterTableStmt:
			look_at_alter(at, (const AlterTableStmt *) node);
			break;
		case T_IndexStmt:
			look_at_index(at, (const IndexStmt *) node);
			break;
		case T_ViewStmt:
			add_relation(at, ((const ViewStmt *) node)->view);
			break;
		case T_CreateTableAsStmt:
			look_at_query(at, (const CreateTableAsStmt *) node);
			break;
		case T_CommentStmt:
			look_at_remark(at, ((const CommentStmt *) node)->objtype,
						   ((const CommentStmt *) node)->object);
			break;
		case T_AlterOwnerStmt:
			look_at_remark(at, ((const AlterOwnerStmt *) node)->objectType,
						   ((const AlterOwnerStmt *) node)->object);
			break;
		case T_GrantStmt:
			look_at_grant(at, (const GrantStmt *) node);
			break;
		case T_RenameStmt:
			look_at_rename(at, (const RenameStmt *) node);
			break;
		case T_DropStmt:
			look_at_drop(at, (const DropStmt *) node);
			break;
		case T_CreateTrigStmt:
		case T_CreatePolicyStmt:
		case T_RuleStmt:
			look_at_addition(at, node);
			break;
		default:
			look_at_other(at, node);
	}
}

/* MigrHost.about */
bool
migr_pg_about(MigrHost *host, const MigrBody *body, const MigrStmt *stmt,
			  MigrAbout *out)
{
	MigrPg *pg = (MigrPg *) host;
	MemoryContext old = MemoryContextSwitchTo(pg->scratch);
	List *trees =
		pg_parse_query(pnstrdup(body->text.ptr + stmt->offset, stmt->len));
	Looking at = {&host->ctx.arena, out};

	memset(out, 0, sizeof(*out));
	out->reach = MIGR_REACH_OWN;
	if (list_length(trees) == 1 && !stmt->rows)
		look(&at, linitial_node(RawStmt, trees)->stmt);
	else
		out->reach = MIGR_REACH_ALL;
	if (out->reach == MIGR_REACH_OWN && out->names.count == 0)
		out->reach = MIGR_REACH_ALL;
	MemoryContextSwitchTo(old);
	MemoryContextReset(pg->scratch);
	return true;
}
