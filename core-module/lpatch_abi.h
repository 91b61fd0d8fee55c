/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * What the core module and user space agree on: the version of the interface,
 * the names below /sys/kernel/lpatch and /proc/lpatch, the stages of an update and the causes
 * of a failed attempt. The only header of the core that user space includes;
 * it includes nothing itself. docs/sysfs-lpatch describes every file.
 */
#ifndef LPATCH_ABI_H
#define LPATCH_ABI_H

/* Raised with every change that an older lpatch-apply or update would misread. */
#define LPATCH_ABI_VERSION 5

#define LPATCH_CORE_MODULE   "lpatch"  /* name of the core module */
#define LPATCH_UPDATE_PREFIX "lpatch_" /* an update's module is lpatch_ID */
#define LPATCH_PART_INFIX    "__"      /* its Nth part for a module is lpatch_ID__N */

#define LPATCH_ID_MAX     32 /* characters in an id, [a-z0-9_] */
#define LPATCH_ID_DEFAULT 8  /* characters in an id that lpatch chose, [a-z0-9] */

#define LPATCH_SYSFS "/sys/kernel/lpatch" /* files of one value, the patch, module files */
#define LPATCH_LISTS "/proc/lpatch"       /* files of many lines */

/* Files in /sys/kernel/lpatch */
#define LPATCH_FILE_ABI "abi" /* LPATCH_ABI_VERSION of the loaded core */

/* Files in /sys/kernel/lpatch/ID */
#define LPATCH_FILE_STAGE       "stage"       /* a stage; write "applied" or "reversed" */
#define LPATCH_FILE_ABORT_CAUSE "abort_cause" /* why the last attempt failed, or "none" */
#define LPATCH_FILE_DESCRIPTION "description" /* one line, may be empty */
#define LPATCH_FILE_KEEP_CODE   "keep_code"   /* "no", "yes" or "kept"; write "no" or "yes" */
#define LPATCH_FILE_PATCH       "patch"       /* the text of the patch */
#define LPATCH_FILE_PART        "part_"       /* and N: write the module file of the Nth part */
#define LPATCH_FILE_STOPPED_NS  "stopped_ns"  /* how long the last attempt stopped the machine */

/* Files in /proc/lpatch/ID */
#define LPATCH_FILE_CONFLICTS "conflicts" /* what blocked the last attempt */
#define LPATCH_FILE_FUNCTIONS "functions" /* OBJECT NAME OLD NEW REDIRECT, one a line */
#define LPATCH_FILE_CONSTANTS "constants" /* OBJECT NAME ADDRESS SIZE STATE, one a line */
#define LPATCH_FILE_OBJECTS   "objects"   /* OBJECT MODULE, one a line */
#define LPATCH_FILE_HOOKS     "hooks"     /* OBJECT HOOK SOURCE FUNCTION, one a line */
#define LPATCH_FILE_SHADOWS   "shadows"   /* NAME SIZE COUNT SCOPE, one a line */
#define LPATCH_FILE_OUTLIVES  "outlives"  /* OBJECT NAME WHERE TEXT, tabs between them */

/* In `objects` instead of a module of the update: it is not there. */
#define LPATCH_OBJECT_WAITING "waiting"

/* In `keep_code`: whether the update's modules stay when it goes out of force. */
#define LPATCH_KEEP_NO  "no"
#define LPATCH_KEEP_YES "yes"
#define LPATCH_KEEP_NOW "kept" /* it is out of force, and they have stayed */

/* Behind the stage that is written to `stage` */
#define LPATCH_WORD_REPLACE  "replace" /* all other updates go out of force in the same stop */
#define LPATCH_WORD_LATER    "later"   /* the write returns before the attempt is made */
/* and milliseconds: the longest that the check may stop the machine */
#define LPATCH_WORD_MAX_STOP "max_stop="

/* That limit, in milliseconds, where nothing else is said */
#define LPATCH_MAX_STOP_DEFAULT 50
#define LPATCH_MAX_STOP_LEAST   1
#define LPATCH_MAX_STOP_MOST    1000

/* Stages: X(enumerator, text in sysfs) */
#define LPATCH_STAGES(X)                                           \
	X(PREPARING, "preparing") /* loaded, nothing redirected */ \
	X(APPLIED, "applied")     /* in force everywhere */        \
	X(REVERSED, "reversed")   /* taken out again, safe to unload */

/* Causes: X(enumerator, text in sysfs, sentence for people) */
#define LPATCH_CAUSES(X)                                                                          \
	X(NONE, "none", "nothing went wrong")                                                     \
	X(STACK_BUSY, "stack_busy", "a function to be replaced is in use by a task")              \
	X(TEXT_MISMATCH, "text_mismatch", "the running code is not what the update expects")      \
	X(CONFLICT, "conflict", "something else has changed or holds a function of this update")  \
	X(NO_REDIRECT, "no_redirect",                                                             \
	  "a function is too short or otherwise unfit to be redirected")                          \
	X(NO_MEMORY, "no_memory", "the kernel is out of memory")                                  \
	X(STACKED, "stacked", "a later update replaces a function of this one")                   \
	X(INCOMPLETE, "incomplete", "a module is loaded without the update's part for it")        \
	X(WRONG_STAGE, "wrong_stage", "the update is already in that stage, or can't reach it")   \
	X(HOOK_FAILED, "hook_failed", "a hook of the update refused")                             \
	X(PENDING, "pending", "an attempt is being made")                                         \
	X(CPU_BUSY, "cpu_busy", "a CPU did not take the NMI that holds it while code is written") \
	X(STOP_TOO_LONG, "stop_too_long", "so many tasks run that the stop would be too long")    \
	X(INTERRUPTED, "interrupted", "the process that asked for it is being killed")            \
	X(UNEXPECTED, "unexpected", "the kernel failed in a way the core does not expect")

/* Redirects: X(enumerator, text in `functions`) */
#define LPATCH_REDIRECTS(X)                                                                  \
	X(NONE, "none")     /* not redirected now */                                         \
	X(JUMP, "jump")     /* jmp rel32 behind the fentry slot, or at byte 0 without one */ \
	X(FTRACE, "ftrace") /* ftrace handler that changes the instruction pointer */

/*
 * Hooks: X(enumerator, name). The five for apply and the five for reverse are in
 * the same order; lpatch-author(7) tells when each is called.
 */
#define LPATCH_HOOKS(X)                   \
	X(PRE_APPLY, "pre_apply")         \
	X(CHECK_APPLY, "check_apply")     \
	X(APPLY, "apply")                 \
	X(POST_APPLY, "post_apply")       \
	X(FAIL_APPLY, "fail_apply")       \
	X(PRE_REVERSE, "pre_reverse")     \
	X(CHECK_REVERSE, "check_reverse") \
	X(REVERSE, "reverse")             \
	X(POST_REVERSE, "post_reverse")   \
	X(FAIL_REVERSE, "fail_reverse")

#define LPATCH_HOOK_NAME(enumerator, name) name,

/* Sections of a patched object that lpatch-patch.h fills */
#define LPATCH_SECTION_HOOK      ".lpatch.hook."     /* and the hook's name: a function's address */
#define LPATCH_SECTION_SHADOW    ".lpatch.shadow"    /* struct lpatch_shadow */
#define LPATCH_SECTION_RELEASES  ".lpatch.releases"  /* the address of what is taken care of */
#define LPATCH_SECTION_KEEP_CODE ".lpatch.keep_code" /* nothing of meaning */

#define LPATCH_ENUMERATOR_STAGE(name, ...)    LPATCH_STAGE_##name,
#define LPATCH_ENUMERATOR_CAUSE(name, ...)    LPATCH_CAUSE_##name,
#define LPATCH_ENUMERATOR_REDIRECT(name, ...) LPATCH_REDIRECT_##name,
#define LPATCH_ENUMERATOR_HOOK(name, ...)     LPATCH_HOOK_##name,

enum lpatch_stage { LPATCH_STAGES(LPATCH_ENUMERATOR_STAGE) };
enum lpatch_cause { LPATCH_CAUSES(LPATCH_ENUMERATOR_CAUSE) };
enum lpatch_redirect { LPATCH_REDIRECTS(LPATCH_ENUMERATOR_REDIRECT) };
enum lpatch_hook_kind { LPATCH_HOOKS(LPATCH_ENUMERATOR_HOOK) };

#endif
