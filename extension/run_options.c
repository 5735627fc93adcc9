/*
 * run_options.c
 *		The options of a start, as they stand in a document.
 */
#include "postgres.h"

#include "run_options.h"

static const char *const keys[] = {"queue", "priority"};
static const JsonTextLimits queue_limits = {JSON_TEXT_LINE, 1, 100};
static const JsonRange priority_range = {-1000, 1000};

void
run_options_read(const JsonObject *options, RunStart *start)
{
	char *queue;

	json_object_check_keys(options, keys, lengthof(keys));
	queue =
		json_object_read_string(options, "queue", JSON_OPTIONAL, &queue_limits);
	if (queue != NULL)
		start->queue = queue;
	json_object_read_integer(
		options, "priority", JSON_OPTIONAL, &priority_range, &start->priority);
}
