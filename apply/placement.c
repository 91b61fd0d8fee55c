// SPDX-License-Identifier: GPL-2.0-or-later
#include "apply/placement.h"

#include <elf.h>
#include <inttypes.h>
#include <string.h>

#include "apply/running_symbols.h"
#include "common/late_symbols.h"
#include "common/module_signature.h"
#include "common/text.h"

/* The kernel is moved by whole multiples of that, and no further
 * (arch/x86/boot/compressed/kaslr.c). */
#define MOVE_UNIT  (UINT64_C(2) << 20)
#define MOVE_LIMIT (UINT64_C(1) << 30)

/* The symbol table of a module in memory. */
struct symbols {
	Elf64_Sym *symbols;
	size_t count;
	const char *names;
	size_t names_size;
};

/* A symbol of the running kernel that is the base of the module's symbol `late`. */
struct reference {
	Elf64_Sym *late;
	char *object; /* "vmlinux" or a module */
	char *name;
	unsigned long position; /* position among symbols of that name, from 1 */
	unsigned long seen;
	uint64_t address; /* where it is; 0: not found */
};

struct placement {
	const char *module;
	struct symbols symbols;
	struct reference *references;
	size_t count;
};

static void placement_clear(struct placement *placement)
{
	for (size_t i = 0; i < placement->count; i++) {
		free(placement->references[i].object);
		free(placement->references[i].name);
	}
	free(placement->references);
}

/* The section's contents, or NULL if they are not in the file. */
static unsigned char *contents(const struct blob *file, const Elf64_Shdr *section)
{
	if (section->sh_offset > file->size || section->sh_size > file->size - section->sh_offset)
		return NULL;
	return file->data + section->sh_offset;
}

/* False if it is not an ELF file with a symbol table: other checks report that. */
static bool find_symbols(const struct blob *file, struct symbols *symbols)
{
	Elf64_Ehdr header;
	const Elf64_Shdr *sections;

	*symbols = (struct symbols){};
	if (file->size < sizeof(header))
		return false;
	memcpy(&header, file->data, sizeof(header));
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_shoff % 8 ||
	    header.e_shentsize != sizeof(*sections) || header.e_shoff > file->size ||
	    header.e_shnum > (file->size - header.e_shoff) / sizeof(*sections))
		return false;
	sections = (const Elf64_Shdr *)(file->data + header.e_shoff);
	for (unsigned int i = 0; i < header.e_shnum; i++) {
		if (sections[i].sh_type != SHT_SYMTAB || sections[i].sh_link >= header.e_shnum ||
		    sections[i].sh_offset % 8)
			continue;
		const Elf64_Shdr *names = &sections[sections[i].sh_link];

		symbols->symbols = (Elf64_Sym *)contents(file, &sections[i]);
		symbols->count = sections[i].sh_size / sizeof(Elf64_Sym);
		symbols->names = (const char *)contents(file, names);
		symbols->names_size = names->sh_size;
		return symbols->symbols && symbols->names && symbols->names_size &&
		       !symbols->names[symbols->names_size - 1];
	}
	return false;
}

/* The name of an absolute symbol after that prefix, or NULL if it has another prefix. */
static const char *late_name(const struct symbols *symbols, size_t index, const char *prefix)
{
	const Elf64_Sym *symbol = &symbols->symbols[index];

	if (symbol->st_shndx != SHN_ABS || symbol->st_name >= symbols->names_size)
		return NULL;
	const char *name = symbols->names + symbol->st_name;

	return text_starts_with(name, prefix) ? name + strlen(prefix) : NULL;
}

static bool has_late_symbols(const struct symbols *symbols)
{
	for (size_t i = 0; i < symbols->count; i++) {
		if (late_name(symbols, i, LATE_SYMBOL_BASE))
			return true;
	}
	return false;
}

bool placement_is_needed(const struct blob *module)
{
	struct symbols symbols;

	return find_symbols(module, &symbols) && has_late_symbols(&symbols);
}

/* What the running kernel is asked for --------------------------------------------- */

/* "MODULE.NAME,POS": a module's name has no dot. */
static struct lp_error *parse_module_symbol(const char *text, struct reference *reference)
{
	const char *dot = strchr(text, '.'), *comma = strrchr(text, ',');

	if (!dot || !comma || comma < dot)
		return lp_error_new(LP_BAD_BUNDLE,
				    "the update has a symbol %s%s without a name and position",
				    LATE_SYMBOL_MODULE, text);
	lp_try(text_format(&reference->object, "%.*s", (int)(dot - text), text));
	lp_try(text_format(&reference->name, "%.*s", (int)(comma - dot - 1), dot + 1));
	reference->position = strtoul(comma + 1, NULL, 10);
	return NULL;
}

static struct lp_error *collect_references(struct placement *placement)
{
	const struct symbols *symbols = &placement->symbols;

	placement->references = calloc(symbols->count + 1, sizeof(*placement->references));
	if (!placement->references)
		return lp_error_no_memory();
	for (size_t i = 0; i < symbols->count; i++) {
		const char *base = late_name(symbols, i, LATE_SYMBOL_BASE);
		const char *in_module = late_name(symbols, i, LATE_SYMBOL_MODULE);
		struct reference *reference = &placement->references[placement->count];

		if (!base && !in_module)
			continue;
		placement->count++;
		*reference = (struct reference){.late = &symbols->symbols[i], .position = 1};
		if (in_module) {
			lp_try(parse_module_symbol(in_module, reference));
			continue;
		}
		lp_try(text_format(&reference->object, "vmlinux"));
		lp_try(text_format(&reference->name, "%s", base));
	}
	return NULL;
}

static void note_symbol(void *context, uint64_t address, const char *name, const char *object)
{
	const struct placement *placement = context;

	for (size_t i = 0; i < placement->count; i++) {
		struct reference *reference = &placement->references[i];

		if (!strcmp(reference->name, name) && !strcmp(reference->object, object) &&
		    ++reference->seen == reference->position)
			reference->address = address;
	}
}

static struct lp_error *check_reference(const struct placement *placement,
					const struct reference *reference)
{
	if (reference->address)
		return NULL;
	if (reference->seen < reference->position)
		return lp_error_new(LP_KERNEL_REFUSED,
				    "%s refers to %s of %s, which /proc/kallsyms does not list",
				    placement->module, reference->name, reference->object);
	return lp_error_hint(lp_error_new(LP_KERNEL_REFUSED,
					  "%s needs addresses of the kernel, and /proc/kallsyms "
					  "hides them",
					  placement->module),
			     "Allow root to see them while it is applied: "
			     "`sysctl kernel.kptr_restrict=1`.");
}

/* The KASLR offset of the kernel; all bases must agree on it. */
static struct lp_error *find_move(const struct placement *placement, uint64_t *move)
{
	const struct reference *first = NULL;

	for (size_t i = 0; i < placement->count; i++) {
		const struct reference *reference = &placement->references[i];
		uint64_t this_move = reference->address - reference->late->st_value;

		if (strcmp(reference->object, "vmlinux") != 0)
			continue;
		if (!first) {
			first = reference;
			*move = this_move;
		}
		if (this_move != *move || this_move % MOVE_UNIT || this_move >= MOVE_LIMIT)
			return lp_error_new(
				LP_KERNEL_REFUSED,
				"/proc/kallsyms is inconsistent: %s is at 0x%" PRIx64
				", %s at 0x%" PRIx64 ", and the image has them at 0x%" PRIx64
				" and 0x%" PRIx64,
				first->name, first->address, reference->name, reference->address,
				first->late->st_value, reference->late->st_value);
	}
	return NULL;
}

/* The values ------------------------------------------------------------------------ */

static void move_symbols(const struct placement *placement, uint64_t move)
{
	const struct symbols *symbols = &placement->symbols;

	for (size_t i = 0; i < symbols->count; i++) {
		if (late_name(symbols, i, LATE_SYMBOL_VMLINUX))
			symbols->symbols[i].st_value += move;
	}
	for (size_t i = 0; i < placement->count; i++) {
		const struct reference *reference = &placement->references[i];

		if (strcmp(reference->object, "vmlinux") != 0)
			reference->late->st_value += reference->address;
	}
}

static struct lp_error *place(const struct host *host, struct placement *placement)
{
	uint64_t move = 0;

	lp_try(collect_references(placement));
	lp_try(running_symbols_each(host, note_symbol, placement));
	for (size_t i = 0; i < placement->count; i++)
		lp_try(check_reference(placement, &placement->references[i]));
	lp_try(find_move(placement, &move));
	move_symbols(placement, move);
	return NULL;
}

struct lp_error *placement_make(const struct host *host, const char *name,
				const struct blob *module, struct blob *placed)
{
	_cleanup_blob_ struct blob copy = {.data = malloc(module->size + 1), .size = module->size};
	_cleanup_(placement_clear) struct placement placement = {.module = name};

	if (!copy.data)
		return lp_error_no_memory();
	memcpy(copy.data, module->data, module->size);
	copy.data[copy.size] = '\0';
	if (find_symbols(&copy, &placement.symbols) && has_late_symbols(&placement.symbols)) {
		lp_try(place(host, &placement));
		/* It is no longer valid, and the kernel rather accepts none than a wrong one. */
		module_signature_remove(&copy);
	}
	*placed = copy;
	copy.data = NULL;
	return NULL;
}
