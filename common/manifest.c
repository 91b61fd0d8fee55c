// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/manifest.h"

#include <string.h>

#include "core-module/lpatch_abi.h"

static const char *const kind_names[] = {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a text, not an expression */
#define MANIFEST_KIND_NAME(name, text) [MANIFEST_##name] = text,
	MANIFEST_KINDS(MANIFEST_KIND_NAME)
#undef MANIFEST_KIND_NAME
};

static const char *const reason_names[] = {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a text, not an expression */
#define MANIFEST_REASON_NAME(name, text) [MANIFEST_##name] = text,
	MANIFEST_REASONS(MANIFEST_REASON_NAME)
#undef MANIFEST_REASON_NAME
};

static const struct {
	const char *name, *sentence;
} verdicts[] = {
/* NOLINTNEXTLINE(bugprone-macro-parentheses): a text, not an expression */
#define MANIFEST_VERDICT_TEXTS(name, text, sentence) [MANIFEST_VERDICT_##name] = {text, sentence},
	MANIFEST_VERDICTS(MANIFEST_VERDICT_TEXTS)
#undef MANIFEST_VERDICT_TEXTS
};

const char *manifest_verdict_name(enum manifest_verdict verdict)
{
	return verdicts[verdict].name;
}

const char *manifest_verdict_sentence(enum manifest_verdict verdict)
{
	return verdicts[verdict].sentence;
}

bool manifest_verdict_find(const char *name, enum manifest_verdict *verdict)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++) {
		if (strcmp(name, verdicts[i].name))
			continue;
		*verdict = i;
		return true;
	}
	return false;
}

const char *manifest_reason_name(enum manifest_reason reason)
{
	return reason_names[reason];
}

bool manifest_reason_is_root(enum manifest_reason reason)
{
	return reason == MANIFEST_IS_NEW || reason == MANIFEST_IS_CHANGED;
}

const char *manifest_cause_field(enum manifest_reason reason)
{
	return reason == MANIFEST_INLINES ? "inlined" : "cause";
}

bool manifest_reason_find(const char *name, enum manifest_reason *reason)
{
	for (size_t i = 0; i < ARRAY_SIZE(reason_names); i++) {
		if (strcmp(name, reason_names[i]))
			continue;
		*reason = i;
		return true;
	}
	return false;
}

bool manifest_id_is_valid(const char *id)
{
	size_t length = strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return length > 0 && length <= LPATCH_ID_MAX && !id[length];
}

const char *manifest_kind_name(enum manifest_kind kind)
{
	return kind_names[kind];
}

bool manifest_kind_find(const char *name, enum manifest_kind *kind)
{
	for (size_t i = 0; i < ARRAY_SIZE(kind_names); i++) {
		if (strcmp(name, kind_names[i]))
			continue;
		*kind = i;
		return true;
	}
	return false;
}

static void free_object(struct manifest_object *object)
{
	for (size_t i = 0; i < object->nr_functions; i++) {
		free(object->functions[i].name);
		free(object->functions[i].cause);
		text_list_clear(&object->functions[i].through);
		free(object->functions[i].why);
	}
	for (size_t i = 0; i < object->nr_constants; i++)
		free(object->constants[i].name);
	free(object->functions);
	free(object->constants);
	text_list_clear(&object->layouts);
	for (size_t i = 0; i < object->nr_hooks; i++) {
		free(object->hooks[i].kind);
		free(object->hooks[i].function);
	}
	free(object->hooks);
	text_list_clear(&object->shadows);
	text_list_clear(&object->needs);
	text_list_clear(&object->releases);
	finding_list_clear(&object->findings);
	free(object->mismatch.function);
	free(object->mismatch.difference);
	free(object->name);
	free(object->source);
}

static void free_change(struct manifest_change *change)
{
	free(change->name);
	free(change->subject);
	free(change->commit);
	free(change->upstream);
	text_list_clear(&change->fixes);
	text_list_clear(&change->cves);
	text_list_clear(&change->files);
	free(change->reason);
	free(change->needs);
	text_list_clear(&change->functions);
}

void manifest_free(struct manifest *manifest)
{
	if (!manifest)
		return;
	for (size_t i = 0; i < manifest->nr_objects; i++)
		free_object(&manifest->objects[i]);
	for (size_t i = 0; i < manifest->nr_changes; i++)
		free_change(&manifest->changes[i]);
	free(manifest->changes);
	for (size_t i = 0; i < manifest->nr_files; i++)
		free(manifest->files[i].name);
	free(manifest->objects);
	free(manifest->files);
	free(manifest->id);
	free(manifest->description);
	free(manifest->target.release);
	free(manifest->target.architecture);
	free(manifest->target.build_id);
	free(manifest->modules_signed.signer);
	free(manifest->modules_signed.hash);
	free(manifest);
}

struct lp_error *manifest_modules(const struct manifest *manifest, struct text_list *modules)
{
	for (size_t i = 0; i < manifest->nr_objects; i++) {
		const char *name = manifest->objects[i].name;

		if (strcmp(name, "vmlinux") && !text_list_contains(modules, name))
			lp_try(text_list_add(modules, "%s", name));
	}
	return NULL;
}
