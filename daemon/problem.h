/*
 * problem.h
 *		What went wrong, told to a client: application/problem+json (RFC 9457).
 *
 * The one place where a Status becomes a status code of HTTP.  problem_text.h
 * decides how much of an Error goes with it.
 */
#ifndef MCPD_PROBLEM_H
#define MCPD_PROBLEM_H

#include "http.h"
#include "status.h"

/* Answers with the error's code; errors of status INTERNAL are logged too. */
extern void problem_answer(HttpRequest *request, const Error *error);

/*
 * Answers with a code and a sentence of our own.  With 401 goes
 * WWW-Authenticate, with 503 Retry-After.
 */
extern void
problem_answer_code(HttpRequest *request, int code, const char *detail);

/*
 * Answers 422 with the error and all problems of the document: a JSON array of
 * {path, rule, message, hint}, as PostgreSQL made it; NULL for the error alone.
 */
extern void problem_answer_list(HttpRequest *request, const Error *error,
                                const char *problems);

/* 422 for one member of the query: its name, what it is, what would be right. */
extern void problem_answer_query(HttpRequest *request, const char *name,
                                 const char *message, const char *hint);

#endif
