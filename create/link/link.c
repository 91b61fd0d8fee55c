// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/link/link.h"

#include <string.h>

#include "common/file.h"
#include "core-module/lpatch_abi.h"
#include "create/base/directory.h"
#include "create/elf.h"
#include "create/kbuild.h"
#include "create/link/late_symbols.h"
#include "create/link/livepatch.h"
#include "create/link/tables.h"

/* The state of one link. */
struct linking {
	struct tree *tree;
	const struct link_job *job;
	struct link_plan *plan;       /* what is decided on the way */
	struct symbol_map *map;       /* of the plan */
	const char *directory;        /* of the plan: where kbuild works */
	struct text_list *namespaces; /* to import */
	struct text_list *pins;       /* of the plan: modules of the kernel that must stay */
};

/* What is exported in a namespace is only there for modules that say so. */
static struct lp_error *import_namespace(const struct linking *linking, const char *namespace)
{
	if (!*namespace || text_list_contains(linking->namespaces, namespace))
		return NULL;
	return text_list_add(linking->namespaces, "%s", namespace);
}

/* Modules must stay if the update's module has addresses in their code or data. */
static struct lp_error *pin_module(const struct linking *linking, const char *module)
{
	if (!module || text_same_module(module, linking->job->object) ||
	    text_list_contains(linking->pins, module))
		return NULL;
	return text_list_add(linking->pins, "%s", module);
}

static struct lp_error *find_alias(const struct link_job *job, const struct symbol_target *target,
				   const char **alias)
{
	for (size_t i = 0; i < job->nr_externals; i++) {
		const struct link_external *external = &job->externals[i];

		if (external->provider != target->provider ||
		    strcmp(external->name, target->name) != 0)
			continue;
		*alias = external->alias;
		return NULL;
	}
	return lp_error_new(LP_INTERNAL, "no module of the update exports %s", target->name);
}

/* Gives an undefined symbol the name by which kbuild and the loader find its target. */
static struct lp_error *set_name(struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				 const struct diffobj_reference *reference, const char *name)
{
	return strcmp(reference->symbol, name) ? elf_edit_set_symbol(edit, index, symbol, name)
					       : NULL;
}

/*
 * Gives an undefined symbol that the kernel does not export a name of its own,
 * since it may mean different symbols in two units.
 */
static struct lp_error *map_running(const struct linking *linking, size_t part_index,
				    struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				    const struct symbol_target *target)
{
	_cleanup_free_ char *own_name = NULL;

	lp_try(pin_module(linking, target->module));
	lp_try(link_plan_reference(part_index, index, &own_name));
	lp_try(symbol_map_add(linking->map, own_name, &target->place));
	return elf_edit_set_symbol(edit, index, symbol, own_name);
}

static struct lp_error *map_reference(const struct linking *linking, size_t part_index,
				      struct elf_edit *edit, size_t index, GElf_Sym *symbol,
				      const struct diffobj_reference *reference)
{
	const struct link_part *part = &linking->job->parts[part_index];
	const struct symbol_target *target = &part->targets[reference - part->result->references];
	const char *alias;

	switch (target->kind) {
	case TARGET_RUNNING:
		return map_running(linking, part_index, edit, index, symbol, target);
	case TARGET_LOADER:
		lp_try(import_namespace(linking, target->namespace));
		return set_name(edit, index, symbol, reference, target->name);
	case TARGET_SAME:
		return set_name(edit, index, symbol, reference, target->name);
	case TARGET_EXTERNAL:
		lp_try(pin_module(linking, target->module));
		lp_try(find_alias(linking->job, target, &alias));
		return set_name(edit, index, symbol, reference, alias);
	case TARGET_NOTHING:
		break;
	}
	return NULL;
}

static const struct diffobj_reference *find_reference(const struct diffobj_result *result,
						      const char *symbol)
{
	for (size_t i = 0; i < result->nr_references; i++) {
		if (!strcmp(result->references[i].symbol, symbol))
			return &result->references[i];
	}
	return NULL;
}

static struct lp_error *map_references(const struct linking *linking, size_t part_index,
				       struct elf_edit *edit)
{
	const struct link_part *part = &linking->job->parts[part_index];
	size_t nr_symbols = edit->nr_symbols;

	for (size_t i = 1; i < nr_symbols; i++) {
		const struct diffobj_reference *reference;
		const char *name;
		GElf_Sym symbol;

		lp_try(elf_edit_symbol(edit, i, &symbol, &name));
		if (symbol.st_shndx != SHN_UNDEF)
			continue;
		reference = find_reference(part->result, name);
		if (!reference)
			return lp_error_new(LP_INTERNAL, "%s: diffobj does not say what %s is",
					    part->unit->source, name);
		lp_try(map_reference(linking, part_index, edit, i, &symbol, reference));
	}
	return NULL;
}

/*
 * Gives a definition a second name that the tables can use. The replacement of
 * a function is also renamed to NAME.lpatch: with two functions of one name, a
 * kprobe could not be placed by name any more.
 */
static struct lp_error *add_alias(struct elf_edit *edit, const char *definition, bool is_function,
				  const char *alias)
{
	for (size_t i = 1; i < edit->nr_symbols; i++) {
		_cleanup_free_ char *renamed = NULL;
		const char *name;
		GElf_Sym symbol;

		lp_try(elf_edit_symbol(edit, i, &symbol, &name));
		if (symbol.st_shndx == SHN_UNDEF || strcmp(name, definition) ||
		    (GELF_ST_TYPE(symbol.st_info) == STT_FUNC) != is_function)
			continue;
		if (is_function) {
			lp_try(text_format(&renamed, "%s.lpatch", definition));
			lp_try(elf_edit_set_symbol(edit, i, &symbol, renamed));
		}
		symbol.st_info = GELF_ST_INFO(STB_GLOBAL, GELF_ST_TYPE(symbol.st_info));
		symbol.st_other = GELF_ST_VISIBILITY(STV_HIDDEN);
		return elf_edit_add_symbol(edit, &symbol, alias);
	}
	return lp_error_new(LP_INTERNAL, "%s: diffobj's output does not define %s", edit->path,
			    definition);
}

/* Gives a function or variable that is defined a second, global name. */
static struct lp_error *add_second_name(struct elf_edit *edit, const char *definition,
					const char *alias, unsigned char visibility)
{
	for (size_t i = 1; i < edit->nr_symbols; i++) {
		const char *name;
		GElf_Sym symbol;

		lp_try(elf_edit_symbol(edit, i, &symbol, &name));
		if (symbol.st_shndx == SHN_UNDEF || strcmp(name, definition) != 0)
			continue;
		symbol.st_info = GELF_ST_INFO(STB_GLOBAL, GELF_ST_TYPE(symbol.st_info));
		symbol.st_other = GELF_ST_VISIBILITY(visibility);
		return elf_edit_add_symbol(edit, &symbol, alias);
	}
	return lp_error_new(LP_INTERNAL, "%s: diffobj's output does not define %s", edit->path,
			    definition);
}

static struct lp_error *add_aliases(struct elf_edit *edit, const struct diffobj_result *result,
				    size_t part_index)
{
	for (size_t i = 0; i < result->nr_functions; i++) {
		_cleanup_free_ char *alias = NULL;

		if (result->functions[i].kind != DIFFOBJ_REPLACED)
			continue;
		lp_try(text_format(&alias, "lpatch_new_%zu_%zu", part_index, i));
		lp_try(add_alias(edit, result->functions[i].name, true, alias));
	}
	for (size_t i = 0; i < result->nr_rewrites; i++) {
		_cleanup_free_ char *alias = NULL;

		lp_try(text_format(&alias, "lpatch_content_%zu_%zu", part_index, i));
		lp_try(add_alias(edit, result->rewrites[i].symbol, false, alias));
	}
	for (size_t i = 0; i < result->nr_hooks; i++) {
		_cleanup_free_ char *alias = NULL;

		lp_try(text_format(&alias, "lpatch_hook_%zu_%zu", part_index, i));
		lp_try(add_alias(edit, result->hooks[i].symbol, false, alias));
	}
	for (size_t i = 0; i < result->nr_shadows; i++) {
		_cleanup_free_ char *alias = NULL;

		lp_try(text_format(&alias, "lpatch_shadow_%zu_%zu", part_index, i));
		lp_try(add_alias(edit, result->shadows[i], false, alias));
	}
	return NULL;
}

/* Exports what modules of the update for other objects use, under a name unique to this update. */
static struct lp_error *add_externals(const struct linking *linking, struct elf_edit *edit,
				      const struct link_part *part)
{
	for (size_t i = 0; i < linking->job->nr_externals; i++) {
		const struct link_external *external = &linking->job->externals[i];

		if (external->provider == part->index)
			lp_try(add_second_name(edit, external->name, external->alias, STV_DEFAULT));
	}
	return NULL;
}

static struct lp_error *edit_part(const struct linking *linking, size_t index,
				  struct elf_edit *edit)
{
	lp_try(map_references(linking, index, edit));
	lp_try(add_aliases(edit, linking->job->parts[index].result, index));
	lp_try(add_externals(linking, edit, &linking->job->parts[index]));
	return elf_edit_commit(edit);
}

/*
 * kbuild copies part0.o_shipped to part0.o instead of compiling it, and modpost
 * needs a .cmd file to read the sources from (scripts/mod/sumversion.c, Linux
 * 6.1).
 */
static struct lp_error *place_part(const struct linking *linking, size_t index)
{
	static const char no_sources[] = "# made by diffobj\n";
	_cleanup_free_ char *path = NULL, *cmd = NULL;
	struct elf_edit edit;

	lp_try(text_format(&cmd, "%s/.part%zu.o.cmd", linking->directory, index));
	lp_try(file_write(cmd, no_sources, strlen(no_sources)));

	lp_try(text_format(&path, "%s/part%zu.o_shipped", linking->directory, index));
	lp_try(directory_copy_file(linking->job->parts[index].object, path));
	struct lp_error *error = elf_edit_open(path, &edit);

	if (!error)
		error = edit_part(linking, index, &edit);
	elf_edit_close(&edit);
	return error;
}

static struct lp_error *write_stream(const struct linking *linking, const char *name,
				     struct lp_error *print(FILE *, const struct linking *))
{
	_cleanup_free_ char *path = NULL, *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	struct lp_error *error = print(out, linking);

	if (fclose(out) && !error)
		error = lp_error_no_memory();
	lp_try(error);
	lp_try(text_format(&path, "%s/%s", linking->directory, name));
	return file_write(path, text, size);
}

static struct lp_error *print_tables(FILE *out, const struct linking *linking)
{
	return tables_print(out, linking->job, linking->namespaces, linking->pins, linking->map);
}

/* The objects that the module consists of, as in its Kbuild file. */
static struct lp_error *list_objects(const struct linking *linking, char **objects)
{
	_cleanup_text_list_ struct text_list list = {0};

	lp_try(text_list_add(&list, " update.o"));
	for (size_t i = 0; i < linking->job->nr_parts; i++)
		lp_try(text_list_add(&list, " part%zu.o", i));
	return text_list_join(&list, "", objects);
}

static struct lp_error *print_kbuild(FILE *out, const struct linking *linking)
{
	_cleanup_free_ char *objects = NULL;
	const char *name = linking->job->name;

	lp_try(list_objects(linking, &objects));
	fprintf(out, "obj-m := %s.o\n%s-y :=%s\nccflags-y := -I$(src)\n", name, name, objects);
	return NULL;
}

/* The template and the headers it includes. */
static struct lp_error *copy_templates(const struct linking *linking)
{
	static const char *const files[][2] = {
		{"kpatch-templates/update.c", "update.c"},
		{"core-module/lpatch.h", "lpatch.h"},
		{"core-module/lpatch_abi.h", "lpatch_abi.h"},
		{"core-module/lpatch_shadow.h", "lpatch_shadow.h"},
	};

	lp_try(directory_make(linking->directory));
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		lp_try(text_format(&from, "%s/%s", linking->job->shared, files[i][0]));
		lp_try(text_format(&to, "%s/%s", linking->directory, files[i][1]));
		lp_try(directory_copy_file(from, to));
	}
	return NULL;
}

static struct lp_error *run_kbuild(const struct linking *linking, char **built)
{
	_cleanup_free_ char *paths = NULL, *symbols = NULL;
	struct tree tree = *linking->tree;

	tree.sandbox = tree.link_sandbox;
	lp_try(text_list_join(linking->job->symvers, " ", &paths));
	lp_try(text_format(&symbols, "KBUILD_EXTRA_SYMBOLS=%s", paths));
	/* Unexported symbols are resolved below, not by modpost. */
	return module_build(&tree, "link the update module", linking->directory, linking->job->name,
			    (const char *const[]){symbols, "KBUILD_MODPOST_WARN=1", NULL}, built);
}

/* What kbuild's rule for shipped objects does. */
static struct lp_error *copy_shipped(const struct linking *linking)
{
	for (size_t i = 0; i < linking->job->nr_parts; i++) {
		_cleanup_free_ char *from = NULL, *to = NULL;

		lp_try(text_format(&from, "%s/part%zu.o_shipped", linking->directory, i));
		lp_try(text_format(&to, "%s/part%zu.o", linking->directory, i));
		lp_try(directory_copy_file(from, to));
	}
	return NULL;
}

/*
 * By the commands that kbuild ran for the core, or else by kbuild. A module that exports something
 * is kbuild's: it computes the checksums of exports (CONFIG_MODVERSIONS).
 */
static struct lp_error *link_module(const struct linking *linking, char **built)
{
	_cleanup_free_ char *objects = NULL, *symbols = NULL, *between = NULL;
	const struct link_job *job = linking->job;

	if (job->nr_externals || !job->commands)
		return run_kbuild(linking, built);
	lp_try(list_objects(linking, &objects));
	lp_try(text_list_join(job->symvers, " -i ", &between));
	lp_try(text_format(&symbols, " -i %s", between));
	const struct link_inputs inputs = {
		.directory = linking->directory,
		.name = job->name,
		.objects = objects,
		.symbols = symbols,
	};

	lp_try(copy_shipped(linking));
	const struct link_core core = {job->core, LPATCH_CORE_MODULE};
	struct tree tree = *linking->tree;

	tree.sandbox = tree.link_sandbox;
	lp_try(link_commands_run(&tree, job->commands, &inputs, built));
	if (*built)
		return NULL;
	lp_try(run_kbuild(linking, built));
	return link_commands_keep(&tree, job->commands, &core, &inputs, *built);
}

/* Converts unexported symbols to the form that the kernel's module loader accepts. */
static struct lp_error *resolve_symbols(const struct linking *linking, const char *module)
{
	const struct target *target = linking->tree->target;

	if (target->livepatch)
		return livepatch_resolve(module, linking->map);
	return late_symbols_resolve(module, linking->map, kernel_image_symbols(target->kernel));
}

static struct lp_error *link_parts(const struct linking *linking, char **update)
{
	_cleanup_free_ char *built = NULL;

	lp_try(copy_templates(linking));
	for (size_t i = 0; i < linking->job->nr_parts; i++)
		lp_try(place_part(linking, i));
	lp_try(write_stream(linking, "update-tables.h", print_tables));
	lp_try(write_stream(linking, "Kbuild", print_kbuild));
	lp_try(link_module(linking, &built));
	lp_try(resolve_symbols(linking, built));
	*update = take(built);
	return NULL;
}

/* The pins are known once the references are mapped, and then go into the tables. */
struct lp_error *link_update(struct tree *tree, const struct link_job *job, char **update,
			     char **symvers, struct link_plan *plan)
{
	_cleanup_text_list_ struct text_list namespaces = {0};
	struct linking linking = {
		.tree = tree,
		.job = job,
		.plan = plan,
		.map = &plan->map,
		.namespaces = &namespaces,
		.pins = &plan->pins,
	};

	message_progress(tree->sink, "linking %s", job->name);
	lp_try(link_plan_begin(plan, job, tree->link));
	linking.directory = plan->directory;
	lp_try(link_parts(&linking, update));
	return text_format(symvers, "%s/Module.symvers", plan->directory);
}
