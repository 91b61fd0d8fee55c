// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/moved.h"

#include <ctype.h>
#include <string.h>

#include "create/elf_edit.h"

static bool is_new(const struct diffobj_result *result, const char *name)
{
	for (size_t i = 0; i < result->nr_functions; i++) {
		if (result->functions[i].kind == DIFFOBJ_NEW &&
		    !strcmp(result->functions[i].name, name))
			return true;
	}
	return false;
}

/* True if the image has a global function of that name: its types are capital letters. */
static bool has_global(const struct kernel_image *image, const char *name)
{
	const struct symbol_table *table = kernel_image_symbols(image);
	const struct kernel_symbol *known = symbol_table_find_name(table, name);

	while (known && !isupper((unsigned char)known->type))
		known = symbol_table_next(table, known);
	return known != NULL;
}

static struct lp_error *look_at_symbols(const struct kernel_image *image, const struct unit *unit,
					const struct diffobj_result *result, struct elf_edit *edit)
{
	for (size_t i = 1; i < edit->nr_symbols; i++) {
		GElf_Sym symbol;
		const char *name;

		lp_try(elf_edit_symbol(edit, i, &symbol, &name));
		if (symbol.st_shndx == SHN_UNDEF || GELF_ST_TYPE(symbol.st_info) != STT_FUNC ||
		    GELF_ST_BIND(symbol.st_info) == STB_LOCAL || !is_new(result, name) ||
		    !has_global(image, name))
			continue;
		return lp_error_hint(
			lp_error_new(
				LP_UNSAFE,
				"%s: %s has the function %s from another source file already; "
				"what the update does not replace would go on calling that one",
				unit->source, unit->object, name),
			"Leave the function in the file in which it is, or give it a new name.");
	}
	return NULL;
}

struct lp_error *moved_refuse(const struct kernel_image *image, const struct unit *unit,
			      const struct diffobj_result *result, const char *object)
{
	struct elf_edit edit;
	struct lp_error *error = elf_edit_open(object, &edit);

	if (!error)
		error = look_at_symbols(image, unit, result, &edit);
	elf_edit_close(&edit);
	return error;
}
