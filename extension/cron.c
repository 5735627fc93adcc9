/*
 * cron.c
 *		Cron expressions: their form.
 *
 * The rules are those that Vixie's cron and its descendants share; what only one
 * of them has (L, W, #, ?, @reboot) is an error rather than a surprise.
 */
#include "postgres.h"

#include "cron.h"

#define FIELDS_MAX 6

/* What a field may hold. */
typedef struct CronField
{
	const char *noun;
	int low;
	int high;
	const char
		*names; /* of three letters each, from the value low; NULL: none */
} CronField;

/* One field being read. */
typedef struct CronReader
{
	const CronField *field;
	const char *text; /* where it begins */
	const char *at;
	const char *end;
	uint64_t bits;
	char *error;
} CronReader;

typedef struct CronMacro
{
	const char *name;
	const char *expression;
} CronMacro;

static const CronField fields[FIELDS_MAX] = {
	{"second", 0, 59, NULL},
	{"minute", 0, 59, NULL},
	{"hour", 0, 23, NULL},
	{"day of month", 1, 31, NULL},
	{"month", 1, 12, "janfebmaraprmayjunjulaugsepoctnovdec"},
	{"day of week", 0, 7, "sunmontuewedthufrisat"},
};

static const CronMacro macros[] = {
	{"@hourly", "0 0 * * * *"},
	{"@daily", "0 0 0 * * *"},
	{"@midnight", "0 0 0 * * *"},
	{"@weekly", "0 0 0 * * 0"},
	{"@monthly", "0 0 0 1 * *"},
	{"@yearly", "0 0 0 1 1 *"},
	{"@annually", "0 0 0 1 1 *"},
};

static int split(const char *text, CronReader *readers);
static bool is_space(char character);
static bool read_field(CronReader *reader);
static bool read_item(CronReader *reader);
static bool read_range(CronReader *reader, int *low, int *high);
static bool read_value(CronReader *reader, int *value);
static bool read_name(CronReader *reader, int *value);
static bool read_number(CronReader *reader, int *value);
static bool read_step(CronReader *reader, int *step);
static bool fail(const CronReader *reader, const char *format, ...)
	pg_attribute_printf(2, 3);

bool
cron_parse(const char *text, Cron *cron, char error[CRON_ERROR_MAX])
{
	CronReader readers[FIELDS_MAX];
	uint64_t bits[FIELDS_MAX];
	int count;
	int missing;

	for (size_t i = 0; i < lengthof(macros); i++)
		if (pg_strcasecmp(text, macros[i].name) == 0)
			return cron_parse(macros[i].expression, cron, error);
	if (text[0] == '@')
	{
		snprintf(error,
		         CRON_ERROR_MAX,
		         "\"%.20s\" is none of @hourly, @daily, @midnight, @weekly, "
		         "@monthly, @yearly and @annually",
		         text);
		return false;
	}
	count = strlen(text) <= CRON_MAX ? split(text, readers) : 0;
	missing = FIELDS_MAX - count;
	if (missing != 0 && missing != 1)
	{
		snprintf(error,
		         CRON_ERROR_MAX,
		         "a cron expression has 5 fields, or 6 with seconds, and at "
		         "most %d bytes",
		         CRON_MAX);
		return false;
	}
	bits[0] = 1;
	for (int i = missing; i < FIELDS_MAX; i++)
	{
		CronReader *reader = &readers[i - missing];

		reader->field = &fields[i];
		reader->error = error;
		if (!read_field(reader))
			return false;
		bits[i] = reader->bits;
	}
	cron->seconds = bits[0];
	cron->minutes = bits[1];
	cron->hours = (uint32_t) bits[2];
	cron->days = (uint32_t) bits[3];
	cron->months = (uint32_t) bits[4];
	cron->weekdays = (uint32_t) ((bits[5] | bits[5] >> 7) & 0x7f);
	cron->is_any_hour = readers[2 - missing].text[0] == '*';
	cron->is_any_day = readers[3 - missing].text[0] == '*';
	cron->is_any_weekday = readers[5 - missing].text[0] == '*';
	return true;
}

/* Returns how many fields there are, or one more than FIELDS_MAX for many. */
static int
split(const char *text, CronReader *readers)
{
	int count = 0;

	for (;;)
	{
		while (is_space(*text))
			text++;
		if (*text == '\0')
			return count;
		if (count == FIELDS_MAX)
			return FIELDS_MAX + 1;
		readers[count].text = text;
		while (*text != '\0' && !is_space(*text))
			text++;
		readers[count++].end = text;
	}
}

static bool
is_space(char character)
{
	return character == ' ' || character == '\t';
}

static bool
read_field(CronReader *reader)
{
	reader->at = reader->text;
	reader->bits = 0;
	for (;;)
	{
		if (!read_item(reader))
			return false;
		if (reader->at == reader->end)
			return true;
		if (*reader->at != ',')
			return fail(reader, "\"%c\" is not expected there", *reader->at);
		reader->at++;
	}
}

static bool
read_item(CronReader *reader)
{
	int low = reader->field->low;
	int high = reader->field->high;
	int step = 1;
	bool is_range = true;

	if (reader->at < reader->end && *reader->at == '*')
	{
		reader->at++;
		/* The 7 of weekdays is the 0 again. */
		high = high == 7 ? 6 : high;
	}
	else
	{
		if (!read_range(reader, &low, &high))
			return false;
		is_range = low != high;
	}
	if (reader->at < reader->end && *reader->at == '/')
	{
		if (!is_range)
			return fail(reader,
			            "a step needs a range before it, as in %d-%d/2",
			            low,
			            reader->field->high);
		if (!read_step(reader, &step))
			return false;
	}
	for (int value = low; value <= high; value += step)
		reader->bits |= UINT64CONST(1) << value;
	return true;
}

/* A single value is a range too. */
static bool
read_range(CronReader *reader, int *low, int *high)
{
	if (!read_value(reader, low))
		return false;
	*high = *low;
	if (reader->at == reader->end || *reader->at != '-')
		return true;
	reader->at++;
	if (!read_value(reader, high))
		return false;
	/* fri-sun: at the end of a range Sunday comes last. */
	if (reader->field->high == 7 && *high == 0 && *low > 0)
		*high = 7;
	if (*low > *high)
		return fail(reader, "the range %d-%d runs backwards", *low, *high);
	return true;
}

static bool
read_value(CronReader *reader, int *value)
{
	const CronField *field = reader->field;

	if (reader->at == reader->end)
		return fail(reader, "a value is missing");
	if (read_name(reader, value))
		return true;
	if (*reader->at < '0' || *reader->at > '9')
		return fail(reader, "\"%c\" is not expected there", *reader->at);
	if (!read_number(reader, value) || *value < field->low ||
	    *value > field->high)
		return fail(
			reader, "a value must be %d to %d", field->low, field->high);
	return true;
}

static bool
read_name(CronReader *reader, int *value)
{
	const char *names = reader->field->names;

	if (names == NULL || reader->end - reader->at < 3)
		return false;
	for (int i = 0; names[i] != '\0'; i += 3)
	{
		if (pg_strncasecmp(&names[i], reader->at, 3) != 0)
			continue;
		*value = reader->field->low + i / 3;
		reader->at += 3;
		return true;
	}
	return false;
}

/* False where it is larger than any value or step may be. */
static bool
read_number(CronReader *reader, int *value)
{
	int number = 0;

	while (reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9')
	{
		number = number * 10 + (*reader->at - '0');
		if (number > 999)
			return false;
		reader->at++;
	}
	*value = number;
	return true;
}

static bool
read_step(CronReader *reader, int *step)
{
	*step = 0;
	reader->at++;
	if (!read_number(reader, step) || *step < 1 || *step > reader->field->high)
		return fail(reader, "a step must be 1 to %d", reader->field->high);
	return true;
}

static bool
fail(const CronReader *reader, const char *format, ...)
{
	char what[CRON_ERROR_MAX / 2];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(what, sizeof(what), format, arguments);
	va_end(arguments);
	snprintf(reader->error,
	         CRON_ERROR_MAX,
	         "%s \"%.*s\": %s",
	         reader->field->noun,
	         (int) Min(reader->end - reader->text, 40),
	         reader->text,
	         what);
	return false;
}
