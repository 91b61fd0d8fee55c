// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Files of modules: the check never accepts a file that the kernel's loader would refuse,
 * whichever bytes are damaged.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "apply/module_elf.h"
#include "tests/unit/tiny_module.h"

/* The number of damaged modules of each kind that are tested. */
#define ROUNDS 40000

/* As if the loader had put the module's parts, and the kernel its symbols, there. */
#define MODULE_AT   UINT64_C(0xffffffffc0100000)
#define KERNEL_AT   UINT64_C(0xffffffff81200000)
#define PART_STRIDE 0x10000

/* The loader, as Linux 6.1 has it ---------------------------------------------- */

struct loader {
	const unsigned char *data;
	uint64_t size;
	Elf64_Ehdr header;
	Elf64_Shdr sections[64];
	const char *section_names;
};

/* validate_section_offset() */
static bool is_valid_offset(const struct loader *loader, const Elf64_Shdr *section)
{
	uint64_t end = section->sh_offset + section->sh_size;

	return end >= section->sh_offset && end <= loader->size;
}

/* elf_validity_check() */
static bool is_valid_elf(struct loader *loader)
{
	Elf64_Ehdr *header = &loader->header;

	if (loader->size < sizeof(*header))
		return false;
	memcpy(header, loader->data, sizeof(*header));
	if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_type != ET_REL ||
	    header->e_machine != EM_X86_64 || header->e_shentsize != sizeof(Elf64_Shdr))
		return false;
	if (header->e_shoff >= loader->size ||
	    header->e_shnum * sizeof(Elf64_Shdr) > loader->size - header->e_shoff)
		return false;
	if (header->e_shnum > 64)
		return false; /* ours; the test has no more */
	memcpy(loader->sections, loader->data + header->e_shoff,
	       header->e_shnum * sizeof(Elf64_Shdr));
	if (header->e_shstrndx == SHN_UNDEF || header->e_shstrndx >= header->e_shnum)
		return false;
	const Elf64_Shdr *names = &loader->sections[header->e_shstrndx];

	if (!is_valid_offset(loader, names) || !names->sh_size ||
	    loader->data[names->sh_offset + names->sh_size - 1])
		return false;
	loader->section_names = (const char *)loader->data + names->sh_offset;
	if (loader->sections[0].sh_type != SHT_NULL || loader->sections[0].sh_size ||
	    loader->sections[0].sh_addr)
		return false;
	for (size_t i = 1; i < header->e_shnum; i++) {
		const Elf64_Shdr *section = &loader->sections[i];

		if (section->sh_type == SHT_NULL || section->sh_type == SHT_NOBITS)
			continue;
		if (section->sh_type == SHT_SYMTAB &&
		    (section->sh_link == SHN_UNDEF || section->sh_link >= header->e_shnum))
			return false;
		if (!is_valid_offset(loader, section))
			return false;
		if (section->sh_flags & SHF_ALLOC && section->sh_name >= names->sh_size)
			return false;
	}
	return true;
}

/* find_sec(): 0 if it isn't there */
static size_t find_section(const struct loader *loader, const char *name)
{
	for (size_t i = 1; i < loader->header.e_shnum; i++) {
		if (loader->sections[i].sh_flags & SHF_ALLOC &&
		    !strcmp(loader->section_names + loader->sections[i].sh_name, name))
			return i;
	}
	return 0;
}

/* setup_load_info(), check_modinfo() and module_enforce_rwx_sections() */
static bool is_module(const struct loader *loader, size_t *table)
{
	size_t info = find_section(loader, ".modinfo");

	*table = 0;
	for (size_t i = 1; i < loader->header.e_shnum && !*table; i++)
		*table = loader->sections[i].sh_type == SHT_SYMTAB ? i : 0;
	if (!*table || !find_section(loader, ".gnu.linkonce.this_module") || !info)
		return false;
	for (size_t i = 0; i < loader->header.e_shnum; i++) {
		if (loader->sections[i].sh_flags & SHF_WRITE &&
		    loader->sections[i].sh_flags & SHF_EXECINSTR)
			return false;
	}
	return memmem(loader->data + loader->sections[info].sh_offset,
		      loader->sections[info].sh_size, "\0vermagic=", 10) != NULL;
}

/* simplify_symbols(), where all undefined ones are found at KERNEL_AT */
static bool simplify(const struct loader *loader, size_t table, Elf64_Sym *symbols)
{
	const Elf64_Shdr *section = &loader->sections[table];

	memcpy(symbols, loader->data + section->sh_offset, section->sh_size);
	for (size_t i = 1; i < section->sh_size / sizeof(*symbols); i++) {
		if (symbols[i].st_shndx == SHN_COMMON)
			return false;
		if (symbols[i].st_shndx == SHN_UNDEF || symbols[i].st_shndx == SHN_LIVEPATCH)
			symbols[i].st_value = KERNEL_AT;
		else if (symbols[i].st_shndx != SHN_ABS)
			symbols[i].st_value += MODULE_AT + symbols[i].st_shndx * PART_STRIDE;
	}
	return true;
}

/* One entry in apply_relocate_add(). */
static bool relocate(const struct loader *loader, const Elf64_Shdr *target, const Elf64_Rela *rela,
		     const Elf64_Sym *symbols)
{
	static const unsigned char zeros[8];
	uint64_t value = symbols[ELF64_R_SYM(rela->r_info)].st_value + rela->r_addend;
	const unsigned char *field = loader->data + target->sh_offset + rela->r_offset;

	switch (ELF64_R_TYPE(rela->r_info)) {
	case R_X86_64_NONE:
		return true;
	case R_X86_64_64:
	case R_X86_64_PC64:
		return !memcmp(field, zeros, 8);
	case R_X86_64_32:
		return !memcmp(field, zeros, 4) && value == (uint32_t)value;
	case R_X86_64_32S:
		return !memcmp(field, zeros, 4) && (int64_t)value == (int32_t)value;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return !memcmp(field, zeros, 4);
	default:
		return false;
	}
}

/* apply_relocations(), of those of live patching as well */
static bool relocate_all(const struct loader *loader, size_t table)
{
	Elf64_Sym symbols[NR_TINY_SYMBOLS];

	/* What the loader reads beyond these is not memory of ours. */
	assert_true(loader->sections[table].sh_size <= sizeof(symbols));
	if (!simplify(loader, table, symbols))
		return false;
	for (size_t i = 1; i < loader->header.e_shnum; i++) {
		const Elf64_Shdr *section = &loader->sections[i];

		if (section->sh_info >= loader->header.e_shnum)
			continue;
		const Elf64_Shdr *target = &loader->sections[section->sh_info];

		if (!(target->sh_flags & SHF_ALLOC))
			continue;
		if (section->sh_type == SHT_REL)
			return false;
		for (size_t at = 0; section->sh_type == SHT_RELA && at < section->sh_size;
		     at += sizeof(Elf64_Rela)) {
			Elf64_Rela rela;

			memcpy(&rela, loader->data + section->sh_offset + at, sizeof(rela));
			/* The loader doesn't check this; a module that the check accepts must be
			 * correct. */
			assert_true(ELF64_R_SYM(rela.r_info) < NR_TINY_SYMBOLS);
			assert_true(rela.r_offset <= target->sh_size);
			if (!relocate(loader, target, &rela, symbols))
				return false;
		}
	}
	return true;
}

static bool loader_takes(const struct blob *module)
{
	struct loader loader = {.data = module->data, .size = module->size};
	size_t table;

	return is_valid_elf(&loader) && is_module(&loader, &table) && relocate_all(&loader, table);
}

/* Ours ------------------------------------------------------------------------- */

/* As apply/module_symbols.c does with the symbols that it has looked up. */
static struct lp_error *check_reach(void *context, const struct module_elf_relocation *relocation)
{
	uint16_t section = relocation->symbol->st_shndx;

	if (section != SHN_UNDEF && section != SHN_LIVEPATCH)
		return NULL;
	return module_elf_can_hold(relocation, KERNEL_AT)
		       ? NULL
		       : module_elf_fault(context, "it can't reach its symbol");
}

static bool is_fine(const struct blob *module)
{
	struct module_elf elf;
	struct lp_error *error = module_elf_read("tiny", module, &elf);

	if (!error)
		error = module_elf_relocations(&elf, check_reach, &elf);
	bool fine = !error && module_elf_info(&elf, "vermagic");

	if (error) {
		assert_int_equal(error->status, LP_BAD_BUNDLE);
		assert_null(strchr(error->message, '\n'));
	}
	lp_error_free(error);
	module_elf_clear(&elf);
	return fine;
}

static struct blob copy(const struct blob *module)
{
	struct blob result = {malloc(module->size + 1), module->size};

	memcpy(result.data, module->data, module->size + 1);
	return result;
}

/* xorshift64 (Marsaglia, 2003): the same in every run. */
static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

/* Values that are at an edge of something. */
static uint64_t odd_value(uint64_t *state)
{
	static const uint64_t values[] = {
		0,          1,          2,          7,      0x7f,       0xff,
		0xfff1,     0xfff2,     0xffff,     0x1000, 0x7fffffff, 0x80000000,
		0xffffffff, 1ULL << 62, 1ULL << 63, -1ULL,  -8ULL,      0xff20,
	};
	uint64_t random = next_random(state);

	return random % 2 ? random >> 8 : values[(random >> 8) % (sizeof(values) / 8)];
}

static void a_whole_module_is_fine(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");

	(void)state;
	assert_true(loader_takes(&module));
	assert_true(is_fine(&module));
}

static void every_truncated_module_is_refused(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");

	(void)state;
	for (size_t size = 0; size < module.size; size++) {
		/* Exactly these bytes, so that reading past the end is detected. */
		_cleanup_free_ unsigned char *part = malloc(size);
		const struct blob damaged = {memcpy(part, module.data, size), size};

		assert_false(is_fine(&damaged));
	}
}

static void every_flipped_bit_that_the_loader_minds_is_seen(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");
	size_t refused = 0;

	(void)state;
	for (size_t bit = 0; bit < module.size * 8; bit++) {
		_cleanup_blob_ struct blob damaged = copy(&module);

		damaged.data[bit / 8] ^= 1 << bit % 8;
		if (!is_fine(&damaged))
			refused++;
		else if (!loader_takes(&damaged))
			fail_msg("bit %zu", bit);
	}
	assert_true(refused > 1000);
}

/* Writes an odd value of 1, 2, 4 or 8 bytes somewhere between `begin` and `begin + size`. */
static void damage(struct blob *module, size_t begin, size_t size, uint64_t *random)
{
	size_t width = (size_t)1 << next_random(random) % 4;
	uint64_t value = odd_value(random);
	size_t at = begin + next_random(random) % (size / width) * width;

	memcpy(module->data + at, &value, width);
}

static void damage_many(size_t begin, size_t size, uint64_t seed)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");
	uint64_t random = seed;
	size_t refused = 0;

	for (size_t i = 0; i < ROUNDS; i++) {
		_cleanup_blob_ struct blob damaged = copy(&module);

		for (size_t times = 1 + next_random(&random) % 3; times; times--)
			damage(&damaged, begin, size, &random);
		if (!is_fine(&damaged))
			refused++;
		else if (!loader_takes(&damaged))
			fail_msg("round %zu of the seed %ju", i, (uintmax_t)seed);
	}
	assert_true(refused > ROUNDS / 10);
}

static void damaged_headers_that_the_loader_minds_are_seen(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");

	(void)state;
	damage_many(0, sizeof(Elf64_Ehdr), 1);
	damage_many(tiny_header(&module, 0), NR_TINY_SECTIONS * sizeof(Elf64_Shdr), 2);
}

static void damaged_symbols_that_the_loader_minds_are_seen(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");

	(void)state;
	damage_many(tiny_contents(&module, TINY_SYMTAB), NR_TINY_SYMBOLS * sizeof(Elf64_Sym), 3);
}

static void damaged_relocations_that_the_loader_minds_are_seen(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");

	(void)state;
	damage_many(tiny_contents(&module, TINY_RELA_TEXT), 5 * sizeof(Elf64_Rela), 4);
	damage_many(tiny_contents(&module, TINY_RELA_DATA), 2 * sizeof(Elf64_Rela), 5);
	damage_many(tiny_contents(&module, TINY_KLP_RELA), sizeof(Elf64_Rela), 6);
}

static void a_module_damaged_anywhere_is_seen_if_the_loader_minds(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tiny");
	uint64_t random = 7;

	(void)state;
	for (size_t i = 0; i < ROUNDS; i++) {
		_cleanup_blob_ struct blob damaged = copy(&module);

		for (size_t times = 1 + next_random(&random) % 8; times; times--)
			damage(&damaged, 0, module.size, &random);
		if (is_fine(&damaged) && !loader_takes(&damaged))
			fail_msg("round %zu", i);
	}
}

static void a_module_of_another_name_is_refused(void **state)
{
	_cleanup_blob_ struct blob module = tiny_module("tinier");

	(void)state;
	assert_true(loader_takes(&module));
	assert_false(is_fine(&module));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_module_is_fine),
		cmocka_unit_test(every_truncated_module_is_refused),
		cmocka_unit_test(every_flipped_bit_that_the_loader_minds_is_seen),
		cmocka_unit_test(damaged_headers_that_the_loader_minds_are_seen),
		cmocka_unit_test(damaged_symbols_that_the_loader_minds_are_seen),
		cmocka_unit_test(damaged_relocations_that_the_loader_minds_are_seen),
		cmocka_unit_test(a_module_damaged_anywhere_is_seen_if_the_loader_minds),
		cmocka_unit_test(a_module_of_another_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
