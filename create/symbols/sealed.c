// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/symbols/sealed.h"

#include <stdlib.h>
#include <string.h>

#include "common/file.h"
#include "common/text.h"
#include "create/arch.h"
#include "create/elf.h"

#define SEALED_SECTION ".ibt_endbr_seal"

/* The size limit of diffobj's output in bytes: far more than any has. */
#define OBJECT_LIMIT (256u << 20)

/* The list ------------------------------------------------------------------------------ */

static int compare_addresses(const void *a, const void *b)
{
	uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return one < other ? -1 : one > other;
}

/* Entries are distances of 4 bytes from themselves. */
struct lp_error *sealed_read(const struct kernel_image *image, struct sealed_list *list)
{
	const struct kernel_section *section = kernel_image_section(image, SEALED_SECTION);
	size_t count = section ? section->size / sizeof(int32_t) : 0;

	if (!section)
		return NULL;
	if (section->size % sizeof(int32_t) || (count && !section->data))
		return lp_error_new(LP_INTERNAL, "the section " SEALED_SECTION " of the target is "
						 "no list of functions");
	list->addresses = calloc(count + 1, sizeof(*list->addresses));
	if (!list->addresses)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		int32_t distance;

		memcpy(&distance, section->data + i * sizeof(distance), sizeof(distance));
		list->addresses[i] =
			section->address + i * sizeof(distance) + (uint64_t)(int64_t)distance;
	}
	qsort(list->addresses, count, sizeof(*list->addresses), compare_addresses);
	list->count = count;
	list->known = true;
	return NULL;
}

void sealed_clear(struct sealed_list *list)
{
	free(list->addresses);
	*list = (struct sealed_list){0};
}

bool sealed_contains(const struct sealed_list *list, uint64_t address)
{
	return list->count && bsearch(&address, list->addresses, list->count,
				      sizeof(*list->addresses), compare_addresses);
}

/* The references -------------------------------------------------------------------------- */

struct checking {
	const struct sealed_job *job;
	struct sealed_list kernel, module;
	struct module_file file;
};

/* The target of the symbol in the running kernel, or NULL. */
static const struct symbol_target *find_running(const struct sealed_job *job, const char *symbol)
{
	for (size_t i = 0; i < job->result->nr_references; i++) {
		if (!strcmp(job->result->references[i].symbol, symbol))
			return job->targets[i].kind == TARGET_RUNNING ? &job->targets[i] : NULL;
	}
	return NULL;
}

static bool is_text(const struct kernel_image *image, uint64_t address)
{
	const struct kernel_symbol *symbol =
		symbol_table_find_address(kernel_image_symbols(image), address);

	return symbol && symbol->address == address && strchr("tTwW", symbol->type);
}

/* The function whose code the offset is in, or else the section. */
static const char *find_place(const struct module_file *file, size_t section, uint64_t offset)
{
	for (size_t i = 1; i < file->nr_symbols; i++) {
		const Elf64_Sym *symbol = &file->symbols[i].symbol;

		if (symbol->st_shndx == section && ELF64_ST_TYPE(symbol->st_info) != STT_SECTION &&
		    *file->symbols[i].name && offset >= symbol->st_value &&
		    offset - symbol->st_value < symbol->st_size)
			return file->symbols[i].name;
	}
	return file->sections[section].name;
}

static struct lp_error *check_target(const struct checking *checking, const char *place,
				     const struct symbol_target *target)
{
	bool is_kernel = !strcmp(target->place.object, "vmlinux");
	const struct sealed_list *list = is_kernel ? &checking->kernel : &checking->module;

	if (is_kernel && !list->known && is_text(checking->job->kernel, target->place.address))
		return lp_error_new(LP_NOT_PROVEN,
				    "%s: %s takes the address of %s, and the kernel, with IBT, has "
				    "no list of the functions that may not be called by pointer",
				    checking->job->source, place, target->name);
	if (!sealed_contains(list, target->place.address))
		return NULL;
	return lp_error_hint(lp_error_new(LP_UNSAFE,
					  "%s: %s takes the address of %s, which can't be called "
					  "by pointer in the running kernel (IBT)",
					  checking->job->source, place, target->name),
			     "No code of the kernel takes its address, so the kernel removed its "
			     "endbr64 at boot. Take the address of a new function that calls it.");
}

static struct lp_error *check_relocation(const struct checking *checking, size_t index,
					 const struct module_relocation *relocation)
{
	const struct module_file *file = &checking->file;
	const struct module_section *section = &file->sections[index];
	const struct symbol_target *target =
		find_running(checking->job, file->symbols[relocation->symbol].name);

	if (!target || (module_section_is_code(section) &&
			arch_is_branch(relocation->type, section->data, relocation->offset)))
		return NULL;
	return check_target(checking, find_place(file, index, relocation->offset), target);
}

/* Lists for the build and the loader, which are not used for calls. */
static bool is_passed_over(const struct module_section *section)
{
	return !module_section_is_loaded(section) || !strcmp(section->name, SEALED_SECTION) ||
	       text_starts_with(section->name, ".discard");
}

static struct lp_error *check(struct checking *checking)
{
	const struct sealed_job *job = checking->job;
	_cleanup_blob_ struct blob bytes = {0};

	lp_try(sealed_read(job->kernel, &checking->kernel));
	if (job->image != job->kernel)
		lp_try(sealed_read(job->image, &checking->module));
	lp_try(file_read(job->object, OBJECT_LIMIT, &bytes));
	lp_try(module_file_read(job->object, &bytes, &checking->file));
	for (size_t i = 1; i < checking->file.nr_sections; i++) {
		const struct module_section *section = &checking->file.sections[i];

		for (size_t k = 0; !is_passed_over(section) && k < section->nr_relocations; k++)
			lp_try(check_relocation(checking, i, &section->relocations[k]));
	}
	return NULL;
}

struct lp_error *sealed_check(const struct sealed_job *job)
{
	struct checking checking = {.job = job};
	struct lp_error *error = check(&checking);

	sealed_clear(&checking.kernel);
	sealed_clear(&checking.module);
	module_file_clear(&checking.file);
	return error;
}
