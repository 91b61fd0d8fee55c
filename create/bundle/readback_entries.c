// SPDX-License-Identifier: GPL-2.0-or-later
/* Entries of the tables for the core, field by field. */
#include "create/bundle/readback_tables.h"

#include <inttypes.h>
#include <string.h>

#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "create/link.h"

const struct module_section *table_section(const struct table_place *place)
{
	return &place->module->file.sections[place->section];
}

struct lp_error *table_fault(const struct table_place *place, const char *what)
{
	return readback_fault(place->module, table_section(place)->name,
			      "the entry of %s at 0x%" PRIx64 " %s", place->what, place->offset,
			      what);
}

/* `size` bytes of a section, or NULL if they are not in the file. */
static const unsigned char *bytes_at(const struct linked_module *module, uint32_t section,
				     uint64_t offset, uint64_t size)
{
	const struct module_section *from = &module->file.sections[section];

	if (!from->data || offset > from->header.sh_size || size > from->header.sh_size - offset)
		return NULL;
	return from->data + offset;
}

/* The target of the pointer `field` bytes after the place. */
struct link_target table_pointer(const struct table_place *place, size_t field)
{
	const struct module_relocation *relocation =
		module_section_relocation(table_section(place), place->offset + field);

	if (!relocation || relocation->type != R_X86_64_64)
		return (struct link_target){.known = false};
	return readback_found(place->module, relocation);
}

struct lp_error *table_check_pointer(const struct table_place *place, size_t field,
				     const struct link_target *wanted, const char *what)
{
	const struct link_target found = table_pointer(place, field);
	_cleanup_free_ char *is = NULL, *should_be = NULL, *text = NULL;

	if (readback_same_target(&found, wanted))
		return NULL;
	lp_try(readback_target_text(place->module, &found, &is));
	lp_try(readback_target_text(place->module, wanted, &should_be));
	lp_try(text_format(&text, "has %s as its %s, not %s", is, what, should_be));
	return table_fault(place, text);
}

struct lp_error *table_check_bytes(const struct table_place *place, size_t field,
				   const void *wanted, uint64_t size, const char *what)
{
	const struct link_target found = table_pointer(place, field);
	_cleanup_free_ char *text = NULL;

	if (found.known && !found.is_named) {
		const unsigned char *bytes =
			bytes_at(place->module, found.section, (uint64_t)found.offset, size);

		if (bytes && !memcmp(bytes, wanted, size))
			return NULL;
	}
	lp_try(text_format(&text, "has another %s than planned", what));
	return table_fault(place, text);
}

struct lp_error *table_check_string(const struct table_place *place, size_t field,
				    const char *wanted, const char *what)
{
	return table_check_bytes(place, field, wanted, strlen(wanted) + 1, what);
}

/* Copies the numbers of an entry. */
struct lp_error *table_read_entry(const struct table_place *place, void *entry, size_t size)
{
	const unsigned char *bytes = bytes_at(place->module, place->section, place->offset, size);

	if (!bytes)
		return table_fault(place, "is not in the file");
	memcpy(entry, bytes, size);
	return NULL;
}

/* A function as it is before the update, at `field` of an entry. */
static struct lp_error *check_text(const struct table_place *place, size_t field,
				   const struct table_text *found, const struct proof *proof,
				   const char *name, const char *key)
{
	_cleanup_(proven_text_clear) struct proven_text text = {0};
	_cleanup_free_ char *symbol = NULL;

	lp_try(text_format(&symbol, "lpatch_old_%s", key));
	lp_try(proof_text(proof, name, &text));
	const struct symbol_entry *entry = symbol_map_find(&place->module->plan->map, symbol);
	const struct link_target wanted = readback_planned(place->module, symbol);

	if (!entry || entry->place.address != text.address)
		return table_fault(place, "has another address than planned");
	if (found->size != text.size)
		return table_fault(place, "has another size");
	lp_try(table_check_string(place, field + offsetof(struct table_text, name), name, "name"));
	lp_try(table_check_pointer(place, field + offsetof(struct table_text, addr), &wanted,
				   "address"));
	lp_try(table_check_bytes(place, field + offsetof(struct table_text, expect), text.expect,
				 text.size, "content"));
	return table_check_bytes(place, field + offsetof(struct table_text, mask), text.mask,
				 text.size, "mask");
}

struct lp_error *table_check_function(const struct table_place *place, size_t part_index,
				      size_t index)
{
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_function *function = &part->result->functions[index];
	const struct link_target replacement =
		readback_defined(place->module, part_index, function->name, true);
	const struct proof *proof = part->function_proofs[index] ?: part->proof;
	_cleanup_free_ char *key = NULL, *cold = NULL;
	struct table_func found;

	lp_try(table_read_entry(place, &found, sizeof(found)));
	lp_try(text_format(&key, "%zu_%zu", part_index, index));
	lp_try(text_format(&cold, "%s_cold", key));
	lp_try(table_check_string(place, offsetof(struct table_func, object), part->unit->object,
				  "object"));
	lp_try(check_text(place, offsetof(struct table_func, old), &found.old, proof,
			  function->original_name, key));
	if (function->cold_name)
		lp_try(check_text(place, offsetof(struct table_func, old_cold), &found.old_cold,
				  proof, function->cold_name, cold));
	else if (found.old_cold.size)
		return table_fault(place, "has a cold part, and the function has none");
	lp_try(table_check_pointer(place, offsetof(struct table_func, new_addr), &replacement,
				   "replacement"));
	if (found.new_size != function->size)
		return table_fault(place, "has another size of the replacement");
	return NULL;
}

struct lp_error *table_check_rewrite(const struct table_place *place, size_t part_index,
				     size_t index)
{
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_rewrite *rewrite = &part->result->rewrites[index];
	const struct link_target content =
		readback_defined(place->module, part_index, rewrite->symbol, false);
	_cleanup_free_ char *symbol = NULL;
	struct proven_symbol proven;
	struct table_rewrite found;

	lp_try(table_read_entry(place, &found, sizeof(found)));
	lp_try(text_format(&symbol, "lpatch_constant_%zu_%zu", part_index, index));
	lp_try(proof_find(part->proof, rewrite->name, rewrite->local, &proven));
	const struct symbol_entry *entry = symbol_map_find(&place->module->plan->map, symbol);
	const struct link_target wanted = readback_planned(place->module, symbol);

	if (!entry || entry->place.address != proven.address)
		return table_fault(place, "has another address than planned");
	if (found.size != rewrite->place.size)
		return table_fault(place, "has another size");
	lp_try(table_check_string(place, offsetof(struct table_rewrite, name), rewrite->name,
				  "name"));
	lp_try(table_check_pointer(place, offsetof(struct table_rewrite, addr), &wanted,
				   "address"));
	lp_try(table_check_bytes(place, offsetof(struct table_rewrite, old_bytes),
				 rewrite->old_bytes, rewrite->place.size, "old content"));
	lp_try(table_check_bytes(place, offsetof(struct table_rewrite, old_mask), rewrite->old_mask,
				 rewrite->place.size, "mask"));
	return table_check_pointer(place, offsetof(struct table_rewrite, new_bytes), &content,
				   "new content");
}

struct lp_error *table_check_hook(const struct table_place *place, size_t part_index, size_t index)
{
	static const char *const kinds[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_hook *hook = &part->result->hooks[index];
	const struct link_target entry =
		readback_defined(place->module, part_index, hook->symbol, false);
	struct table_hook found;

	lp_try(table_read_entry(place, &found, sizeof(found)));
	if (found.kind >= ARRAY_SIZE(kinds) || strcmp(kinds[found.kind], hook->kind) ||
	    found.set != part_index)
		return table_fault(place, "is a hook of another kind");
	lp_try(table_check_string(place, offsetof(struct table_hook, source), part->unit->source,
				  "source"));
	lp_try(table_check_string(place, offsetof(struct table_hook, function), hook->function,
				  "name"));
	return table_check_pointer(place, offsetof(struct table_hook, entry), &entry, "function");
}

struct lp_error *table_check_shadow(const struct table_place *place, size_t part_index,
				    size_t index)
{
	const char *symbol = place->module->plan->parts[part_index].result->shadows[index];
	const struct link_target wanted =
		readback_defined(place->module, part_index, symbol, false);

	return table_check_pointer(place, 0, &wanted, "declaration");
}

struct lp_error *table_check_outlives(const struct table_place *place, size_t part, size_t index)
{
	const struct finding *finding = &place->module->plan->parts[part].findings->items[index];

	lp_try(table_check_string(place, offsetof(struct table_outlives, name), finding->name,
				  "name"));
	lp_try(table_check_string(place, offsetof(struct table_outlives, where), finding->where,
				  "place"));
	return table_check_string(place, offsetof(struct table_outlives, text), finding->text,
				  "text");
}
