// SPDX-License-Identifier: GPL-2.0-or-later
/* What a kernel without livepatch support doesn't export: named when the update is made, placed
 * when it is applied. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>
#include <sys/stat.h>

#include "apply/placement.h"
#include "common/text.h"
#include "create/elf/elf_edit.h"
#include "create/link/late_symbols.h"

#define STEXT 0xffffffff81000000
#define ETEXT 0xffffffff81a00000
#define END   0xffffffff82000000

/* What /proc/kallsyms shows of a kernel that was moved by 0x4000000. */
static const char moved[] = "0000000000001040 A per_cpu_value\n"
			    "ffffffff85000000 T _stext\nffffffff85a00000 T _etext\n"
			    "ffffffff86000000 R __end_rodata\n"
			    "ffffffffc0001000 t twin\t[drv]\nffffffffc0002000 t twin\t[other]\n"
			    "ffffffffc0001040 t twin\t[drv]\n";

static const char source[] = "extern char hidden[], per_cpu_value[], twin[], exported[];\n"
			     "char *uses[] = {hidden, per_cpu_value, twin + 8, exported};\n";

struct fixture {
	char folder[32];
	char *object, *kallsyms;
	struct host host;
};

static void compile(const char *path)
{
	_cleanup_free_ char *command = NULL;

	assert_true(asprintf(&command, "gcc -x c -c -mcmodel=kernel -fno-pic -o %s -", path) > 0);
	FILE *gcc = popen(command, "w");

	assert_non_null(gcc);
	fputs(source, gcc);
	assert_int_equal(pclose(gcc), 0);
}

static int make_folder(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	strcpy(fixture->folder, "/tmp/lpatch-test.XXXXXX");
	assert_non_null(mkdtemp(fixture->folder));
	assert_null(text_format(&fixture->object, "%s/u.o", fixture->folder));
	assert_null(text_format(&fixture->kallsyms, "%s/kallsyms", fixture->folder));
	fixture->host.proc = fixture->folder;
	compile(fixture->object);
	*state = fixture;
	return 0;
}

static int remove_folder(void **state)
{
	struct fixture *fixture = *state;

	unlink(fixture->object);
	unlink(fixture->kallsyms);
	rmdir(fixture->folder);
	free(fixture->object);
	free(fixture->kallsyms);
	free(fixture);
	return 0;
}

static void map_symbols(struct symbol_map *map)
{
	assert_null(symbol_map_add(map, "hidden",
				   &(struct proven_symbol){.object = "vmlinux",
							   .address = STEXT + 0x1234,
							   .name = "_stext",
							   .position = 1,
							   .offset = 0x1234}));
	assert_null(symbol_map_add(map, "per_cpu_value",
				   &(struct proven_symbol){.object = "vmlinux",
							   .address = 0x1040,
							   .name = "per_cpu_value",
							   .position = 1}));
	assert_null(symbol_map_add(map, "twin",
				   &(struct proven_symbol){.object = "drv",
							   .address = 0x40,
							   .name = "twin",
							   .position = 2,
							   .offset = 0x10}));
}

/* Makes the symbols to which the fixture's object refers absolute. */
static struct lp_error *resolve(struct fixture *fixture)
{
	struct kernel_symbol symbols[] = {
		{.address = STEXT, .name = "_stext", .type = 'T'},
		{.address = ETEXT, .name = "_etext", .type = 'T'},
		{.address = END, .name = "__end_rodata", .type = 'R'},
	};
	struct symbol_table kernel = {.count = ARRAY_SIZE(symbols)};
	struct symbol_map map = {0};

	kernel.symbols = malloc(sizeof(symbols));
	memcpy(kernel.symbols, symbols, sizeof(symbols));
	assert_null(symbol_table_finish(&kernel));
	map_symbols(&map);
	struct lp_error *error = late_symbols_resolve(fixture->object, &map, &kernel);

	symbol_map_clear(&map);
	symbol_table_clear(&kernel);
	return error;
}

/* Gives the object the addresses of a kernel that shows these symbols. */
static struct lp_error *place(struct fixture *fixture, const char *kallsyms)
{
	_cleanup_blob_ struct blob module = {}, placed = {};

	assert_null(file_write(fixture->kallsyms, kallsyms, strlen(kallsyms)));
	assert_null(file_read(fixture->object, 1 << 20, &module));
	lp_try(placement_make(&fixture->host, "u", &module, &placed));
	assert_int_equal(placed.size, module.size);
	return file_write(fixture->object, placed.data, placed.size);
}

static GElf_Sym find(struct fixture *fixture, const char *wanted)
{
	GElf_Sym symbol = {}, found = {};
	struct elf_edit edit;
	const char *name;

	assert_null(elf_edit_open(fixture->object, &edit));
	for (size_t i = 1; i < edit.nr_symbols; i++) {
		assert_null(elf_edit_symbol(&edit, i, &symbol, &name));
		if (!strcmp(name, wanted))
			found = symbol;
	}
	elf_edit_close(&edit);
	return found;
}

static void references_get_the_running_kernels_addresses(void **state)
{
	struct fixture *fixture = *state;

	assert_null(resolve(fixture));
	assert_int_equal(find(fixture, ".lpatch.vmlinux.hidden").st_shndx, SHN_ABS);
	assert_null(place(fixture, moved));
	assert_int_equal(find(fixture, ".lpatch.vmlinux.hidden").st_value, 0xffffffff85001234);
	assert_int_equal(find(fixture, ".lpatch.fixed.per_cpu_value").st_value, 0x1040);
	assert_int_equal(find(fixture, ".lpatch.module.drv.twin,2").st_value, 0xffffffffc0001050);
	assert_int_equal(find(fixture, "exported").st_shndx, SHN_UNDEF);
}

static void a_module_without_such_symbols_stays_as_it_is(void **state)
{
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob before = {}, after = {}, garbage = {};

	assert_null(file_read(fixture->object, 1 << 20, &before));
	assert_false(placement_is_needed(&before));
	assert_null(placement_make(&fixture->host, "u", &before, &after));
	assert_int_equal(after.size, before.size);
	assert_memory_equal(after.data, before.data, before.size);
	/* Wherever it is cut off, or says that its symbols are. */
	for (size_t size = 0; size < before.size; size += 7) {
		garbage = (struct blob){malloc(size + 1), size};
		memcpy(garbage.data, before.data, size);
		assert_false(placement_is_needed(&garbage));
		free(take(garbage.data));
	}
	for (size_t i = 0; i < before.size; i++) {
		before.data[i] ^= 0xff;
		placement_is_needed(&before);
		before.data[i] ^= 0xff;
	}
}

/* As the kernel's sign-file leaves it: 5 bytes of signature, their number, a marker. */
static void a_signature_that_breaks_is_taken_off(void **state)
{
	static const char signature[] = "xxxxx\0\0\2\0\0\0\0\0\0\0\0\5"
					"~Module signature appended~\n";
	struct fixture *fixture = *state;
	_cleanup_blob_ struct blob module = {}, whole = {}, placed = {};

	assert_null(resolve(fixture));
	assert_null(file_write(fixture->kallsyms, moved, strlen(moved)));
	assert_null(file_read(fixture->object, 1 << 20, &module));
	whole.size = module.size + sizeof(signature) - 1;
	whole.data = malloc(whole.size);
	memcpy(whole.data, module.data, module.size);
	memcpy(whole.data + module.size, signature, sizeof(signature) - 1);
	assert_true(placement_is_needed(&whole));
	assert_null(placement_make(&fixture->host, "u", &whole, &placed));
	assert_int_equal(placed.size, module.size);
}

static void refuses(struct fixture *fixture, const char *kallsyms, const char *saying)
{
	_cleanup_error_ struct lp_error *error = place(fixture, kallsyms);

	assert_non_null(error);
	assert_int_equal(error->status, LP_KERNEL_REFUSED);
	if (!strstr(error->message, saying))
		fail_msg("%s", error->message);
}

static void addresses_that_cant_be_trusted_are_refused(void **state)
{
	struct fixture *fixture = *state;

	assert_null(resolve(fixture));
	refuses(fixture, "", "which /proc/kallsyms does not list");
	refuses(fixture,
		"0000000000000000 T _stext\n0000000000000000 T _etext\n"
		"0000000000000000 R __end_rodata\n"
		"0000000000000000 t twin\t[drv]\n0000000000000000 t twin\t[drv]\n",
		"/proc/kallsyms hides them");
	refuses(fixture,
		"ffffffff85000000 T _stext\nffffffff85a00000 T _etext\n"
		"ffffffff86000000 R __end_rodata\nffffffffc0001000 t twin\t[drv]\n",
		"twin of drv, which /proc/kallsyms does not list");
	refuses(fixture,
		"ffffffff85000000 T _stext\nffffffff85c00000 T _etext\n"
		"ffffffff86000000 R __end_rodata\n"
		"ffffffffc0001000 t twin\t[drv]\nffffffffc0001040 t twin\t[drv]\n",
		"is inconsistent: _stext is at 0xffffffff85000000, _etext at 0xffffffff85c00000");
	refuses(fixture,
		"ffffffff81001000 T _stext\nffffffff81a01000 T _etext\n"
		"ffffffff82001000 R __end_rodata\n"
		"ffffffffc0001000 t twin\t[drv]\nffffffffc0001040 t twin\t[drv]\n",
		"is inconsistent");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(references_get_the_running_kernels_addresses,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_module_without_such_symbols_stays_as_it_is,
						make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(a_signature_that_breaks_is_taken_off, make_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(addresses_that_cant_be_trusted_are_refused,
						make_folder, remove_folder),
	};

	return cmocka_run_group_tests_name("late symbols", tests, NULL, NULL);
}
