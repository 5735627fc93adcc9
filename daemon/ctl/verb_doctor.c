/*
 * verb_doctor.c
 *		doctor: what a new user gets wrong, found and told.
 */
#include "doctor.h"
#include "json_write.h"
#include "verb.h"

#include <stdio.h>

static void print_table(Context *context, const Doctor *doctor);
static void print_json(Context *context, const Doctor *doctor);
static const char *name_of(DoctorState state);

ExitCode
verb_doctor(Context *context)
{
	Doctor doctor = {.context = context};
	ExitCode code = EXIT_DONE;

	doctor.end = &doctor.first;
	if (!context->settings.is_direct)
		doctor_look_at_daemon(&doctor);
	doctor_look_at_database(&doctor);
	if (context->output.form == OUTPUT_TABLE)
		print_table(context, &doctor);
	else
		print_json(context, &doctor);
	for (DoctorFinding *one = doctor.first; one; one = one->next)
	{
		if (one->state == DOCTOR_FAULT)
			code = EXIT_OUTCOME;
	}
	return code;
}

static void
print_table(Context *context, const Doctor *doctor)
{
	const Terminal *terminal = &context->output.terminal;

	for (const DoctorFinding *one = doctor->first; one; one = one->next)
	{
		const char *name = name_of(one->state);
		Paint paint = terminal_paint_of(name);

		printf("%s%s %-7s%s  %s: %s\n",
		       terminal_paint(terminal, paint),
		       terminal_sign_of(terminal, name),
		       name,
		       terminal_plain(terminal, paint),
		       one->check,
		       layout_clean(context->arena, one->message));
		if (one->remedy && *one->remedy)
			printf("           %s\n",
			       layout_clean(context->arena, one->remedy));
	}
}

static void
print_json(Context *context, const Doctor *doctor)
{
	static const Column columns[] = {{NULL, NULL, COLUMN_TEXT}};
	OutputRows rows = {NULL, 0, 0};

	for (const DoctorFinding *one = doctor->first; one; one = one->next)
	{
		JsonWriter *writer = json_writer_create();

		json_write_open(writer, '{');
		json_write_name(writer, "check");
		json_write_text(writer, one->check);
		json_write_name(writer, "state");
		json_write_text(writer, name_of(one->state));
		json_write_name(writer, "message");
		json_write_text(writer, one->message);
		json_write_name(writer, "remedy");
		json_write_text(writer, one->remedy);
		json_write_close(writer, '}');
		output_add_row(&context->output,
		               &rows,
		               json_view_trust(arena_copy_text(
						   context->arena, json_writer_text(writer))));
		json_writer_destroy(writer);
	}
	output_rows(&context->output, &rows, columns, "check");
}

static const char *
name_of(DoctorState state)
{
	switch (state)
	{
		case DOCTOR_OK:
			return "ok";
		case DOCTOR_WARNING:
			return "warning";
		case DOCTOR_FAULT:
			return "fault";
		case DOCTOR_UNKNOWN:
			break;
	}
	return "unknown";
}
