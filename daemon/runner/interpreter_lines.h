/*
 * interpreter_lines.h
 *		The Python of the prepared interpreter: before a script, and after it.
 */
#ifndef RUNNER_INTERPRETER_LINES_H
#define RUNNER_INTERPRETER_LINES_H

/* Run once, before any fork; defines end(), which returns whether all is well. */
extern const char interpreter_lines[];

#endif
