// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/core/tested.h"

#include <string.h>

#include "common/text.h"

/* docs/kernels.md says the same at length. */
static const struct tested_series tested[] = {
	{"6.1", "all tests, on Debian 12's kernels and on kernels of other options"},
	{"6.12", "create, apply, view and undo, on the kernels of Debian 12's backports"},
};

/* The length of "6.12" in "6.12.117+deb12-amd64"; 0 if the text doesn't begin like that. */
static size_t series_length(const char *release)
{
	static const char digits[] = "0123456789";
	size_t major = strspn(release, digits);
	size_t minor = major && release[major] == '.' ? strspn(release + major + 1, digits) : 0;

	return minor ? major + 1 + minor : 0;
}

const struct tested_series *tested_find(const char *release)
{
	size_t length = series_length(release);

	for (size_t i = 0; i < ARRAY_SIZE(tested); i++) {
		if (strlen(tested[i].series) == length &&
		    !strncmp(release, tested[i].series, length))
			return &tested[i];
	}
	return NULL;
}

struct lp_error *tested_series_of(const char *release, char **series)
{
	size_t length = series_length(release);

	return text_format(series, "%.*s", (int)(length ?: strlen(release)), release);
}

struct lp_error *tested_names(char **names)
{
	_cleanup_text_list_ struct text_list list = {0};

	for (size_t i = 0; i < ARRAY_SIZE(tested); i++)
		lp_try(text_list_add(&list, "%s", tested[i].series));
	return text_list_join(&list, ", ", names);
}
