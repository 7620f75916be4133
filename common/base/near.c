/*
 * near.c
 *	  Near misses.  See near.h.
 */
#include "base/near.h"

#include <stddef.h>
#include <string.h>

#define LONGEST 64

int
migr_edit_distance(const char *a, const char *b, int limit)
{
	int row[LONGEST + 1]; /* edits from the a so far to each beginning of b */
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);

	if (a_len > LONGEST || b_len > LONGEST ||
		(a_len > b_len ? a_len - b_len : b_len - a_len) >= (size_t) limit)
		return limit;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = (int) j;
	for (size_t i = 1; i <= a_len; i++)
	{
		int corner = row[0]; /* the value above and to the left */

		row[0] = (int) i;
		for (size_t j = 1; j <= b_len; j++)
		{
			int best = corner + (a[i - 1] != b[j - 1]);

			corner = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[b_len] < limit ? row[b_len] : limit;
}

int
migr_near_limit(const char *word)
{
	return strlen(word) < 5 ? 2 : 3;
}

const char *
migr_near(const char *const *words, const char *word)
{
	const char *best = NULL;
	int least = migr_near_limit(word);

	for (int i = 0; words[i] != NULL; i++)
	{
		int edits = migr_edit_distance(word, words[i], least);

		if (edits < least)
		{
			least = edits;
			best = words[i];
		}
	}
	return best;
}
