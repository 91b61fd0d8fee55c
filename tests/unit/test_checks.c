// SPDX-License-Identifier: GPL-2.0-or-later
/* What speaks against applying an update, on a host made of files; and what would happen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <elf.h>
#include <json-c/json.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "apply/checks.h"
#include "apply/function_users.h"
#include "apply/plan.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "tests/unit/tiny_module.h"

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)

#define SIGNED "~Module signature appended~\n"

/* A host on which nothing speaks against the update "u", which replaces f in vmlinux. */
struct fixture {
	struct text_list paths;
	char root[32];
	struct host host;
	struct manifest manifest;
	struct manifest_object object;
	struct manifest_function function;
	struct bundle bundle;
	struct check_context context;
	struct output output;
};

static const char *path(struct fixture *fixture, const char *name)
{
	assert_null(text_list_add(&fixture->paths, "%s/%s", fixture->root, name));
	return fixture->paths.items[fixture->paths.count - 1];
}

static void folder(struct fixture *fixture, const char *name)
{
	assert_int_equal(mkdir(path(fixture, name), 0755), 0);
}

static void put(struct fixture *fixture, const char *name, const char *text)
{
	assert_null(file_write(path(fixture, name), text, strlen(text)));
}

/* The note that says the build id is 01ab00ff. */
static void put_build_id(struct fixture *fixture)
{
	const Elf64_Nhdr header = {.n_namesz = 4, .n_descsz = 4, .n_type = NT_GNU_BUILD_ID};
	char note[20];

	memcpy(note, &header, sizeof(header));
	memcpy(note + 12, "GNU\0\x01\xab\x00\xff", 8);
	assert_null(file_write(path(fixture, "notes"), note, sizeof(note)));
}

static void fill_bundle(struct fixture *fixture)
{
	static struct utsname running;

	uname(&running);
	fixture->function = (struct manifest_function){.name = "f", .why = ""};
	fixture->object = (struct manifest_object){
		.name = "vmlinux",
		.source = "f.c",
		.functions = &fixture->function,
		.nr_functions = 1,
	};
	fixture->manifest = (struct manifest){
		.id = "u",
		.abi = LPATCH_ABI_VERSION,
		.target = {running.release, running.machine, "01ab00ff"},
		.objects = &fixture->object,
		.nr_objects = 1,
	};
	fixture->bundle = (struct bundle){
		.manifest = &fixture->manifest,
		.core = tiny_module("lpatch"),
		.update = tiny_module("lpatch_u"),
	};
	fixture->context = (struct check_context){
		.host = &fixture->host,
		.bundle = &fixture->bundle,
	};
}

static int make_host(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->root, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->root));
	fixture->host = (struct host){
		.sysfs = path(fixture, "lpatch"),
		.lists = path(fixture, "lpatch"),
		.notes = path(fixture, "notes"),
		.modules = path(fixture, "modules"),
		.proc = path(fixture, "proc"),
		.lockdown = path(fixture, "lockdown"),
		.livepatch = path(fixture, "livepatch"),
		.kprobes = path(fixture, "kprobes"),
		.tracing = path(fixture, "tracing"),
		.trusted = path(fixture, "trusted"),
		.store = path(fixture, "STORE"),
		.lock = path(fixture, "lock"),
	};
	folder(fixture, "proc");
	folder(fixture, "proc/sys");
	folder(fixture, "proc/sys/kernel");
	folder(fixture, "modules");
	folder(fixture, "modules/module");
	folder(fixture, "modules/module/parameters");
	folder(fixture, "tracing");
	put(fixture, "proc/meminfo", "MemTotal: 9 kB\nMemAvailable:  1000000 kB\n");
	put(fixture, "proc/sys/kernel/modules_disabled", "0\n");
	put(fixture, "proc/kallsyms",
	    "ffffffff81000100 T f\nffffffff81000109 t g\nffffffff81000300 T _printk\n"
	    "ffffffff81000400 D schedule\nffffffff81000200 t f\t[other]\n");
	put(fixture, "modules/module/parameters/sig_enforce", "N\n");
	put(fixture, "lockdown", "[none] integrity confidentiality\n");
	put_build_id(fixture);
	fill_bundle(fixture);
	output_init(&fixture->output, "test");
	fixture->output.json = true;
	*state = fixture;
	return 0;
}

static int remove_host(void **state)
{
	struct fixture *fixture = *state;
	char command[64];

	check_context_clear(&fixture->context);
	free(fixture->bundle.core.data);
	free(fixture->bundle.update.data);
	json_object_put(fixture->output.result);
	text_list_clear(&fixture->paths);
	snprintf(command, sizeof(command), "rm -rf '%s'", fixture->root);
	assert_int_equal(system(command), 0);
	free(fixture);
	return 0;
}

/* What the checks said: a line "NAME STATUS: SENTENCE / HINT" for each failure. */
static void note_failure(void *data, const char *name, struct lp_error *error)
{
	struct text_list *lines = data;

	assert_null(text_list_add(lines, "%s %d: %s / %s", name, error->status, error->message,
				  error->hint ? error->hint : ""));
	lp_error_free(error);
}

/* The checks must fail in just one way, that line. */
static void expect(struct fixture *fixture, const char *wanted)
{
	_cleanup_text_list_ struct text_list lines = {};

	checks_all(&fixture->context, note_failure, &lines);
	if (lines.count && text_starts_with(lines.items[0], "privileges"))
		skip();
	if (!wanted) {
		if (lines.count)
			fail_msg("%s", lines.items[0]);
		return;
	}
	assert_int_equal(lines.count, 1);
	if (!strstr(lines.items[0], wanted))
		fail_msg("\"%s\" is not in \"%s\"", wanted, lines.items[0]);
	assert_non_null(strstr(lines.items[0], " / "));
	assert_null(strchr(lines.items[0], '\n'));
}

static void nothing_speaks_against_it(void **state)
{
	expect(*state, NULL);
}

static void what_the_kernel_lacks_is_not_checked(void **state)
{
	struct fixture *fixture = *state;

	unlink(path(fixture, "lockdown"));
	unlink(path(fixture, "proc/sys/kernel/modules_disabled"));
	unlink(path(fixture, "modules/module/parameters/sig_enforce"));
	put(fixture, "proc/meminfo", "MemTotal: 9 kB\n");
	expect(fixture, NULL);
}

static void another_interface_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->manifest.abi = LPATCH_ABI_VERSION + 1;
	expect(fixture, "interface 10: ");
}

static void another_build_is_refused(void **state)
{
	struct fixture *fixture = *state;

	fixture->manifest.target.build_id = "00";
	expect(fixture, "target 9: the update is for another kernel: its build id is 00");
}

static void a_required_signature_is_missed(void **state)
{
	struct fixture *fixture = *state;

	fixture->context.require_signature = true;
	expect(fixture,
	       "signature 10: a signature is required, and no certificate is trusted / Put");
}

static void modules_switched_off_are_seen(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "proc/sys/kernel/modules_disabled", "1\n");
	expect(fixture, "modules 8: loading modules is switched off until the next boot");
}

/* Appends an empty signature to the module, by struct module_signature of Linux 6.1. */
static void sign(struct blob *module)
{
	static const unsigned char trailer[12] = {0, 0, 2};
	size_t size = module->size + sizeof(trailer) + strlen(SIGNED);

	module->data = realloc(module->data, size + 1);
	memcpy(module->data + module->size, trailer, sizeof(trailer));
	memcpy(module->data + module->size + sizeof(trailer), SIGNED, strlen(SIGNED) + 1);
	module->size = size;
}

static void lockdown_takes_signed_modules_only(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "lockdown", "none [integrity] confidentiality\n");
	expect(fixture, "lockdown 8: the kernel is locked down and accepts only signed modules, "
			"and the update is not signed");
	sign(&fixture->bundle.update);
	expect(fixture, "and the core is not signed");
	sign(&fixture->bundle.core);
	expect(fixture, NULL);
}

static void enforced_module_signatures_are_seen(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "modules/module/parameters/sig_enforce", "Y\n");
	expect(fixture, "module_signatures 8: the kernel accepts only signed modules");
}

static void a_damaged_module_is_seen(void **state)
{
	struct fixture *fixture = *state;
	struct blob *update = &fixture->bundle.update;
	size_t type = tiny_header(update, TINY_TEXT) + offsetof(Elf64_Shdr, sh_offset);

	update->data[type + 4]++;
	expect(fixture, "module_files 10: the module lpatch_u is damaged: section 1 lies outside");
	update->data[type + 4]--;
	expect(fixture, NULL);
	fixture->bundle.core.size = 0;
	expect(fixture, "module_files 10: the module lpatch is damaged: it has 0 bytes");
}

/* Replaces the same number of bytes in .modinfo by `text`. */
static void change_info(struct blob *module, const char *before, const char *text)
{
	char *at = memmem(module->data, module->size, before, strlen(before));

	assert_non_null(at);
	memcpy(at, text, strlen(text));
}

static void a_module_for_another_kind_of_kernel_is_seen(void **state)
{
	struct fixture *fixture = *state;
	struct blob *update = &fixture->bundle.update;

	change_info(update, "mod_unload", "mod_UNLOAD");
	expect(fixture, "module_files 10: the module lpatch_u is damaged: it is for a kernel \"");
	change_info(update, "mod_UNLOAD", "mod_unload");
	change_info(update, "modversions", "modVersions");
	expect(fixture, "and the core for one \"");
	change_info(update, "modVersions", "modversions");
	change_info(update, "vermagic=", "vermagic:");
	expect(fixture, "it does not say which kernel it is for");
	change_info(update, "vermagic:", "vermagic=");
	change_info(update, "license=GPL", "license=MIT");
	expect(fixture, "its licence is not the GPL");
}

static void what_the_kernel_does_not_have_is_seen(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "proc/kallsyms",
	    "ffffffff81000300 T _printk\nffffffff81000400 T schedule\t[other]\n");
	expect(fixture,
	       "symbols 10: the module lpatch is damaged: it refers to schedule of vmlinux, "
	       "which is not there");
	/* Whether something is exported shows only if it does for something else. */
	put(fixture, "proc/kallsyms", "ffffffff81000400 T schedule\n");
	expect(fixture, NULL);
	put(fixture, "proc/kallsyms",
	    "ffffffff81000300 T _printk\nffffffff81000400 T schedule\n"
	    "ffffffff81000500 r __ksymtab_other\n");
	expect(fixture,
	       "it refers to _printk, which neither the kernel exports nor the update defines");
	put(fixture, "proc/kallsyms",
	    "ffffffff81000300 T _printk\nffffffff81000400 T schedule\n"
	    "ffffffff81000500 r __ksymtab__printk\n");
	expect(fixture, NULL);
	put(fixture, "proc/kallsyms", "ffffffff81000300 T _printk\nffff888081000400 T schedule\n");
	expect(fixture, "a relocation of .text can't reach schedule");
	put(fixture, "proc/kallsyms", "");
	expect(fixture, NULL);
}

static void too_little_memory_is_seen(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "proc/meminfo", "MemAvailable:  100 kB\n");
	expect(fixture, "memory 8: not enough memory: 16399 KiB are needed, 100 are available");
}

/* An update of the kernel's own kind that replaces f. */
static void put_livepatch(struct fixture *fixture)
{
	folder(fixture, "livepatch");
	folder(fixture, "livepatch/klp");
	folder(fixture, "livepatch/klp/vmlinux");
	folder(fixture, "livepatch/klp/vmlinux/f,1");
	put(fixture, "livepatch/klp/enabled", "1\n");
	put(fixture, "livepatch/klp/transition", "0\n");
}

static void a_live_patch_of_the_kernel_is_in_the_way(void **state)
{
	struct fixture *fixture = *state;

	put_livepatch(fixture);
	expect(fixture, "livepatch 8: the live patch klp replaces f already");
	fixture->function.name = "f_other";
	expect(fixture, NULL);
	fixture->function.name = "f";
	put(fixture, "livepatch/klp/enabled", "0\n");
	expect(fixture, NULL);
	put(fixture, "livepatch/klp/transition", "1\n");
	expect(fixture, "livepatch 8");
}

/* An update "v" in force that replaces f as well, and "u" in the given stage. */
static void put_updates(struct fixture *fixture, const char *stage)
{
	folder(fixture, "lpatch");
	folder(fixture, "lpatch/v");
	folder(fixture, "lpatch/u");
	put(fixture, "lpatch/abi", TEXT_OF(LPATCH_ABI_VERSION) "\n");
	put(fixture, "lpatch/v/stage", "applied\n");
	put(fixture, "lpatch/v/functions", "vmlinux ff 0x1 0x2 jump\nvmlinux f 0x1 0x2 jump\n");
	put(fixture, "lpatch/u/stage", stage);
	put(fixture, "lpatch/u/functions", "vmlinux f 0x1 0x2 none\n");
}

static void an_id_that_is_applied_is_taken(void **state)
{
	struct fixture *fixture = *state;

	put_updates(fixture, "preparing\n");
	expect(fixture, NULL);
	put(fixture, "lpatch/u/stage", "applied\n");
	expect(fixture, "id 8: u is already applied");
}

static void a_core_of_another_version_is_seen(void **state)
{
	struct fixture *fixture = *state;

	put_updates(fixture, "preparing\n");
	put(fixture, "lpatch/abi", "999\n");
	expect(fixture, "core 8: the loaded core has version 999");
}

static void several_failures_are_all_said(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_text_list_ struct text_list lines = {};

	put_livepatch(fixture);
	put(fixture, "proc/meminfo", "MemAvailable:  100 kB\n");
	fixture->context.require_signature = true;
	assert_int_equal(checks_all(&fixture->context, note_failure, &lines), LP_BAD_BUNDLE);
	if (text_starts_with(lines.items[lines.count - 1], "privileges"))
		skip();
	assert_int_equal(lines.count, 3);
	assert_true(text_starts_with(lines.items[0], "signature"));
	assert_true(text_starts_with(lines.items[1], "memory"));
	assert_true(text_starts_with(lines.items[2], "livepatch"));
}

/* What would happen ------------------------------------------------------------ */

/* A field of the only function in the plan, as JSON. */
static const char *planned(struct fixture *fixture, const char *field)
{
	struct json_object *plan;

	assert_true(json_object_object_get_ex(fixture->output.result, "functions", &plan));
	assert_int_equal(json_object_array_length(plan), 1);
	struct json_object *function = json_object_array_get_idx(plan, 0);

	return json_object_to_json_string_ext(json_object_object_get(function, field),
					      JSON_C_TO_STRING_PLAIN);
}

static void make_plan(struct fixture *fixture)
{
	assert_null(plan_show(&fixture->host, &fixture->manifest, false, &fixture->output));
}

static void a_function_too_short_for_the_jump_takes_ftrace(void **state)
{
	struct fixture *fixture = *state;

	make_plan(fixture);
	assert_string_equal(planned(fixture, "redirect"), "\"ftrace\"");
	assert_string_equal(planned(fixture, "waiting"), "false");
	put(fixture, "tracing/available_filter_functions", "ff\nfoo [other]\n");
	make_plan(fixture);
	assert_string_equal(planned(fixture, "redirect"), "\"jump\"");
}

static void a_module_that_is_not_loaded_is_waited_for(void **state)
{
	struct fixture *fixture = *state;

	fixture->object.name = "other";
	make_plan(fixture);
	assert_string_equal(planned(fixture, "redirect"), "\"jump\"");
	assert_string_equal(planned(fixture, "waiting"), "true");
}

static void updates_below_are_named(void **state)
{
	struct fixture *fixture = *state;

	put_updates(fixture, "preparing\n");
	make_plan(fixture);
	assert_string_equal(planned(fixture, "updates"), "[\"v\"]");
}

static void tracers_and_kprobes_are_named(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "kprobes",
	    "ffffffff81000200  k  ff+0x3    [OPTIMIZED]\n"
	    "ffffffff81000100  k  f+0x0    [FTRACE]\n"
	    "ffffffff81000103  r  f+0x3  [DISABLED]\n");
	put(fixture, "tracing/enabled_functions", "ff (9) R\nf (2) R I \ttramp: 0x1 (x+0x0/0x1)\n");
	make_plan(fixture);
	assert_string_equal(planned(fixture, "kprobes"), "[\"f+0x0\",\"f+0x3\"]");
	assert_string_equal(planned(fixture, "tracers"), "2");
}

static void a_kprobe_in_the_code_is_foretold(void **state)
{
	struct fixture *fixture = *state;

	put(fixture, "kprobes", "ffffffff81000103  k  f+0x3    [OPTIMIZED]\n");
	struct lp_error *error =
		plan_show(&fixture->host, &fixture->manifest, false, &fixture->output);

	assert_non_null(error);
	assert_int_equal(error->status, LP_KERNEL_REFUSED);
	assert_non_null(strstr(error->message, "a kprobe has changed its code (f+0x3)"));
	lp_error_free(error);
}

/* "KIND FUNCTION" of every hook that would be called, in order, and the word "waiting". */
static char *planned_hooks(struct fixture *fixture)
{
	struct json_object *hooks;
	char *text = NULL;

	make_plan(fixture);
	assert_true(json_object_object_get_ex(fixture->output.result, "hooks", &hooks));
	for (size_t i = 0; i < json_object_array_length(hooks); i++) {
		struct json_object *hook = json_object_array_get_idx(hooks, i);
		_cleanup_free_ char *before = text;
		bool waits = json_object_get_boolean(json_object_object_get(hook, "waiting"));

		assert_null(text_format(
			&text, "%s%s%s %s%s", before ? before : "", before ? ", " : "",
			json_object_get_string(json_object_object_get(hook, "kind")),
			json_object_get_string(json_object_object_get(hook, "function")),
			waits ? " waiting" : ""));
		assert_null(json_object_object_get(hook, "update"));
	}
	return text;
}

static void hooks_for_the_way_in_are_named_in_order(void **state)
{
	struct fixture *fixture = *state;
	struct manifest_hook of_module[] = {{"fail_apply", "mf"}, {"pre_apply", "mp"}};
	struct manifest_hook of_kernel[] = {
		{"post_apply", "o"}, {"pre_reverse", "r"}, {"apply", "a"}, {"pre_apply", "p"}};
	struct manifest_object objects[] = {
		{.name = "other",
		 .source = "m.c",
		 .hooks = of_module,
		 .nr_hooks = ARRAY_SIZE(of_module)},
		{.name = "vmlinux",
		 .source = "k.c",
		 .hooks = of_kernel,
		 .nr_hooks = ARRAY_SIZE(of_kernel)},
	};

	fixture->manifest.objects = objects;
	fixture->manifest.nr_objects = ARRAY_SIZE(objects);
	_cleanup_free_ char *hooks = planned_hooks(fixture);

	assert_string_equal(hooks, "pre_apply p, pre_apply mp waiting, apply a, post_apply o, "
				   "fail_apply mf waiting");
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_speaks_against_it),
		TEST(what_the_kernel_lacks_is_not_checked),
		TEST(another_interface_is_refused),
		TEST(another_build_is_refused),
		TEST(a_required_signature_is_missed),
		TEST(modules_switched_off_are_seen),
		TEST(lockdown_takes_signed_modules_only),
		TEST(enforced_module_signatures_are_seen),
		TEST(a_damaged_module_is_seen),
		TEST(a_module_for_another_kind_of_kernel_is_seen),
		TEST(what_the_kernel_does_not_have_is_seen),
		TEST(too_little_memory_is_seen),
		TEST(a_live_patch_of_the_kernel_is_in_the_way),
		TEST(an_id_that_is_applied_is_taken),
		TEST(a_core_of_another_version_is_seen),
		TEST(several_failures_are_all_said),
		TEST(a_function_too_short_for_the_jump_takes_ftrace),
		TEST(a_module_that_is_not_loaded_is_waited_for),
		TEST(updates_below_are_named),
		TEST(tracers_and_kprobes_are_named),
		TEST(a_kprobe_in_the_code_is_foretold),
		TEST(hooks_for_the_way_in_are_named_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
