/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tables that are read once, at boot or when a module is loaded; see plan.h. */
#include <string.h>

#include "common/hash.h"
#include "diffobj/plan.h"
#include "diffobj/table_entries.h"

/* The sections of an object by name; of several with one name the first. */
struct section_table {
	const struct section **slots; /* open addressing; a power of two places */
	size_t mask;
};

/* EXPORT_SYMBOL and EXPORT_SYMBOL_GPL differ in the part before the '+' only. */
static const char *key_of(const struct section *section)
{
	const char *plus = strchr(section->name, '+');

	return plus && !strncmp(section->name, "___k", 4) ? plus : section->name;
}

static const struct section **slot_of(const struct section_table *table, const char *key)
{
	size_t at = hash_name(key, strlen(key)) & table->mask;

	while (table->slots[at] && strcmp(key_of(table->slots[at]), key))
		at = (at + 1) & table->mask;
	return &table->slots[at];
}

static bool build_table(struct section_table *table, struct object *object)
{
	size_t size = 16;

	while (size < object->nr_sections * 2)
		size *= 2;
	table->mask = size - 1;
	table->slots = arena_array(&object->arena, size, sizeof(struct section *));
	if (!table->slots)
		return false;
	for (size_t i = object->nr_sections; i-- > 1;)
		if (object->sections[i].rule->kind == SECTION_TABLE)
			*slot_of(table, key_of(&object->sections[i])) = &object->sections[i];
	return true;
}

/*
 * Lines of modinfo(8) that have no use once the module is loaded, or that
 * another finding reports.
 */
static bool is_idle_line(const char *line)
{
	static const char *const keys[] = {
		"import_ns", "parm", "parmtype", "author", "description", "license",  "version",
		"file",      "name", "depends",  "intree", "retpoline",   "vermagic", "srcversion",
	};
	size_t length = strcspn(line, "=");
	const char *dot = memchr(line, '.', length);

	/* In vmlinux a line starts with the name that the module would have. */
	if (dot) {
		length -= (size_t)(dot + 1 - line);
		line = dot + 1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (strlen(keys[i]) == length && !strncmp(keys[i], line, length))
			return true;
	return false;
}

/* What became of an entry. */
enum entry_change {
	ENTRY_NEW,
	ENTRY_CHANGED,
	ENTRY_GONE,
};

static struct lp_error *find(struct plan *plan, const struct table_entry *entry,
			     enum entry_change change)
{
	static const char *const formats[] = {
		[ENTRY_NEW] = "a new %s has no effect: %s",
		[ENTRY_CHANGED] = "the change of this %s has no effect: %s",
		[ENTRY_GONE] = "this %s is still there: %s",
	};
	const struct section_rule *rule = entry->section->rule;
	const struct found about = {
		.kind = FINDING_NEVER_RUNS,
		.piece = change == ENTRY_GONE ? NULL : table_entry_subject(entry),
		.variable = change != ENTRY_GONE && entry->symbol ? entry->symbol->name : NULL,
		.name = entry->name,
	};
	const char *text =
		arena_printf(&plan->patched->arena, formats[change], rule->what, rule->why);

	return text ? plan_find(plan, &about, "%s", text) : lp_error_no_memory();
}

static struct lp_error *refuse(struct plan *plan, const struct table_entry *entry,
			       enum entry_change change)
{
	static const char *const formats[] = {
		[ENTRY_NEW] = "a new %s can't be part of an update: %s",
		[ENTRY_CHANGED] = "the change of this %s can't be part of an update: %s",
		[ENTRY_GONE] = "that this %s is gone can't be part of an update: %s",
	};
	const struct section_rule *rule = entry->section->rule;
	const char *reason =
		arena_printf(&plan->patched->arena, formats[change], rule->what, rule->why);

	if (!reason)
		return lp_error_no_memory();
	return plan_refuse(plan, change == ENTRY_GONE ? NULL : table_entry_subject(entry), 0,
			   entry->name,
			   rule->life == LIFE_INIT ? "leave it out with --skip-init, or do its "
						     "work in a hook (lpatch-author(7))"
						   : "do its work in a hook (lpatch-author(7))",
			   "%s", reason);
}

static bool is_moved_export(const struct plan *plan, const struct section *section)
{
	const char *plus = strchr(section->name, '+');

	for (size_t i = 0; plus && i < plan->options->nr_moved_exports; i++)
		if (!strncmp(section->name, "___ksymtab", 10) &&
		    !strcmp(plus + 1, plan->options->moved_exports[i]))
			return true;
	return false;
}

static struct lp_error *decide(struct plan *plan, const struct table_entry *entry,
			       enum entry_change change)
{
	const struct section_rule *rule = entry->section->rule;

	if (rule->change == NEW_IS_FOUND &&
	    (change != ENTRY_NEW || is_moved_export(plan, entry->section)))
		return NULL;
	if (rule->naming == NAMED_ITSELF && is_idle_line(entry->name))
		return NULL;
	if (rule->change == CHANGE_IS_REFUSED &&
	    !(rule->life == LIFE_INIT && plan->options->skip_init))
		return refuse(plan, entry, change);
	return find(plan, entry, change);
}

/* Names and the like that only the list uses: what is reported about the entry covers them. */
static void mark_listed(const struct table_entry *entry)
{
	for (uint32_t i = 0; i < entry->nr_relocs; i++)
		if (entry->relocs[i].target)
			entry->relocs[i].target->listed = true;
}

static struct lp_error *include_entries(struct plan *plan)
{
	struct table_entries original = {}, patched = {};

	lp_try(table_entries_cut(plan->original, &original));
	lp_try(table_entries_cut(plan->patched, &patched));
	table_entries_pair(&original, &patched);
	for (size_t i = 0; i < patched.nr; i++) {
		const struct table_entry *entry = &patched.items[i];

		if (entry->same)
			continue;
		mark_listed(entry);
		lp_try(decide(plan, entry, entry->partner ? ENTRY_CHANGED : ENTRY_NEW));
	}
	for (size_t i = 0; i < original.nr; i++)
		if (!original.items[i].partner)
			lp_try(decide(plan, &original.items[i], ENTRY_GONE));
	return NULL;
}

/* What a section ___ksymtab+NAME exports: struct kernel_symbol begins with its place. */
static const struct piece *exported(const struct section *section)
{
	return section->nr_relocs ? section->relocs[0].target : NULL;
}

/* A symbol that modules may use must stay exported, and keep its meaning. */
static struct lp_error *check_exports(struct plan *plan, const struct section_table *patched)
{
	for (size_t i = 1; i < plan->original->nr_sections; i++) {
		const struct section *section = &plan->original->sections[i];
		const char *key = key_of(section);

		if (*key != '+' || strncmp(section->name, "___ksymtab", 10))
			continue;

		const struct section *now = *slot_of(patched, key);
		const struct piece *was = exported(section), *is = now ? exported(now) : NULL;

		if (was && is && piece_is_function(was) != piece_is_function(is))
			lp_try(plan_refuse(plan, is, 0, NULL,
					   "export the new thing under a new name; modules may be "
					   "using the old one",
					   "it is exported, and was a %s and is a %s now",
					   piece_is_function(was) ? "function" : "variable",
					   piece_is_function(is) ? "function" : "variable"));
		if (!now && !is_moved_export(plan, section))
			lp_try(plan_refuse(
				plan, NULL, 0, key + 1, "keep the export; modules may be using it",
				"it is exported by the running kernel and no longer by the "
				"patched one"));
	}
	return NULL;
}

static const struct section *find_btf_ids(const struct object *object)
{
	for (size_t i = 1; i < object->nr_sections; i++)
		if (!strcmp(object->sections[i].name, ".BTF_ids"))
			return &object->sections[i];
	return NULL;
}

/*
 * The numbers of types and functions that BPF knows are filled in when the
 * kernel is linked; the object has only names.
 */
static struct lp_error *check_btf_ids(struct plan *plan)
{
	const struct section *a = find_btf_ids(plan->original), *b = find_btf_ids(plan->patched);
	bool same = a && b && a->nr_pieces == b->nr_pieces;

	if (!b || (!a && !b->size))
		return NULL;
	for (size_t i = 0; same && i < b->nr_pieces; i++)
		same = a->pieces[i].stem && b->pieces[i].stem &&
		       !strcmp(a->pieces[i].stem, b->pieces[i].stem) &&
		       a->pieces[i].end == b->pieces[i].end;
	if (same)
		return NULL;
	return plan_refuse(
		plan, NULL, 0, b->name, "leave the set of BTF IDs as it was",
		"the types or functions known to BPF changed, and their numbers are only "
		"known when a kernel is linked");
}

struct lp_error *include_tables(struct plan *plan)
{
	struct section_table patched;

	if (!build_table(&patched, plan->patched))
		return lp_error_no_memory();
	lp_try(include_entries(plan));
	lp_try(check_btf_ids(plan));
	return check_exports(plan, &patched);
}
