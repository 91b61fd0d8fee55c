// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel doesn't export becomes livepatch symbols and relocations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/elf/module_file.h"
#include "create/link/livepatch.h"

static const char source[] =
	"extern int hidden(int), exported(int); extern int hidden_data[];\n"
	"int user(int x) { return hidden(x) + exported(x) + hidden_data[x]; }\n"
	"int (*pointer)(int) = hidden;\n";

/* Compiles the source above to `path`. */
static void compile(char *path)
{
	_cleanup_free_ char *command = NULL;

	assert_true(mkstemp(path) >= 0);
	assert_true(asprintf(&command, "gcc -x c -c -O1 -mcmodel=kernel -fno-pic -o %s -", path) >
		    0);
	FILE *gcc = popen(command, "w");

	assert_non_null(gcc);
	fputs(source, gcc);
	assert_int_equal(pclose(gcc), 0);
}

static void read_module(const char *path, struct module_file *file)
{
	_cleanup_blob_ struct blob bytes = {0};

	assert_null(file_read(path, 1 << 20, &bytes));
	struct lp_error *error = module_file_read(path, &bytes, file);

	if (error)
		fail_msg("%s", error->message);
}

/* The relocations in the section of that name, as a count and the last one's addend. */
static size_t count_relocations(const struct module_file *file, const char *name, int64_t *addend,
				uint64_t *flags)
{
	const struct module_section *section = module_file_section(file, name);
	Elf64_Rela last;

	if (!section)
		return 0;
	size_t count = section->header.sh_size / sizeof(last);

	*flags = section->header.sh_flags;
	memcpy(&last, section->data + (count - 1) * sizeof(last), sizeof(last));
	*addend = last.r_addend;
	return count;
}

static uint16_t section_of(const struct module_file *file, const char *name)
{
	size_t count, first = module_file_symbols(file, name, &count);

	if (!count)
		fail_msg("no symbol %s", name);
	return file->symbols[file->by_name[first]].symbol.st_shndx;
}

static void unexported_symbols_are_left_to_the_loader(void **state)
{
	char path[] = "/tmp/test-livepatch-XXXXXX";
	struct symbol_map map = {0};
	struct module_file file;
	int64_t addend;
	uint64_t flags;

	(void)state;
	compile(path);
	assert_null(symbol_map_add(
		&map, "hidden",
		&(struct proven_symbol){.object = "kvm", .name = "hidden", .position = 2}));
	assert_null(symbol_map_add(
		&map, "hidden_data",
		&(struct proven_symbol){.object = "vmlinux", .name = "other", .offset = 4096}));
	struct lp_error *error = livepatch_resolve(path, &map);

	if (error)
		fail_msg("%s", error->message);
	symbol_map_clear(&map);

	read_module(path, &file);
	assert_int_equal(section_of(&file, ".klp.sym.kvm.hidden,2"), 0xff20);
	assert_int_equal(section_of(&file, ".klp.sym.vmlinux.other,0"), 0xff20);
	assert_int_equal(section_of(&file, "exported"), SHN_UNDEF);
	assert_int_equal(count_relocations(&file, ".rela.text", &addend, &flags), 1);
	assert_int_equal(count_relocations(&file, ".klp.rela.vmlinux..text", &addend, &flags), 2);
	assert_int_equal(addend, 4096);
	assert_true(flags & SHF_ALLOC && flags & 0x00100000);
	assert_int_equal(count_relocations(&file, ".klp.rela.vmlinux..data", &addend, &flags), 1);
	module_file_clear(&file);
	unlink(path);
}

static void a_file_that_is_no_object_is_refused(void **state)
{
	char path[] = "/tmp/test-livepatch-XXXXXX";
	const struct symbol_map map = {0};

	(void)state;
	close(mkstemp(path));
	_cleanup_error_ struct lp_error *error = livepatch_resolve(path, &map);

	assert_non_null(error);
	assert_non_null(strstr(error->message, path));
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unexported_symbols_are_left_to_the_loader),
		cmocka_unit_test(a_file_that_is_no_object_is_refused),
	};

	return cmocka_run_group_tests_name("livepatch", tests, NULL, NULL);
}
