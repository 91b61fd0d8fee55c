// SPDX-License-Identifier: GPL-2.0-or-later
/* json-check: succeeds if standard input is one JSON object and nothing else. */
#include <json-c/json.h>
#include <stdio.h>

int main(void)
{
	static char text[1 << 20];
	size_t size = fread(text, 1, sizeof(text), stdin);
	struct json_tokener *tokener = json_tokener_new();

	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	/* Strict parsing accepts nothing after the object, not even a newline. */
	if (size && text[size - 1] == '\n')
		size--;
	struct json_object *json = json_tokener_parse_ex(tokener, text, size);

	if (json_object_is_type(json, json_type_object))
		return 0;
	fprintf(stderr, "json-check: %s\n",
		json_tokener_error_desc(json_tokener_get_error(tokener)));
	return 1;
}
