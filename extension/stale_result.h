/*
 * stale_result.h
 *		Results that came too late: whoever brought them did not own the step.
 *
 * Each is noted as an event of its run, "result_refused", for those who wonder
 * what became of it.
 */
#ifndef MCP_STALE_RESULT_H
#define MCP_STALE_RESULT_H

#include "turn.h"

/*
 * Writes down what the turn refused because the attempt was not its worker's.
 * Needs an SPI connection.
 */
extern void stale_result_write_refused(const Turn *turn);

/*
 * The whole turn is about to be refused, and nothing that it writes will stay: its
 * results are remembered, and written by the next registration of the session.
 */
extern void stale_result_remember(const Turn *turn);

/* Needs an SPI connection. */
extern void stale_result_write_remembered(void);

#endif
