// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/bundle_members.h"

#include "common/bundle.h"
#include "common/text.h"
#include "core-module/lpatch_abi.h"

const size_t bundle_limits[NR_BUNDLE_KINDS] = {
	[BUNDLE_CORE] = 16 * MIB,
	[BUNDLE_UPDATE] = 64 * MIB,
	[BUNDLE_PART] = 64 * MIB,
	[BUNDLE_PATCH] = 16 * MIB,
};

char *bundle_name(const char *id)
{
	char *name;

	return asprintf(&name, "lpatch-%s%s", id, BUNDLE_SUFFIX) < 0 ? NULL : name;
}

enum bundle_kind bundle_kind(size_t index, size_t count)
{
	if (index + 1 == count)
		return BUNDLE_PATCH;
	return index < BUNDLE_PART ? (enum bundle_kind)index : BUNDLE_PART;
}

struct lp_error *bundle_member_name(size_t index, size_t count, const char *id, char **name)
{
	switch (bundle_kind(index, count)) {
	case BUNDLE_CORE:
		return text_format(name, LPATCH_CORE_MODULE ".ko");
	case BUNDLE_UPDATE:
		return text_format(name, LPATCH_UPDATE_PREFIX "%s.ko", id);
	case BUNDLE_PART:
		return text_format(name, LPATCH_UPDATE_PREFIX "%s" LPATCH_PART_INFIX "%zu.ko", id,
				   index - BUNDLE_PART + 1);
	default:
		return text_format(name, "patch.diff");
	}
}
