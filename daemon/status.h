/*
 * status.h
 *		How a verb of the daemon ended, and what to tell about it.
 *
 * A verb that may fail returns a Status and takes an Error last; it fails only
 * by `return error_set(error, ...)`.  An Error is a value without pointers: it
 * can be copied and kept, and outlives whatever failed.
 */
#ifndef MCPD_STATUS_H
#define MCPD_STATUS_H

#define MUST_CHECK __attribute__((warn_unused_result))

typedef enum Status
{
	STATUS_OK,
	STATUS_INVALID,     /* a value that cannot be read as what it should be */
	STATUS_RULE,        /* a document breaks a rule: MC001 to MC004 */
	STATUS_NOT_FOUND,   /* MC020 */
	STATUS_CONFLICT,    /* the state of things forbids it now */
	STATUS_LEASE_LOST,  /* MC011: this worker is no longer the owner */
	STATUS_STRANGER,    /* who asks is not known, or no longer */
	STATUS_DENIED,      /* known, but not allowed */
	STATUS_MISSING,     /* the extension is not there, or too old */
	STATUS_UNAVAILABLE, /* the other side is away or too slow; try again */
	STATUS_INTERNAL     /* a fault of ours */
} Status;

/*
 * message is in PostgreSQL's style: lower case, no period.  It may hold text
 * of the server or a driver, so it is for the log; whoever answers a stranger
 * decides by status what he may read.
 */
typedef struct Error
{
	Status status;
	char sqlstate[6]; /* "" where the database had no part in it */
	char rule[64];    /* of a broken rule, else "" */
	char path[1024];  /* where in the document, else "" */
	char message[1024];
	char detail[512];
	char hint[512];
} Error;

/*
 * Fills *error anew, all else in it empty, and returns status.  Text that is
 * too long is cut at a character's border.
 */
extern Status error_set(Error *error, Status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Copies text, which may be NULL, into a field of an Error, cut to fit. */
extern void error_copy_text(char *field, unsigned long size, const char *text);

/* "ok", "not found": for logs. */
extern const char *status_name(Status status);

#endif
