/*
 * executor_notebook_program.h
 *		The program that runs a notebook: notebook/program.py as a text.
 *
 * It is within mcpd, for the two speak to each other and are of one build.
 */
#ifndef MCPD_EXECUTOR_NOTEBOOK_PROGRAM_H
#define MCPD_EXECUTOR_NOTEBOOK_PROGRAM_H

/* For `python3 -c TEXT task.json notebook.ipynb output.json`. */
extern const char executor_notebook_program[];

#endif
