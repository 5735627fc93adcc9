/*
 * doctor.h
 *		What is well and what is not, each with what to do about it.
 */
#ifndef MCPCTL_DOCTOR_H
#define MCPCTL_DOCTOR_H

#include "context.h"

typedef enum DoctorState
{
	DOCTOR_OK,
	DOCTOR_WARNING, /* it works, but not as it could */
	DOCTOR_FAULT,   /* something does not work */
	DOCTOR_UNKNOWN  /* it could not be looked at */
} DoctorState;

typedef struct DoctorFinding
{
	struct DoctorFinding *next;
	const char *check; /* "extension" */
	DoctorState state;
	const char *message;
	const char *remedy; /* a sentence; NULL: none is needed */
} DoctorFinding;

typedef struct Doctor
{
	Context *context;
	DoctorFinding *first;
	DoctorFinding **end;
} Doctor;

/* The texts are copied. */
extern void doctor_find(Doctor *doctor, const char *check, DoctorState state,
                        const char *remedy, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* whose: "the daemon's"; theirs: what it said between the two of ours. */
extern void doctor_compare_clock(Doctor *doctor, const char *check,
                                 double before, double theirs, double after);

/* NULL: nobody said how many. */
extern void doctor_count_workers(Doctor *doctor, JsonView live_workers);

/* The two sides that are looked at. */
extern void doctor_look_at_daemon(Doctor *doctor);
extern void doctor_look_at_database(Doctor *doctor);

#endif
