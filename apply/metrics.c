// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/metrics.h"

#include <inttypes.h>

#include "apply/updates.h"

/* What the metrics are made from. */
struct state {
	bool core_loaded;
	struct update_list list;
	struct record_failure failure;
	struct record_boot boot;
};

static void state_clear(struct state *state)
{
	updates_clear(&state->list);
	record_failure_clear(&state->failure);
	record_boot_clear(&state->boot);
}

static void print_header(FILE *out, const char *name, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* A label's value: backslash, double quote and newline are written as escapes. */
static void print_label(FILE *out, const char *name, const char *value)
{
	fprintf(out, "%s=\"", name);
	for (; *value; value++) {
		if (*value == '\n')
			fputs("\\n", out);
		else if (*value == '"' || *value == '\\')
			fprintf(out, "\\%c", *value);
		else
			fputc(*value, out);
	}
	fputc('"', out);
}

/* NAME{id="ID"} VALUE */
static void print_of_update(FILE *out, const char *name, const struct update *update, int64_t value)
{
	fprintf(out, "%s{", name);
	print_label(out, "id", update->id);
	fprintf(out, "} %" PRId64 "\n", value);
}

static void print_stages(FILE *out, const struct update_list *list)
{
	static const char name[] = "lpatch_updates";

	print_header(out, name, "Updates in the kernel by stage; those applied are in force.");
	for (int stage = LPATCH_STAGE_PREPARING; stage <= LPATCH_STAGE_REVERSED; stage++) {
		size_t count = 0;

		for (size_t i = 0; i < list->count; i++)
			count += list->updates[i].stage == (enum lpatch_stage)stage;
		fprintf(out, "%s{stage=\"%s\"} %zu\n", name, control_stage_name(stage), count);
	}
}

static void print_infos(FILE *out, const struct update_list *list)
{
	static const char name[] = "lpatch_update_info";

	print_header(out, name, "An update in the kernel; the value is 1.");
	for (size_t i = 0; i < list->count; i++) {
		const struct update *update = &list->updates[i];

		fprintf(out, "%s{", name);
		print_label(out, "id", update->id);
		fputc(',', out);
		print_label(out, "stage", control_stage_name(update->stage));
		fputc(',', out);
		print_label(out, "last_failure", control_cause_name(update->cause));
		fputc(',', out);
		print_label(out, "description", update->description);
		fputs("} 1\n", out);
	}
}

static int64_t functions_of(const struct update *update)
{
	return update->nr_functions;
}

static int64_t waiting_of(const struct update *update)
{
	int64_t count = 0;

	for (size_t i = 0; i < update->nr_objects; i++)
		count += update->objects[i].waiting;
	return count;
}

/* -1: not known */
static int64_t age_of(const struct update *update)
{
	return update->record ? record_age(update->record) : -1;
}

static const struct {
	const char *name;
	const char *help;
	int64_t (*value)(const struct update *update); /* left out if negative */
} update_metrics[] = {
	{"lpatch_update_functions", "Functions that the update replaces.", functions_of},
	{"lpatch_update_waiting_modules", "Modules that the update waits for to be loaded.",
	 waiting_of},
	{"lpatch_update_age_seconds", "Time since the update was put in force.", age_of},
};

static void print_update_metrics(FILE *out, const struct update_list *list)
{
	for (size_t i = 0; i < ARRAY_SIZE(update_metrics); i++) {
		print_header(out, update_metrics[i].name, update_metrics[i].help);
		for (size_t k = 0; k < list->count; k++) {
			int64_t value = update_metrics[i].value(&list->updates[k]);

			if (value >= 0)
				print_of_update(out, update_metrics[i].name, &list->updates[k],
						value);
		}
	}
}

static void print_failure(FILE *out, const struct record_failure *failure)
{
	print_header(out, "lpatch_last_error_timestamp_seconds",
		     "When lpatch-apply or lpatch-undo failed last since the boot.");
	if (failure->program) {
		fputs("lpatch_last_error_timestamp_seconds{", out);
		print_label(out, "program", failure->program);
		fprintf(out, ",status=\"%" PRId64 "\"} %" PRId64 "\n", failure->status,
			failure->time);
	}
}

static void print_boot(FILE *out, const struct record_boot *boot)
{
	static const char name[] = "lpatch_boot_updates";

	print_header(out, name, "Updates kept for this kernel, by their result at the boot.");
	fprintf(out, "%s{result=\"applied\"} %" PRId64 "\n", name, boot->applied);
	fprintf(out, "%s{result=\"failed\"} %" PRId64 "\n", name, boot->failed);
	fprintf(out, "%s{result=\"skipped\"} %" PRId64 "\n", name, boot->skipped);
	print_header(out, "lpatch_boot_disabled", "Whether applying updates was off at the boot.");
	fprintf(out, "lpatch_boot_disabled %d\n", boot->disabled != NULL);
}

static struct lp_error *read_state(const struct host *host, struct state *state)
{
	state->core_loaded = control_core_loaded(host);
	lp_try(updates_read(host, &state->list));
	lp_try(record_last_failure(host, &state->failure));
	return record_read_boot(host, &state->boot);
}

struct lp_error *metrics_write(const struct host *host, FILE *out)
{
	_cleanup_(state_clear) struct state state = {};

	lp_try(read_state(host, &state));
	print_header(out, "lpatch_core_loaded", "Whether the core module is loaded.");
	fprintf(out, "lpatch_core_loaded %d\n", state.core_loaded);
	print_stages(out, &state.list);
	print_infos(out, &state.list);
	print_update_metrics(out, &state.list);
	print_failure(out, &state.failure);
	print_boot(out, &state.boot);
	return NULL;
}
