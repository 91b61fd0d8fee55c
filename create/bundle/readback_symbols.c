// SPDX-License-Identifier: GPL-2.0-or-later
/* Whether the kernel will accept the module: its references, and the kernel that it names. */
#include <inttypes.h>
#include <string.h>

#include "common/kernel_image.h"
#include "common/late_symbols.h"
#include "common/text.h"
#include "create/bundle/readback_module.h"

/* struct modversion_info, include/linux/module.h, Linux 6.1. */
struct version {
	uint64_t checksum;
	char name[56];
};

/* The symbol whose version is checked before all others; exported like them. */
#define LAYOUT_SYMBOL "module_layout"

/* A symbol of as(1) for the linker, which the loader ignores (kernel/module/main.c, 6.1). */
#define OFFSET_TABLE "_GLOBAL_OFFSET_TABLE_"

/* Values that follow names in .modinfo. */
static const char *next_info(const struct linked_module *module, const char *name,
			     const char *before)
{
	const struct module_section *section = module_file_section(&module->file, ".modinfo");
	const char *at = section ? (const char *)section->data : NULL;
	const char *end = at ? at + section->header.sh_size : NULL;
	size_t length = strlen(name);

	if (before)
		at = before + strlen(before) + 1;
	/* The last one is terminated, as check_info() has checked. */
	for (; at && at < end; at += strlen(at) + 1) {
		if (!strncmp(at, name, length) && at[length] == '=')
			return at + length + 1;
	}
	return NULL;
}

/* The string as the kernel has it, whole. */
static bool kernel_has(const struct kernel_image *kernel, const char *text)
{
	size_t count;
	const struct kernel_section *sections = kernel_image_sections(kernel, &count);

	for (size_t i = 0; i < count; i++) {
		if (sections[i].data &&
		    memmem(sections[i].data, sections[i].size, text, strlen(text) + 1))
			return true;
	}
	return false;
}

static bool has_livepatch_symbols(const struct module_file *file)
{
	for (size_t i = 1; i < file->nr_symbols; i++) {
		if (file->symbols[i].symbol.st_shndx == SHN_LIVEPATCH)
			return true;
	}
	return false;
}

static struct lp_error *check_info(const struct linked_module *module)
{
	const struct module_section *section = module_file_section(&module->file, ".modinfo");

	if (!section || !section->data || !section->header.sh_size ||
	    section->data[section->header.sh_size - 1])
		return readback_fault(module, ".modinfo", "is missing or incomplete");
	const char *vermagic = next_info(module, "vermagic", NULL);
	const char *name = next_info(module, "name", NULL);
	const char *livepatch = next_info(module, "livepatch", NULL);
	size_t length = strlen(module->file.name) - strlen(".ko");

	if (!vermagic)
		return readback_fault(module, ".modinfo", "has no vermagic");
	if (!kernel_has(module->kernel, vermagic))
		return readback_fault(module, ".modinfo",
				      "has the vermagic \"%s\", and the kernel another one",
				      vermagic);
	if (!name || strlen(name) != length || strncmp(name, module->file.name, length))
		return readback_fault(module, ".modinfo", "says that the module is %s",
				      name ?: "nameless");
	if (has_livepatch_symbols(&module->file) && (!livepatch || *livepatch != 'Y'))
		return readback_fault(module, ".modinfo",
				      "does not say that the module has livepatch symbols");
	return NULL;
}

/* True if the module, as it is in the bundle, exports the symbol. */
static struct lp_error *has_export(const struct linked_module *module, const char *name, bool *has)
{
	_cleanup_free_ char *entry = NULL;
	size_t count;

	lp_try(text_format(&entry, "__ksymtab_%s", name));
	module_file_symbols(&module->file, entry, &count);
	*has = count;
	return NULL;
}

/* By the target, or by the core or another module of the update; NULL if there is none. */
static struct lp_error *find_export(const struct linked_module *module, const char *name,
				    const struct exported_symbol **exported)
{
	*exported = exports_find(module->exports, name);
	for (size_t i = 0; i < module->nr_others && !*exported; i++) {
		const struct linked_module *other = &module->others[i];
		const struct exported_symbol *found = exports_find(other->own, name);
		bool has;

		if (!found || other == module)
			continue;
		lp_try(has_export(other, name, &has));
		if (has)
			*exported = found;
	}
	return NULL;
}

static struct lp_error *check_version(const struct linked_module *module,
				      const struct exported_symbol *exported)
{
	const struct module_section *section = module_file_section(&module->file, "__versions");

	for (size_t i = 0; section && section->data &&
			   (i + 1) * sizeof(struct version) <= section->header.sh_size;
	     i++) {
		struct version version;

		memcpy(&version, section->data + i * sizeof(version), sizeof(version));
		if (strncmp(version.name, exported->name, sizeof(version.name)))
			continue;
		if (version.checksum == exported->checksum)
			return NULL;
		return readback_fault(module, "__versions",
				      "has the checksum 0x%" PRIx64 " of %s, and the target "
				      "0x%" PRIx32,
				      version.checksum, exported->name, exported->checksum);
	}
	return readback_fault(module, "__versions", "has no checksum of %s", exported->name);
}

static struct lp_error *check_namespace(const struct linked_module *module,
					const struct exported_symbol *exported)
{
	const char *imported = NULL;

	if (!*exported->namespace)
		return NULL;
	while ((imported = next_info(module, "import_ns", imported))) {
		if (!strcmp(imported, exported->namespace))
			return NULL;
	}
	return readback_fault(module, ".modinfo", "does not import the namespace %s of %s",
			      exported->namespace, exported->name);
}

static struct lp_error *check_undefined(const struct linked_module *module,
					const struct module_symbol *symbol)
{
	const struct exported_symbol *exported;

	lp_try(find_export(module, symbol->name, &exported));
	if (!exported) {
		if (ELF64_ST_BIND(symbol->symbol.st_info) == STB_WEAK ||
		    !strcmp(symbol->name, OFFSET_TABLE))
			return NULL;
		return readback_fault(module, ".symtab",
				      "%s is neither defined nor exported by the target, the core "
				      "or the update",
				      symbol->name);
	}
	lp_try(check_namespace(module, exported));
	return exported->checksum ? check_version(module, exported) : NULL;
}

/* The address that the loader will find by the name of a livepatch symbol of vmlinux. */
static struct lp_error *check_planned(const struct linked_module *module,
				      const struct planned_symbol *planned)
{
	const struct proven_symbol *place = &planned->entry->place;
	const struct symbol_table *table = kernel_image_symbols(module->kernel);
	const struct kernel_symbol *symbol = symbol_table_find_name(table, place->name);

	if (strcmp(place->object, "vmlinux") != 0)
		return NULL;
	for (unsigned int i = 1; symbol && i < place->position; i++)
		symbol = symbol_table_next(table, symbol);
	if (symbol && symbol->address + (uint64_t)place->offset == place->address)
		return NULL;
	return readback_fault(module, ".symtab",
			      "%s does not resolve to 0x%" PRIx64 ", its address in the kernel",
			      planned->name, place->address);
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Every livepatch symbol is one that was planned. */
static struct lp_error *check_livepatch(const struct linked_module *module)
{
	_cleanup_free_ const char **names = calloc(module->nr_planned + 1, sizeof(*names));

	if (!names)
		return lp_error_no_memory();
	for (size_t i = 0; i < module->nr_planned; i++)
		names[i] = module->planned[i].name;
	qsort(names, module->nr_planned, sizeof(*names), compare_texts);
	for (size_t i = 1; i < module->file.nr_symbols; i++) {
		const struct module_symbol *symbol = &module->file.symbols[i];

		if (symbol->symbol.st_shndx == SHN_LIVEPATCH &&
		    !bsearch(&symbol->name, names, module->nr_planned, sizeof(*names),
			     compare_texts))
			return readback_fault(module, ".symtab", "%s was not planned",
					      symbol->name);
	}
	return NULL;
}

/* From these lpatch-apply finds the address of the running kernel. */
static struct lp_error *check_bases(const struct linked_module *module)
{
	const struct symbol_table *table = kernel_image_symbols(module->kernel);
	size_t count = 0;

	for (size_t i = 1; i < module->file.nr_symbols; i++) {
		const struct module_symbol *symbol = &module->file.symbols[i];

		if (symbol->symbol.st_shndx != SHN_ABS ||
		    !text_starts_with(symbol->name, LATE_SYMBOL_BASE))
			continue;
		const struct kernel_symbol *base =
			symbol_table_find_name(table, symbol->name + strlen(LATE_SYMBOL_BASE));

		if (!base || base->address != symbol->symbol.st_value)
			return readback_fault(module, ".symtab",
					      "%s is not where the kernel has it", symbol->name);
		count++;
	}
	return count ? NULL : readback_fault(module, ".symtab", "has no %sNAME", LATE_SYMBOL_BASE);
}

struct lp_error *readback_symbols(const struct linked_module *module)
{
	const struct exported_symbol *layout = exports_find(module->exports, LAYOUT_SYMBOL);

	lp_try(check_info(module));
	for (size_t i = 1; i < module->file.nr_symbols; i++) {
		if (module->file.symbols[i].symbol.st_shndx == SHN_UNDEF)
			lp_try(check_undefined(module, &module->file.symbols[i]));
	}
	lp_try(check_livepatch(module));
	if (layout && layout->checksum)
		lp_try(check_version(module, layout));
	for (size_t i = 0; i < module->nr_planned; i++)
		lp_try(check_planned(module, &module->planned[i]));
	return module->plan && !module->livepatch ? check_bases(module) : NULL;
}
