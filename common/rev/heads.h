/*
 * heads.h
 *	  How many heads a graph has, and when they become more.
 */
#ifndef MIGR_HEADS_H
#define MIGR_HEADS_H

#include "rev/graph.h"

/*
 * What to tell where a graph has become one that branches, without labels, into
 * several heads and more than it had: most often two people have written a revision
 * on top of the same one.  NULL where that hasn't happened.
 */
extern const char *migr_second_head(const MigrGraph *before,
									const MigrGraph *after);

#endif
