/*
 * json_schema_number.c
 *		Calls the server's numeric functions.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"

#include "json_schema_number.h"

/* Digits that a message shows of one number. */
#define SHOWN_DIGITS 40

bool
number_is_integer(Numeric number)
{
	return DatumGetInt32(DirectFunctionCall1(numeric_min_scale,
	                                         NumericGetDatum(number))) == 0;
}

int
number_compare(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(
		numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

bool
number_is_multiple(Numeric number, Numeric divisor)
{
	Numeric rest = DatumGetNumeric(DirectFunctionCall2(
		numeric_mod, NumericGetDatum(number), NumericGetDatum(divisor)));
	Numeric sign = DatumGetNumeric(
		DirectFunctionCall1(numeric_sign, NumericGetDatum(rest)));
	bool is_multiple = DatumGetInt32(DirectFunctionCall1(
						   numeric_int4, NumericGetDatum(sign))) == 0;

	pfree(rest);
	pfree(sign);
	return is_multiple;
}

bool
number_get_count(Numeric number, int64 *count)
{
	Numeric zero = int64_to_numeric(0);
	Numeric most = int64_to_numeric(PG_INT64_MAX);
	bool is_count =
		number_is_integer(number) && number_compare(number, zero) >= 0;

	if (is_count)
		*count = number_compare(number, most) > 0
		             ? PG_INT64_MAX
		             : DatumGetInt64(DirectFunctionCall1(
						   numeric_int8, NumericGetDatum(number)));
	pfree(zero);
	pfree(most);
	return is_count;
}

char *
number_print(Numeric number)
{
	char *text = DatumGetCString(
		DirectFunctionCall1(numeric_out, NumericGetDatum(number)));
	size_t length = strlen(text);

	if (length <= SHOWN_DIGITS)
		return text;
	return psprintf("%.*s... (%zu characters)", SHOWN_DIGITS, text, length);
}
