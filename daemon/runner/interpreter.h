/*
 * interpreter.h
 *		A Python that is ready before anybody needs it.
 *
 * It has read its library and the modules that scripts like best, and has run
 * nobody's code: a fork of it is as new as a fresh one, without the time that
 * one takes to start.
 */
#ifndef RUNNER_INTERPRETER_H
#define RUNNER_INTERPRETER_H

#include <stdbool.h>

/* Returns whether it is ready: only where python is the one we are built for. */
extern bool interpreter_prepare(const char *python);

/* Whether it can stand in for these: PYTHON -B -c TEXT ... */
extern bool interpreter_is_asked_for(char *const *arguments);

/* Compiles what these ask for, once: all forks after this have it. */
extern void interpreter_learn(char *const *arguments);

/* Around a fork, in the process that goes on as before. */
extern void interpreter_before_fork(void);
extern void interpreter_after_fork(void);

/*
 * In the new process, once it is shut in: all that needs no script, and what
 * makes the script faster where there is time for it.
 */
extern void interpreter_warm_up(bool has_time);

/*
 * After that: does what the interpreter would do with these.  It ends
 * without the parts of an interpreter's end that no script can see.
 */
extern _Noreturn void
interpreter_run(char *const *arguments, char *const *variables);

#endif
