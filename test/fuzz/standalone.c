/*
 * standalone.c
 *	  Run a fuzz target without libFuzzer.
 *
 * usage: target [SECONDS] FILE ...
 *
 * Runs the target over each file; then, for so many seconds, over files that
 * were changed at random: bytes replaced, dropped, doubled, or taken from
 * another file.  The input that breaks something is left in build/fuzz/crash.
 */
#include "fuzz.h"

#include <string.h>
#include <time.h>

#define MOST_FILES 1000
#define MOST_BYTES ((size_t) 65536)

typedef struct Input
{
	uint8_t *data;
	size_t size;
} Input;

static Input inputs[MOST_FILES];
static int input_count;
static uint64_t seed = 88172645463325252u;

/* A number below limit (xorshift). */
static size_t
below(size_t limit)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return limit > 0 ? (size_t) (seed % limit) : 0;
}

/* Read a file into inputs. */
static void
read_input(const char *path)
{
	FILE *file = fopen(path, "rb");
	Input *input = &inputs[input_count];

	if (file == NULL || input_count == MOST_FILES)
	{
		fprintf(stderr, "can't take in %s\n", path);
		exit(2);
	}
	input->data = malloc(MOST_BYTES);
	input->size = fread(input->data, 1, MOST_BYTES, file);
	fclose(file);
	input_count++;
}

/* Run the target, its input kept where it dies. */
static void
run(const uint8_t *data, size_t size)
{
	FILE *file = fopen("build/fuzz/crash", "wb");

	if (file != NULL)
	{
		fwrite(data, 1, size, file);
		fclose(file);
	}
	LLVMFuzzerTestOneInput(data, size);
}

/* Change size bytes in data, which has room for MOST_BYTES, in one place. */
static size_t
change(uint8_t *data, size_t size)
{
	static const char odd[] = "\n\r\t ;:@+-,'\"()/*\0\xFF\xC3";
	const Input *other = &inputs[below((size_t) input_count)];
	size_t at = below(size + 1);
	size_t len = below(1 + below(64));
	size_t from = below(other->size + 1);

	switch (below(4))
	{
		case 0:
			if (at < size)
				data[at] = (uint8_t) (below(3) > 0 ? odd[below(sizeof(odd))]
												   : (int) below(256));
			return size;
		case 1:
			if (len > size - at)
				len = size - at;
			memmove(data + at, data + at + len, size - at - len);
			return size - len;
		case 2:
			from = at;
			other = NULL;
			if (len > size - from)
				len = size - from;
			break;
		default:
			if (len > other->size - from)
				len = other->size - from;
	}
	if (len > MOST_BYTES - size)
		return size;
	memmove(data + at + len, data + at, size - at);
	if (other != NULL)
		memcpy(data + at, other->data + from, len);
	return size + len;
}

/* Run changed inputs until the time is up. */
static long
run_changed(int seconds)
{
	time_t end = time(NULL) + seconds;
	uint8_t *data = malloc(MOST_BYTES);
	long runs = 0;

	while (time(NULL) < end)
	{
		const Input *input = &inputs[below((size_t) input_count)];
		size_t size = input->size;

		memcpy(data, input->data, size);
		for (size_t i = below(8) + 1; i > 0; i--)
			size = change(data, size);
		run(data, size);
		runs++;
	}
	free(data);
	return runs;
}

int
main(int argc, char **argv)
{
	int seconds = argc > 1 ? (int) strtol(argv[1], NULL, 10) : 0;
	long runs = 0;

	for (int i = seconds > 0 ? 2 : 1; i < argc; i++)
		read_input(argv[i]);
	for (int i = 0; i < input_count; i++)
		run(inputs[i].data, inputs[i].size);
	if (seconds > 0 && input_count > 0)
		runs = run_changed(seconds);
	remove("build/fuzz/crash");
	printf("%d files, %ld changed ones\n", input_count, runs);
	for (int i = 0; i < input_count; i++)
		free(inputs[i].data);
	return 0;
}
