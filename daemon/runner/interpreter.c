/*
 * interpreter.c
 *		A Python that is ready before anybody needs it.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "interpreter.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit code of python3 for a failure while it ends. */
#define EXIT_UNCLEAN 120

#define TEXT_OF(number) #number
#define VERSION_TEXT(major, minor) TEXT_OF(major) "." TEXT_OF(minor)

/* What it needs to know of a prepared one's arguments. */
enum
{
	ARGUMENT_PROGRAM,
	ARGUMENT_NO_BYTECODE,
	ARGUMENT_COMMAND,
	ARGUMENT_TEXT,
	ARGUMENT_FIRST
};

/* What is loaded once is not to be looked through again in each fork. */
static const char preparation[] =
	"import sys, os, io, re, json, math, random, time, datetime, calendar\n"
	"import collections, collections.abc, itertools, functools, operator\n"
	"import string, textwrap, base64, binascii, hashlib, hmac, struct, zlib\n"
	"import decimal, fractions, statistics, bisect, heapq, copy, enum, types\n"
	"import dataclasses, typing, contextlib, csv, uuid, pathlib, tempfile\n"
	"import shutil, subprocess, threading, queue, traceback, logging, ast\n"
	"import urllib.parse, html, unicodedata, secrets, argparse, warnings\n"
	"import encodings.idna, encodings.latin_1, encodings.ascii\n"
	"import gc\n"
	"gc.collect()\n"
	"gc.freeze()\n"
	"del gc\n";

/* As python3 has it when it runs a -c. */
static const char fresh_start[] = "import sys as _sys\n"
								  "_sys.path.insert(0, '')\n"
								  "for _name in list(globals()):\n"
								  "    if not _name.startswith('__'):\n"
								  "        del globals()[_name]\n";

static char prepared_path[PATH_MAX];

static bool is_ours(const char *python, char *real);
static bool set_arguments(char *const *arguments);
static bool set_variables(char *const *variables);

bool
interpreter_prepare(const char *python)
{
	char real[PATH_MAX];
	PyConfig config;
	PyStatus status;

	if (!is_ours(python, real))
		return false;
	PyConfig_InitPythonConfig(&config);
	config.parse_argv = 0;
	config.write_bytecode = 0;
	status = PyConfig_SetBytesString(&config, &config.program_name, python);
	if (!PyStatus_Exception(status))
		status = Py_InitializeFromConfig(&config);
	PyConfig_Clear(&config);
	if (PyStatus_Exception(status))
		return false;
	snprintf(prepared_path, sizeof(prepared_path), "%s", python);
	if (PyRun_SimpleString(preparation) == 0)
		return true;
	prepared_path[0] = '\0';
	return false;
}

bool
interpreter_is_asked_for(char *const *arguments)
{
	for (int i = 0; i < ARGUMENT_FIRST; i++)
	{
		if (arguments[i] == NULL)
			return false;
	}
	return prepared_path[0] &&
	       strcmp(arguments[ARGUMENT_PROGRAM], prepared_path) == 0 &&
	       strcmp(arguments[ARGUMENT_NO_BYTECODE], "-B") == 0 &&
	       strcmp(arguments[ARGUMENT_COMMAND], "-c") == 0;
}

void
interpreter_before_fork(void)
{
	if (prepared_path[0])
		PyOS_BeforeFork();
}

void
interpreter_after_fork(void)
{
	if (prepared_path[0])
		PyOS_AfterFork_Parent();
}

/* A SystemExit ends the process from inside of PyRun_SimpleString(). */
_Noreturn void
interpreter_run(char *const *arguments, char *const *variables)
{
	sigset_t none;
	int code;

	PyOS_AfterFork_Child();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!set_variables(variables) || !set_arguments(arguments) ||
	    PyRun_SimpleString(fresh_start) < 0)
	{
		PyErr_Print();
		exit(EXIT_UNCLEAN);
	}
	code = PyRun_SimpleString(arguments[ARGUMENT_TEXT]) < 0 ? 1 : 0;
	if (Py_FinalizeEx() < 0)
		code = EXIT_UNCLEAN;
	exit(code);
}

/*
 * By its real path.  One of the same version that was built apart from the
 * library that we have may differ in anything.
 */
static bool
is_ours(const char *python, char *real)
{
	static const char ours[] =
		"/usr/bin/python" VERSION_TEXT(PY_MAJOR_VERSION, PY_MINOR_VERSION);

	return realpath(python, real) != NULL && strcmp(real, ours) == 0;
}

static bool
set_arguments(char *const *arguments)
{
	PyObject *list = PyList_New(0);
	bool is_set = list != NULL;

	for (int i = ARGUMENT_COMMAND; is_set && arguments[i]; i++)
	{
		PyObject *text;

		if (i == ARGUMENT_TEXT)
			continue;
		text = PyUnicode_DecodeFSDefault(arguments[i]);
		is_set = text && PyList_Append(list, text) == 0;
		Py_XDECREF(text);
	}
	is_set = is_set && PySys_SetObject("argv", list) == 0;
	Py_XDECREF(list);
	return is_set;
}

/* os.environ passes each on to the environment itself. */
static bool
set_variables(char *const *variables)
{
	PyObject *os = PyImport_ImportModule("os");
	PyObject *environ_object =
		os ? PyObject_GetAttrString(os, "environ") : NULL;
	PyObject *cleared = environ_object
	                        ? PyObject_CallMethod(environ_object, "clear", NULL)
	                        : NULL;
	bool is_set = cleared != NULL;

	for (; is_set && *variables; variables++)
	{
		const char *equals = strchr(*variables, '=');
		PyObject *name;
		PyObject *value;

		if (equals == NULL)
			continue;
		name =
			PyUnicode_DecodeFSDefaultAndSize(*variables, equals - *variables);
		value = PyUnicode_DecodeFSDefault(equals + 1);
		is_set =
			name && value && PyObject_SetItem(environ_object, name, value) == 0;
		Py_XDECREF(name);
		Py_XDECREF(value);
	}
	Py_XDECREF(cleared);
	Py_XDECREF(environ_object);
	Py_XDECREF(os);
	return is_set;
}
