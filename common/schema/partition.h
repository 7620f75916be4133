/*
 * partition.h
 *	  What PostgreSQL does by itself with the tables, indexes, keys and triggers of
 *	  partitions.
 *
 * The upper index (of a partitioned table; an INDEX, or a CONSTRAINT's) and the lower
 * one (of a partition) are joined by an INDEX_PARTITION, the tables by an
 * INHERITANCE with a BOUND.  The server's rules:
 *
 * - ATTACH PARTITION joins to each upper index a lower one that looks like it, in
 *   the order in which they were made, and makes one where there is none.  So does
 *   PARTITION OF.  A key takes only a key.
 * - CREATE INDEX ON ONLY and ALTER TABLE ONLY ... ADD make an upper index alone.
 *   ALTER INDEX ... ATTACH PARTITION joins a lower one to it.
 * - DETACH PARTITION sets the lower indexes free.  Nothing else does.
 * - A lower index can't go as long as it is joined; with the upper one it goes by
 *   itself, unless it is a key's and the upper one is a plain index: then the upper
 *   one can't go.
 * - DETACH fails where rows are referred to by a foreign key to the upper table.
 * - A row trigger of the upper table is made for each partition as well, at ATTACH
 *   too, under its name, and goes with the upper one and at DETACH.
 */
#ifndef MIGR_PARTITION_H
#define MIGR_PARTITION_H

#include "schema/model.h"

struct MigrDiff;
struct MigrOrder;

/* ---- facts ------------------------------------------------------------------ */

/* What joins a lower index to an upper one, if it is one: an INDEX_PARTITION; NULL:
 * it is on its own. */
extern const MigrObject *migr_partition_link(const MigrObject *index);

/* The upper index that an INDEX_PARTITION leads to, the upper table that an
 * INHERITANCE leads to; NULL: it isn't known. */
extern const MigrObject *migr_partition_upper(const MigrObject *link);

/* The INHERITANCE of the table whose index an INDEX_PARTITION is about; NULL: it
 * isn't known. */
extern const MigrObject *migr_partition_table(const MigrObject *link);

/* Is it an index, or a key with one, that has, or may have, parts? */
extern bool migr_partition_is_upper(const MigrObject *object);

/* ---- fates ------------------------------------------------------------------ */

/* Take what can't stay for these rules' sake, an index, or a partition from its
 * table for a while; and spread all that has happened, until nothing does. */
extern void migr_partition_settle(struct MigrDiff *diff);

/* Mark the new upper indexes that some partition has no part of in the end: CREATE
 * TABLE can't hold them. */
extern void migr_partition_mark(struct MigrDiff *diff);

/* ---- order ------------------------------------------------------------------ */

/* Which DROP of an upper index takes a lower one along?  MIGR_NO_NODE: none. */
extern int migr_partition_taker(const struct MigrOrder *order,
								const MigrObject *index);

/* Note what comes before what for these rules' sake. */
extern void migr_partition_edges(struct MigrOrder *order);

#endif
