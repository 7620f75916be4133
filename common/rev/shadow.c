/*
 * shadow.c
 *	  Which deps are shadowed: declared by a versioned ancestor too, and so no
 *	  parents (alembic.md 2.1, point 5).
 *
 * Only a dep with several users, the revisions that declare it, can be.  Most
 * cases are plain by the numbers of a spanning tree (along first parents):
 *
 * - a user that hangs on another one is shadowed;
 * - a user isn't below another one unless the numbers that it reaches, those of
 *	 all its descendants, lie within what the other one reaches.
 *
 * The deps for which that doesn't answer are carried up the versioned edges as
 * bits, 64 at a time, and only from their first user to their last.
 */
#include "rev/graph.h"

#include <string.h>

/* how many deps are carried up at a time */
#define GROUP 64

/* A revision that declares a dep, and the edge of deps by which it does. */
typedef struct User
{
	int32_t rev;
	int32_t edge;
} User;

typedef struct Shadows
{
	const MigrGraph *graph;
	int32_t *start;	 /* users of revision i: users[start[i]] … */
	User *users;	 /* by their numbers in the tree */
	MigrTree *tree;	 /* along first versioned parents */
	MigrTree *reach; /* the numbers of all descendants lie within */
	int32_t *place;	 /* of each revision in graph->order */
	int8_t *bit_of;	 /* of a dep that is carried up; else -1 */
	uint64_t *bits;	 /* deps that a revision or an ancestor declares */
	bool *shadowed;	 /* for each edge of deps */
} Shadows;

/* Deps to carry up, and where in graph->order their users stand. */
typedef struct Group
{
	int32_t deps[GROUP];
	int count;
	int32_t first;
	int32_t last;
} Group;

/* Count the users of each revision; returns whether one has several. */
static bool
count_users(Shadows *shadows)
{
	const MigrEdges *deps = &shadows->graph->deps;
	int32_t count = shadows->graph->count;
	bool several = false;

	/* two places too far: list_users() moves each start on to where it belongs */
	shadows->start = migr_alloc_array(&shadows->graph->ctx->arena,
									  (size_t) count + 2, sizeof(int32_t));
	for (int32_t k = 0; k < deps->start[count]; k++)
		several |= ++shadows->start[deps->to[k] + 2] == 2;
	return several;
}

/* List the users of each revision, by their numbers in the tree. */
static void
list_users(Shadows *shadows)
{
	const MigrGraph *graph = shadows->graph;
	MigrArena *arena = &graph->ctx->arena;
	size_t count = (size_t) graph->count;
	int32_t *numbered = migr_alloc_array(arena, count, sizeof(int32_t));

	shadows->users = migr_alloc_array(arena, (size_t) graph->deps.start[count],
									  sizeof(User));
	for (int32_t i = 0; i < graph->count; i++)
	{
		shadows->start[i + 2] += shadows->start[i + 1];
		numbered[shadows->tree[i].first] = i;
	}
	for (int32_t i = 0; i < graph->count; i++)
		migr_each_edge (&graph->deps, numbered[i], k)
		{
			User user = {numbered[i], k};

			shadows->users[shadows->start[graph->deps.to[k] + 1]++] = user;
		}
}

/* Find the numbers that each revision reaches, and its place in the order. */
static void
find_reach(Shadows *shadows)
{
	const MigrGraph *graph = shadows->graph;

	memcpy(shadows->reach, shadows->tree,
		   (size_t) graph->count * sizeof(MigrTree));
	for (int32_t i = graph->count - 1; i >= 0; i--)
	{
		int32_t rev = graph->order[i];
		const MigrTree *own = &shadows->reach[rev];

		shadows->place[rev] = i;
		migr_each_edge (&graph->down, rev, k)
		{
			MigrTree *parent = &shadows->reach[graph->down.to[k]];

			if (own->first < parent->first)
				parent->first = own->first;
			if (own->behind > parent->behind)
				parent->behind = own->behind;
		}
	}
}

/*
 * Mark the users of a dep that hang on another user, and drop them: what one
 * of them shadows, that other one does too.  Returns how many are left.
 */
static int32_t
drop_hanging(Shadows *shadows, User *users, int32_t count)
{
	int32_t left = 0;
	int32_t behind = 0; /* what hangs on the last one left */

	for (int32_t i = 0; i < count; i++)
	{
		const MigrTree *tree = &shadows->tree[users[i].rev];

		if (tree->first < behind)
		{
			shadows->shadowed[users[i].edge] = true;
			continue;
		}
		behind = tree->behind;
		users[left++] = users[i];
	}
	return left;
}

/* May one of these users be below another, by what they reach? */
static bool
may_shadow(const Shadows *shadows, const User *users, int32_t count)
{
	int32_t most = 0;
	int32_t least = INT32_MAX;

	for (int32_t i = 0; i < count; i++)
	{
		if (shadows->reach[users[i].rev].behind <= most)
			return true;
		most = shadows->reach[users[i].rev].behind;
	}
	for (int32_t i = count - 1; i >= 0; i--)
	{
		if (shadows->reach[users[i].rev].first >= least)
			return true;
		least = shadows->reach[users[i].rev].first;
	}
	return false;
}

/* Carry the deps of a group up, mark those of their users that they meet, and
 * empty the group. */
static void
carry_up(Shadows *shadows, Group *group)
{
	const MigrGraph *graph = shadows->graph;
	uint64_t *bits = shadows->bits;

	for (int b = 0; b < group->count; b++)
		shadows->bit_of[group->deps[b]] = (int8_t) b;
	for (int32_t i = group->first; i <= group->last; i++)
	{
		int32_t rev = graph->order[i];
		uint64_t above = 0;

		migr_each_edge (&graph->down, rev, k)
			above |= bits[graph->down.to[k]];
		bits[rev] = above;
		migr_each_edge (&graph->deps, rev, k)
		{
			int8_t bit = shadows->bit_of[graph->deps.to[k]];

			if (bit < 0)
				continue;
			bits[rev] |= UINT64_C(1) << bit;
			if ((above >> bit) & 1)
				shadows->shadowed[k] = true;
		}
	}
	for (int32_t i = group->first; i <= group->last; i++)
		bits[graph->order[i]] = 0;
	for (int b = 0; b < group->count; b++)
		shadows->bit_of[group->deps[b]] = -1;
	group->count = 0;
}

/* Add a dep to those that have to be carried up. */
static void
add_to_group(Shadows *shadows, Group *group, int32_t dep, const User *users,
			 int32_t count)
{
	if (group->count == GROUP)
		carry_up(shadows, group);
	if (group->count == 0)
		group->first = group->last = shadows->place[users[0].rev];
	for (int32_t i = 0; i < count; i++)
	{
		int32_t place = shadows->place[users[i].rev];

		if (place < group->first)
			group->first = place;
		if (place > group->last)
			group->last = place;
	}
	group->deps[group->count++] = dep;
}

bool *
migr_graph_shadows(const MigrGraph *graph)
{
	MigrArena *arena = &graph->ctx->arena;
	size_t count = (size_t) graph->count;
	Shadows shadows = {0};
	Group group = {0};

	shadows.graph = graph;
	shadows.shadowed = migr_alloc_array(
		arena, (size_t) graph->deps.start[count] + 1, sizeof(bool));
	if (!count_users(&shadows))
		return shadows.shadowed;
	shadows.tree = migr_alloc_array(arena, count, sizeof(MigrTree));
	shadows.reach = migr_alloc_array(arena, count, sizeof(MigrTree));
	shadows.place = migr_alloc_array(arena, count, sizeof(int32_t));
	shadows.bits = migr_alloc_array(arena, count, sizeof(uint64_t));
	shadows.bit_of = migr_alloc(arena, count);
	memset(shadows.bit_of, -1, count);
	migr_graph_span(graph, &graph->down, NULL, shadows.tree);
	find_reach(&shadows);
	list_users(&shadows);
	/* in order, so that those of a group stand near to each other */
	for (int32_t i = 0; i < graph->count; i++)
	{
		int32_t dep = graph->order[i];
		User *users = shadows.users + shadows.start[dep];
		int32_t left = drop_hanging(
			&shadows, users, shadows.start[dep + 1] - shadows.start[dep]);

		if (may_shadow(&shadows, users, left))
			add_to_group(&shadows, &group, dep, users, left);
	}
	if (group.count > 0)
		carry_up(&shadows, &group);
	return shadows.shadowed;
}
