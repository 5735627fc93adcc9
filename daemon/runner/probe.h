/*
 * probe.h
 *		What this machine permits, found out by trying it.
 */
#ifndef RUNNER_PROBE_H
#define RUNNER_PROBE_H

#include "allowances.h"
#include "runner_wire.h"

/*
 * Never weaker than wanted: where that is not to be had level is RUNNER_NONE,
 * and missing says what is in the way.  *cage is what to use.
 */
extern void probe_level(RunnerLevel wanted, RunnerReady *ready, CageKind *cage);

#endif
