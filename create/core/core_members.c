// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/core_members.h"

#include <bpf/btf.h>
#include <errno.h>
#include <string.h>

#include "common/text.h"
#include "core-module/kernel_symbols.h"
#include "create/core/type_text.h"
#include "create/target.h"

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

/* Sets *btf to the kernel's, or to NULL if it has none. */
static struct lp_error *read_btf(const struct kernel_image *kernel, struct btf **btf)
{
	const struct kernel_section *section = kernel_image_section(kernel, ".BTF");

	*btf = NULL;
	if (!section || !section->data)
		return NULL;
	*btf = btf__new(section->data, section->size);
	return *btf ? NULL : lp_error_errno(errno, "the kernel's BTF can't be read");
}

struct lp_error *core_members_print(FILE *out, const struct kernel_image *kernel)
{
	struct lp_error *error = NULL;
	struct btf *btf;

	lp_try(read_btf(kernel, &btf));
	for (size_t i = 0; i < ARRAY_SIZE(members) && !error; i++)
		error = print_member(out, btf, &members[i]);
	btf__free(btf);
	return error;
}

static struct lp_error *add_missing(const struct btf *btf, struct text_list *missing)
{
	for (size_t i = 0; i < ARRAY_SIZE(members); i++) {
		int64_t offset;

		lp_try(find_member(btf, &members[i], &offset));
		if (offset < 0)
			lp_try(text_list_add(missing, "%s.%s of the type %s", members[i].of,
					     members[i].name, members[i].type));
	}
	return NULL;
}

struct lp_error *core_members_missing(const struct kernel_image *kernel, const char *config,
				      struct text_list *missing)
{
	struct lp_error *error;
	struct btf *btf;

	if (!config_is_set(config, "CONFIG_TASKS_RCU") ||
	    symbol_table_find_name(kernel_image_symbols(kernel), "tasks_rcu_exit_srcu"))
		return NULL;
	lp_try(read_btf(kernel, &btf));
	if (!btf)
		return text_list_add(missing, "rcu_tasks_percpu.rtp_exit_list and others that tell "
					      "which tasks are exiting: the kernel has no BTF "
					      "(CONFIG_DEBUG_INFO_BTF)");
	error = add_missing(btf, missing);
	btf__free(btf);
	return error;
}
