// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/type_text.h"

#include <string.h>

#include "common/text.h"
#include "create/layout.h"

void type_text_number(FILE *out, bool is_bool, bool is_signed, uint64_t size)
{
	static const char *const names[] = {[1] = "char", [2] = "short", [4] = "int", [8] = "long"};

	if (is_bool)
		fputs("bool", out);
	else if (size < ARRAY_SIZE(names) && names[size])
		fprintf(out, "%s%s", is_signed || size == 1 ? "" : "unsigned ", names[size]);
	else
		fprintf(out, "number of %llu bytes", (unsigned long long)size);
}

void type_text_named(FILE *out, const char *kind, const char *name)
{
	fprintf(out, "%s %s", kind, name && *name ? name : "(anonymous)");
}

const struct btf_type *type_text_peel(const struct btf *btf, uint32_t id)
{
	const struct btf_type *type = btf__type_by_id(btf, id);

	for (int i = 0; type && i < LAYOUT_DEPTH; i++) {
		if (!btf_is_mod(type) && !btf_is_typedef(type) && !btf_is_type_tag(type))
			break;
		type = btf__type_by_id(btf, type->type);
	}
	return type;
}

static void print_btf_function(FILE *out, const struct btf *btf, const struct btf_type *function,
			       const char *middle, int depth)
{
	const struct btf_param *parameters = btf_params(function);

	type_text_btf(out, btf, function->type, depth + 1);
	fprintf(out, " %s(", middle);
	for (int i = 0; i < btf_vlen(function); i++) {
		fputs(i ? ", " : "", out);
		/* The last one, without name and type, means a variable number of arguments. */
		if (!parameters[i].type && i == btf_vlen(function) - 1)
			fputs("...", out);
		else
			type_text_btf(out, btf, parameters[i].type, depth + 1);
	}
	fputs(btf_vlen(function) ? ")" : "void)", out);
}

static void print_btf_pointer(FILE *out, const struct btf *btf, const struct btf_type *pointer,
			      int depth)
{
	const struct btf_type *type = type_text_peel(btf, pointer->type);
	bool is_function = type && btf_is_func_proto(type);

	if (is_function && depth < LAYOUT_DEPTH)
		return print_btf_function(out, btf, type, "(*)", depth + 1);
	type_text_btf(out, btf, pointer->type, depth + 1);
	fputs(" *", out);
}

static const char *btf_kind_name(const struct btf_type *type)
{
	if (btf_is_struct(type))
		return "struct";
	if (btf_is_union(type))
		return "union";
	if (btf_is_any_enum(type))
		return "enum";
	if (btf_is_fwd(type))
		return btf_kflag(type) ? "union" : "struct";
	return NULL;
}

void type_text_btf(FILE *out, const struct btf *btf, uint32_t id, int depth)
{
	const struct btf_type *type = type_text_peel(btf, id);

	if (!type || depth > LAYOUT_DEPTH) {
		fputs("...", out);
		return;
	}
	const char *kind = btf_kind_name(type);

	if (kind)
		type_text_named(out, kind, btf__name_by_offset(btf, type->name_off));
	else if (btf_is_void(type))
		fputs("void", out);
	else if (btf_is_int(type))
		type_text_number(out, btf_int_encoding(type) & BTF_INT_BOOL,
				 btf_int_encoding(type) & BTF_INT_SIGNED, type->size);
	else if (btf_is_ptr(type))
		print_btf_pointer(out, btf, type, depth);
	else if (btf_is_func_proto(type))
		print_btf_function(out, btf, type, "", depth);
	else
		fprintf(out, "type of BTF kind %d", btf_kind(type));
}
