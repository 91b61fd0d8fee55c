// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/module_elf_sections.h"

#include <inttypes.h>
#include <string.h>

#include "common/text.h"

/* struct module (include/linux/module.h, Linux 6.1): an enum and a list_head, then the name. */
#define NAME_OFFSET 24
#define NAME_SIZE   56

/* Bytes of the kernel and its modules, from the end of the address space. */
#define KERNEL_BYTES (INT64_C(1) << 31)

/* Modules lie in the second half of that (MODULES_VADDR). */
#define MODULES_BYTES (INT64_C(1) << 30)

/* Overlaps -------------------------------------------------------------------- */

static int compare_offsets(const void *a, const void *b)
{
	const struct module_elf_section *const *one = a, *const *other = b;
	uint64_t left = (*one)->header.sh_offset, right = (*other)->header.sh_offset;

	return left < right ? -1 : left > right;
}

/* Whether the section shares bytes with the header of the file or those of the sections. */
static bool is_in_headers(const struct module_elf *elf, const Elf64_Shdr *section)
{
	uint64_t begin = section->sh_offset, end = begin + section->sh_size;
	uint64_t headers = elf->headers, behind = headers + elf->nr_sections * sizeof(*section);

	return begin < sizeof(Elf64_Ehdr) || (begin < behind && headers < end);
}

struct lp_error *module_elf_check_overlaps(const struct module_elf *elf)
{
	_cleanup_free_ const struct module_elf_section **sorted =
		calloc(elf->nr_sections, sizeof(struct module_elf_section *));
	size_t count = 0;

	if (!sorted)
		return lp_error_no_memory();
	for (size_t i = 1; i < elf->nr_sections; i++) {
		if (!elf->sections[i].data || !elf->sections[i].header.sh_size)
			continue;
		if (is_in_headers(elf, &elf->sections[i].header))
			return module_elf_fault(elf, "the section %s overlaps with headers",
						elf->sections[i].name);
		sorted[count++] = &elf->sections[i];
	}
	qsort(sorted, count, sizeof(*sorted), compare_offsets);
	for (size_t i = 1; i < count; i++) {
		const Elf64_Shdr *before = &sorted[i - 1]->header;

		if (sorted[i]->header.sh_offset - before->sh_offset < before->sh_size)
			return module_elf_fault(elf, "the sections %s and %s overlap",
						sorted[i - 1]->name, sorted[i]->name);
	}
	return NULL;
}

/* What the loader looks for ----------------------------------------------------- */

static struct lp_error *check_info(const struct module_elf *elf)
{
	const struct module_elf_section *info = module_elf_section(elf, ".modinfo");

	if (!info || !info->data || !info->header.sh_size || info->data[info->header.sh_size - 1])
		return module_elf_fault(elf, "it has no information about itself (.modinfo)");
	const char *name = module_elf_info(elf, "name");
	const char *license = module_elf_info(elf, "license");

	if (!name || strcmp(name, elf->name) != 0)
		return module_elf_fault(elf, "it has another name (.modinfo)");
	/* Others get no symbols that are for the GPL only. */
	if (!license || (strcmp(license, "GPL") != 0 && strcmp(license, "GPL v2") != 0))
		return module_elf_fault(elf, "its licence is not the GPL (.modinfo)");
	return NULL;
}

static struct lp_error *check_this_module(const struct module_elf *elf)
{
	static const char section_name[] = ".gnu.linkonce.this_module";
	const struct module_elf_section *module = module_elf_section(elf, section_name);
	char name[NAME_SIZE + 1] = "";

	if (!module || module->header.sh_type != SHT_PROGBITS ||
	    !(module->header.sh_flags & SHF_WRITE) ||
	    module->header.sh_size < NAME_OFFSET + NAME_SIZE)
		return module_elf_fault(elf, "it has no %s", section_name);
	memcpy(name, module->data + NAME_OFFSET, NAME_SIZE);
	if (strcmp(name, elf->name) != 0)
		return module_elf_fault(elf, "it has another name (%s)", section_name);
	return NULL;
}

/* Relocations ------------------------------------------------------------------ */

/* What apply_relocate_add() writes; -1 for a type that it doesn't know. */
static int field_size(uint32_t type)
{
	switch (type) {
	case R_X86_64_NONE:
		return 0;
	case R_X86_64_64:
	case R_X86_64_PC64:
		return 8;
	case R_X86_64_32:
	case R_X86_64_32S:
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return 4;
	default:
		return -1;
	}
}

bool module_elf_can_hold(const struct module_elf_relocation *relocation, uint64_t address)
{
	/* Wraps as the loader's own sum does. */
	int64_t value = (int64_t)(address + (uint64_t)relocation->rela.r_addend);

	switch (ELF64_R_TYPE(relocation->rela.r_info)) {
	case R_X86_64_32:
		return value >= 0 && value <= UINT32_MAX;
	case R_X86_64_32S:
		return value >= -KERNEL_BYTES && value < KERNEL_BYTES;
	case R_X86_64_PC32:
	case R_X86_64_PLT32:
		return value >= -KERNEL_BYTES && value < KERNEL_BYTES - MODULES_BYTES;
	default:
		return true;
	}
}

/* Both ends of a range: addresses in between do as well. */
static bool can_hold_all(const struct module_elf_relocation *relocation, int64_t first,
			 int64_t last)
{
	return module_elf_can_hold(relocation, (uint64_t)first) &&
	       module_elf_can_hold(relocation, (uint64_t)last);
}

/* Whatever may be where the symbol leads to; those of the kernel are looked up elsewhere. */
static bool fits(const struct module_elf *elf, const struct module_elf_relocation *relocation)
{
	const Elf64_Sym *symbol = relocation->symbol;

	if (symbol->st_shndx == SHN_UNDEF || symbol->st_shndx == SHN_LIVEPATCH)
		return relocation->rela.r_addend >= -KERNEL_BYTES &&
		       relocation->rela.r_addend < KERNEL_BYTES;
	if (symbol->st_shndx == SHN_ABS)
		return module_elf_can_hold(relocation, symbol->st_value);
	/* What is not loaded has no address; the loader takes that of its own copy of the file. */
	if (!(elf->sections[symbol->st_shndx].header.sh_flags & SHF_ALLOC))
		return false;
	/* The loader has per-cpu variables somewhere low. */
	if (!strcmp(elf->sections[symbol->st_shndx].name, ".data..percpu"))
		return can_hold_all(relocation, 0, (int64_t)symbol->st_value);
	return can_hold_all(relocation, -MODULES_BYTES, -1);
}

static struct lp_error *check_relocation(void *context,
					 const struct module_elf_relocation *relocation)
{
	static const unsigned char zeros[8];
	const struct module_elf *elf = context;
	const Elf64_Rela *rela = &relocation->rela;
	const Elf64_Shdr *filled = &relocation->filled->header;
	uint32_t type = ELF64_R_TYPE(rela->r_info);
	int size = field_size(type);
	const char *what = NULL;

	if (size < 0)
		what = "is of a kind that the kernel does not know";
	else if (rela->r_offset > filled->sh_size ||
		 (uint64_t)size > filled->sh_size - rela->r_offset || !relocation->filled->data)
		what = "lies outside";
	else if (memcmp(relocation->filled->data + rela->r_offset, zeros, size) != 0)
		what = "is for bytes that are not zero";
	else if (!fits(elf, relocation))
		what = "does not fit";
	if (!what)
		return NULL;
	return module_elf_fault(elf, "the relocation of %s at 0x%" PRIx64 " %s",
				relocation->filled->name, rela->r_offset, what);
}

/* Symbols of live patching are found for the sections of live patching only. */
static bool is_of_its_kind(const struct module_elf_section *table, const Elf64_Sym *symbol)
{
	return !(table->header.sh_flags & SHF_RELA_LIVEPATCH) ==
	       (symbol->st_shndx != SHN_LIVEPATCH);
}

static struct lp_error *check_table(const struct module_elf *elf,
				    const struct module_elf_section *table)
{
	char object[56];

	if (table->header.sh_size % sizeof(Elf64_Rela) || table->header.sh_link != elf->table)
		return module_elf_fault(elf, "the relocations in %s are incomplete", table->name);
	/* klp_apply_section_relocs() in kernel/livepatch/core.c */
	if (table->header.sh_flags & SHF_RELA_LIVEPATCH &&
	    sscanf(table->name, ".klp.rela.%55[^.]", object) != 1)
		return module_elf_fault(elf, "the name of %s has no object", table->name);
	return NULL;
}

static struct lp_error *
visit_table(const struct module_elf *elf, const struct module_elf_section *table,
	    struct lp_error *visit(void *, const struct module_elf_relocation *), void *context)
{
	struct module_elf_relocation relocation = {.filled = &elf->sections[table->header.sh_info]};

	lp_try(check_table(elf, table));
	for (size_t at = 0; at < table->header.sh_size; at += sizeof(Elf64_Rela)) {
		memcpy(&relocation.rela, table->data + at, sizeof(relocation.rela));
		size_t index = ELF64_R_SYM(relocation.rela.r_info);

		if (index >= elf->nr_symbols)
			return module_elf_fault(elf, "a relocation in %s has no symbol",
						table->name);
		relocation.symbol = &elf->symbols[index];
		if (!is_of_its_kind(table, relocation.symbol))
			return module_elf_fault(elf,
						"a relocation in %s has a symbol of another kind",
						table->name);
		lp_try(visit(context, &relocation));
	}
	return NULL;
}

struct lp_error *module_elf_relocations(const struct module_elf *elf, module_elf_visit *visit,
					void *context)
{
	for (size_t i = 1; i < elf->nr_sections; i++) {
		const struct module_elf_section *table = &elf->sections[i];
		const Elf64_Shdr *header = &table->header;

		if (header->sh_type != SHT_RELA && header->sh_type != SHT_REL)
			continue;
		if (!header->sh_info || header->sh_info >= elf->nr_sections)
			return module_elf_fault(elf, "the relocations in %s are for nothing",
						table->name);
		if (!(elf->sections[header->sh_info].header.sh_flags & SHF_ALLOC))
			continue;
		if (header->sh_type == SHT_REL)
			return module_elf_fault(elf, "the relocations in %s have no addends",
						table->name);
		lp_try(visit_table(elf, table, visit, context));
	}
	return NULL;
}

struct lp_error *module_elf_check_contents(const struct module_elf *elf)
{
	lp_try(check_info(elf));
	lp_try(check_this_module(elf));
	return module_elf_relocations(elf, check_relocation, (void *)elf);
}
