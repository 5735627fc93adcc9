/*
 * http_request_id.c
 *		The id that a request goes by in logs and answers.
 */
#include "http_request_id.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/random.h>

#define LONGEST 128
#define DIGITS 16 /* of a number of 64 bits */

static uint64_t mix(uint64_t count);
static void print(char *digits, uint64_t number);
static bool is_sane(const char *given);

void
http_request_ids_init(HttpRequestIds *ids)
{
	/* Not a secret: should it ever fail, the count still tells requests apart. */
	if (getrandom(ids, sizeof(*ids), GRND_NONBLOCK) < 0)
		ids->place = 0;
}

const char *
http_request_id_take(Arena *arena, const char *given, HttpRequestIds *ids)
{
	char *id;

	if (given && is_sane(given))
		return arena_copy_text(arena, given);
	id = arena_alloc(arena, 2 * DIGITS + 1);
	print(id, ids->place);
	print(id + DIGITS, mix(ids->count++));
	return id;
}

/* One to one, so that no two counts meet (the end of splitmix64). */
static uint64_t
mix(uint64_t count)
{
	count = (count ^ (count >> 30)) * 0xbf58476d1ce4e5b9u;
	count = (count ^ (count >> 27)) * 0x94d049bb133111ebu;
	return count ^ (count >> 31);
}

static void
print(char *digits, uint64_t number)
{
	for (int i = DIGITS - 1; i >= 0; i--)
	{
		digits[i] = "0123456789abcdef"[number & 15];
		number >>= 4;
	}
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
