/*
 * interpreter.c
 *		A Python that is ready before anybody needs it.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include "interpreter.h"

#include "interpreter_lines.h"
#include "python_program.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Exit code of python3 for a failure while it ends. */
#define EXIT_UNCLEAN 120

/* What it needs to know of a prepared one's arguments. */
enum
{
	ARGUMENT_PROGRAM,
	ARGUMENT_NO_BYTECODE,
	ARGUMENT_COMMAND,
	ARGUMENT_TEXT,
	ARGUMENT_FIRST
};

static char prepared_path[PATH_MAX];
/* Of the lines: what a script usually does, and what comes after it. */
static PyObject *rehearsal;
static PyObject *ending;

/* The last program text that was asked for, which is nearly always the same. */
static char *known_text;
static PyObject *known_code;

static bool is_ours(const char *python, char *real);
static bool run_lines(void);
static int run_text(const char *text);
static int explain_failure(void);
static int explain_exit(void);
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
	if (run_lines())
		return true;
	PyErr_Print();
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
interpreter_learn(char *const *arguments)
{
	const char *text;

	if (!interpreter_is_asked_for(arguments))
		return;
	text = arguments[ARGUMENT_TEXT];
	if (known_text && strcmp(known_text, text) == 0)
		return;
	free(known_text);
	Py_CLEAR(known_code);
	known_text = strdup(text);
	if (known_text)
		known_code = Py_CompileString(text, "<string>", Py_file_input);
	/* The fork that runs it will say what is wrong with it. */
	PyErr_Clear();
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

void
interpreter_warm_up(bool has_time)
{
	PyObject *done;

	if (prepared_path[0] == '\0')
		return;
	PyOS_AfterFork_Child();
	if (!has_time)
		return;
	done = PyObject_CallNoArgs(rehearsal);
	Py_XDECREF(done);
	PyErr_Clear();
}

_Noreturn void
interpreter_run(char *const *arguments, char *const *variables)
{
	PyObject *is_well;
	sigset_t none;
	int code;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (!set_variables(variables) || !set_arguments(arguments))
	{
		PyErr_Print();
		exit(EXIT_UNCLEAN);
	}
	code = run_text(arguments[ARGUMENT_TEXT]);
	is_well = PyObject_CallNoArgs(ending);
	if (is_well != Py_True)
	{
		PyErr_Print();
		code = EXIT_UNCLEAN;
	}
	exit(code);
}

/*
 * By its real path.  One of the same version that was built apart from the one
 * that we live in may differ in anything.
 */
static bool
is_ours(const char *python, char *real)
{
	return realpath(python, real) != NULL && strcmp(real, PYTHON_PROGRAM) == 0;
}

/* In names of their own: __main__ is the script's. */
static bool
run_lines(void)
{
	PyObject *names = PyDict_New();
	PyObject *done = NULL;
	PyObject *path = PySys_GetObject("path");
	PyObject *here = PyUnicode_FromString("");

	/* As python3 has it when it runs a -c. */
	if (names && path && here && PyList_Insert(path, 0, here) == 0 &&
	    PyDict_SetItemString(names, "__builtins__", PyEval_GetBuiltins()) == 0)
		done = PyRun_String(interpreter_lines, Py_file_input, names, names);
	if (done)
	{
		rehearsal = PyDict_GetItemString(names, "rehearse");
		ending = PyDict_GetItemString(names, "end");
	}
	Py_XDECREF(done);
	Py_XDECREF(here);
	return rehearsal && ending;
}

/* Returns the exit code that python3 would have. */
static int
run_text(const char *text)
{
	PyObject *names = PyModule_GetDict(PyImport_AddModule("__main__"));
	PyObject *code = known_code;
	PyObject *result = NULL;
	int status = 0;

	if (code == NULL || strcmp(known_text, text) != 0)
		code = Py_CompileString(text, "<string>", Py_file_input);
	if (code)
		result = PyEval_EvalCode(code, names, names);
	if (result == NULL)
		status = explain_failure();
	Py_XDECREF(result);
	/* What belongs to the script goes with it, not at random afterwards. */
	PyDict_Clear(names);
	return status;
}

static int
explain_failure(void)
{
	if (PyErr_ExceptionMatches(PyExc_SystemExit))
		return explain_exit();
	PyErr_Print();
	return 1;
}

/* PyErr_Print() would end the process itself, the long way. */
static int
explain_exit(void)
{
	PyObject *type;
	PyObject *value;
	PyObject *traceback;
	PyObject *code;
	int status = 1;

	PyErr_Fetch(&type, &value, &traceback);
	PyErr_NormalizeException(&type, &value, &traceback);
	code = value ? PyObject_GetAttrString(value, "code") : NULL;
	PyErr_Clear();
	if (code == NULL || code == Py_None)
		status = 0;
	else if (PyLong_Check(code))
		status = (int) PyLong_AsLong(code);
	else
	{
		PyObject *stream = PySys_GetObject("stderr");

		if (stream && stream != Py_None)
			PyFile_WriteObject(code, stream, Py_PRINT_RAW);
		PySys_WriteStderr("\n");
	}
	PyErr_Clear();
	Py_XDECREF(code);
	Py_XDECREF(type);
	Py_XDECREF(value);
	Py_XDECREF(traceback);
	return status;
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
