/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A folder for one test, and the files that real tools make in it. Every error fails the test.
 */
#ifndef LPATCH_TESTS_SCRATCH_H
#define LPATCH_TESTS_SCRATCH_H

#define SCRATCH_PATH 32 /* bytes that the path of such a folder takes */

/* Makes an empty folder and sets `directory` to its path; removes it with its contents. */
void scratch_make(char directory[SCRATCH_PATH]);
void scratch_remove(const char *directory);

/* Runs a shell command. */
void scratch_run(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Compiles the text with these flags to DIRECTORY/NAME.o, and returns that path, to be freed. */
char *scratch_compile(const char *directory, const char *name, const char *flags, const char *text);

#endif
