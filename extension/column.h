/*
 * column.h
 *		A column of values, for a statement that takes many rows at once.
 *
 * A statement that works on sets takes one array for each column and puts them
 * side by side with unnest(): one execution, however many rows.
 */
#ifndef MCP_COLUMN_H
#define MCP_COLUMN_H

typedef struct Column
{
	Oid type;
	int count;
	int capacity;
	Datum *values;
	bool *nulls;
} Column;

/* Empty, in the current memory context, with room for so many at first. */
extern void column_init(Column *column, Oid type, int capacity);

/* Values by reference are kept by reference. */
extern void column_add(Column *column, Datum value);
extern void column_add_null(Column *column);

/* A null where the pointer is; else the string as text. */
extern void column_add_text(Column *column, const char *text);

/* Likewise for a value by reference of any type. */
extern void column_add_pointer(Column *column, const void *value);

/* All of it as an array of one dimension. */
extern Datum column_array(const Column *column);

#endif
