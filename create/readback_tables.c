// SPDX-License-Identifier: GPL-2.0-or-later
/* What an update module hands to the core, field by field. */
#include <inttypes.h>
#include <string.h>

#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "create/link.h"
#include "create/readback_module.h"

/*
 * The tables as core-module/lpatch.h has them, on x86-64. Fields that are
 * pointers there hold nothing in the file: relocations fill them.
 */
struct table_text {
	uint64_t name, addr;
	uint32_t size, unused;
	uint64_t expect, mask;
};

struct table_func {
	uint64_t object;
	struct table_text old, old_cold;
	uint64_t new_addr;
	uint32_t new_size, unused;
};

struct table_rewrite {
	uint64_t name, addr;
	uint32_t size, unused;
	uint64_t old_bytes, old_mask, new_bytes;
};

struct table_hook {
	uint32_t kind, set;
	uint64_t source, function, entry;
};

struct table_update {
	uint32_t abi, unused_abi;
	uint64_t id, object, description, module;
	uint64_t funcs;
	uint32_t nr_funcs, unused_funcs;
	uint64_t rewrites;
	uint32_t nr_rewrites, unused_rewrites;
	uint64_t objects;
	uint32_t nr_objects, unused_objects;
	uint64_t patch, patch_size;
	uint64_t hooks;
	uint32_t nr_hooks, unused_hooks;
	uint64_t shadows;
	uint32_t nr_shadows, unused_shadows;
};

/* A table, or one entry of it, in the module. */
struct place {
	const struct linked_module *module;
	const char *what; /* it is about, for messages */
	uint32_t section;
	uint64_t offset; /* bytes from the section's begin */
};

static const struct module_section *section_of(const struct place *place)
{
	return &place->module->file.sections[place->section];
}

static struct lp_error *fault(const struct place *place, const char *what)
{
	return readback_fault(place->module, section_of(place)->name,
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

/* What the pointer leads to that stands `field` bytes behind the place. */
static struct link_target pointer(const struct place *place, size_t field)
{
	const struct module_relocation *relocation =
		module_section_relocation(section_of(place), place->offset + field);

	if (!relocation || relocation->type != R_X86_64_64)
		return (struct link_target){.known = false};
	return readback_found(place->module, relocation);
}

static struct lp_error *check_pointer(const struct place *place, size_t field,
				      const struct link_target *wanted, const char *what)
{
	const struct link_target found = pointer(place, field);
	_cleanup_free_ char *is = NULL, *should_be = NULL, *text = NULL;

	if (readback_same_target(&found, wanted))
		return NULL;
	lp_try(readback_target_text(place->module, &found, &is));
	lp_try(readback_target_text(place->module, wanted, &should_be));
	lp_try(text_format(&text, "has %s as its %s, not %s", is, what, should_be));
	return fault(place, text);
}

static struct lp_error *check_bytes(const struct place *place, size_t field, const void *wanted,
				    uint64_t size, const char *what)
{
	const struct link_target found = pointer(place, field);
	_cleanup_free_ char *text = NULL;

	if (found.known && !found.is_named) {
		const unsigned char *bytes =
			bytes_at(place->module, found.section, (uint64_t)found.offset, size);

		if (bytes && !memcmp(bytes, wanted, size))
			return NULL;
	}
	lp_try(text_format(&text, "has another %s than was planned", what));
	return fault(place, text);
}

static struct lp_error *check_string(const struct place *place, size_t field, const char *wanted,
				     const char *what)
{
	return check_bytes(place, field, wanted, strlen(wanted) + 1, what);
}

/* Copies the numbers of an entry. */
static struct lp_error *read_entry(const struct place *place, void *entry, size_t size)
{
	const unsigned char *bytes = bytes_at(place->module, place->section, place->offset, size);

	if (!bytes)
		return fault(place, "is not in the file");
	memcpy(entry, bytes, size);
	return NULL;
}

/* A function as it is before the update, at `field` of an entry. */
static struct lp_error *check_text(const struct place *place, size_t field,
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
		return fault(place, "was planned for another address");
	if (found->size != text.size)
		return fault(place, "has another size");
	lp_try(check_string(place, field + offsetof(struct table_text, name), name, "name"));
	lp_try(check_pointer(place, field + offsetof(struct table_text, addr), &wanted, "address"));
	lp_try(check_bytes(place, field + offsetof(struct table_text, expect), text.expect,
			   text.size, "content"));
	return check_bytes(place, field + offsetof(struct table_text, mask), text.mask, text.size,
			   "mask");
}

static struct lp_error *check_function(const struct place *place, size_t part_index, size_t index)
{
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_function *function = &part->result->functions[index];
	const struct link_target replacement =
		readback_defined(place->module, part_index, function->name, true);
	const struct proof *proof = part->function_proofs[index] ?: part->proof;
	_cleanup_free_ char *key = NULL, *cold = NULL;
	struct table_func found;

	lp_try(read_entry(place, &found, sizeof(found)));
	lp_try(text_format(&key, "%zu_%zu", part_index, index));
	lp_try(text_format(&cold, "%s_cold", key));
	lp_try(check_string(place, offsetof(struct table_func, object), part->unit->object,
			    "object"));
	lp_try(check_text(place, offsetof(struct table_func, old), &found.old, proof,
			  function->original_name, key));
	if (function->cold_name)
		lp_try(check_text(place, offsetof(struct table_func, old_cold), &found.old_cold,
				  proof, function->cold_name, cold));
	else if (found.old_cold.size)
		return fault(place, "has a cold part, which the function has not");
	lp_try(check_pointer(place, offsetof(struct table_func, new_addr), &replacement,
			     "replacement"));
	if (found.new_size != function->size)
		return fault(place, "has another size of the replacement");
	return NULL;
}

static struct lp_error *check_rewrite(const struct place *place, size_t part_index, size_t index)
{
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_rewrite *rewrite = &part->result->rewrites[index];
	const struct link_target content =
		readback_defined(place->module, part_index, rewrite->symbol, false);
	_cleanup_free_ char *symbol = NULL;
	struct proven_symbol proven;
	struct table_rewrite found;

	lp_try(read_entry(place, &found, sizeof(found)));
	lp_try(text_format(&symbol, "lpatch_constant_%zu_%zu", part_index, index));
	lp_try(proof_find(part->proof, rewrite->name, rewrite->local, &proven));
	const struct symbol_entry *entry = symbol_map_find(&place->module->plan->map, symbol);
	const struct link_target wanted = readback_planned(place->module, symbol);

	if (!entry || entry->place.address != proven.address)
		return fault(place, "was planned for another address");
	if (found.size != rewrite->place.size)
		return fault(place, "has another size");
	lp_try(check_string(place, offsetof(struct table_rewrite, name), rewrite->name, "name"));
	lp_try(check_pointer(place, offsetof(struct table_rewrite, addr), &wanted, "address"));
	lp_try(check_bytes(place, offsetof(struct table_rewrite, old_bytes), rewrite->old_bytes,
			   rewrite->place.size, "old content"));
	lp_try(check_bytes(place, offsetof(struct table_rewrite, old_mask), rewrite->old_mask,
			   rewrite->place.size, "mask"));
	return check_pointer(place, offsetof(struct table_rewrite, new_bytes), &content,
			     "new content");
}

static struct lp_error *check_hook(const struct place *place, size_t part_index, size_t index)
{
	static const char *const kinds[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};
	const struct link_part *part = &place->module->plan->parts[part_index];
	const struct diffobj_hook *hook = &part->result->hooks[index];
	const struct link_target entry =
		readback_defined(place->module, part_index, hook->symbol, false);
	struct table_hook found;

	lp_try(read_entry(place, &found, sizeof(found)));
	if (found.kind >= ARRAY_SIZE(kinds) || strcmp(kinds[found.kind], hook->kind) ||
	    found.set != part_index)
		return fault(place, "is a hook of another kind");
	lp_try(check_string(place, offsetof(struct table_hook, source), part->unit->source,
			    "source"));
	lp_try(check_string(place, offsetof(struct table_hook, function), hook->function, "name"));
	return check_pointer(place, offsetof(struct table_hook, entry), &entry, "function");
}

static struct lp_error *check_shadow(const struct place *place, size_t part_index, size_t index)
{
	const char *symbol = place->module->plan->parts[part_index].result->shadows[index];
	const struct link_target wanted =
		readback_defined(place->module, part_index, symbol, false);

	return check_pointer(place, 0, &wanted, "declaration");
}

/* The tables ------------------------------------------------------------------------------ */

/* One thing that has an entry. */
struct item {
	size_t part, index;
	const char *what;
	size_t order; /* hooks stand in the order of the core's kinds */
};

/* One table: what has entries, and how an entry is to be. */
struct table {
	const char *symbol;
	size_t entry;          /* bytes */
	size_t pointer, count; /* fields of table_update */
	size_t (*number)(const struct diffobj_result *result);
	struct item (*item)(const struct diffobj_result *result, size_t index); /* NULL `what`:
										    has no entry */
	struct lp_error *(*check)(const struct place *place, size_t part, size_t index);
};

static size_t number_of_functions(const struct diffobj_result *result)
{
	return result->nr_functions;
}

static struct item function_item(const struct diffobj_result *result, size_t index)
{
	const struct diffobj_function *function = &result->functions[index];

	return (struct item){.what = function->kind == DIFFOBJ_REPLACED ? function->name : NULL};
}

static size_t number_of_rewrites(const struct diffobj_result *result)
{
	return result->nr_rewrites;
}

static struct item rewrite_item(const struct diffobj_result *result, size_t index)
{
	return (struct item){.what = result->rewrites[index].name};
}

static size_t number_of_hooks(const struct diffobj_result *result)
{
	return result->nr_hooks;
}

static struct item hook_item(const struct diffobj_result *result, size_t index)
{
	static const char *const kinds[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};
	const struct diffobj_hook *hook = &result->hooks[index];
	size_t kind = 0;

	while (kind < ARRAY_SIZE(kinds) && strcmp(kinds[kind], hook->kind))
		kind++;
	return (struct item){.what = hook->function, .order = kind};
}

static size_t number_of_shadows(const struct diffobj_result *result)
{
	return result->nr_shadows;
}

static struct item shadow_item(const struct diffobj_result *result, size_t index)
{
	return (struct item){.what = result->shadows[index]};
}

#define FIELDS(name) offsetof(struct table_update, name), offsetof(struct table_update, nr_##name)

static const struct table tables[] = {
	{"lpatch_update_funcs", sizeof(struct table_func), FIELDS(funcs), number_of_functions,
	 function_item, check_function},
	{"lpatch_update_rewrites", sizeof(struct table_rewrite), FIELDS(rewrites),
	 number_of_rewrites, rewrite_item, check_rewrite},
	{"lpatch_update_hooks", sizeof(struct table_hook), FIELDS(hooks), number_of_hooks,
	 hook_item, check_hook},
	{"lpatch_update_shadows", sizeof(uint64_t), FIELDS(shadows), number_of_shadows, shadow_item,
	 check_shadow},
};

static int compare_items(const void *a, const void *b)
{
	const struct item *one = a, *other = b;

	if (one->part != other->part)
		return one->part < other->part ? -1 : 1;
	if (one->order != other->order)
		return one->order < other->order ? -1 : 1;
	return one->index < other->index ? -1 : 1;
}

/* Everything that has an entry in the table, in its order. */
static struct lp_error *list_items(const struct link_plan *plan, const struct table *table,
				   struct item **items, size_t *count)
{
	size_t room = 0;

	*count = 0;
	for (size_t i = 0; i < plan->nr_parts; i++)
		room += table->number(plan->parts[i].result);
	*items = calloc(room + 1, sizeof(**items));
	if (!*items)
		return lp_error_no_memory();
	for (size_t i = 0; i < plan->nr_parts; i++) {
		const struct diffobj_result *result = plan->parts[i].result;

		for (size_t k = 0; k < table->number(result); k++) {
			struct item item = table->item(result, k);

			item.part = i;
			item.index = k;
			if (item.what)
				(*items)[(*count)++] = item;
		}
	}
	qsort(*items, *count, sizeof(**items), compare_items);
	return NULL;
}

static struct lp_error *check_table(const struct place *update, const struct table *table)
{
	const struct linked_module *module = update->module;
	const struct link_target start = readback_defined(module, NO_PART, table->symbol, false);
	_cleanup_free_ struct item *items = NULL;
	uint32_t number;
	size_t count;

	lp_try(list_items(module->plan, table, &items, &count));
	memcpy(&number, section_of(update)->data + update->offset + table->count, sizeof(number));
	if (number != count)
		return fault(update, "counts other entries than were planned");
	lp_try(check_pointer(update, table->pointer, &start, "table"));
	for (size_t i = 0; i < count; i++) {
		const struct place place = {
			.module = module,
			.what = items[i].what,
			.section = start.section,
			.offset = (uint64_t)start.offset + i * table->entry,
		};

		lp_try(table->check(&place, items[i].part, items[i].index));
	}
	return NULL;
}

static struct lp_error *check_objects(const struct place *update, const struct table_update *found)
{
	const struct text_list *objects = update->module->plan->objects;
	const struct link_target start = pointer(update, offsetof(struct table_update, objects));

	if (found->nr_objects != objects->count)
		return fault(update, "counts other modules than were planned");
	for (size_t i = 0; i < objects->count; i++) {
		struct place place = *update;

		if (!start.known || start.is_named)
			return fault(update, "has no list of modules");
		place.section = start.section;
		place.offset = (uint64_t)start.offset + i * sizeof(uint64_t);
		lp_try(check_string(&place, 0, objects->items[i], "module"));
	}
	return NULL;
}

static struct lp_error *check_update(const struct place *place)
{
	const struct link_plan *plan = place->module->plan;
	const struct link_target module =
		readback_defined(place->module, NO_PART, "__this_module", false);
	struct table_update found;

	lp_try(read_entry(place, &found, sizeof(found)));
	if (found.abi != LPATCH_ABI_VERSION)
		return fault(place, "is for another core");
	lp_try(check_string(place, offsetof(struct table_update, id), plan->id, "id"));
	lp_try(check_string(place, offsetof(struct table_update, object), plan->object, "object"));
	lp_try(check_string(place, offsetof(struct table_update, description), plan->description,
			    "description"));
	lp_try(check_pointer(place, offsetof(struct table_update, module), &module, "module"));
	if (found.patch_size != strlen(plan->patch))
		return fault(place, "has a patch of another size");
	lp_try(check_bytes(place, offsetof(struct table_update, patch), plan->patch,
			   found.patch_size, "patch"));
	return check_objects(place, &found);
}

/* What update.c takes and gives back by itself (kpatch-templates/update.c). */
static struct lp_error *check_pins(const struct linked_module *module)
{
	const struct text_list *pins = &module->plan->pins;
	const struct link_target start =
		readback_defined(module, NO_PART, "lpatch_update_pins", false);

	/* The compiler has put a short one into the code, whose relocations are compared. */
	for (size_t i = 0; start.known && i < pins->count; i++) {
		const struct place place = {
			.module = module,
			.what = pins->items[i],
			.section = start.section,
			.offset = (uint64_t)start.offset + i * sizeof(uint64_t),
		};
		_cleanup_free_ char *symbol = NULL;

		lp_try(text_format(&symbol, "lpatch_pinned_%zu", i));
		const struct link_target wanted = readback_planned(module, symbol);

		lp_try(check_pointer(&place, 0, &wanted, "module"));
	}
	return NULL;
}

struct lp_error *readback_tables(const struct linked_module *module)
{
	const struct link_target found = readback_defined(module, NO_PART, "update", false);
	const struct place place = {
		.module = module,
		.what = module->plan->id,
		.section = found.section,
		.offset = (uint64_t)found.offset,
	};

	if (!found.known)
		return readback_fault(module, ".data", "has nothing for the core");
	lp_try(check_update(&place));
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		lp_try(check_table(&place, &tables[i]));
	return check_pins(module);
}
