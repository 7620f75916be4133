/*
 * digest.h
 *	  A short text that stands for a long one: 128 bits, in hexadecimal.
 *
 * Texts that differ have different digests, but for whoever sets out to find two
 * that haven't: it tells whether something has changed, it keeps no secrets.
 */
#ifndef MIGR_DIGEST_H
#define MIGR_DIGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef struct MigrDigest
{
	uint64_t a;
	uint64_t b;
} MigrDigest;

extern void migr_digest_init(MigrDigest *digest);

/* Add a text, and that it ends here. */
extern void migr_digest_add(MigrDigest *digest, MigrSpan text);

/* So many digits. */
#define MIGR_DIGEST_LEN 32
extern const char *migr_digest_text(MigrArena *arena, const MigrDigest *digest);

/* All of one text. */
extern const char *migr_digest(MigrArena *arena, MigrSpan text);

/* Append the digest of what a text holds; returns all of it. */
extern MigrSpan migr_digest_seal(MigrStr *str);

/* Cut that digest off; false: it isn't that of what stands before it. */
extern bool migr_digest_unseal(MigrArena *arena, MigrSpan *text);

#endif
