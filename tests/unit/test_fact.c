// SPDX-License-Identifier: GPL-2.0-or-later
/* Facts: each has one form of words, whatever is known of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "common/cleanup.h"
#include "common/manifest_facts.h"

static void expect_fact(const struct fact *fact, const char *wanted)
{
	_cleanup_free_ char *text = NULL;

	assert_null(fact_text(fact, &text));
	assert_string_equal(text, wanted);
}

static void what_is_not_known_is_left_out(void **state)
{
	(void)state;
	struct fact fact = {.kind = "replaced", .name = "f"};

	expect_fact(&fact, "replaced f");
	fact.why = "changed by the diff";
	expect_fact(&fact, "replaced f: changed by the diff");
	fact.object = "vmlinux";
	expect_fact(&fact, "vmlinux: replaced f: changed by the diff");
	fact.where = "";
	expect_fact(&fact, "vmlinux: replaced f: changed by the diff");
	fact.where = "a.c";
	expect_fact(&fact, "vmlinux: replaced f (a.c): changed by the diff");
	fact.redirect = "jump";
	fact.size = UINT64_MAX;
	fact.detail = "0x1 -> 0x2";
	fact.waiting = FACT_WAITING;
	expect_fact(&fact, "vmlinux: replaced f (a.c), redirect: jump, 18446744073709551615 bytes, "
			   "0x1 -> 0x2, waiting for the module to be loaded: changed by the diff");
	fact = (struct fact){.object = "m", .waiting = FACT_NEVER};
	expect_fact(&fact, "m, the module is not loaded, and can't be on this kernel while the "
			   "update is applied");
}

/* An object with everything that a manifest has. */
static struct manifest_function functions[] = {
	{"g", MANIFEST_REPLACED, MANIFEST_INLINES, "f", {0}, "inlines f, which changed"},
	{"f", MANIFEST_REPLACED, MANIFEST_IS_CHANGED, NULL, {0}, "changed by the diff"},
	{"n", MANIFEST_NEW, MANIFEST_IS_NEW, NULL, {0}, "added by the diff"},
};
static struct manifest_constant constants[] = {{"table", 16}};
static struct manifest_hook hooks[] = {{"post_apply", "h"}};
static char *shadow[] = {"note", NULL}, *needed[] = {"xor", NULL}, *released[] = {"timer", NULL},
	    *layouts[] = {"struct foo", "struct bar.b", NULL};

static struct manifest_object full_object(void)
{
	return (struct manifest_object){
		.name = "m",
		.source = "a.c",
		.functions = functions,
		.nr_functions = 3,
		.constants = constants,
		.nr_constants = 1,
		.hooks = hooks,
		.nr_hooks = 1,
		.shadows = {shadow, 1},
		.needs = {needed, 1},
		.releases = {released, 1},
		.layouts = {layouts, 2},
		.keep_code = true,
		.mismatch = {"f", 35, "f differs"},
	};
}

static void all_changes_of_an_object_are_listed(void **state)
{
	(void)state;
	const struct manifest_object object = full_object();
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	assert_null(manifest_changes(&object, &lines));
	assert_null(text_list_join(&lines, "\n", &text));
	assert_string_equal(text, "m: replaced f (a.c): changed by the diff\n"
				  "m: new n (a.c): added by the diff\n"
				  "m: replaced g (a.c): inlines f, which changed\n"
				  "m: rewritten table (a.c), 16 bytes\n"
				  "m: hook post_apply h (a.c)\n"
				  "m: shadow note (a.c)\n"
				  "m: needs xor (a.c)\n"
				  "m: releases timer (a.c)\n"
				  "m: keep_code (a.c): its code stays loaded when it is undone");
}

static void what_its_author_overruled_is_listed(void **state)
{
	(void)state;
	struct manifest_object objects[] = {full_object(), full_object(), full_object()};
	const struct manifest manifest = {.objects = objects, .nr_objects = 3};
	_cleanup_text_list_ struct text_list lines = {0};
	_cleanup_free_ char *text = NULL;

	objects[1] = (struct manifest_object){.name = "m", .source = "b.c", .proven = true};
	objects[2] = (struct manifest_object){.name = "m", .source = "c.c", .is_new = true};
	assert_null(manifest_overrides(&manifest, &lines));
	assert_null(text_list_join(&lines, "\n", &text));
	assert_string_equal(text, "m (a.c): NOT PROVEN to be what the kernel was built from: "
				  "f differs\n"
				  "m: layout struct foo (a.c): differs; its author allowed it\n"
				  "m: layout struct bar.b (a.c): a member is added, and no other "
				  "one moves; its author allowed it");
}

static void the_proof_is_said_in_one_way(void **state)
{
	(void)state;
	assert_string_equal(fact_proof_text(true, false),
			    "proven to be what the kernel was built from");
	assert_string_equal(fact_proof_text(false, true), "a new file");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_known_is_left_out),
		cmocka_unit_test(all_changes_of_an_object_are_listed),
		cmocka_unit_test(what_its_author_overruled_is_listed),
		cmocka_unit_test(the_proof_is_said_in_one_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
