/*
 * http_framing.c
 *		Where a request ends: headers on which two readers might not agree.
 */
#include "http_framing.h"

#include <string.h>
#include <strings.h>

#define MOST_DIGITS 18 /* fits into 64 bits, and into memory never */

typedef struct Framing
{
	int lengths;
	int encodings;
	bool is_odd; /* one of them is not of its form */
} Framing;

static enum MHD_Result look_at(void *context, enum MHD_ValueKind kind,
                               const char *name, const char *value);
static bool is_length(const char *value);

bool
http_framing_is_clear(struct MHD_Connection *connection)
{
	Framing framing = {0};

	MHD_get_connection_values(connection, MHD_HEADER_KIND, look_at, &framing);
	return !framing.is_odd && framing.lengths + framing.encodings <= 1;
}

static enum MHD_Result
look_at(void *context, enum MHD_ValueKind kind, const char *name,
        const char *value)
{
	Framing *framing = context;

	(void) kind;
	if (strcasecmp(name, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0)
	{
		framing->lengths++;
		framing->is_odd |= value == NULL || !is_length(value);
	}
	else if (strcasecmp(name, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0)
	{
		framing->encodings++;
		framing->is_odd |= value == NULL || strcasecmp(value, "chunked") != 0;
	}
	return MHD_YES;
}

static bool
is_length(const char *value)
{
	size_t digits = strspn(value, "0123456789");

	return digits > 0 && digits <= MOST_DIGITS && value[digits] == '\0';
}
