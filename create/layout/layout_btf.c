// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/layout/layout_btf.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "common/text.h"

/* Limit of the depth of nested anonymous structs and unions. */
#define DEPTH 16

struct layout_btf {
	struct btf *kernel, *module; /* `module` is NULL for objects of vmlinux */
};

/*
 * Reads split BTF from memory. libbpf 1.1 declares btf__new_split() and doesn't export
 * it; the function that it exports reads a file.
 */
static struct lp_error *parse_split(const struct kernel_section *section, struct btf *base,
				    struct btf **btf)
{
	_cleanup_close_ int fd = memfd_create("btf", MFD_CLOEXEC);
	_cleanup_free_ char *path = NULL;

	if (fd < 0 || write(fd, section->data, section->size) != (ssize_t)section->size)
		return lp_error_errno(errno, "can't hold a module's BTF in memory");
	lp_try(text_format(&path, "/proc/self/fd/%d", fd));
	*btf = btf__parse_raw_split(path, base);
	return NULL;
}

static struct lp_error *read_section(const struct kernel_image *image, struct btf *base,
				     struct btf **btf)
{
	const struct kernel_section *section = kernel_image_section(image, ".BTF");

	if (!section || !section->data)
		return NULL;
	if (base)
		lp_try(parse_split(section, base, btf));
	else
		*btf = btf__new(section->data, section->size);
	if (*btf)
		return NULL;
	return lp_error_errno(errno, "the %s BTF can't be read", base ? "module's" : "kernel's");
}

struct lp_error *layout_btf_read(const struct kernel_image *kernel,
				 const struct kernel_image *module, struct layout_btf **btf)
{
	_cleanup_layout_btf_ struct layout_btf *read = calloc(1, sizeof(*read));

	*btf = NULL;
	if (!read)
		return lp_error_no_memory();
	lp_try(read_section(kernel, NULL, &read->kernel));
	if (read->kernel && module)
		lp_try(read_section(module, read->kernel, &read->module));
	if (read->kernel && (!module || read->module))
		*btf = take(read);
	return NULL;
}

void layout_btf_free(struct layout_btf *btf)
{
	if (!btf)
		return;
	btf__free(btf->module);
	btf__free(btf->kernel);
	free(btf);
}

static bool is_of_kind(const struct btf_type *type, const char *kind)
{
	if (!strcmp(kind, "struct"))
		return btf_is_struct(type);
	if (!strcmp(kind, "union"))
		return btf_is_union(type);
	return btf_is_any_enum(type);
}

static const struct layout_member *find_member(const struct layout_type *type, const char *name)
{
	for (size_t i = 0; i < type->nr_members; i++) {
		if (!strcmp(type->members[i].name, name))
			return &type->members[i];
	}
	return NULL;
}

/* True if the named members are at the same positions in the type; `base` in bits. */
static bool same_members(const struct btf *btf, const struct btf_type *found, int64_t base,
			 const struct layout_type *type, int depth)
{
	const struct btf_member *members = btf_members(found);

	for (int i = 0; i < btf_vlen(found); i++) {
		const char *name = btf__name_by_offset(btf, members[i].name_off);
		int64_t place = base + btf_member_bit_offset(found, i);

		if (*name) {
			const struct layout_member *member = find_member(type, name);

			if (!member || member->place != place)
				return false;
			continue;
		}
		const struct btf_type *inner =
			btf__type_by_id(btf, btf__resolve_type(btf, members[i].type));

		if (depth < DEPTH && inner && btf_is_composite(inner) &&
		    !same_members(btf, inner, place, type, depth + 1))
			return false;
	}
	return true;
}

static bool same_values(const struct btf *btf, const struct btf_type *found,
			const struct layout_type *type)
{
	if (btf_vlen(found) != type->nr_members)
		return false;
	for (int i = 0; i < btf_vlen(found); i++) {
		bool wide = btf_is_enum64(found);
		const char *name = btf__name_by_offset(btf, wide ? btf_enum64(found)[i].name_off
								 : btf_enum(found)[i].name_off);
		const struct layout_member *member = find_member(type, name);

		if (!member)
			return false;
		if (wide ? (uint64_t)member->place != btf_enum64_value(&btf_enum64(found)[i])
			 : (int32_t)member->place != btf_enum(found)[i].val)
			return false;
	}
	return true;
}

static bool same_layout(const struct btf *btf, const struct btf_type *found,
			const struct layout_type *type)
{
	if (found->size != type->size)
		return false;
	if (!btf_is_composite(found))
		return same_values(btf, found, type);
	return same_members(btf, found, 0, type, 0);
}

enum layout_known layout_btf_find(const struct layout_btf *btf, const struct layout_type *type,
				  uint64_t *size)
{
	enum layout_known known = LAYOUT_ABSENT;

	if (!btf)
		return LAYOUT_UNKNOWN;
	/* The module's BTF is split BTF: it also gives the types of the kernel's. */
	const struct btf *all = btf->module ?: btf->kernel;
	uint32_t count = btf__type_cnt(all);

	for (uint32_t id = 1; id < count; id++) {
		const struct btf_type *found = btf__type_by_id(all, id);

		if (!is_of_kind(found, type->kind) ||
		    strcmp(btf__name_by_offset(all, found->name_off), type->name) != 0)
			continue;
		if (same_layout(all, found, type))
			return LAYOUT_SAME;
		known = LAYOUT_OTHER;
		*size = found->size;
	}
	return known;
}
