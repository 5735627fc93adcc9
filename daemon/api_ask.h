/*
 * api_ask.h
 *		One statement asked on behalf of a request, its JSON answered as it is.
 */
#ifndef MCPD_API_ASK_H
#define MCPD_API_ASK_H

#include "api.h"

/*
 * Sends statement and answers with code and the JSON of its first column, or with
 * the problem.  204 leaves the JSON out.  values is as long as the statement
 * has parameters, of texts that live as long as the request.
 */
extern void api_ask(ApiRequest *request, DbStatement statement,
                    const char *const *values, int code);

/*
 * The same for a write of a document.  Where the document breaks a rule, the
 * validator is asked with validator_values for all of its problems.
 */
extern void
api_ask_write(ApiRequest *request, DbStatement statement,
              const char *const *values, int code, DbStatement validator,
              const char *const *validator_values);

/*
 * Answers with code and detail, a constant text or the request's, but only to who is
 * known and may call statement; DB_NOTHING: who is known.
 */
extern void api_refuse(ApiRequest *request, DbStatement statement, int code,
                       const char *detail);

/* Answers with JSON that a result holds in its first row, keeping the result. */
extern void api_answer_result(ApiRequest *request, DbResult *result, int code);

#endif
