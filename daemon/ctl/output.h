/*
 * output.h
 *		What was answered, on standard output, in the form that -o says.
 */
#ifndef MCPCTL_OUTPUT_H
#define MCPCTL_OUTPUT_H

#include "json_view.h"
#include "layout.h"

typedef enum OutputForm
{
	OUTPUT_TABLE, /* for people */
	OUTPUT_JSON,  /* one document, indented */
	OUTPUT_JSONL, /* a line for each object */
	OUTPUT_NAME   /* the name of each, and nothing else */
} OutputForm;

typedef enum ColumnKind
{
	COLUMN_TEXT,
	COLUMN_NUMBER,
	COLUMN_TIME,   /* without its fraction of a second */
	COLUMN_STATUS, /* painted */
	COLUMN_LAST    /* cut where the terminal is narrow */
} ColumnKind;

typedef struct Column
{
	const char *title;
	const char *member; /* of the object; NULL ends a list */
	ColumnKind kind;
} Column;

#define OUTPUT_MAX_COLUMNS 12

/* Rows of answers, of one page or several. */
typedef struct OutputRows
{
	JsonView *rows;
	int count;
	int size;
} OutputRows;

/* Where it goes; filled in once. */
typedef struct Output
{
	Arena *arena;
	Terminal terminal;
	OutputForm form;
} Output;

/* "table", "json", "jsonl", "name". */
extern bool output_parse_form(const char *text, OutputForm *form);

extern void output_add_row(Output *output, OutputRows *rows, JsonView row);

/* name: the member that names a row. */
extern void output_rows(Output *output, const OutputRows *rows,
                        const Column *columns, const char *name);

/* One object: its members, one below the other. */
extern void output_object(Output *output, JsonView object, const char *name);

/* Any value as JSON, whatever the form. */
extern void output_json(Output *output, JsonView value);

/* The text of a cell, as a column of that kind shows it. */
extern const char *
output_cell(Arena *arena, JsonView row, const Column *column);

/* Text of others: as it is into a pipe, without escapes on a terminal. */
extern void output_text(Output *output, const char *text);

#endif
