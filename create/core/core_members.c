// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/core_members.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "common/text.h"
#include "core-module/kernel_symbols.h"
#include "create/core/type_text.h"

static const struct core_member {
	const char *of, *name;
	const char *type; /* as type_text_btf() prints it */
} members[] = {
#define MEMBER(of, name, type) {#of, #name, type},
	LPATCH_KERNEL_MEMBERS(MEMBER)
#undef MEMBER
};

/* Compares the type of a member with what the core expects. */
static struct lp_error *is_of_type(const struct btf *btf, uint32_t id, const char *type, bool *same)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return lp_error_no_memory();
	type_text_btf(out, btf, id, 0);
	if (fclose(out))
		return lp_error_no_memory();
	*same = !strcmp(text, type);
	return NULL;
}

/* Sets *offset to the bytes before the member; to -1 if there is none of that name and type. */
static struct lp_error *find_member(const struct btf *btf, const struct core_member *wanted,
				    int64_t *offset)
{
	int id = btf__find_by_name_kind(btf, wanted->of, BTF_KIND_STRUCT);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
	bool same = false;

	*offset = -1;
	for (int i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_member *member = &btf_members(type)[i];

		if (strcmp(btf__name_by_offset(btf, member->name_off), wanted->name) ||
		    btf_member_bitfield_size(type, (uint32_t)i))
			continue;
		lp_try(is_of_type(btf, member->type, wanted->type, &same));
		if (same)
			*offset = btf_member_bit_offset(type, (uint32_t)i) / 8;
	}
	return NULL;
}

static struct lp_error *print_member(FILE *out, const struct btf *btf,
				     const struct core_member *member)
{
	int64_t offset = -1;

	if (btf)
		lp_try(find_member(btf, member, &offset));
	fprintf(out, "#define LPATCH_HAVE_%s__%s %d\n", member->of, member->name, offset >= 0);
	if (offset >= 0)
		fprintf(out, "#define LPATCH_OFFSET_%s__%s %lld\n", member->of, member->name,
			(long long)offset);
	return NULL;
}

struct lp_error *core_members_print(FILE *out, const struct kernel_image *kernel)
{
	const struct kernel_section *section = kernel_image_section(kernel, ".BTF");
	struct lp_error *error = NULL;
	struct btf *btf = NULL;

	if (section && section->data) {
		btf = btf__new(section->data, section->size);
		if (!btf)
			return lp_error_errno(errno, "the kernel's BTF can't be read");
	}
	for (size_t i = 0; i < ARRAY_SIZE(members) && !error; i++)
		error = print_member(out, btf, &members[i]);
	btf__free(btf);
	return error;
}
