// SPDX-License-Identifier: GPL-2.0-or-later
#include "create/creation.h"
#include "create/kbuild_commands.h"

/* From how many objects on; preprocessing so many takes minutes. */
#define MANY_OBJECTS 500

/* How many are looked at, evenly spread over the list. */
#define SAMPLES 3

/* Copies those that kbuild can tell how to compile. */
static struct lp_error *choose(struct creation *creation, struct kbuild_objects *chosen)
{
	const struct kbuild_objects *all = &creation->affected.objects;

	for (size_t i = 0; i < SAMPLES; i++) {
		const struct kbuild_object *object = &all->items[i * all->count / SAMPLES];

		if (!object->is_new && text_ends_with(object->source, ".c"))
			lp_try(kbuild_objects_add(chosen, object));
	}
	return kbuild_commands(creation->tree, NULL, chosen);
}

static struct lp_error *look_at(struct creation *creation, const struct kbuild_object *object)
{
	_cleanup_(creation_unit_clear) struct creation_unit sample = {0};

	if (!object->command)
		return NULL;
	lp_try(unit_new(creation->tree, object, &sample.unit));
	lp_try(build_split(creation->tree, creation->view, &sample.unit, 1));
	return creation_compare_layouts(creation, &sample);
}

struct lp_error *creation_sample(struct creation *creation)
{
	struct kbuild_objects chosen = {0};

	if (creation->affected.objects.count < MANY_OBJECTS)
		return NULL;
	message_progress(&creation->sink, "comparing the types of a few of %zu objects",
			 creation->affected.objects.count);
	struct lp_error *error = choose(creation, &chosen);

	for (size_t i = 0; i < chosen.count && !error; i++)
		error = look_at(creation, &chosen.items[i]);
	kbuild_objects_clear(&chosen);
	return error;
}
