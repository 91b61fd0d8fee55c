// SPDX-License-Identifier: GPL-2.0-or-later
/* What the kernel doesn't export becomes livepatch symbols and relocations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "create/elf_edit.h"
#include "create/livepatch.h"

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

/* The relocations in the section of that name, as a count and the last one's addend. */
static size_t count_relocations(struct elf_edit *edit, const char *name, int64_t *addend,
				uint64_t *flags)
{
	Elf_Scn *section = NULL;

	while ((section = elf_nextscn(edit->elf, section))) {
		GElf_Shdr header;
		GElf_Rela rela;

		assert_non_null(gelf_getshdr(section, &header));
		if (strcmp(elf_strptr(edit->elf, edit->shstrtab, header.sh_name), name))
			continue;
		size_t count = header.sh_size / header.sh_entsize;

		*flags = header.sh_flags;
		assert_non_null(gelf_getrela(elf_getdata(section, NULL), (int)count - 1, &rela));
		*addend = rela.r_addend;
		return count;
	}
	return 0;
}

static uint16_t section_of(struct elf_edit *edit, const char *symbol_name)
{
	for (size_t i = 1; i < edit->nr_symbols; i++) {
		GElf_Sym symbol;
		const char *name;

		assert_null(elf_edit_symbol(edit, i, &symbol, &name));
		if (!strcmp(name, symbol_name))
			return symbol.st_shndx;
	}
	fail_msg("no symbol %s", symbol_name);
	return 0;
}

static void unexported_symbols_are_left_to_the_loader(void **state)
{
	char path[] = "/tmp/test-livepatch-XXXXXX";
	struct symbol_map map = {0};
	struct elf_edit edit;
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

	assert_null(elf_edit_open(path, &edit));
	assert_int_equal(section_of(&edit, ".klp.sym.kvm.hidden,2"), 0xff20);
	assert_int_equal(section_of(&edit, ".klp.sym.vmlinux.other,0"), 0xff20);
	assert_int_equal(section_of(&edit, "exported"), SHN_UNDEF);
	assert_int_equal(count_relocations(&edit, ".rela.text", &addend, &flags), 1);
	assert_int_equal(count_relocations(&edit, ".klp.rela.vmlinux..text", &addend, &flags), 2);
	assert_int_equal(addend, 4096);
	assert_true(flags & SHF_ALLOC && flags & 0x00100000);
	assert_int_equal(count_relocations(&edit, ".klp.rela.vmlinux..data", &addend, &flags), 1);
	elf_edit_close(&edit);
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
