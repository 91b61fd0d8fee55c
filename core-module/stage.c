// SPDX-License-Identifier: GPL-2.0
/* The file `stage`: in which stage an update is, and requests for another. */
#include <linux/capability.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "apply.h"
#include "lock.h"
#include "stage.h"

#define TEXT_NAME_ENUMERATOR(name, text, ...) text,

static const char *const stage_names[] = {LPATCH_STAGES(TEXT_NAME_ENUMERATOR)};

static ssize_t stage_show(struct kobject *kobj, struct kobj_attribute *attribute, char *page)
{
	return sysfs_emit(page, "%s\n", stage_names[READ_ONCE(lpatch_entry_of(kobj)->stage)]);
}

static bool parse_max_stop(struct lpatch_request *request, const char *word)
{
	size_t length = strlen(LPATCH_WORD_MAX_STOP);

	return !strncmp(word, LPATCH_WORD_MAX_STOP, length) &&
	       !kstrtouint(word + length, 10, &request->max_stop_ms) &&
	       request->max_stop_ms >= LPATCH_MAX_STOP_LEAST &&
	       request->max_stop_ms <= LPATCH_MAX_STOP_MOST;
}

/* One word of what is written to `stage`; false if it is none. */
static bool parse_word(struct lpatch_request *request, const char *word, bool first)
{
	int stage = first ? match_string(stage_names, ARRAY_SIZE(stage_names), word) : -1;

	if (stage == LPATCH_STAGE_APPLIED || stage == LPATCH_STAGE_REVERSED)
		request->goal = stage;
	else if (!first && request->goal == LPATCH_STAGE_APPLIED &&
		 !strcmp(word, LPATCH_WORD_REPLACE))
		request->replace = true;
	else if (!first && !strcmp(word, LPATCH_WORD_LATER))
		request->later = true;
	else if (first || !parse_max_stop(request, word))
		return false;
	return true;
}

static int parse_request(struct lpatch_request *request, const char *text)
{
	char *words = kstrdup(text, GFP_KERNEL), *rest, *word;
	bool valid = words;

	if (!words)
		return -ENOMEM;
	rest = strim(words);
	*request = (struct lpatch_request){};
	for (word = strsep(&rest, " "); word && valid; word = strsep(&rest, " "))
		valid = parse_word(request, word, request->goal == LPATCH_STAGE_PREPARING);
	kfree(words);
	return valid ? 0 : -EINVAL;
}

/* Makes the attempt when the task that asked for it has left the kernel. */
static void attempt_later(struct work_struct *work)
{
	struct lpatch_entry *entry = container_of(work, struct lpatch_entry, request.work);

	mutex_lock(&lpatch_lock);
	if (entry->update)
		lpatch_apply_or_reverse(entry, &entry->request);
	smp_store_release(&entry->request.pending, false);
	mutex_unlock(&lpatch_lock);
}

/* With the core's lock held. */
static int carry_out(struct lpatch_entry *entry, const struct lpatch_request *request)
{
	lockdep_assert_held(&lpatch_lock);
	if (!entry->update)
		return -ENODEV;
	if (entry->request.pending)
		return -EBUSY;
	if (!request->later)
		return lpatch_apply_or_reverse(entry, request);
	entry->request.goal = request->goal;
	entry->request.replace = request->replace;
	entry->request.max_stop_ms = request->max_stop_ms;
	WRITE_ONCE(entry->request.pending, true);
	queue_work(system_unbound_wq, &entry->request.work);
	return 0;
}

static ssize_t stage_store(struct kobject *kobj, struct kobj_attribute *attribute, const char *text,
			   size_t count)
{
	struct lpatch_entry *entry = lpatch_entry_of(kobj);
	struct lpatch_request request;
	int err;

	if (!capable(CAP_SYS_MODULE))
		return -EPERM;
	err = parse_request(&request, text);
	if (err)
		return err;
	if (mutex_lock_killable(&lpatch_lock))
		return -EINTR;
	err = carry_out(entry, &request);
	mutex_unlock(&lpatch_lock);
	return err ? err : count;
}

struct kobj_attribute lpatch_stage_file = __ATTR(stage, 0600, stage_show, stage_store);

void lpatch_stage_init(struct lpatch_entry *entry)
{
	INIT_WORK(&entry->request.work, attempt_later);
}
