/*
 * api_manners.h
 *		What HTTP asks of any route: methods, media types, origins.
 */
#ifndef MCPD_API_MANNERS_H
#define MCPD_API_MANNERS_H

#include "api.h"

/*
 * Adds what the browser of another origin wants to see, where the origin is
 * one of those configured; without any, the browser shows him nothing.
 */
extern void api_add_origin(ApiRequest *request);

/* 204 with Allow, and what a preflight asks for. */
extern void api_answer_options(ApiRequest *request, const char *allow);

/*
 * Whether the body is of a type that can be read (415), and what the route
 * makes one that the client takes (406).  Answers where not.
 */
extern bool api_agrees(ApiRequest *request, const ApiRoute *route);

#endif
