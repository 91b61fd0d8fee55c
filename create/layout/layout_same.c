// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_same.h"

#include <dwarf.h>
#include <string.h>

#include "common/cleanup.h"
#include "common/text.h"

/* Typedefs of integers that tell only the width of the integer, not what it counts. */
static const char *const plain_integers[] = {
	"u8",
	"u16",
	"u32",
	"u64",
	"s8",
	"s16",
	"s32",
	"s64",
	"__u8",
	"__u16",
	"__u32",
	"__u64",
	"__s8",
	"__s16",
	"__s32",
	"__s64",
	"uint8_t",
	"uint16_t",
	"uint32_t",
	"uint64_t",
	"int8_t",
	"int16_t",
	"int32_t",
	"int64_t",
	"u_int8_t",
	"u_int16_t",
	"u_int32_t",
	"u_int64_t",
	"u_char",
	"u_short",
	"u_int",
	"u_long",
	"unchar",
	"ushort",
	"uint",
	"ulong",
	"ullong",
	"size_t",
	"ssize_t",
	"ptrdiff_t",
	"uintptr_t",
	"intptr_t",
	"__kernel_size_t",
	"__kernel_ssize_t",
	"__kernel_ulong_t",
	"__kernel_long_t",
	"bool",
};

/* include/linux/types.h, Linux 4.2 to 6.12: structs around one integer. */
static const char *const atomic_integers[] = {"atomic_t", "atomic64_t", "atomic_long_t"};

/* Two types whose comparison has begun; remembered because a type can point to itself. */
struct pair {
	Dwarf_Off old, new;
};

/* The DIEs of one variable, member or type in both objects. */
struct types {
	Dwarf_Die old, new;
};

struct comparison {
	struct types of; /* the variables or members that are compared */
	char place[200]; /* their path from the variable: ".a.b"; truncated if it is too long */
	char *difference;
	struct pair *pairs;
	size_t nr_pairs;
};

static bool is_one_of(const char *const *names, size_t count, const char *name)
{
	for (size_t i = 0; name && i < count; i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

static bool is_qualifier(int tag)
{
	return tag == DW_TAG_const_type || tag == DW_TAG_volatile_type ||
	       tag == DW_TAG_restrict_type || tag == DW_TAG_atomic_type;
}

/* The integer in an atomic_t; false for any other type. */
static bool find_counter(Dwarf_Die *type, const char *name, Dwarf_Die *counter)
{
	Dwarf_Die member;

	return is_one_of(atomic_integers, ARRAY_SIZE(atomic_integers), name) &&
	       dwarf_tag(type) == DW_TAG_structure_type && !dwarf_child(type, &member) &&
	       dwarf_tag(&member) == DW_TAG_member && layout_type_of(&member, counter);
}

/* A type without its qualifiers and typedefs; `has` is false for void. */
struct bare_type {
	bool has;
	Dwarf_Die die;
	const char *names[LAYOUT_DEPTH]; /* of the typedefs, outermost first */
	size_t nr_names;
};

/* Follows `die` itself, if it is a type, through typedefs and qualifiers. */
static void strip(Dwarf_Die *die, struct bare_type *bare)
{
	Dwarf_Die next;
	const char *name = NULL;

	*bare = (struct bare_type){.has = true, .die = *die};
	for (int depth = 0; depth < LAYOUT_DEPTH; depth++) {
		int tag = dwarf_tag(&bare->die);

		if (tag == DW_TAG_typedef)
			name = dwarf_diename(&bare->die);
		if (tag == DW_TAG_typedef && name)
			bare->names[bare->nr_names++] = name;
		if (tag == DW_TAG_typedef || is_qualifier(tag))
			bare->has = layout_type_of(&bare->die, &next);
		else if (find_counter(&bare->die, name, &next))
			name = NULL;
		else
			return;
		if (!bare->has)
			return;
		bare->die = next;
	}
}

/* The type of a variable, member, array element or pointer's target. */
static void strip_inner(Dwarf_Die *of, struct bare_type *bare)
{
	Dwarf_Die type;

	if (layout_type_of(of, &type))
		strip(&type, bare);
	else
		*bare = (struct bare_type){0};
}

static void print_type(FILE *out, Dwarf_Die *of, int depth)
{
	static const struct {
		int tag;
		const char *before, *after;
	} around[] = {
		{DW_TAG_const_type, "const ", ""},
		{DW_TAG_volatile_type, "volatile ", ""},
		{DW_TAG_pointer_type, "", " *"},
		{DW_TAG_array_type, "", "[]"},
		{DW_TAG_subroutine_type, "function returning ", ""},
	};
	Dwarf_Die type;

	if (!layout_type_of(of, &type)) {
		fputs("void", out);
		return;
	}
	const char *name = dwarf_diename(&type), *kind = layout_kind(dwarf_tag(&type));

	for (size_t i = 0; i < ARRAY_SIZE(around) && depth < LAYOUT_DEPTH; i++) {
		if (dwarf_tag(&type) != around[i].tag)
			continue;
		fputs(around[i].before, out);
		print_type(out, &type, depth + 1);
		fputs(around[i].after, out);
		return;
	}
	fprintf(out, "%s%s%s", kind ?: "", kind ? " " : "", name ?: kind ? "without a name" : "?");
}

static struct lp_error *type_text(Dwarf_Die *of, char **text)
{
	size_t size;
	FILE *out = open_memstream(text, &size);

	if (!out)
		return lp_error_no_memory();
	print_type(out, of, 0);
	return fclose(out) ? lp_error_no_memory() : NULL;
}

static struct lp_error *differ(struct comparison *c)
{
	_cleanup_free_ char *before = NULL, *now = NULL;

	lp_try(type_text(&c->of.old, &before));
	lp_try(type_text(&c->of.new, &now));
	return text_format(&c->difference, "%s was %s and is %s", c->place, before, now);
}

static Dwarf_Word encoding_of(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;
	Dwarf_Word encoding = 0;

	if (dwarf_attr(type, DW_AT_encoding, &attribute))
		dwarf_formudata(&attribute, &encoding);
	return encoding;
}

static bool is_integer(Dwarf_Die *type)
{
	switch (encoding_of(type)) {
	case DW_ATE_signed:
	case DW_ATE_unsigned:
	case DW_ATE_signed_char:
	case DW_ATE_unsigned_char:
		return dwarf_tag(type) == DW_TAG_base_type;
	}
	return false;
}

/* The typedef that tells what the integer counts, or NULL. */
static const char *unit_of(const struct bare_type *bare)
{
	for (size_t i = 0; i < bare->nr_names; i++) {
		const char *name = bare->names[i];

		if (!is_one_of(plain_integers, ARRAY_SIZE(plain_integers), name) &&
		    !is_one_of(atomic_integers, ARRAY_SIZE(atomic_integers), name))
			return name;
	}
	return NULL;
}

static bool same_unit(const struct bare_type *old, const struct bare_type *new)
{
	const char *before = unit_of(old), *now = unit_of(new);

	if (!before || !now)
		return !before && !now;
	return is_one_of(new->names, new->nr_names, before) ||
	       is_one_of(old->names, old->nr_names, now);
}

static bool same_base(const struct bare_type *old, const struct bare_type *new)
{
	Dwarf_Die before = old->die, now = new->die;

	if (dwarf_bytesize(&before) != dwarf_bytesize(&now))
		return false;
	/* The memory of a bool contains 1 or 0. */
	if (is_integer(&now) && (is_integer(&before) || encoding_of(&before) == DW_ATE_boolean))
		return same_unit(old, new);
	return encoding_of(&before) == encoding_of(&now) && same_unit(old, new);
}

/* void, or a type of one byte that may be used for any type. */
static bool is_byte(const struct bare_type *bare)
{
	Dwarf_Die die = bare->die;

	return !bare->has || (is_integer(&die) && dwarf_bytesize(&die) == 1 && !unit_of(bare));
}

/* True if the type is declared outside of functions. */
static bool is_at_file_scope(Dwarf_Die *type)
{
	_cleanup_free_ Dwarf_Die *scopes = NULL;

	return dwarf_getscopes_die(type, &scopes) == 2;
}

/* True for types that layout.h compares, or that are incomplete in this object. */
static bool same_tag(Dwarf_Die *old, Dwarf_Die *new)
{
	const char *before = dwarf_diename(old), *now = dwarf_diename(new);

	return before && now && !strcmp(before, now) && is_at_file_scope(old) &&
	       is_at_file_scope(new);
}

static Dwarf_Sword number_of(Dwarf_Die *die, unsigned int name, Dwarf_Sword otherwise)
{
	Dwarf_Attribute attribute;
	Dwarf_Sword value = otherwise;

	if (dwarf_attr(die, name, &attribute))
		dwarf_formsdata(&attribute, &value);
	return value;
}

/* Moves *die to the next child with that tag; to the first if *begun is false. */
static bool next_child(Dwarf_Die *parent, Dwarf_Die *die, bool *begun, int tag)
{
	while (!(*begun ? dwarf_siblingof(die, die) : dwarf_child(parent, die))) {
		*begun = true;
		if (dwarf_tag(die) == tag)
			return true;
	}
	*begun = true;
	return false;
}

static bool find_value(Dwarf_Die *type, const char *name, Dwarf_Sword *value)
{
	Dwarf_Die die;
	bool begun = false;

	while (next_child(type, &die, &begun, DW_TAG_enumerator)) {
		if (dwarf_diename(&die) && !strcmp(dwarf_diename(&die), name)) {
			*value = number_of(&die, DW_AT_const_value, 0);
			return true;
		}
	}
	return false;
}

/* Compares every value of the old enum with the new value of that name. */
static struct lp_error *compare_enums(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new)
{
	Dwarf_Die die;
	bool begun = false;

	while (next_child(old, &die, &begun, DW_TAG_enumerator)) {
		const char *name = dwarf_diename(&die);
		Dwarf_Sword before = number_of(&die, DW_AT_const_value, 0), now = 0;

		if (!name)
			continue;
		if (!find_value(new, name, &now))
			return text_format(&c->difference, "%s no longer has the value %s",
					   c->place, name);
		if (before != now)
			return text_format(&c->difference,
					   "%s has renumbered values: %s was %lld and is %lld",
					   c->place, name, (long long)before, (long long)now);
	}
	return NULL;
}

static Dwarf_Sword place_of(Dwarf_Die *member)
{
	Dwarf_Sword bits = number_of(member, DW_AT_data_bit_offset, -1);

	return bits >= 0 ? bits : number_of(member, DW_AT_data_member_location, 0) * 8;
}

static bool same_name(Dwarf_Die *a, Dwarf_Die *b)
{
	const char *left = dwarf_diename(a), *right = dwarf_diename(b);

	return left && right ? !strcmp(left, right) : left == right;
}

static struct lp_error *compare_inner(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new,
				      int depth);

static struct lp_error *compare_member(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new,
				       int depth)
{
	const char *name = dwarf_diename(old);
	size_t length = strlen(c->place);

	if (name)
		snprintf(c->place + length, sizeof(c->place) - length, ".%s", name);
	if (place_of(old) != place_of(new) ||
	    number_of(old, DW_AT_bit_size, 0) != number_of(new, DW_AT_bit_size, 0))
		return text_format(&c->difference, "%s is at another offset", c->place);
	const struct types outer = c->of;

	c->of = (struct types){*old, *new};
	lp_try(compare_inner(c, old, new, depth));
	c->of = outer;
	c->place[length] = 0;
	return NULL;
}

static struct lp_error *compare_members(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new,
					int depth)
{
	Dwarf_Die before, now;
	bool before_begun = false, now_begun = false;

	while (!c->difference) {
		bool has = next_child(old, &before, &before_begun, DW_TAG_member);
		bool has_now = next_child(new, &now, &now_begun, DW_TAG_member);

		if (!has && !has_now)
			break;
		if (!has || !has_now || !same_name(&before, &now))
			return text_format(&c->difference, "%s has the member %s in place of %s",
					   c->place, has_now ? dwarf_diename(&now) ?: "?" : "none",
					   has ? dwarf_diename(&before) ?: "?" : "none");
		lp_try(compare_member(c, &before, &now, depth));
	}
	return NULL;
}

/* A hash of the dimensions of an array; 0 if one of them has no number of elements. */
static uint64_t elements_of(Dwarf_Die *array)
{
	Dwarf_Die die;
	bool begun = false;
	uint64_t number = 1;

	while (next_child(array, &die, &begun, DW_TAG_subrange_type)) {
		Dwarf_Sword last = number_of(&die, DW_AT_upper_bound, -1);
		Dwarf_Sword elements = number_of(&die, DW_AT_count, last + 1);

		if (elements <= 0)
			return 0;
		number = number * 1000003 + (uint64_t)elements;
	}
	return number;
}

static bool same_elements(Dwarf_Die *old, Dwarf_Die *new)
{
	uint64_t before = elements_of(old), now = elements_of(new);

	return !before || !now || before == now;
}

static struct lp_error *compare_functions(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new,
					  int depth)
{
	Dwarf_Die before, now;
	bool before_begun = false, now_begun = false;

	lp_try(compare_inner(c, old, new, depth));
	while (!c->difference) {
		bool has = next_child(old, &before, &before_begun, DW_TAG_formal_parameter);
		bool has_now = next_child(new, &now, &now_begun, DW_TAG_formal_parameter);

		if (!has && !has_now)
			break;
		if (!has || !has_now)
			return text_format(&c->difference, "%s has another number of parameters",
					   c->place);
		lp_try(compare_inner(c, &before, &now, depth));
	}
	return NULL;
}

/* True if the pair was compared before; else remembers it. */
static struct lp_error *meet(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new, bool *met)
{
	struct pair pair = {dwarf_dieoffset(old), dwarf_dieoffset(new)};

	*met = false;
	for (size_t i = 0; i < c->nr_pairs && !*met; i++)
		*met = c->pairs[i].old == pair.old && c->pairs[i].new == pair.new;
	if (*met)
		return NULL;
	struct pair *grown = reallocarray(c->pairs, c->nr_pairs + 1, sizeof(*grown));

	if (!grown)
		return lp_error_no_memory();
	c->pairs = grown;
	grown[c->nr_pairs++] = pair;
	return NULL;
}

static bool is_declaration(Dwarf_Die *type)
{
	Dwarf_Attribute attribute;

	return dwarf_attr(type, DW_AT_declaration, &attribute);
}

/* Compares two structs, unions or enums. */
static struct lp_error *compare_tagged(struct comparison *c, struct types types, int depth)
{
	bool met;

	if (same_tag(&types.old, &types.new))
		return NULL;
	if (is_declaration(&types.old) || is_declaration(&types.new))
		return differ(c);
	lp_try(meet(c, &types.old, &types.new, &met));
	if (met)
		return NULL;
	if (dwarf_tag(&types.old) == DW_TAG_enumeration_type)
		return compare_enums(c, &types.old, &types.new);
	return compare_members(c, &types.old, &types.new, depth);
}

/* Compares two types with the same tag that are no base types. */
static struct lp_error *compare_kind(struct comparison *c, struct types types, int depth)
{
	switch (dwarf_tag(&types.old)) {
	case DW_TAG_array_type:
		if (!same_elements(&types.old, &types.new))
			return text_format(&c->difference, "%s has another number of elements",
					   c->place);
		return compare_inner(c, &types.old, &types.new, depth);
	case DW_TAG_pointer_type:
		return compare_inner(c, &types.old, &types.new, depth);
	case DW_TAG_subroutine_type:
		return compare_functions(c, &types.old, &types.new, depth);
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
	case DW_TAG_enumeration_type:
		return compare_tagged(c, types, depth);
	}
	return NULL;
}

/* Compares the types of two variables, members, pointers or arrays. */
static struct lp_error *compare_inner(struct comparison *c, Dwarf_Die *old, Dwarf_Die *new,
				      int depth)
{
	struct bare_type before, now;
	bool behind_pointer = dwarf_tag(old) == DW_TAG_pointer_type;

	if (depth > LAYOUT_DEPTH)
		return NULL;
	strip_inner(old, &before);
	strip_inner(new, &now);
	if (behind_pointer && is_byte(&before) && is_byte(&now))
		return NULL;
	if (!before.has || !now.has)
		return before.has == now.has ? NULL : differ(c);
	if (dwarf_tag(&before.die) != dwarf_tag(&now.die))
		return differ(c);
	if (dwarf_tag(&before.die) == DW_TAG_base_type)
		return same_base(&before, &now) ? NULL : differ(c);
	return compare_kind(c, (struct types){before.die, now.die}, depth + 1);
}

struct lp_error *layout_same_type(Dwarf_Die *old, Dwarf_Die *new, char **difference)
{
	struct comparison c = {.of = {*old, *new}};
	struct lp_error *error = compare_inner(&c, old, new, 0);

	free(c.pairs);
	*difference = c.difference;
	return error;
}
