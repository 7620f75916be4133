/*
 * near.h
 *	  Near misses: which known word was meant, perhaps.
 */
#ifndef MIGR_NEAR_H
#define MIGR_NEAR_H

/*
 * Count the edits (a byte added, dropped or replaced) that make b of a; limit
 * where it takes as many or more, or where a text is long.
 */
extern int migr_edit_distance(const char *a, const char *b, int limit);

/* How many edits are too many for a miss of this word to be a near one. */
extern int migr_near_limit(const char *word);

/* Find the one of words (NULL ends them) that is nearest; NULL: none is. */
extern const char *migr_near(const char *const *words, const char *word);

#endif
