/*
 * fuzz.h
 *	  What a fuzz target is: libFuzzer's entry, and a check that ends the run.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Say what doesn't hold, and die so that the fuzzer keeps the input. */
#define fuzz_check(condition)                                                  \
	do                                                                         \
	{                                                                          \
		if (!(condition))                                                      \
		{                                                                      \
			fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);    \
			abort();                                                           \
		}                                                                      \
	} while (0)

extern int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
