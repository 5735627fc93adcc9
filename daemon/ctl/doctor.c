/*
 * doctor.c
 *		What is well and what is not, each with what to do about it.
 */
#include "doctor.h"

#include "moment.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Seconds that clocks may differ before leases and schedules feel it. */
#define TOLERANCE 5.0

void
doctor_find(Doctor *doctor, const char *check, DoctorState state,
            const char *remedy, const char *format, ...)
{
	Arena *arena = doctor->context->arena;
	DoctorFinding *finding = arena_alloc(arena, sizeof(*finding));
	char message[1024];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(message, sizeof(message), format, arguments);
	va_end(arguments);
	finding->check = arena_copy_text(arena, check);
	finding->state = state;
	finding->message = arena_copy_text(arena, message);
	finding->remedy = remedy ? arena_copy_text(arena, remedy) : NULL;
	*doctor->end = finding;
	doctor->end = &finding->next;
}

/* A clock of whole seconds may be one behind. */
void
doctor_compare_clock(Doctor *doctor, const char *check, double before,
                     double theirs, double after)
{
	double ahead = theirs > after    ? theirs - after
	               : theirs < before ? theirs - before
	                                 : 0;
	const char *length =
		moment_print_length(doctor->context->arena, fabs(ahead));

	for (DoctorFinding *one = doctor->first; one; one = one->next)
	{
		if (strcmp(one->check, check) == 0)
			return;
	}
	if (fabs(ahead) <= TOLERANCE)
		doctor_find(
			doctor, check, DOCTOR_OK, NULL, "it agrees with the one here");
	else
		doctor_find(doctor,
		            check,
		            DOCTOR_WARNING,
		            "Let both machines keep time by NTP: tokens expire and "
		            "schedules fire by these clocks.",
		            "it is %s %s the one here",
		            length,
		            ahead > 0 ? "ahead of" : "behind");
}

void
doctor_count_workers(Doctor *doctor, JsonView live_workers)
{
	int64_t count;

	for (DoctorFinding *one = doctor->first; one; one = one->next)
	{
		if (strcmp(one->check, "workers") == 0)
			return;
	}
	if (!json_view_integer(live_workers, &count))
		return;
	if (count > 0)
		doctor_find(doctor,
		            "workers",
		            DOCTOR_OK,
		            NULL,
		            "%lld alive",
		            (long long) count);
	else
		doctor_find(doctor,
		            "workers",
		            DOCTOR_FAULT,
		            "Start mcpd with MCP_WORKER_SLOTS above 0, and look "
		            "whether its log says that it is registered.",
		            "no worker is alive: runs wait until one comes");
}
