/*
 * http_patience.c
 *		How long clients may take to send a request.
 *
 * One look a second at all of them costs less than a timer for each request.
 */
#include "http_patience.h"

#include "loop.h"
#include "memory.h"

#include <stdlib.h>
#include <sys/socket.h>

/* Milliseconds between two looks. */
#define LOOK 250

/* Bytes a second: slower lines than this are none that anybody has. */
#define SLOWEST 4096

struct HttpPatience
{
	HttpPatient *first;
	LoopTimer *timer;
	uint64_t headers; /* milliseconds */
	uint64_t idle;
};

static void look(void *context);

HttpPatience *
http_patience_create(double seconds, double idle_seconds)
{
	HttpPatience *patience = memory_alloc(sizeof(*patience));

	patience->headers = (uint64_t) (seconds * 1000);
	patience->idle = (uint64_t) (idle_seconds * 1000);
	patience->timer = loop_timer_create(look, patience);
	return patience;
}

void
http_patience_destroy(HttpPatience *patience)
{
	if (patience == NULL)
		return;
	loop_timer_destroy(patience->timer);
	free(patience);
}

void
http_patience_enter(HttpPatience *patience, HttpPatient *patient, int fd)
{
	patient->fd = fd;
	patient->next = patience->first;
	patient->place = &patience->first;
	if (patient->next)
		patient->next->place = &patient->next;
	patience->first = patient;
	http_patience_expect(patience, patient, HTTP_EXPECTED_HEADERS, 0);
	if (!loop_timer_is_set(patience->timer))
		loop_timer_set(patience->timer, LOOK);
}

void
http_patience_leave(HttpPatient *patient)
{
	*patient->place = patient->next;
	if (patient->next)
		patient->next->place = patient->place;
}

void
http_patience_expect(const HttpPatience *patience, HttpPatient *patient,
                     HttpExpected expected, size_t bytes)
{
	uint64_t now = loop_now();

	switch (expected)
	{
		case HTTP_EXPECTED_NOTHING:
			patient->deadline = 0;
			break;
		case HTTP_EXPECTED_HEADERS:
			patient->deadline = now + patience->headers;
			break;
		case HTTP_EXPECTED_BODY:
			patient->deadline =
				now + patience->headers + (uint64_t) bytes * 1000 / SLOWEST;
			break;
		case HTTP_EXPECTED_NEXT:
			patient->deadline = now + patience->idle + patience->headers;
			break;
	}
}

/* libmicrohttpd finds the end of the connection, and lets go of it. */
static void
look(void *context)
{
	HttpPatience *patience = context;
	uint64_t now = loop_now();

	for (HttpPatient *one = patience->first; one; one = one->next)
	{
		if (one->deadline == 0 || one->deadline > now)
			continue;
		one->deadline = 0;
		shutdown(one->fd, SHUT_RDWR);
	}
	if (patience->first)
		loop_timer_set(patience->timer, LOOK);
}
