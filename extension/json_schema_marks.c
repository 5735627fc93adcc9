/*
 * json_schema_marks.c
 *		A bit for each member.
 */
#include "postgres.h"

#include "json_schema_marks.h"

#define WORD_BITS 64

static int
word_count(const SchemaMarks *marks)
{
	return (marks->count + WORD_BITS - 1) / WORD_BITS;
}

void
marks_init(SchemaMarks *marks, const JsonbValue *value)
{
	marks->count = value->type == jbvBinary
	                   ? (int) JsonContainerSize(value->val.binary.data)
	                   : 0;
	marks->few = 0;
	marks->many = NULL;
	if (marks->count > WORD_BITS)
		marks->many = palloc0(sizeof(uint64) * (size_t) word_count(marks));
}

void
marks_clear(SchemaMarks *marks)
{
	if (marks->many != NULL)
		pfree(marks->many);
	marks->many = NULL;
}

void
marks_add(SchemaMarks *marks, int index)
{
	if (marks == NULL)
		return;
	if (marks->many == NULL)
		marks->few |= UINT64CONST(1) << index;
	else
		marks->many[index / WORD_BITS] |= UINT64CONST(1) << (index % WORD_BITS);
}

void
marks_add_all(SchemaMarks *marks)
{
	if (marks == NULL)
		return;
	marks->few = ~UINT64CONST(0);
	if (marks->many != NULL)
		memset(marks->many, 0xFF, sizeof(uint64) * (size_t) word_count(marks));
}

void
marks_merge(SchemaMarks *marks, const SchemaMarks *other)
{
	if (marks == NULL)
		return;
	marks->few |= other->few;
	for (int i = 0; marks->many != NULL && i < word_count(marks); i++)
		marks->many[i] |= other->many[i];
}

bool
marks_has(const SchemaMarks *marks, int index)
{
	uint64 word =
		marks->many == NULL ? marks->few : marks->many[index / WORD_BITS];

	return (word >> (index % WORD_BITS) & 1) != 0;
}
