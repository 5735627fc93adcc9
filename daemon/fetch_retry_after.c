/*
 * fetch_retry_after.c
 *		The header Retry-After: how long a server wants to be left alone.
 */
#include "fetch_retry_after.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Seconds; whoever asks for more does not expect to be asked again. */
#define LONGEST 86400.0

double
fetch_retry_after(const char *value)
{
	double seconds;

	if (value == NULL || *value == '\0')
		return 0;
	/* Fractions are no HTTP, but servers of models send them. */
	if (strspn(value, "0123456789.") == strlen(value))
		seconds = strtod(value, NULL);
	else
	{
		time_t date = curl_getdate(value, NULL);

		seconds = date == -1 ? 0 : difftime(date, time(NULL));
	}
	if (seconds < 0)
		return 0;
	return seconds > LONGEST ? LONGEST : seconds;
}
