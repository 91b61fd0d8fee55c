/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the kernel may still use after an undo, in the object differ. */
#include "common/cleanup.h"
#include "tests/unit/diffobj_case.h"

#define AUTHOR  "#include \"lpatch-patch.h\"\n"
#define HEADERS "-I kpatch-templates -I core-module"

#define NOIPA "__attribute__((noipa)) "

/* A little of the kernel that takes addresses. */
#define KERNEL                                                                              \
	"struct work_struct { long data; void (*func)(struct work_struct *); };\n"          \
	"struct timer_list { long expires; void (*function)(struct timer_list *); };\n"     \
	"struct notifier_block { int (*call)(struct notifier_block *); };\n"                \
	"struct file_operations { long (*read)(void *); long (*write)(void *); };\n"        \
	"struct inode { const struct file_operations *i_fop; const char *name; };\n"        \
	"int queue_work_on(int cpu, void *queue, struct work_struct *work);\n"              \
	"void mod_timer(struct timer_list *timer, long when);\n"                            \
	"int register_reboot_notifier(struct notifier_block *block);\n"                     \
	"int unregister_reboot_notifier(struct notifier_block *block);\n"                   \
	"void call_rcu(void *head, void (*func)(void *));\n"                                \
	"void sort(void *base, long number, long size, int (*compare)(const void *, const " \
	"void *), void *swap);\n"                                                           \
	"void mutex_lock(void *mutex); void mutex_unlock(void *mutex);\n"                   \
	"void *memcpy(void *to, const void *from, unsigned long size);\n"                   \
	"int request_threaded_irq(int irq, void *handler, void *thread, long flags, "       \
	"const char *name, void *dev);\n"                                                   \
	"int walk(void *actor); void iterate_dir(void *file, void *context);\n"             \
	"long kernel_read(void *p);\n"

#define LOCK_INIT                  \
	"struct lock_class_key;\n" \
	"void __mutex_init(void *lock, const char *name, struct lock_class_key *key);\n"

#define PLAIN "int f(int *a) { return work(*a); }"

static const struct diffobj_case cases[] = {
	{
		.sentence = "ordinary changes: replaced functions, messages, locks, counters",
		.both = KERNEL,
		.original = "static int limit = 3;\n" PLAIN,
		.patched = "static int limit = 3;\nstatic int seen; static long lock[4];\n"
			   "static noinline int help(int a) { return a + limit; }\n"
			   "int f(int *a) { mutex_lock(lock); seen++; mutex_unlock(lock);\n"
			   "printk(\"%s saw %d\\n\", __func__, seen); return help(work(*a)); }",
		.out = "f +help",
		.outlives = "",
	},
	{
		.sentence = "a variable by a pointer whose use KASAN checks",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int seen;\n"
			   "int f(int *a) { int *p = &seen; asm(\"\" : \"+r\"(p)); *p += 1;\n"
			   "return work(*a); }",
		.out = "f",
		.outlives = "",
		.flags = "-fsanitize=kernel-address --param asan-globals=0 --param "
			 "asan-instrumentation-with-call-threshold=0",
	},
	{
		.sentence = "a function that is stored in an object",
		.both = KERNEL,
		.original = "int f(struct work_struct *w) { return work(w->data); }",
		.patched = "static void later(struct work_struct *w) { work(w->data); }\n"
			   "int f(struct work_struct *w) { w->func = later; return 0; }",
		.out = "f +later",
		.outlives = "later: work item: f() stores its address",
		.flags = "-g",
	},
	{
		.sentence = "a replaced function is the kernel's, where its address is a value",
		.both = KERNEL,
		.original = "static noinline void later(struct work_struct *w) { work(w->data); }\n"
			    "int f(struct work_struct *w) { w->func = later; later(w); return "
			    "work(1); }",
		.patched =
			"static noinline void later(struct work_struct *w) { work(w->data + 1); }\n"
			"int f(struct work_struct *w) { w->func = later; later(w); return 0; }",
		.out = "f later",
		.outlives = "",
	},
	{
		.sentence = "a variable that is passed to a function that keeps its address",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int told(struct notifier_block *b) { return work(2); }\n"
			   "static struct notifier_block block = {told};\n"
			   "int f(int *a) { return register_reboot_notifier(&block); }",
		.out = "f +told",
		.outlives = "block: notifier: f() gives its address to register_reboot_notifier()",
	},
	{
		.sentence = "a function that only removes it keeps nothing",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int told(struct notifier_block *b) { return work(2); }\n"
			   "static struct notifier_block block = {told};\n"
			   "int f(int *a) { return unregister_reboot_notifier(&block); }",
		.out = "f +told",
		.outlives = "",
	},
	{
		.sentence = "a work item that is set up and queued",
		.both = KERNEL,
		.original = PLAIN,
		.patched =
			"static struct work_struct item;\n"
			"static void later(struct work_struct *w) { work(w->data); }\n"
			"int f(int *a) { item.func = later; return queue_work_on(0, a, &item); }",
		.out = "f +later",
		.outlives = "item: work item: f() gives its address to queue_work_on()",
	},
	{
		.sentence = "the content of a variable of the update is followed when it is read",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static void (*handler)(struct work_struct *);\n"
			   "static noinline void later(struct work_struct *w) { work(w->data); }\n"
			   "int f(int *a) { if (*a) handler = later;\n"
			   "else ((struct work_struct *)a)->func = handler; return 0; }",
		.out = "f +later",
		.outlives = "handler: f() stores its address",
	},
	{
		.sentence = "a callback and what it is about, passed on by a tail call",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static void gone(void *head) { use(head); }\n"
			   "void g(void *head) { call_rcu(head, gone); }\n" PLAIN,
		.out = "+g +gone",
		.outlives = "gone: RCU callback: g() gives its address to call_rcu()",
	},
	{
		.sentence = "a callback that is called until the call is over",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int order(const void *a, const void *b) { return a < b; }\n"
			   "int f(int *a) { sort(a, 3, 4, order, 0); return work(*a); }",
		.out = "f +order",
		.outlives = "",
	},
	{
		.sentence = "a callback on the stack that is passed to a known function",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int fill(void *a) { return work(3); }\n"
			   "int f(int *a) { struct { void *actor; long at; } c = {fill, *a};\n"
			   "iterate_dir(a, &c); return c.at; }",
		.out = "f +fill",
		.outlives = "",
	},
	{
		.sentence = "one that is passed to an unknown function",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int fill(void *a) { return work(3); }\n"
			   "int f(int *a) { struct { void *actor; long at; } c = {fill, *a};\n"
			   "walk(&c); return c.at; }",
		.out = "f +fill",
		.outlives = "fill: f() gives its address to walk()",
	},
	{
		.sentence = "functions of the same file are looked into",
		.both = KERNEL,
		.original = PLAIN,
		.patched =
			"static int g(void *a) { return work(3); }\n"
			"static " NOIPA "int run(int (*c)(void *), void *a) { return c(a) + 1; }\n"
			"static " NOIPA
			"void set(struct work_struct *w, void *c) { w->func = c; }\n"
			"static int h(void *a) { return work(4); }\n"
			"int f(int *a) { set((void *)a, h); return run(g, a) + run(g, a + 1); }",
		.out = "f +g +h +run +set",
		.outlives = "h: f() gives its address to set()",
	},
	{
		.sentence = "an address that comes back as a result is followed",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int value[4];\n"
			   "static " NOIPA "int *pick(int *v, int i) { return v + i; }\n"
			   "int f(int *a) { *(int **)a = pick(value, *a); return 0; }",
		.out = "f +pick",
		.outlives = "value: f() stores its address",
	},
	{
		.sentence = "an address that is the result of a replaced function",
		.both = KERNEL,
		.original = "void *f(int a) { return 0; }",
		.patched = "static int value[4];\nvoid *f(int a) { return value + a; }",
		.out = "f",
		.outlives = "value: f() returns its address",
	},
	{
		.sentence =
			"a comparison keeps nothing, and neither does memory that is used in place",
		.both = KERNEL,
		.original = PLAIN,
		.patched =
			"static int value[40]; static int other(void *a) { return value[3]++; }\n"
			"int f(int *a) { if (a == value + 2 || *(void **)a == (void *)other) "
			"return "
			"7;\nreturn value[*a]; }",
		.out = "f +other",
		.outlives = "",
	},
	{
		.sentence = "an object in a list of the kernel",
		.both = KERNEL "struct list_head { struct list_head *next, *prev; };\n",
		.original = PLAIN,
		.patched = "static struct list_head head = {&head, &head};\n"
			   "int f(int *a) { struct list_head *n = (void *)a;\n"
			   "n->next = head.next; n->prev = &head; head.next->prev = n; head.next = "
			   "n;\n"
			   "return 0; }",
		.out = "f",
		.outlives = "head: list head: f() stores its address",
		.flags = "-g",
	},
	{
		.sentence = "a table of operations that moves into an object",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static const struct file_operations fops = {kernel_read};\n"
			   "int f(int *a) { ((struct inode *)a)->i_fop = &fops; return 0; }",
		.out = "f",
		.outlives = "fops: file operations: f() stores its address",
		.flags = "-g",
	},
	{
		.sentence = "a table of operations by way of a table of tables",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static const struct file_operations one = {kernel_read};\n"
			   "static const struct file_operations two = {0, kernel_read};\n"
			   "static const struct file_operations *const all[] = {&one, &two};\n"
			   "int f(int *a) { ((struct inode *)a)->i_fop = all[*a & 1]; return 0; }",
		.out = "f",
		.outlives = "all: f() stores its address",
	},
	{
		.sentence = "a table of operations that another function of the file reads",
		.both = KERNEL,
		.original = PLAIN,
		.patched =
			"static long mine(void *p) { return work(9); }\n"
			"static const struct file_operations all[] = {{kernel_read}, {0, mine}};\n"
			"static " NOIPA "void set(struct work_struct *w, const struct "
			"file_operations *o) { w->func = (void *)o->write; }\n"
			"int f(int *a) { set((void *)a, all); return 0; }",
		.out = "f +mine +set",
		.outlives = "all: file operations: f() gives its address to set()",
		.flags = "-g",
	},
	{
		.sentence = "a table of names that is only looked up",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static const char *const names[] = {\"one\", \"two\", \"three\"};\n"
			   "static const int numbers[] = {5, 6, 7, 99};\n"
			   "int f(int *a) { printk(names[*a % 3]); return work(numbers[*a & 3]); }",
		.out = "f",
		.outlives = "",
	},
	{
		.sentence = "a string that is kept as long as an interrupt is registered",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "extern int handler(void);\n"
			   "int f(int *a) { return request_threaded_irq(*a, 0, 0, 0, \"my irq\", "
			   "a); }",
		.out = "f",
		.outlives = "\"my irq\": f() gives its address to request_threaded_irq()",
	},
	{
		.sentence = "a string that is stored, but for those that netlink reads at once",
		.both = KERNEL,
		.original = PLAIN,
		.patched =
			"int f(int *a) { static const char __msg[] = \"no such thing\";\n"
			"((struct inode *)a)->name = \"a name\"; *(const char **)(a + 40) = __msg;"
			" return 0; }",
		.out = "f",
		.outlives = "\"a name\": f() stores its address",
	},
	{
		.sentence = "a string that is printed, copied or returned",
		.both = KERNEL,
		.original = "const char *f(int *a) { return 0; }",
		.patched = "const char *f(int *a) { printk(\"seen %s\\n\", \"it\");\n"
			   "memcpy(a, \"some text that is long\", 20); return \"done\"; }",
		.out = "f",
		.outlives = "",
	},
	{
		.sentence = "a constant that is rewritten passes on the things that it names",
		.both = KERNEL,
		.original = "struct entry { const char *name; long (*show)(void *); };\n"
			    "const struct entry all[] = {{\"a\", kernel_read}, {\"b\", "
			    "kernel_read}};\n" PLAIN,
		.patched =
			"struct entry { const char *name; long (*show)(void *); };\n"
			"static long mine(void *p) { return work(9); }\n"
			"const struct entry all[] = {{\"a\", kernel_read}, {\"c\", mine}};\n" PLAIN,
		.out = "+mine =all",
		.outlives = "mine: its address is written into all",
	},
	{
		.sentence = "text in a constant that is rewritten does no harm",
		.both = KERNEL,
		.original = "const char *const all[] = {\"a\", \"b\"};\n" PLAIN,
		.patched = "const char *const all[] = {\"a\", \"c\"};\n" PLAIN,
		.out = "=all",
		.outlives = "",
	},
	{
		.sentence = "a variable that another file of the update may define",
		.both = KERNEL,
		.original = PLAIN,
		.patched = "extern struct notifier_block theirs;\n"
			   "int f(int *a) { return register_reboot_notifier(&theirs); }",
		.out = "f",
		.outlives = "",
		.elsewhere =
			"theirs: notifier: f() gives its address to register_reboot_notifier()",
	},
	{
		.sentence = "the core handles hooks and shadow variables",
		.both = KERNEL,
		.flags = HEADERS,
		.original = PLAIN,
		.patched = AUTHOR "static void gone(void *object, void *data) { use(data); }\n"
				  "LPATCH_SHADOW(note, int, gone);\n"
				  "static void told(void) { work(3); }\nLPATCH_POST_APPLY(told);\n"
				  "int f(int *a) { int *n = lpatch_shadow_get(&note, a);\n"
				  "return n ? *n : work(*a); }",
		.out = "f +gone +told @post_apply:told %note",
		.outlives = "",
	},
	{
		.sentence = "what a hook passes on",
		.both = KERNEL,
		.flags = HEADERS,
		.original = PLAIN,
		.patched = AUTHOR "static struct timer_list timer;\n"
				  "static void told(void) { mod_timer(&timer, 3); }\n"
				  "LPATCH_POST_APPLY(told);\n" PLAIN,
		.out = "+told @post_apply:told",
		.outlives = "timer: timer: told() gives its address to mod_timer()",
	},
	{
		.sentence = "the author releases a variable",
		.both = KERNEL,
		.flags = HEADERS,
		.original = PLAIN,
		.patched = AUTHOR
		"static struct timer_list timer, other;\n"
		"static void told(void) { mod_timer(&timer, 3); mod_timer(&other, 4); }\n"
		"LPATCH_POST_APPLY(told);\nLPATCH_RELEASES(timer);\n" PLAIN,
		.out = "+told @post_apply:told",
		.holds = "!.lpatch.releases",
		.outlives = "other: timer: told() gives its address to mod_timer()",
	},
	{
		.sentence = "the author releases all that a function passes on",
		.both = KERNEL,
		.flags = HEADERS,
		.original = PLAIN,
		.patched = AUTHOR
		"static struct timer_list timer, other;\n"
		"int f(int *a) { mod_timer(&timer, 3); mod_timer(&other, 4);\n"
		"return request_threaded_irq(*a, 0, 0, 0, \"my irq\", a); }\nLPATCH_RELEASES(f);",
		.out = "f",
		.outlives = "",
	},
	{
		.sentence = "the key of a lock, which lockdep keeps as long as the lock is there",
		.both = KERNEL LOCK_INIT,
		.original = "struct lock_class_key { long hash[2]; };\n" PLAIN,
		.patched = "struct lock_class_key { long hash[2]; };\n"
			   "int f(int *a) { static struct lock_class_key __key;\n"
			   "__mutex_init(a, \"a\", &__key); return work(*a); }",
		.out = "f",
		.outlives = "__key: lock class: f() gives its address to __mutex_init()",
	},
	{
		.sentence = "without lockdep it is empty",
		.both = KERNEL LOCK_INIT,
		.original = "struct lock_class_key { };\n" PLAIN,
		.patched = "struct lock_class_key { };\n"
			   "int f(int *a) { static struct lock_class_key __key;\n"
			   "__mutex_init(a, \"a\", &__key); return work(*a); }",
		.out = "f",
		.outlives = "",
	},
	{
		.sentence = "clang: a notifier, a stored function, a lock",
		.compiler = WITH_CLANG,
		.both = KERNEL,
		.original = PLAIN,
		.patched = "static int told(struct notifier_block *b) { return work(2); }\n"
			   "static struct notifier_block block = {told};\nstatic long lock[4];\n"
			   "static void later(struct work_struct *w) { work(w->data); }\n"
			   "int f(int *a) { mutex_lock(lock); ((struct work_struct *)a)->func = "
			   "later;\n"
			   "mutex_unlock(lock); return register_reboot_notifier(&block); }",
		.out = "f +told +later",
		.outlives = "block: notifier: f() gives its address to register_reboot_notifier()|"
			    "later: f() stores its address",
	},
};

int main(void)
{
	return diffobj_run_cases("diffobj what can outlive an update", cases, ARRAY_SIZE(cases));
}
