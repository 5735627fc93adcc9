/*
 * spare.h
 *		Sandboxes that are made before anybody needs them.
 *
 * Each is used once.  What is wanted next is guessed from what was wanted last:
 * tasks of one daemon differ in little but their scripts.  Where there is no
 * cage, a sandbox is bound to its task's directory, and there are no spares.
 */
#ifndef RUNNER_SPARE_H
#define RUNNER_SPARE_H

#include "allowances.h"

/*
 * The socket of one that allows just this, now the caller's; -1 where there is
 * none.  Notes what was wanted.
 */
extern int spare_take(const Allowances *wanted);

/* What one more should allow, or NULL; no texts of any task are in it. */
extern const Allowances *spare_find_wanted(void);

/* Keeps one that was made for spare_find_wanted(). */
extern void spare_keep(int orders);

#endif
