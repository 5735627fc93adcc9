/*
 * test_metrics_work.c
 *		What the worker has done, as Prometheus reads it.
 *
 * needs: daemon/metrics_work.c daemon/memory.c
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "metrics_work.h"

static char *
print(const MetricsWork *work)
{
	char *text = NULL;
	size_t length = 0;
	FILE *page = open_memstream(&text, &length);

	assert_non_null(page);
	metrics_work_print(work, page);
	fclose(page);
	return text;
}

static void
assert_line(const MetricsWork *work, const char *line)
{
	char *text = print(work);
	char wanted[256];

	snprintf(wanted, sizeof(wanted), "\n%s\n", line);
	if (strstr(text, wanted) == NULL)
		fail_msg("no line %s in:\n%s", line, text);
	free(text);
}

static void
a_daemon_without_a_worker_has_no_slots(void **state)
{
	MetricsWork *work = metrics_work_create(0);

	(void) state;
	assert_line(work, "mcpd_worker_slots 0");
	assert_line(work, "mcpd_worker_slots_free 0");
	metrics_work_destroy(work);
}

static void
what_runs_is_counted_by_queue(void **state)
{
	MetricsWork *work = metrics_work_create(3);

	(void) state;
	metrics_work_begin(work, "default");
	metrics_work_begin(work, "slow");
	metrics_work_begin(work, "slow");
	assert_line(work, "mcpd_worker_slots 3");
	assert_line(work, "mcpd_worker_slots_free 0");
	assert_line(work, "mcpd_worker_running{queue=\"slow\"} 2");
	metrics_work_end(work, "slow", "python_script", "success", 1);
	assert_line(work, "mcpd_worker_slots_free 1");
	assert_line(work, "mcpd_worker_running{queue=\"slow\"} 1");
	assert_line(work, "mcpd_worker_running{queue=\"default\"} 1");
	metrics_work_destroy(work);
}

static void
attempts_are_counted_by_kind_and_outcome(void **state)
{
	MetricsWork *work = metrics_work_create(9);

	(void) state;
	for (int attempt = 1; attempt <= 3; attempt++)
	{
		metrics_work_begin(work, "q");
		metrics_work_end(work, "q", "sql_query", "timeout", attempt);
	}
	metrics_work_begin(work, "q");
	metrics_work_end(work, "q", "sql_query", "recorded", 1);
	assert_line(work,
	            "mcpd_steps_total{kind=\"sql_query\",outcome=\"timeout\"} 3");
	assert_line(
		work,
		"mcpd_step_retries_total{kind=\"sql_query\",outcome=\"timeout\"} 2");
	assert_line(work,
	            "mcpd_steps_total{kind=\"sql_query\",outcome=\"recorded\"} 1");
	assert_line(
		work,
		"mcpd_step_retries_total{kind=\"sql_query\",outcome=\"recorded\"} 0");
	metrics_work_destroy(work);
}

static void
a_queue_of_any_name_is_a_label(void **state)
{
	MetricsWork *work = metrics_work_create(9);

	(void) state;
	metrics_work_begin(work, "a\"b\\c\nd");
	assert_line(work, "mcpd_worker_running{queue=\"a\\\"b\\\\c\\nd\"} 1");
	metrics_work_destroy(work);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_daemon_without_a_worker_has_no_slots),
		cmocka_unit_test(what_runs_is_counted_by_queue),
		cmocka_unit_test(attempts_are_counted_by_kind_and_outcome),
		cmocka_unit_test(a_queue_of_any_name_is_a_label),
	};

	return cmocka_run_group_tests_name("metrics_work", tests, NULL, NULL);
}
