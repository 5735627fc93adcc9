/*
 * event_view.h
 *		An event of a run, on one line.
 */
#ifndef MCPCTL_EVENT_VIEW_H
#define MCPCTL_EVENT_VIEW_H

#include "output.h"

/* In the form that -o says; arena is for what is made on the way. */
extern void event_view_print(Output *output, Arena *arena, JsonView event);

/* Copies its id, where it has one, into a field of that size. */
extern void
event_view_keep_id(Arena *arena, JsonView event, char *field, size_t size);

#endif
