// SPDX-License-Identifier: GPL-2.0-or-later
/* What is noted about updates, how they are listed, and the metrics, on a host made of files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>

#include "apply/metrics.h"
#include "apply/record.h"
#include "apply/show.h"
#include "apply/updates.h"
#include "common/text.h"

/* A host with the updates "a" and "b", applied, and nothing noted. */
struct fixture {
	struct text_list paths;
	char root[32];
	struct host host;
};

static const char *path(struct fixture *fixture, const char *name)
{
	assert_null(text_list_add(&fixture->paths, "%s/%s", fixture->root, name));
	return fixture->paths.items[fixture->paths.count - 1];
}

static void put(struct fixture *fixture, const char *name, const char *text)
{
	assert_null(file_write(path(fixture, name), text, strlen(text)));
}

static void put_update(struct fixture *fixture, const char *id, const char *description,
		       const char *functions, const char *objects)
{
	const struct {
		const char *file, *text;
	} files[] = {{"stage", "applied\n"},
		     {"abort_cause", "none\n"},
		     {"description", description},
		     {"functions", functions},
		     {"constants", "vmlinux table 0x7 16 rewritten\n"},
		     {"hooks", "vmlinux pre_apply mm/util.c ready\n"},
		     {"shadows", "note 16 3 shared\n"},
		     {"outlives", "vmlinux\tnoting\t-\ttimer: f() stores its address\n"},
		     {"keep_code", "yes\n"},
		     {"objects", objects}};

	assert_int_equal(mkdir(path(fixture, id), 0755), 0);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char name[64];

		snprintf(name, sizeof(name), "%s/%s", id, files[i].file);
		put(fixture, name, files[i].text);
	}
}

static int make_host(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	fixture->host = (struct host){
		.sysfs = fixture->root,
		.lists = fixture->root,
		.modules = path(fixture, "none"),
		.records = path(fixture, "RECORDS"),
		.store = path(fixture, "STORE"),
	};
	put_update(fixture, "a", "\n",
		   "vmlinux f 0x1 0x2 jump\nm g 0x0 0x3 none\nm h 0x0 0x4 none\n",
		   "vmlinux lpatch_a\nm waiting\n");
	put_update(fixture, "b", "say \"\\\"\n", "vmlinux i 0x5 0x6 ftrace\n",
		   "vmlinux lpatch_b\n");
	*state = fixture;
	return 0;
}

static int remove_host(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	text_list_clear(&fixture->paths);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

/* Notes that the update was applied now, with m not proven. */
static void note(struct fixture *fixture, char *id, const char *signer)
{
	struct manifest_object objects[] = {
		{.name = "vmlinux", .source = "f.c", .proven = true},
		{.name = "m", .source = "g.c", .proven = true},
		{.name = "m", .source = "h.c", .proven = false},
	};
	const struct manifest manifest = {
		.id = id,
		.description = "",
		.target = {"6.1.0", "x86_64", "00"},
		.objects = objects,
		.nr_objects = ARRAY_SIZE(objects),
	};

	assert_null(record_write(&fixture->host, &manifest, signer));
}

static void what_is_noted_is_read_again(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_record_ struct record *record = NULL;

	note(fixture, "a", "CN = alice");
	assert_null(record_read(&fixture->host, "a", &record));
	assert_string_equal(record->signer, "CN = alice");
	assert_string_equal(record->manifest->target.release, "6.1.0");
	assert_in_range(record_age(record), 0, 60);
	assert_in_range(record->applied, 1700000000, INT64_MAX);
	record_remove(&fixture->host, "a");
	record_free(take(record));
	assert_null(record_read(&fixture->host, "a", &record));
	assert_null(record);
}

static void a_note_that_makes_no_sense_counts_as_none(void **state)
{
	static const char *const texts[] = {"", "[]", "{", "{}", "{\"manifest\": 1}"};
	struct fixture *fixture = *state;
	struct record *record;

	note(fixture, "b", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		put(fixture, "RECORDS/a.json", texts[i]);
		assert_null(record_read(&fixture->host, "a", &record));
		assert_null(record);
	}
	assert_int_equal(link(path(fixture, "RECORDS/b.json"), path(fixture, "RECORDS/c.json")), 0);
	assert_null(record_read(&fixture->host, "c", &record));
	assert_null(record);
}

static void the_newest_update_comes_first(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_update_list_ struct update_list list = {};

	assert_null(updates_read(&fixture->host, &list));
	assert_int_equal(list.count, 2);
	assert_string_equal(list.updates[0].id, "a");
	updates_clear(&list);
	note(fixture, "b", NULL);
	assert_null(updates_read(&fixture->host, &list));
	assert_string_equal(list.updates[0].id, "b");
}

static void objects_are_told_once(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_update_ struct update update = {};

	note(fixture, "a", NULL);
	assert_null(update_read(&fixture->host, "a", &update));
	assert_int_equal(update.nr_functions, 3);
	assert_string_equal(update.functions[2].name, "h");
	assert_string_equal(update.functions[0].redirect, "jump");
	assert_int_equal(update.nr_hooks, 1);
	assert_string_equal(update.hooks[0].kind, "pre_apply");
	assert_string_equal(update.hooks[0].source, "mm/util.c");
	assert_string_equal(update.hooks[0].function, "ready");
	assert_int_equal(update.nr_shadows, 1);
	assert_string_equal(update.shadows[0].count, "3");
	assert_string_equal(update.shadows[0].scope, "shared");
	assert_int_equal(update.keep, KEEP_YES);
	assert_int_equal(update.outlives.count, 1);
	assert_string_equal(update.outlives.items[0].name, "noting");
	assert_string_equal(update.outlives.items[0].where, "");
	assert_string_equal(update.outlives.items[0].text, "timer: f() stores its address");
	assert_int_equal(update.nr_objects, 2);
	assert_string_equal(update.objects[0].name, "vmlinux");
	assert_false(update.objects[0].waiting);
	assert_false(update.objects[0].unproven);
	assert_string_equal(update.objects[1].name, "m");
	assert_true(update.objects[1].waiting);
	assert_true(update.objects[1].unproven);
}

static void the_list_is_data(void **state)
{
	struct fixture *fixture = *state;
	struct output output;
	struct json_object *updates;

	output_init(&output, "test");
	output.json = true;
	note(fixture, "b", "CN = alice");
	assert_null(show_all(&fixture->host, &output));
	json_object_object_get_ex(output.result, "updates", &updates);
	const char *text = json_object_to_json_string_ext(updates, JSON_C_TO_STRING_PLAIN);

	assert_non_null(strstr(text, "\"signer\":\"CN = alice\""));
	assert_non_null(strstr(text, "{\"name\":\"m\",\"waiting\":true,\"proven\":null}"));
	assert_non_null(strstr(text, "{\"object\":\"vmlinux\",\"name\":\"f\",\"kind\":\"replaced\","
				     "\"old\":\"0x1\",\"new\":\"0x2\",\"redirect\":\"jump\"}"));
	assert_non_null(strstr(
		text, "{\"object\":\"vmlinux\",\"name\":\"table\",\"kind\":"
		      "\"rewritten\",\"address\":\"0x7\",\"size\":16,\"state\":\"rewritten\"}"));
	json_object_put(output.result);
}

/* The metrics as text, to be freed by the caller. */
static char *metrics(struct fixture *fixture)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_null(metrics_write(&fixture->host, out));
	fclose(out);
	return text;
}

static void assert_has(const char *text, const char *line)
{
	if (!strstr(text, line))
		fail_msg("\"%s\" is not in \"%s\"", line, text);
}

static void metrics_are_escaped(void **state)
{
	_cleanup_free_ char *text = metrics(*state);

	assert_has(text, "\nlpatch_update_info{id=\"b\",stage=\"applied\",last_failure=\"none\","
			 "description=\"say \\\"\\\\\\\"\"} 1\n");
	assert_has(text, "\nlpatch_updates{stage=\"applied\"} 2\n");
	assert_has(text, "\nlpatch_update_functions{id=\"a\"} 3\n");
	assert_has(text, "\nlpatch_update_waiting_modules{id=\"a\"} 1\n");
	assert_null(strstr(text, "lpatch_update_age_seconds{"));
	assert_null(strstr(text, "timestamp_seconds{"));
}

static void metrics_have_ages_and_the_last_error(void **state)
{
	struct fixture *fixture = *state;
	struct lp_error *error = lp_error_new(LP_KERNEL_REFUSED, "busy");

	note(fixture, "a", NULL);
	record_failure(&fixture->host, "lpatch-apply", error);
	lp_error_free(error);
	_cleanup_free_ char *text = metrics(fixture);

	assert_has(text, "\nlpatch_update_age_seconds{id=\"a\"} ");
	assert_has(text,
		   "\nlpatch_last_error_timestamp_seconds{program=\"lpatch-apply\",status=\"8\"} ");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_noted_is_read_again),
		TEST(a_note_that_makes_no_sense_counts_as_none),
		TEST(the_newest_update_comes_first),
		TEST(objects_are_told_once),
		TEST(the_list_is_data),
		TEST(metrics_are_escaped),
		TEST(metrics_have_ages_and_the_last_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
