/*
 * pool.h
 *		Work that blocks, done on a thread beside the loop.
 *
 * For the file system, which has no other way not to block, and for what would
 * keep the loop too long.  The work owns what it touches until it is done.
 */
#ifndef MCPD_POOL_H
#define MCPD_POOL_H

#include "loop.h"

/*
 * Calls work(context) on a thread, then done(context) on the loop; done may be
 * NULL.  loop_close() waits for all of it.
 */
extern void pool_run(LoopCallback work, LoopCallback done, void *context);

#endif
