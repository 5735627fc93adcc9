/*
 * interrupt.h
 *		Ctrl-C, for what would rather say a word before it ends.
 */
#ifndef MCPCTL_INTERRUPT_H
#define MCPCTL_INTERRUPT_H

#include <stdbool.h>

/* From now on the first one is only noted; the second ends the program. */
extern void interrupt_catch(void);
extern bool interrupt_has_come(void);

/* Sleeps so many seconds, or until it comes. */
extern void interrupt_sleep(double seconds);

#endif
