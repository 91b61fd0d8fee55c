// SPDX-License-Identifier: GPL-2.0-or-later
/* The manifest: a written one can be read back, and a wrong one is refused by field. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <json-c/json.h>
#include <string.h>

#include "common/manifest.h"

#define FUNCTION                                                                 \
	"{\"name\":\"tcp_v4_rcv\",\"kind\":\"replaced\",\"reason\":\"inlines\"," \
	"\"inlined\":\"tcp_filter\",\"through\":[\"f\",\"g\"],\"why\":\"because\"}"
#define EARLIER_FUNCTION "{\"name\":\"tcp_v4_rcv\",\"kind\":\"replaced\",\"why\":\"because\"}"
#define DIGEST           "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define FILES            "[{\"name\":\"lpatch.ko\",\"size\":12,\"sha256\":\"" DIGEST "\"}]"
#define TARGET                                                         \
	"{\"release\":\"6.1.0-56-amd64\",\"architecture\":\"x86_64\"," \
	"\"build_id\":\"0123456789abcdef\"}"
#define OBJECTS                                                                                  \
	"[{\"name\":\"vmlinux\",\"source\":\"net/ipv4/tcp_ipv4.c\","                             \
	"\"proven\":true,\"layouts\":[\"struct foo\"],\"functions\":[" FUNCTION "],"             \
	"\"constants\":[{\"name\":\"tcp_prot\",\"size\":128}],"                                  \
	"\"hooks\":[{\"kind\":\"apply\",\"function\":\"f\"}],\"shadows\":[\"note\"],\"needs\":[" \
	"\"xor\"],\"releases\":[\"timer\"],\"keep_code\":true,"                                  \
	"\"findings\":[{\"kind\":\"new-state\",\"name\":\"n\",\"where\":\"a.c:1\","              \
	"\"text\":\"it is new\"}]}]"
#define UNPROVEN                                                                                  \
	"[{\"name\":\"vmlinux\",\"source\":\"net/ipv4/tcp_ipv4.c\","                              \
	"\"proven\":false,\"mismatch\":{\"function\":\"tcp_v4_rcv\","                             \
	"\"offset\":35,\"difference\":\"it differs\"},\"layouts\":[],"                            \
	"\"functions\":[" FUNCTION "],\"constants\":[],\"hooks\":[],\"shadows\":[],\"needs\":[]," \
	"\"releases\":[],\"findings\":[]}]"
/* As written before there were layouts, constants, hooks and mismatches. */
#define EARLIER                                                      \
	"[{\"name\":\"vmlinux\",\"source\":\"net/ipv4/tcp_ipv4.c\"," \
	"\"proven\":false,\"functions\":[" EARLIER_FUNCTION "]}]"

/* A manifest as text, its parts being JSON. */
#define MANIFEST(id, target, objects, files)                             \
	"{\"format\":1,\"id\":" id                                       \
	",\"description\":\"drop it\",\"abi\":1,\"created\":1700000000," \
	"\"target\":" target ",\"objects\":" objects ",\"files\":" files "}"

static const char good[] = MANIFEST("\"syt40kp6\"", TARGET, OBJECTS, FILES);

static void assert_refused(const char *text, const char *message)
{
	struct manifest *manifest;
	struct lp_error *error = manifest_from_json(text, strlen(text), &manifest);

	assert_non_null(error);
	assert_null(manifest);
	assert_int_equal(error->status, LP_BAD_BUNDLE);
	if (!strstr(error->message, message))
		fail_msg("\"%s\" is not in \"%s\"", message, error->message);
	assert_null(strchr(error->message, '\n'));
	lp_error_free(error);
}

static struct manifest *read_good(void)
{
	struct manifest *manifest;

	assert_null(manifest_from_json(good, strlen(good), &manifest));
	return manifest;
}

static void every_field_is_read(void **state)
{
	(void)state;
	_cleanup_manifest_ struct manifest *manifest = read_good();

	assert_string_equal(manifest->id, "syt40kp6");
	assert_string_equal(manifest->description, "drop it");
	assert_int_equal(manifest->abi, 1);
	assert_int_equal(manifest->created, 1700000000);
	assert_string_equal(manifest->target.release, "6.1.0-56-amd64");
	assert_string_equal(manifest->target.architecture, "x86_64");
	assert_string_equal(manifest->target.build_id, "0123456789abcdef");
	assert_int_equal(manifest->nr_objects, 1);
	assert_string_equal(manifest->objects[0].name, "vmlinux");
	assert_string_equal(manifest->objects[0].source, "net/ipv4/tcp_ipv4.c");
	assert_true(manifest->objects[0].proven);
	assert_int_equal(manifest->objects[0].nr_functions, 1);
	assert_string_equal(manifest->objects[0].functions[0].name, "tcp_v4_rcv");
	assert_int_equal(manifest->objects[0].functions[0].kind, MANIFEST_REPLACED);
	assert_int_equal(manifest->objects[0].functions[0].reason, MANIFEST_INLINES);
	assert_string_equal(manifest->objects[0].functions[0].cause, "tcp_filter");
	assert_int_equal(manifest->objects[0].functions[0].through.count, 2);
	assert_string_equal(manifest->objects[0].functions[0].through.items[1], "g");
	assert_string_equal(manifest->objects[0].functions[0].why, "because");
	assert_int_equal(manifest->objects[0].layouts.count, 1);
	assert_string_equal(manifest->objects[0].layouts.items[0], "struct foo");
	assert_int_equal(manifest->objects[0].nr_constants, 1);
	assert_string_equal(manifest->objects[0].constants[0].name, "tcp_prot");
	assert_int_equal(manifest->objects[0].constants[0].size, 128);
	assert_int_equal(manifest->objects[0].nr_hooks, 1);
	assert_string_equal(manifest->objects[0].hooks[0].kind, "apply");
	assert_string_equal(manifest->objects[0].hooks[0].function, "f");
	assert_int_equal(manifest->objects[0].shadows.count, 1);
	assert_string_equal(manifest->objects[0].shadows.items[0], "note");
	assert_int_equal(manifest->objects[0].needs.count, 1);
	assert_string_equal(manifest->objects[0].needs.items[0], "xor");
	assert_int_equal(manifest->objects[0].releases.count, 1);
	assert_string_equal(manifest->objects[0].releases.items[0], "timer");
	assert_true(manifest->objects[0].keep_code);
	assert_int_equal(manifest->objects[0].findings.count, 1);
	assert_int_equal(manifest->objects[0].findings.items[0].kind, FINDING_NEW_STATE);
	assert_string_equal(manifest->objects[0].findings.items[0].name, "n");
	assert_string_equal(manifest->objects[0].findings.items[0].where, "a.c:1");
	assert_string_equal(manifest->objects[0].findings.items[0].text, "it is new");
	assert_int_equal(manifest->nr_files, 1);
	assert_string_equal(manifest->files[0].name, "lpatch.ko");
	assert_int_equal(manifest->files[0].size, 12);
	assert_string_equal(manifest->files[0].sha256, DIGEST);
}

static void what_is_written_is_read_back(void **state)
{
	(void)state;
	_cleanup_manifest_ struct manifest *manifest = read_good();
	_cleanup_manifest_ struct manifest *again = NULL;
	struct json_object *json = manifest_to_json(manifest);
	const char *text = json_object_to_json_string_ext(json, JSON_C_TO_STRING_NOSLASHESCAPE);

	assert_string_equal(text, good);
	assert_null(manifest_from_json(text, strlen(text), &again));
	json_object_put(json);
	assert_string_equal(again->objects[0].functions[0].name, "tcp_v4_rcv");
}

static void a_mismatch_is_written_and_read(void **state)
{
	(void)state;
	static const char text[] = MANIFEST("\"a\"", TARGET, UNPROVEN, FILES);
	_cleanup_manifest_ struct manifest *manifest = NULL;

	assert_null(manifest_from_json(text, strlen(text), &manifest));
	assert_false(manifest->objects[0].proven);
	assert_string_equal(manifest->objects[0].mismatch.function, "tcp_v4_rcv");
	assert_int_equal(manifest->objects[0].mismatch.offset, 35);
	assert_string_equal(manifest->objects[0].mismatch.difference, "it differs");
	struct json_object *json = manifest_to_json(manifest);

	assert_string_equal(json_object_to_json_string_ext(json, JSON_C_TO_STRING_NOSLASHESCAPE),
			    text);
	json_object_put(json);
}

static void a_manifest_of_an_earlier_version_is_read(void **state)
{
	(void)state;
	static const char text[] = MANIFEST("\"a\"", TARGET, EARLIER, FILES);
	_cleanup_manifest_ struct manifest *manifest = NULL;

	assert_null(manifest_from_json(text, strlen(text), &manifest));
	assert_false(manifest->objects[0].proven);
	assert_string_equal(manifest->objects[0].mismatch.difference, "");
	assert_int_equal(manifest->objects[0].functions[0].reason, MANIFEST_IS_CHANGED);
	assert_int_equal(manifest->objects[0].layouts.count, 0);
	assert_int_equal(manifest->objects[0].nr_constants, 0);
}

static void unknown_fields_are_ignored(void **state)
{
	(void)state;
	struct json_object *json = json_tokener_parse(good);
	_cleanup_manifest_ struct manifest *manifest = NULL;

	json_object_object_add(json, "hooks", json_object_new_array());
	const char *text = json_object_to_json_string(json);

	assert_null(manifest_from_json(text, strlen(text), &manifest));
	json_object_put(json);
	assert_string_equal(manifest->id, "syt40kp6");
}

static void a_missing_or_wrong_field_is_named(void **state)
{
	(void)state;
	assert_refused("{}", "manifest.json: format is missing");
	assert_refused("{\"format\":\"1\"}", "format is not an integer");
	assert_refused("{\"format\":2}", "format is 2, and only 1 is known");
	assert_refused("{\"format\":-1}", "format is out of range");
	assert_refused("{\"format\":1}", "id is missing");
	assert_refused(MANIFEST("7", TARGET, OBJECTS, FILES), "id is not a string");
	assert_refused(MANIFEST("\"a\"", "[]", OBJECTS, FILES), "target is not an object");
	assert_refused(MANIFEST("\"a\"", "{}", OBJECTS, FILES), "target.release is missing");
	assert_refused(MANIFEST("\"a\"", TARGET, "{}", FILES), "objects is not an array");
	assert_refused(MANIFEST("\"a\"", TARGET, "[1]", FILES),
		       "objects has an element that is not an object");
	assert_refused(MANIFEST("\"a\"", TARGET, "[{\"name\":\"\"}]", FILES),
		       "objects[0].name is empty");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":1}]", FILES),
		       "objects[0].proven is not true or false");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"functions\":[" FUNCTION ",{\"name\":\"f\",\"kind\":\"odd\"}]}]",
				FILES),
		       "objects[0].functions[1].kind is not \"replaced\" or \"new\"");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"functions\":[{\"name\":\"f\",\"kind\":\"new\","
				"\"reason\":\"odd\"}]}]",
				FILES),
		       "objects[0].functions[0].reason is not a known value");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":false,"
				"\"mismatch\":{\"function\":\"f\"}}]",
				FILES),
		       "objects[0].mismatch.offset is missing");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"layouts\":[7]}]",
				FILES),
		       "objects[0].layouts has an element that is not a string");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"functions\":[],\"findings\":[{\"kind\":\"outlives\"}]}]",
				FILES),
		       "objects[0].findings[0].name is missing");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"functions\":[],\"constants\":[{\"name\":\"c\"}]}]",
				FILES),
		       "objects[0].constants[0].size is missing");
	assert_refused(MANIFEST("\"a\"", TARGET,
				"[{\"name\":\"x\",\"source\":\"x.c\",\"proven\":true,"
				"\"functions\":[],\"hooks\":[{\"kind\":\"apply\"}]}]",
				FILES),
		       "objects[0].hooks[0].function is missing");
	assert_refused(MANIFEST("\"a\"", TARGET, OBJECTS, "[{\"name\":\"x\",\"size\":-1}]"),
		       "files[0].size is out of range");
	assert_refused(MANIFEST("\"a\"", TARGET, OBJECTS,
				"[{\"name\":\"x\",\"size\":1,\"sha256\":\"abc\"}]"),
		       "files[0].sha256 is not 64 lower-case hex digits");
}

static void an_id_that_is_no_id_is_refused(void **state)
{
	(void)state;
	assert_true(manifest_id_is_valid("syt40kp6"));
	assert_true(manifest_id_is_valid("fix_for_6688"));
	assert_true(manifest_id_is_valid("abcdefghabcdefghabcdefghabcdefgh"));
	assert_false(manifest_id_is_valid("abcdefghabcdefghabcdefghabcdefghi"));
	assert_false(manifest_id_is_valid(""));
	assert_false(manifest_id_is_valid(".."));
	assert_false(manifest_id_is_valid("a/b"));
	assert_false(manifest_id_is_valid("Abc"));
	assert_refused(MANIFEST("\"../etc\"", TARGET, OBJECTS, FILES), "id is not an id");
	assert_refused(MANIFEST("\"a\\u0000b\"", TARGET, OBJECTS, FILES),
		       "id has control characters");
}

static void text_that_would_drive_a_terminal_is_refused(void **state)
{
	(void)state;
	assert_refused(MANIFEST("\"a\\u001b[2J\"", TARGET, OBJECTS, FILES),
		       "id has control characters");
	assert_refused(MANIFEST("\"a\\u009b2J\"", TARGET, OBJECTS, FILES),
		       "id has control characters");
	assert_refused(MANIFEST("\"a\\n\"", TARGET, OBJECTS, FILES), "id has control characters");
}

static void text_that_is_no_json_is_refused(void **state)
{
	(void)state;
	assert_refused("", "not valid JSON");
	assert_refused("{\"format\":1", "it ends too early");
	assert_refused("{\"format\":1}}", "not valid JSON at byte 12");
	assert_refused("{\"format\":1,}", "not valid JSON");
	assert_refused("[]", "not a JSON object");
	assert_refused("{\"format\":1,\"id\":\"\xff\"}", "not valid JSON");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_is_read),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(a_mismatch_is_written_and_read),
		cmocka_unit_test(a_manifest_of_an_earlier_version_is_read),
		cmocka_unit_test(unknown_fields_are_ignored),
		cmocka_unit_test(a_missing_or_wrong_field_is_named),
		cmocka_unit_test(an_id_that_is_no_id_is_refused),
		cmocka_unit_test(text_that_would_drive_a_terminal_is_refused),
		cmocka_unit_test(text_that_is_no_json_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
