/*
 * executor_python_index.h
 *		The way of pip to its package index, and to nobody else.
 *
 * What a package executes while it is installed is as foreign as a script.
 */
#ifndef MCPD_EXECUTOR_PYTHON_INDEX_H
#define MCPD_EXECUTOR_PYTHON_INDEX_H

#include "executor.h"
#include "proxy.h"

#define PIP_SETTINGS_FILE "/etc/pip.conf"

/*
 * To be destroyed by the caller.  NULL where pip needs the network of this machine:
 * in the basic sandbox, which has no other, and where mcpd's environment
 * names a proxy, which is the way out of here then.  Reads a small file.
 */
extern Proxy *executor_python_index_open(const ExecutorTask *task);

#endif
