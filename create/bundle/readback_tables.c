// SPDX-License-Identifier: GPL-2.0-or-later
/* The tables of an update module for the core, and the pointers to them. */
#include "create/bundle/readback_tables.h"

#include <inttypes.h>
#include <string.h>

#include "common/text.h"
#include "core-module/lpatch_abi.h"
#include "create/link.h"

/* struct lpatch_update, like the others. */
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
	uint64_t outlives;
	uint32_t nr_outlives;
	uint8_t keep_code, unused_keep_code[3];
};

/* The tables ------------------------------------------------------------------------------ */

/* One item that has an entry. */
struct item {
	size_t part, index;
	const char *what;
	size_t order; /* hooks are in the order of the core's kinds */
};

/* One table: the items with entries, and the expected form of an entry. */
struct table {
	const char *symbol;
	size_t entry;          /* bytes */
	size_t pointer, count; /* fields of table_update */
	size_t (*number)(const struct link_part *part);
	struct item (*item)(const struct link_part *part, size_t index); /* NULL `what`:
										    has no entry */
	struct lp_error *(*check)(const struct table_place *place, size_t part, size_t index);
};

static size_t number_of_functions(const struct link_part *part)
{
	return part->result->nr_functions;
}

static struct item function_item(const struct link_part *part, size_t index)
{
	const struct diffobj_function *function = &part->result->functions[index];

	return (struct item){.what = function->kind == DIFFOBJ_REPLACED ? function->name : NULL};
}

static size_t number_of_rewrites(const struct link_part *part)
{
	return part->result->nr_rewrites;
}

static struct item rewrite_item(const struct link_part *part, size_t index)
{
	return (struct item){.what = part->result->rewrites[index].name};
}

static size_t number_of_hooks(const struct link_part *part)
{
	return part->result->nr_hooks;
}

static struct item hook_item(const struct link_part *part, size_t index)
{
	static const char *const kinds[] = {LPATCH_HOOKS(LPATCH_HOOK_NAME)};
	const struct diffobj_hook *hook = &part->result->hooks[index];
	size_t kind = 0;

	while (kind < ARRAY_SIZE(kinds) && strcmp(kinds[kind], hook->kind))
		kind++;
	return (struct item){.what = hook->function, .order = kind};
}

static size_t number_of_shadows(const struct link_part *part)
{
	return part->result->nr_shadows;
}

static struct item shadow_item(const struct link_part *part, size_t index)
{
	return (struct item){.what = part->result->shadows[index]};
}

static size_t number_of_findings(const struct link_part *part)
{
	return part->findings->count;
}

static struct item finding_item(const struct link_part *part, size_t index)
{
	const struct finding *finding = &part->findings->items[index];

	return (struct item){.what = finding->kind == FINDING_OUTLIVES ? finding->name : NULL};
}

#define FIELDS(name) offsetof(struct table_update, name), offsetof(struct table_update, nr_##name)

static const struct table tables[] = {
	{"lpatch_update_funcs", sizeof(struct table_func), FIELDS(funcs), number_of_functions,
	 function_item, table_check_function},
	{"lpatch_update_rewrites", sizeof(struct table_rewrite), FIELDS(rewrites),
	 number_of_rewrites, rewrite_item, table_check_rewrite},
	{"lpatch_update_hooks", sizeof(struct table_hook), FIELDS(hooks), number_of_hooks,
	 hook_item, table_check_hook},
	{"lpatch_update_shadows", sizeof(uint64_t), FIELDS(shadows), number_of_shadows, shadow_item,
	 table_check_shadow},
	{"lpatch_update_outlives", sizeof(struct table_outlives), FIELDS(outlives),
	 number_of_findings, finding_item, table_check_outlives},
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
		room += table->number(&plan->parts[i]);
	*items = calloc(room + 1, sizeof(**items));
	if (!*items)
		return lp_error_no_memory();
	for (size_t i = 0; i < plan->nr_parts; i++) {
		const struct link_part *part = &plan->parts[i];

		for (size_t k = 0; k < table->number(part); k++) {
			struct item item = table->item(part, k);

			item.part = i;
			item.index = k;
			if (item.what)
				(*items)[(*count)++] = item;
		}
	}
	qsort(*items, *count, sizeof(**items), compare_items);
	return NULL;
}

/* The size in bytes of update.c's symbol of that name; 0: there is none. */
static uint64_t size_of(const struct linked_module *module, const char *name)
{
	const struct module_file *update = &module->objects[0].file;
	size_t count, first = module_file_symbols(update, name, &count);

	return count ? update->symbols[update->by_name[first]].symbol.st_size : 0;
}

static struct lp_error *check_table(const struct table_place *update, const struct table *table)
{
	const struct linked_module *module = update->module;
	const struct link_target start = readback_defined(module, NO_PART, table->symbol, false);
	_cleanup_free_ struct item *items = NULL;
	uint32_t number;
	size_t count;

	lp_try(list_items(module->plan, table, &items, &count));
	memcpy(&number, table_section(update)->data + update->offset + table->count,
	       sizeof(number));
	if (number != count)
		return table_fault(update, "has another number of entries than planned");
	lp_try(table_check_pointer(update, table->pointer, &start, "table"));
	if (size_of(module, table->symbol) != count * table->entry)
		return table_fault(update, "has a table whose entries are of another size");
	for (size_t i = 0; i < count; i++) {
		const struct table_place place = {
			.module = module,
			.what = items[i].what,
			.section = start.section,
			.offset = (uint64_t)start.offset + i * table->entry,
		};

		lp_try(table->check(&place, items[i].part, items[i].index));
	}
	return NULL;
}

static struct lp_error *check_objects(const struct table_place *update,
				      const struct table_update *found)
{
	const struct text_list *objects = update->module->plan->objects;
	const struct link_target start =
		table_pointer(update, offsetof(struct table_update, objects));

	if (found->nr_objects != objects->count)
		return table_fault(update, "has another number of modules than planned");
	for (size_t i = 0; i < objects->count; i++) {
		struct table_place place = *update;

		if (!start.known || start.is_named)
			return table_fault(update, "has no list of modules");
		place.section = start.section;
		place.offset = (uint64_t)start.offset + i * sizeof(uint64_t);
		lp_try(table_check_string(&place, 0, objects->items[i], "module"));
	}
	return NULL;
}

static bool keeps_code(const struct link_plan *plan)
{
	for (size_t i = 0; i < plan->nr_parts; i++) {
		if (plan->parts[i].result->keep_code)
			return true;
	}
	return false;
}

static struct lp_error *check_update(const struct table_place *place)
{
	const struct link_plan *plan = place->module->plan;
	const struct link_target module =
		readback_defined(place->module, NO_PART, "__this_module", false);
	struct table_update found;

	/* A new field of the core's structure must be added here. */
	if (size_of(place->module, "update") != sizeof(found))
		return table_fault(place, "has another size than the core's structure");
	lp_try(table_read_entry(place, &found, sizeof(found)));
	if (found.abi != LPATCH_ABI_VERSION)
		return table_fault(place, "is for another core");
	lp_try(table_check_string(place, offsetof(struct table_update, id), plan->id, "id"));
	lp_try(table_check_string(place, offsetof(struct table_update, object), plan->object,
				  "object"));
	lp_try(table_check_string(place, offsetof(struct table_update, description),
				  plan->description, "description"));
	lp_try(table_check_pointer(place, offsetof(struct table_update, module), &module,
				   "module"));
	if (found.patch_size != strlen(plan->patch))
		return table_fault(place, "has a patch of another size");
	lp_try(table_check_bytes(place, offsetof(struct table_update, patch), plan->patch,
				 found.patch_size, "patch"));
	if (found.keep_code != keeps_code(plan))
		return table_fault(place, "does not say as planned whether its code stays loaded");
	return check_objects(place, &found);
}

/* The references that update.c takes and releases (kpatch-templates/update.c). */
static struct lp_error *check_pins(const struct linked_module *module)
{
	const struct text_list *pins = &module->plan->pins;
	const struct link_target start =
		readback_defined(module, NO_PART, "lpatch_update_pins", false);

	/* The compiler has put a short one into the code, whose relocations are compared. */
	for (size_t i = 0; start.known && i < pins->count; i++) {
		const struct table_place place = {
			.module = module,
			.what = pins->items[i],
			.section = start.section,
			.offset = (uint64_t)start.offset + i * sizeof(uint64_t),
		};
		_cleanup_free_ char *symbol = NULL;

		lp_try(text_format(&symbol, "lpatch_pinned_%zu", i));
		const struct link_target wanted = readback_planned(module, symbol);

		lp_try(table_check_pointer(&place, 0, &wanted, "module"));
	}
	return NULL;
}

struct lp_error *readback_tables(const struct linked_module *module)
{
	const struct link_target found = readback_defined(module, NO_PART, "update", false);
	const struct table_place place = {
		.module = module,
		.what = module->plan->id,
		.section = found.section,
		.offset = (uint64_t)found.offset,
	};

	if (!found.known)
		return readback_fault(module, ".data", "has no data for the core");
	lp_try(check_update(&place));
	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		lp_try(check_table(&place, &tables[i]));
	return check_pins(module);
}
