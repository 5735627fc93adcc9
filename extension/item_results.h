/*
 * item_results.h
 *		What the items of a step came to, as the step's one result.
 */
#ifndef MCP_ITEM_RESULTS_H
#define MCP_ITEM_RESULTS_H

#include "run_state.h"
#include "utils/jsonb.h"
#include "utils/uuid.h"

/*
 * The results in the order of the items.  is_collecting: each as {success,
 * result, error}.  Needs an SPI connection.
 */
extern Jsonb *item_results_read(const pg_uuid_t *run_id, const RunFan *fan,
                                bool is_collecting);

/* [] */
extern Jsonb *item_results_none(void);

#endif
