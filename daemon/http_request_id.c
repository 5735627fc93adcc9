/*
 * http_request_id.c
 *		The id that a request goes by in logs and answers.
 */
#include "http_request_id.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#define LONGEST 128

static bool is_sane(const char *given);

const char *
http_request_id_take(Arena *arena, const char *given)
{
	uint64_t random[2] = {0};

	if (given && is_sane(given))
		return arena_copy_text(arena, given);
	/* Not a secret: should it ever fail, an id of zeros names a request. */
	if (getrandom(random, sizeof(random), GRND_NONBLOCK) < 0)
		random[0] = 0;
	return arena_print(
		arena, "%016" PRIx64 "%016" PRIx64, random[0], random[1]);
}

static bool
is_sane(const char *given)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
								  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
								  "0123456789-_.:";
	size_t length = strspn(given, allowed);

	return length > 0 && length <= LONGEST && given[length] == '\0';
}
