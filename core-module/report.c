// SPDX-License-Identifier: GPL-2.0
/* What blocked the last attempt, as text. */
#define pr_fmt(fmt) "lpatch: " fmt

#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/vmalloc.h>

#include "report.h"

#define REPORT_SIZE 65536
#define REPORT_MORE "(more left out)\n"

/* What a write to `stage` returns; abort_cause says it in full. */
static const int cause_errno[] = {
	[LPATCH_CAUSE_NONE] = 0,
	[LPATCH_CAUSE_STACK_BUSY] = -EBUSY,
	[LPATCH_CAUSE_TEXT_MISMATCH] = -EINVAL,
	[LPATCH_CAUSE_CONFLICT] = -EEXIST,
	[LPATCH_CAUSE_NO_REDIRECT] = -EOPNOTSUPP,
	[LPATCH_CAUSE_NO_MEMORY] = -ENOMEM,
	[LPATCH_CAUSE_STACKED] = -EBUSY,
	[LPATCH_CAUSE_INCOMPLETE] = -ENXIO,
	[LPATCH_CAUSE_WRONG_STAGE] = -EINVAL,
	[LPATCH_CAUSE_HOOK_FAILED] = -ECANCELED,
	[LPATCH_CAUSE_PENDING] = -EBUSY,
	[LPATCH_CAUSE_CPU_BUSY] = -EBUSY,
	[LPATCH_CAUSE_STOP_TOO_LONG] = -EBUSY,
	[LPATCH_CAUSE_INTERRUPTED] = -EINTR,
	[LPATCH_CAUSE_UNEXPECTED] = -EIO,
};

/* Over the texts of all reports. Nothing else is waited for with it but memory. */
static DEFINE_MUTEX(text_lock);

void lpatch_report_clear(struct lpatch_report *report)
{
	char *text;

	mutex_lock(&text_lock);
	text = report->text;
	report->text = NULL;
	report->length = 0;
	report->clipped = false;
	mutex_unlock(&text_lock);
	WRITE_ONCE(report->cause, LPATCH_CAUSE_NONE);
	vfree(text);
}

int lpatch_report_cause(struct lpatch_report *report, enum lpatch_cause cause)
{
	if (report->cause == LPATCH_CAUSE_NONE)
		WRITE_ONCE(report->cause, cause);
	return cause_errno[report->cause];
}

static void add_text(struct lpatch_report *report, const char *format, va_list args)
{
	const size_t room = REPORT_SIZE - sizeof(REPORT_MORE);
	size_t written;

	lockdep_assert_held(&text_lock);
	if (report->clipped)
		return;
	if (!report->text)
		report->text = vmalloc(REPORT_SIZE);
	if (!report->text)
		return;

	written = vsnprintf(report->text + report->length, room - report->length, format, args);
	if (written >= room - report->length) {
		written = strscpy(report->text + report->length, REPORT_MORE,
				  REPORT_SIZE - report->length);
		report->clipped = true;
	}
	report->length += written;
}

void lpatch_report_add(struct lpatch_report *report, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	mutex_lock(&text_lock);
	add_text(report, format, args);
	mutex_unlock(&text_lock);
	va_end(args);
}

void lpatch_report_log(const struct lpatch_report *report)
{
	mutex_lock(&text_lock);
	if (report->text)
		pr_err("%.*s", (int)report->length, report->text);
	mutex_unlock(&text_lock);
}

int lpatch_report_show(const struct lpatch_report *report, struct seq_file *seq)
{
	mutex_lock(&text_lock);
	if (report->text)
		seq_write(seq, report->text, report->length);
	mutex_unlock(&text_lock);
	return 0;
}
