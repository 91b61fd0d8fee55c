// SPDX-License-Identifier: GPL-2.0-or-later
/* The model of names in one run: its inputs and its use. */
#include <string.h>

#include "core-module/lpatch_abi.h"
#include "create/core.h"
#include "create/creation.h"
#include "create/creation/definer.h"
#include "create/proof.h"
#include "create/symbols.h"
#include "object/object.h"

/* Callbacks of the model ------------------------------------------------------ */

static struct lp_error *get_image(void *context, size_t index, const struct kernel_image **image)
{
	struct creation *creation = context;
	struct creation_unit *unit = &creation->units[index];

	lp_try(creation_open_module(creation, unit));
	*image = unit->module ?: creation->target->kernel;
	return NULL;
}

static struct lp_error *get_proof(void *context, size_t index, const struct proof **proof)
{
	struct creation *creation = context;

	lp_try(creation_prove(creation, &creation->units[index]));
	*proof = creation->units[index].proof;
	return NULL;
}

static struct lp_error *get_definer(void *context, size_t index, const char *name, char **where)
{
	struct creation *creation = context;

	message_progress(&creation->sink, "looking for the definition of %s", name);
	return definer_find(creation->tree, creation->units[index].unit->object, name, where);
}

static struct lp_error *read_exports(struct creation *creation)
{
	_cleanup_free_ char *path = NULL;

	lp_try(core_symvers(creation->core, &path));
	lp_try(exports_read(creation->target->symvers, &creation->exports));
	return exports_read(path, &creation->core_exports);
}

/* What moves ------------------------------------------------------------------- */

/* The compiler's cold part of a function, "NAME.cold" or "NAME.cold.3"; NULL if it has none. */
static struct lp_error *find_cold_part(const char *path, const char *function, char **cold)
{
	struct object object;
	struct lp_error *error = object_open(path, &object);
	size_t length = strlen(function);

	for (size_t i = 1; !error && i < object.nr_symbols && !*cold; i++) {
		const struct symbol *symbol = &object.symbols[i];

		if (symbol->type == STT_FUNC && !strncmp(symbol->name, function, length) &&
		    text_starts_with(symbol->name + length, ".cold"))
			error = text_format(cold, "%s", symbol->name);
	}
	object_close(&object);
	return error;
}

/* A function that moves is a replaced one, whose original is in another unit. */
static struct lp_error *make_replacement(struct creation *creation, const struct symbol_move *move,
					 struct diffobj_function *function)
{
	const struct creation_unit *from = &creation->units[move->from];

	function->kind = DIFFOBJ_REPLACED;
	function->reason = DIFFOBJ_CHANGED;
	function->original_local = move->original_local;
	lp_try(text_format(&function->original_name, "%s", move->original_name));
	lp_try(find_cold_part(from->unit->original, move->original_name, &function->cold_name));
	free(take(function->why));
	return text_format(&function->why, "moved here from %s by the diff", from->unit->source);
}

static struct lp_error *apply_move(struct creation *creation, const struct symbol_move *move)
{
	struct diffobj_result *result = creation->units[move->to].result;

	for (size_t i = 0; move->is_function && i < result->nr_functions; i++) {
		if (!strcmp(result->functions[i].name, move->name))
			return make_replacement(creation, move, &result->functions[i]);
	}
	return NULL;
}

/* Compares once more the units that something moves into. */
static struct lp_error *compare_moved(struct creation *creation)
{
	size_t count;
	const struct symbol_move *moves = symbols_moves(creation->symbols, &count);

	for (size_t i = 0; count && i < creation->nr_units; i++) {
		_cleanup_text_list_ struct text_list names = {0};

		for (size_t k = 0; k < count; k++) {
			if (moves[k].to == i)
				lp_try(text_list_add(&names, "%s", moves[k].name));
		}
		if (!names.count)
			continue;
		lp_try(creation_compare(creation, &creation->units[i], &names));
		creation->symbols_units[i].result = creation->units[i].result;
	}
	for (size_t i = 0; i < count; i++)
		lp_try(apply_move(creation, &moves[i]));
	return NULL;
}

struct lp_error *creation_model(struct creation *creation)
{
	creation->symbols_units = calloc(creation->nr_units, sizeof(*creation->symbols_units));
	if (!creation->symbols_units)
		return lp_error_no_memory();
	lp_try(read_exports(creation));
	for (size_t i = 0; i < creation->nr_units; i++) {
		creation->symbols_units[i] = (struct symbols_unit){
			.unit = creation->units[i].unit,
			.result = creation->units[i].result,
			.findings = &creation->units[i].findings,
		};
	}
	creation->symbols_job = (struct symbols_job){
		.units = creation->symbols_units,
		.nr_units = creation->nr_units,
		.kernel = creation->target->kernel,
		.exports = creation->exports,
		.core_exports = creation->core_exports,
		.environment = {get_image, get_proof, get_definer, creation},
	};
	lp_try(symbols_make(&creation->symbols_job, &creation->symbols));
	lp_try(creation_check_lost(creation));
	return compare_moved(creation);
}

/* References ------------------------------------------------------------------- */

/* Lets the unit's module export what another module of the update uses. */
static struct lp_error *add_external(struct creation *creation, const struct symbol_target *target)
{
	for (size_t i = 0; i < creation->nr_externals; i++) {
		if (creation->externals[i].provider == target->provider &&
		    !strcmp(creation->externals[i].name, target->name))
			return NULL;
	}
	struct link_external *grown =
		reallocarray(creation->externals, creation->nr_externals + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	creation->externals = grown;
	struct link_external *external = &grown[creation->nr_externals++];

	*external = (struct link_external){.provider = target->provider, .name = target->name};
	return text_format(&external->alias, LPATCH_UPDATE_PREFIX "%s_export_%zu", creation->id,
			   creation->nr_externals);
}

static struct lp_error *add_need(struct creation_unit *unit, const char *module)
{
	if (!module || text_same_module(module, unit->unit->object) ||
	    text_list_contains(&unit->needs, module))
		return NULL;
	return text_list_add(&unit->needs, "%s", module);
}

static struct lp_error *resolve_references(struct creation *creation, size_t index)
{
	struct creation_unit *unit = &creation->units[index];
	const struct diffobj_result *result = unit->result;

	unit->targets = calloc(result->nr_references + 1, sizeof(*unit->targets));
	if (!unit->targets)
		return lp_error_no_memory();
	for (size_t i = 0; i < result->nr_references; i++) {
		struct symbol_target *target = &unit->targets[i];

		lp_try(symbols_resolve(creation->symbols, index, &result->references[i], target));
		lp_try(add_need(unit, target->module));
		if (target->kind == TARGET_EXTERNAL)
			lp_try(add_external(creation, target));
	}
	return NULL;
}

/* Where each replaced function has its original: in the unit itself, except if it moved. */
static struct lp_error *find_function_proofs(struct creation *creation, size_t index)
{
	struct creation_unit *unit = &creation->units[index];
	size_t count;
	const struct symbol_move *moves = symbols_moves(creation->symbols, &count);

	unit->function_proofs =
		calloc(unit->result->nr_functions + 1, sizeof(*unit->function_proofs));
	if (!unit->function_proofs)
		return lp_error_no_memory();
	for (size_t i = 0; i < count; i++) {
		for (size_t k = 0; moves[i].to == index && k < unit->result->nr_functions; k++) {
			if (moves[i].is_function &&
			    !strcmp(unit->result->functions[k].name, moves[i].name))
				lp_try(get_proof(creation, moves[i].from,
						 &unit->function_proofs[k]));
		}
	}
	return NULL;
}

/* The order of linking and loading --------------------------------------------- */

/* True if code of `user` refers to what the update adds for `provider`. */
static bool uses(const struct creation *creation, const char *user, const char *provider)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		const struct link_part *part = &creation->parts[i];

		for (size_t k = 0; k < part->result->nr_references; k++) {
			const struct symbol_target *target = &part->targets[k];

			if (!strcmp(part->unit->object, user) && target->kind == TARGET_EXTERNAL &&
			    !strcmp(creation->units[target->provider].unit->object, provider))
				return true;
		}
	}
	return false;
}

/* True if none of the parts from `begin` on has what the object uses, or is of the object. */
static bool is_ready(const struct creation *creation, const char *object, size_t begin)
{
	for (size_t i = begin; i < creation->nr_parts; i++) {
		const char *other = creation->parts[i].unit->object;

		if (strcmp(object, other) != 0 && uses(creation, object, other))
			return false;
	}
	return true;
}

/* Moves the part at `from` to `to`, and those between by one. */
static void move_part(struct link_part *parts, size_t from, size_t to)
{
	struct link_part part = parts[from];

	memmove(&parts[to + 1], &parts[to], (from - to) * sizeof(*parts));
	parts[to] = part;
}

/* Sorts each object after those whose parts it uses; otherwise keeps the order. */
static struct lp_error *sort_parts(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		size_t next = i;

		while (next < creation->nr_parts &&
		       !is_ready(creation, creation->parts[next].unit->object, i))
			next++;
		if (next == creation->nr_parts)
			return lp_error_new(LP_BUILD_FAILED,
					    "with the patch, the module %s and another one would "
					    "need each other",
					    creation->parts[i].unit->object);
		move_part(creation->parts, next, i);
	}
	return NULL;
}

/* On a target with IBT: refuses a part that takes the address of a sealed function. */
static struct lp_error *check_sealed(struct creation *creation, const struct link_part *part)
{
	struct creation_unit *unit = &creation->units[part->index];

	if (!creation->target->ibt)
		return NULL;
	lp_try(creation_open_module(creation, unit));
	const struct sealed_job job = {
		.source = part->unit->source,
		.object = part->object,
		.result = part->result,
		.targets = part->targets,
		.image = unit->module ?: creation->target->kernel,
		.kernel = creation->target->kernel,
	};

	return sealed_check(&job);
}

struct lp_error *creation_resolve(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_parts; i++) {
		struct link_part *part = &creation->parts[i];
		struct creation_unit *unit = &creation->units[part->index];

		lp_try(resolve_references(creation, part->index));
		lp_try(find_function_proofs(creation, part->index));
		part->targets = unit->targets;
		part->function_proofs = unit->function_proofs;
		part->needs = &unit->needs;
		lp_try(check_sealed(creation, part));
	}
	return creation->nr_externals ? sort_parts(creation) : NULL;
}

void creation_clear_model(struct creation *creation)
{
	for (size_t i = 0; i < creation->nr_externals; i++)
		free(creation->externals[i].alias);
	free(creation->externals);
	symbols_free(creation->symbols);
	free(creation->symbols_units);
	exports_free(creation->exports);
	exports_free(creation->core_exports);
}
