/*
 * column.c
 *		A column of values, for a statement that takes many rows at once.
 */
#include "postgres.h"

#include "column.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

static void add(Column *column, Datum value, bool is_null);

void
column_init(Column *column, Oid type, int capacity)
{
	column->type = type;
	column->count = 0;
	column->capacity = Max(capacity, 1);
	column->values = palloc_array(Datum, (Size) column->capacity);
	column->nulls = palloc_array(bool, (Size) column->capacity);
}

void
column_add(Column *column, Datum value)
{
	add(column, value, false);
}

void
column_add_null(Column *column)
{
	add(column, (Datum) 0, true);
}

void
column_add_text(Column *column, const char *text)
{
	if (text == NULL)
		add(column, (Datum) 0, true);
	else
		add(column, CStringGetTextDatum(text), false);
}

void
column_add_pointer(Column *column, const void *value)
{
	add(column, PointerGetDatum(value), value == NULL);
}

Datum
column_array(const Column *column)
{
	int16 length;
	bool is_by_value;
	char alignment;
	int lower_bound = 1;
	int count = column->count;

	get_typlenbyvalalign(column->type, &length, &is_by_value, &alignment);
	return PointerGetDatum(construct_md_array(column->values,
	                                          column->nulls,
	                                          1,
	                                          &count,
	                                          &lower_bound,
	                                          column->type,
	                                          length,
	                                          is_by_value,
	                                          alignment));
}

static void
add(Column *column, Datum value, bool is_null)
{
	if (column->count == column->capacity)
	{
		column->capacity *= 2;
		column->values =
			repalloc_array(column->values, Datum, (Size) column->capacity);
		column->nulls =
			repalloc_array(column->nulls, bool, (Size) column->capacity);
	}
	column->values[column->count] = value;
	column->nulls[column->count] = is_null;
	column->count++;
}
