/*
 * statement.h
 *		An SQL text that is prepared once per backend.
 *
 * A store declares its statements as static variables and runs them inside its
 * own SPI connection; rows are in SPI_tuptable afterwards.
 */
#ifndef MCP_STATEMENT_H
#define MCP_STATEMENT_H

#include "executor/spi.h"
#include "utils/jsonb.h"

#define STATEMENT_PARAMETERS_MAX 20

typedef struct Statement
{
	const char *text;
	int parameter_count;
	Oid types[STATEMENT_PARAMETERS_MAX];
	SPIPlanPtr plan; /* NULL until first run */
} Statement;

/*
 * Runs it and returns the number of rows.  nulls is SPI's: NULL where no value is
 * null, else a string with 'n' at each that is.
 *
 * statement_run may write, and sees all that was committed until now, by this
 * transaction or by others (in READ COMMITTED); statement_read sees what the
 * calling query sees, as a STABLE function must.
 */
extern uint64
statement_run(Statement *statement, Datum *values, const char *nulls);
extern uint64
statement_read(Statement *statement, Datum *values, const char *nulls);

/*
 * The first column of the first row, which must be jsonb and not null, in the
 * memory context that SPI_connect() left.
 */
extern Jsonb *statement_take_jsonb(void);

#endif
