// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/proof/proof_internal.h"

#include <ctype.h>
#include <string.h>

static bool is_code(const struct section *section)
{
	return (section->flags & SHF_ALLOC) && (section->flags & SHF_EXECINSTR) && section->data &&
	       section->size;
}

/* Whether the section is in the image at that address, relocated fields aside. */
static bool fits(const struct proof *proof, const struct section *section, uint64_t address)
{
	return proof_first_difference(proof, section, address, 0, section->size) == section->size;
}

/*
 * Finds a code section by the names of its functions. The kernel's addresses for each name are
 * the candidates. If the whole section fits at one, it is there; if it fits at several (a kernel
 * has cpumask_weight.constprop.0 many times) the references to it decide later. *seen becomes
 * true if the kernel knows any name. False if it fits nowhere.
 */
static bool place_section(struct proof *proof, const struct section *section, bool *seen)
{
	const struct object *object = &proof->object;
	uint64_t *candidate = &proof->section_candidate[section->index];
	uint64_t *place = &proof->section_address[section->index];

	for (size_t i = 1; i < object->nr_symbols; i++) {
		const struct symbol *symbol = &object->symbols[i];

		if (symbol->section != section || symbol->type != STT_FUNC)
			continue;
		for (const struct kernel_symbol *known = proof_named(proof, symbol->name); known;
		     known = proof_next_named(proof, known)) {
			uint64_t address = known->address - symbol->value;

			*seen = true;
			if (*candidate == address || !fits(proof, section, address))
				continue;
			*place = *candidate ? 0 : address;
			if (*candidate)
				return true;
			*candidate = address;
		}
	}
	return *candidate != 0;
}

/* Code that the linker drops, or that no symbol names. */
static bool is_placed_by_name(const struct proof *proof, const struct section *section)
{
	if (!is_code(section) || !strncmp(section->name, ".discard", strlen(".discard")))
		return false;
	for (size_t i = 1; i < proof->object.nr_symbols; i++) {
		const struct symbol *symbol = &proof->object.symbols[i];

		if (symbol->section == section && symbol->type == STT_FUNC)
			return true;
	}
	return false;
}

static struct lp_error *place_code(struct proof *proof)
{
	const struct object *object = &proof->object;
	const struct section *mismatch = NULL;
	bool seen = false;

	for (size_t i = 1; i < object->nr_sections; i++) {
		const struct section *section = &object->sections[i];

		if (!is_placed_by_name(proof, section) || place_section(proof, section, &seen))
			continue;
		proof->section_differs[i] = true;
		mismatch = mismatch ?: section;
	}
	if (!mismatch)
		return NULL;
	if (!seen)
		return lp_error_hint(
			lp_error_new(LP_NOTHING_TO_PATCH,
				     "nothing to patch: %s has none of the functions of %s",
				     proof->object_name, proof->source),
			"The target's configuration leaves this file out.");
	lp_try(proof_section_mismatch(proof, mismatch));
	for (size_t i = 1; i < object->nr_sections; i++) {
		if (proof->section_differs[i])
			proof_place_functions(proof, &object->sections[i]);
	}
	return NULL;
}

/* True if the kernel knows the name, but not at this address. */
static bool contradicts_image(const struct proof *proof, const struct symbol *symbol,
			      uint64_t value)
{
	const struct kernel_symbol *known = proof_named(proof, symbol->name);

	if (!known)
		return false;
	for (; known; known = proof_next_named(proof, known)) {
		if (known->address == value)
			return false;
	}
	return true;
}

/*
 * Derives the address of a symbol from one reference. False if that contradicts
 * an earlier result. Strings and constants that the linker merges have no
 * address of their own; a weak definition may have lost to another object's.
 */
static bool learn(struct proof *proof, const struct symbol *symbol, uint64_t value)
{
	const struct section *section = symbol->section;

	/* Within a section that differs, distances are not those of the image. */
	if (section && proof->section_differs[section->index])
		return true;
	if (!section || symbol->bind == STB_WEAK) {
		uint64_t *address = &proof->symbol_address[symbol->index];

		if (*address)
			return *address == value;
		*address = value;
		return symbol->undefined ? !contradicts_image(proof, symbol, value) : true;
	}
	if (section->flags & SHF_MERGE)
		return true;
	uint64_t *address = &proof->section_address[section->index];

	if (!*address) {
		/* One of several places that fit, or one that nothing was known of. */
		if (proof->section_candidate[section->index] &&
		    !fits(proof, section, value - symbol->value))
			return false;
		*address = value - symbol->value;
	}
	return *address == value - symbol->value;
}

static struct lp_error *follow_relocations(struct proof *proof, const struct section *section)
{
	for (size_t i = 0; i < section->nr_relocs; i++) {
		const struct reloc *reloc = &section->relocs[i];
		uint64_t value;

		if (!reloc->symbol || !reloc->symbol->name ||
		    !proof_read_back(proof, section, reloc, &value))
			continue;
		if (!learn(proof, reloc->symbol, value) && is_code(section) &&
		    !proof->mismatch.difference)
			lp_try(proof_reference_mismatch(proof, section, reloc, value));
	}
	return NULL;
}

/* No known code refers to the section, so any place that fits is equivalent. */
static bool place_first_candidate(struct proof *proof)
{
	for (size_t i = 1; i < proof->object.nr_sections; i++) {
		if (proof->section_address[i] || !proof->section_candidate[i])
			continue;
		proof->section_address[i] = proof->section_candidate[i];
		return true;
	}
	return false;
}

/*
 * The relocations of proven code give the places of data sections, and the
 * relocations of those give more. Newly found sections are followed in later
 * rounds; each is followed once.
 */
static struct lp_error *follow_references(struct proof *proof)
{
	const struct object *object = &proof->object;
	_cleanup_free_ bool *followed = calloc(object->nr_sections, sizeof(*followed));
	bool progress = true;

	if (!followed)
		return lp_error_no_memory();
	while (progress || (progress = place_first_candidate(proof))) {
		progress = false;
		for (size_t i = 1; i < object->nr_sections; i++) {
			if (followed[i] ||
			    (!proof->section_address[i] && !proof->section_differs[i]))
				continue;
			followed[i] = progress = true;
			lp_try(follow_relocations(proof, &object->sections[i]));
		}
	}
	return NULL;
}

/*
 * The first symbol in kallsyms order that moves with the kernel image: all
 * others keep their distance from it wherever the kernel is loaded.
 */
static const struct kernel_symbol *find_anchor(const struct kernel_image *image)
{
	const struct symbol_table *table = kernel_image_symbols(image);

	for (size_t i = 0; i < table->count; i++) {
		const struct kernel_symbol *symbol = &table->symbols[i];

		if (symbol->address >= arch_kernel_base && tolower(symbol->type) == 't')
			return symbol;
	}
	return NULL;
}

static struct lp_error *make(struct proof *proof, const char *exact)
{
	proof->anchor = find_anchor(proof->image);
	if (!exact)
		return NULL;
	lp_try(object_open(exact, &proof->object));
	if (proof->object.arch != arch_of_objects())
		return lp_error_new(LP_INTERNAL, "%s is for %s", exact, proof->object.arch->name);
	proof->section_address = calloc(proof->object.nr_sections, sizeof(uint64_t));
	proof->section_candidate = calloc(proof->object.nr_sections, sizeof(uint64_t));
	proof->symbol_address = calloc(proof->object.nr_symbols, sizeof(uint64_t));
	proof->section_differs = calloc(proof->object.nr_sections, sizeof(bool));
	proof->sites = calloc(1, sizeof(*proof->sites));
	if (!proof->sites || !proof->section_address || !proof->section_candidate ||
	    !proof->symbol_address || !proof->section_differs)
		return lp_error_no_memory();
	lp_try(place_code(proof));
	return follow_references(proof);
}

struct lp_error *proof_make(const struct kernel_image *image, const char *object,
			    const char *module, const char *exact, const char *source,
			    struct proof **proof)
{
	*proof = calloc(1, sizeof(**proof));
	if (!*proof)
		return lp_error_no_memory();
	**proof = (struct proof){
		.image = image,
		.is_module = strcmp(object, "vmlinux") != 0,
		.module = module,
		.source = source,
		.object_name = strdup(object),
	};
	struct lp_error *error = (*proof)->object_name ? make(*proof, exact) : lp_error_no_memory();

	if (error) {
		proof_free(*proof);
		*proof = NULL;
	}
	return error;
}

void proof_free(struct proof *proof)
{
	if (!proof)
		return;
	object_close(&proof->object);
	free(proof->object_name);
	free(proof->section_address);
	free(proof->section_candidate);
	free(proof->symbol_address);
	free(proof->section_differs);
	if (proof->sites)
		free(proof->sites->items);
	free(proof->sites);
	free(proof->mismatch.difference);
	free(proof);
}

const char *proof_compiler(const struct proof *proof)
{
	for (size_t i = 1; i < proof->object.nr_sections; i++) {
		const struct section *section = &proof->object.sections[i];

		if (strcmp(section->name, ".comment") || !section->data || section->size < 2 ||
		    section->data[section->size - 1])
			continue;
		/* An empty string may be in front. */
		return (const char *)section->data + !*section->data;
	}
	return "";
}
