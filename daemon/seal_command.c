/*
 * seal_command.c
 *		mcpd --seal NAME: for whoever sets secrets by SQL.
 */
#include "seal_command.h"

#include <stdio.h>
#include <string.h>

/* One more than a secret may have, so that a longer one is seen to be. */
#define ROOM 65540

int
seal_command(const Seal *seal, const char *name, Arena *arena)
{
	char *text = arena_alloc(arena, ROOM);
	size_t length = fread(text, 1, ROOM - 1, stdin);
	const char *sealed;
	Error error;

	if (length > 0 && text[length - 1] == '\n')
		text[--length] = '\0';
	if (strlen(text) != length)
	{
		fprintf(stderr, "mcpd: a secret must not hold a NUL\n");
		return 1;
	}
	if (seal_close(seal, name, text, arena, &sealed, &error) != STATUS_OK)
	{
		fprintf(stderr, "mcpd: %s\n", error.message);
		return 1;
	}
	puts(sealed);
	return 0;
}
