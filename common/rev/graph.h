/*
 * graph.h
 *	  The revision graph: who follows whom, and who depends on whom.
 *
 * A revision is a number, its place in map order: the order of registration
 * (alembic.md, section 2).  Edges lie in flat arrays, sets are bits, and every
 * walk is linear in revisions and edges.
 *
 * Words, as in alembic.md: a versioned parent is an entry of revises; a dep is
 * an entry of depends_on; a head has no versioned children; a real head has no
 * children of either kind; a base has no versioned parents.  The normalised
 * parents of a revision are its versioned parents and then those deps that no
 * versioned ancestor declares (2.1).
 */
#ifndef MIGR_GRAPH_H
#define MIGR_GRAPH_H

#include "base/map.h"
#include "rev/script.h"

/* "nothing": before the bases, or no revision at all */
#define MIGR_NO_REVISION (-1)

typedef MIGR_VEC(int32_t) MigrRevs;

/* Edges of one kind: those of revision i are to[start[i]] … to[start[i+1]-1]. */
typedef struct MigrEdges
{
	int32_t *start;
	int32_t *to;
} MigrEdges;

typedef uint64_t *MigrSet; /* a bit for each revision */

/* A revision's place in a spanning tree: what hangs on it, itself too, has the
 * numbers from first to before behind. */
typedef struct MigrTree
{
	int32_t first;
	int32_t behind;
} MigrTree;

typedef struct MigrGraph
{
	MigrCtx *ctx;
	int32_t count;
	MigrRevision *const *revisions; /* in map order */
	MigrMap keys;					/* ids, then labels -> revision */
	MigrEdges down;					/* versioned parents */
	MigrEdges deps;					/* declared deps */
	MigrEdges all_down;				/* versioned parents and declared deps */
	MigrEdges parents;				/* normalised parents */
	MigrEdges up;					/* versioned children */
	MigrEdges all_up; /* children by versioned parents and declared deps */
	MigrEdges kids;	  /* children by normalised parents */
	int32_t *order;	  /* every revision after its parents of either kind */
	MigrNames labels; /* all labels declared */
	int label_words;  /* words of a revision's label set */
	uint64_t *label_sets;
} MigrGraph;

/* for (int32_t k …) over the edges of revision i */
#define migr_each_edge(edges, i, k)                                            \
	for (int32_t k = (edges)->start[i]; k < (edges)->start[(i) + 1]; k++)

static inline int32_t
migr_edge_count(const MigrEdges *edges, int32_t i)
{
	return edges->start[i + 1] - edges->start[i];
}

static inline bool
migr_set_has(const uint64_t *set, int32_t i)
{
	return (set[i >> 6] >> (i & 63)) & 1;
}

static inline void
migr_set_add(uint64_t *set, int32_t i)
{
	set[i >> 6] |= UINT64_C(1) << (i & 63);
}

static inline void
migr_set_drop(uint64_t *set, int32_t i)
{
	set[i >> 6] &= ~(UINT64_C(1) << (i & 63));
}

/*
 * Build the graph over count revisions, given in map order; the array is
 * kept.  Errors: a revision that is its own parent, two with one id, a label
 * that is taken, a missing parent or dep, a cycle (MIGR_ERR_GRAPH); each names
 * the revisions and, where it has one, the path.
 */
extern bool migr_graph_build(MigrCtx *ctx, MigrRevision *const *revisions,
							 int32_t count, MigrGraph *graph);

/* Return an empty set. */
extern MigrSet migr_set_new(const MigrGraph *graph);

/* Add to set all that is reached from start over edges, start included.  What
 * the set has already isn't walked again. */
extern void migr_graph_close(const MigrGraph *graph, const MigrEdges *edges,
							 const MigrRevs *start, MigrSet set);

/*
 * Number the revisions along the tree that edges to the first parents make;
 * only those in set are parents, NULL: all.  tree has room for all revisions,
 * and is zero.
 */
extern void migr_graph_span(const MigrGraph *graph, const MigrEdges *edges,
							const uint64_t *set, MigrTree *tree);

/*
 * Say which edges of deps a versioned ancestor shadows (2.1): a flag an edge.
 * Reads down, deps and order.
 */
extern bool *migr_graph_shadows(const MigrGraph *graph);

/*
 * The revisions that share a line with one of tests: its ancestors, its
 * descendants and itself (2.3); deps says whether dependencies count.
 */
extern MigrSet migr_lineage(const MigrGraph *graph, const MigrRevs *tests,
							bool deps);

/* The same for one revision, dependencies left out. */
extern MigrSet migr_lineage_of(const MigrGraph *graph, int32_t rev);

/* Is it a head, a real head, a base? */
extern bool migr_is_head(const MigrGraph *graph, int32_t rev);
extern bool migr_is_real_head(const MigrGraph *graph, int32_t rev);
extern bool migr_is_base(const MigrGraph *graph, int32_t rev);

/* Does the revision carry the label, by its own or spread to it (2.2)? */
extern bool migr_has_label(const MigrGraph *graph, int32_t rev, int32_t label);

/* The labels a revision carries, in the order they are declared. */
extern void migr_labels_of(const MigrGraph *graph, int32_t rev, MigrNames *out);

/*
 * Order a set, children first, starting at the given revisions (2.5): depth
 * first along one line, changing lines only where another line still needs a
 * revision.  Members of start that aren't in the set are skipped.  Appends to
 * out.  The set is emptied.
 */
extern void migr_graph_sort(const MigrGraph *graph, MigrSet todo,
							const MigrRevs *start, MigrRevs *out);

/* Append a revision to a list. */
extern void migr_revs_add(const MigrGraph *graph, MigrRevs *revs, int32_t rev);

/* Put revisions into map order, each once. */
extern void migr_revs_sort(const MigrGraph *graph, MigrRevs *revs);

/* The ids of revisions, joined by ", "; NULL where there are none. */
extern const char *migr_revs_text(const MigrGraph *graph, const MigrRevs *revs);

#endif
