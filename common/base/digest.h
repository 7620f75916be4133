/*
 * digest.h
 *	  A short text that stands for a long one: 128 bits, in hexadecimal.
 *
 * Texts that differ have different digests, but for whoever sets out to find two
 * that haven't: it tells whether something has changed, it keeps no secrets.
 */
#ifndef MIGR_DIGEST_H
#define MIGR_DIGEST_H

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

/* 32 digits. */
extern const char *migr_digest_text(MigrArena *arena, const MigrDigest *digest);

/* All of one text. */
extern const char *migr_digest(MigrArena *arena, MigrSpan text);

#endif
