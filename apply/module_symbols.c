// SPDX-License-Identifier: GPL-2.0-or-later
/* What the modules of a bundle refer to, and whether the running kernel has it. */
#include <string.h>

#include "apply/module_files.h"
#include "apply/module_files_internal.h"
#include "apply/modules.h"
#include "apply/running_symbols.h"

/* Before the name of what is exported, in kernels with CONFIG_KALLSYMS_ALL. */
#define EXPORT_PREFIX "__ksymtab_"

/* The core and the update have what parts and updates refer to. */
#define NR_PROVIDERS 2

/* A symbol that one module refers to. */
struct need {
	const struct module_elf *elf;
	const Elf64_Sym *symbol;
	char *object; /* its object, in the form of livepatch symbols; NULL: any */
	char *name;
	unsigned long position; /* position among symbols of that name, from 1; 0: any */
	unsigned long seen;
	uint64_t address; /* 0: not known */
	bool optional;    /* weak, or of a module that isn't there yet */
	bool exported;
	bool in_module; /* not of vmlinux, whose exports are all shown if some are */
};

struct needs {
	const struct module_files *files;
	struct need *items; /* by name */
	size_t count;
	bool any_symbol; /* the kernel shows its symbols */
	bool any_export; /* and which of them are exported */
};

static void needs_clear(struct needs *needs)
{
	for (size_t i = 0; i < needs->count; i++) {
		free(needs->items[i].object);
		free(needs->items[i].name);
	}
	free(needs->items);
}

/* Collecting ------------------------------------------------------------------- */

/* ".klp.sym.OBJECT.NAME,POSITION", whose form has been checked. */
static struct lp_error *parse_livepatch(const char *text, struct need *need)
{
	const char *object = text + strlen(".klp.sym.");
	const char *dot = strchr(object, '.'), *comma = strchr(object, ',');

	lp_try(text_format(&need->object, "%.*s", (int)(dot - object), object));
	need->position = strtoul(comma + 1, NULL, 10);
	return text_format(&need->name, "%.*s", (int)(comma - dot - 1), dot + 1);
}

/* Whether the core or the update itself has a global symbol of that name. */
static bool is_in_bundle(const struct module_files *files, const char *name)
{
	for (size_t i = 0; i < NR_PROVIDERS && i < files->count; i++) {
		const struct module_elf *elf = &files->modules[i];

		for (size_t k = 1; k < elf->nr_symbols; k++) {
			const Elf64_Sym *symbol = &elf->symbols[k];

			if (symbol->st_shndx != SHN_UNDEF &&
			    ELF64_ST_BIND(symbol->st_info) != STB_LOCAL &&
			    !strcmp(module_elf_symbol_name(elf, symbol), name))
				return true;
		}
	}
	return false;
}

/* `missing` is the kernel module that a part is for, if that is not loaded. */
static struct lp_error *add_need(struct needs *needs, const struct module_elf *elf,
				 const Elf64_Sym *symbol, const char *missing)
{
	const char *name = module_elf_symbol_name(elf, symbol);
	struct need *need = &needs->items[needs->count];

	if (symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_LIVEPATCH)
		return NULL;
	if (symbol->st_shndx == SHN_UNDEF && is_in_bundle(needs->files, name))
		return NULL;
	*need = (struct need){.elf = elf, .symbol = symbol};
	needs->count++;
	if (symbol->st_shndx == SHN_LIVEPATCH) {
		lp_try(parse_livepatch(name, need));
		need->optional = missing && text_same_module(need->object, missing);
		return NULL;
	}
	need->optional = missing || ELF64_ST_BIND(symbol->st_info) == STB_WEAK;
	return text_format(&need->name, "%s", name);
}

static int compare_names(const void *a, const void *b)
{
	const struct need *one = a, *other = b;

	return strcmp(one->name, other->name);
}

static struct lp_error *collect(const struct host *host, const struct bundle *bundle,
				struct needs *needs)
{
	size_t room = 0;

	for (size_t i = 0; i < needs->files->count; i++)
		room += needs->files->modules[i].nr_symbols;
	needs->items = calloc(room + 1, sizeof(*needs->items));
	if (!needs->items)
		return lp_error_no_memory();
	for (size_t i = 0; i < needs->files->count; i++) {
		const struct module_elf *elf = &needs->files->modules[i];
		const char *module =
			i < NR_PROVIDERS ? NULL : bundle->modules.items[i - NR_PROVIDERS];

		if (module && module_is_live(host, module))
			module = NULL;
		for (size_t k = 1; k < elf->nr_symbols; k++)
			lp_try(add_need(needs, elf, &elf->symbols[k], module));
	}
	qsort(needs->items, needs->count, sizeof(*needs->items), compare_names);
	return NULL;
}

/* Looking up ------------------------------------------------------------------- */

/* The first of that name; the others follow it. */
static struct need *find_needs(const struct needs *needs, const char *name)
{
	size_t low = 0, high = needs->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(needs->items[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return &needs->items[low];
}

static void note_address(struct need *need, uint64_t address, const char *object)
{
	if (need->object && strcmp(need->object, object) != 0)
		return;
	need->seen++;
	need->in_module |= strcmp(object, "vmlinux") != 0;
	/* It is unknown which of several is exported, or meant by position 0. */
	if (need->position ? need->seen == need->position : need->seen == 1)
		need->address = address;
	else if (!need->position)
		need->address = 0;
}

static void note_symbol(void *context, uint64_t address, const char *name, const char *object)
{
	struct needs *needs = context;
	const struct need *end = needs->items + needs->count;

	needs->any_symbol = true;
	for (struct need *need = find_needs(needs, name); need < end && !strcmp(need->name, name);
	     need++)
		note_address(need, address, object);
	if (!text_starts_with(name, EXPORT_PREFIX))
		return;
	needs->any_export = true;
	name += strlen(EXPORT_PREFIX);
	for (struct need *need = find_needs(needs, name); need < end && !strcmp(need->name, name);
	     need++)
		need->exported = true;
}

/* Without CONFIG_KALLSYMS_ALL, variables and exports are not listed. */
static struct lp_error *check_need(const struct needs *needs, const struct need *need)
{
	if (need->optional || !*need->name)
		return NULL;
	if (need->object && (need->position ? need->seen < need->position : !need->seen))
		return module_elf_fault(need->elf, "it refers to %s of %s, which is not there",
					need->name, need->object);
	if (!need->object && needs->any_export && !need->exported && !need->in_module)
		return module_elf_fault(
			need->elf,
			"it refers to %s, which neither the kernel exports nor the update defines",
			need->name);
	return NULL;
}

/* Reach ------------------------------------------------------------------------ */

/* One module, and what it needs. */
struct reach {
	const struct needs *needs;
	const struct module_elf *elf;
};

static struct lp_error *check_reach(void *context, const struct module_elf_relocation *relocation)
{
	const struct reach *reach = context;
	const struct needs *needs = reach->needs;
	const Elf64_Sym *symbol = relocation->symbol;

	if (symbol->st_shndx != SHN_UNDEF && symbol->st_shndx != SHN_LIVEPATCH)
		return NULL;
	for (size_t i = 0; i < needs->count; i++) {
		const struct need *need = &needs->items[i];

		if (need->symbol == symbol && need->address &&
		    !module_elf_can_hold(relocation, need->address))
			return module_elf_fault(reach->elf, "a relocation of %s can't reach %s",
						relocation->filled->name, need->name);
	}
	return NULL;
}

struct lp_error *module_files_check_symbols(const struct host *host, const struct bundle *bundle)
{
	_cleanup_(module_files_clear) struct module_files files = {0};
	_cleanup_(needs_clear) struct needs needs = {.files = &files};

	lp_try(module_files_read(bundle, &files));
	lp_try(collect(host, bundle, &needs));
	lp_try(running_symbols_each(host, note_symbol, &needs));
	if (!needs.any_symbol)
		return NULL;
	for (size_t i = 0; i < needs.count; i++)
		lp_try(check_need(&needs, &needs.items[i]));
	for (size_t i = 0; i < files.count; i++) {
		struct reach reach = {&needs, &files.modules[i]};

		lp_try(module_elf_relocations(reach.elf, check_reach, &reach));
	}
	return NULL;
}
