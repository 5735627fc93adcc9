/*
 * bundle.c
 *		Small files in memory, on their way into the directory of a child.
 */
#include "bundle.h"

#include "runner_wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>

Status
bundle_add(int *bundle, const char *name, const char *bytes, size_t length,
           Error *error)
{
	RunnerFile head = {.length = length};
	struct iovec parts[2] = {
		{.iov_base = &head, .iov_len = sizeof(head)},
		{.iov_len = length},
	};

	snprintf(head.name, sizeof(head.name), "%s", name);
	/* writev() writes nothing there, whatever its type says. */
	memcpy(&parts[1].iov_base, &bytes, sizeof(bytes));
	if (*bundle < 0)
		*bundle = memfd_create("files", MFD_CLOEXEC);
	/* Memory takes all of it or nothing more. */
	if (*bundle >= 0 &&
	    writev(*bundle, parts, 2) == (ssize_t) (sizeof(head) + length))
		return STATUS_OK;
	return error_set(error,
	                 STATUS_UNAVAILABLE,
	                 "could not write \"%s\" into memory: %s",
	                 name,
	                 strerror(errno));
}
