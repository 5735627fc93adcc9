/*
 * db_result.h
 *		The rows of an answer, as db.h shows them: for the rooms of db only.
 */
#ifndef MCPD_DB_RESULT_H
#define MCPD_DB_RESULT_H

#include "db.h"

#include <libpq-fe.h>

struct DbResult
{
	PGresult *rows;
	PGresult *second; /* of a pair; NULL: there is none */
	bool is_kept;     /* an arena owns the rows */
};

#endif
