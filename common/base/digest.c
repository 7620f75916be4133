/*
 * digest.c
 *	  A short text that stands for a long one.
 *
 * Two numbers run along: one by FNV-1a, the other by another product and a
 * rotation, so that what one of them misses the other one sees.
 */
#include <inttypes.h>
#include <string.h>

#include "base/digest.h"

void
migr_digest_init(MigrDigest *digest)
{
	digest->a = UINT64_C(14695981039346656037);
	digest->b = UINT64_C(0x9e3779b97f4a7c15);
}

/* Add a number of up to 64 bits. */
static void
add(MigrDigest *digest, uint64_t value)
{
	digest->a = (digest->a ^ value) * UINT64_C(1099511628211);
	digest->b = (digest->b ^ value) * UINT64_C(0xff51afd7ed558ccd);
	digest->b = (digest->b << 29) | (digest->b >> 35);
}

void
migr_digest_add(MigrDigest *digest, MigrSpan text)
{
	for (size_t i = 0; i < text.len; i++)
		add(digest, (unsigned char) text.ptr[i]);
	add(digest, (uint64_t) text.len + 256);
}

const char *
migr_digest_text(MigrArena *arena, const MigrDigest *digest)
{
	return migr_printf(arena, "%016" PRIx64 "%016" PRIx64, digest->a,
					   digest->b);
}

const char *
migr_digest(MigrArena *arena, MigrSpan text)
{
	MigrDigest digest;

	migr_digest_init(&digest);
	migr_digest_add(&digest, text);
	return migr_digest_text(arena, &digest);
}

/* All that a text holds. */
static MigrSpan
span_of(const MigrStr *str)
{
	MigrSpan text = {str->data, str->len};

	return text;
}

MigrSpan
migr_digest_seal(MigrStr *str)
{
	migr_str_add(str, migr_digest(str->arena, span_of(str)));
	return span_of(str);
}

bool
migr_digest_unseal(MigrArena *arena, MigrSpan *text)
{
	if (text->len < MIGR_DIGEST_LEN)
		return false;
	text->len -= MIGR_DIGEST_LEN;
	return memcmp(text->ptr + text->len, migr_digest(arena, *text),
				  MIGR_DIGEST_LEN) == 0;
}
