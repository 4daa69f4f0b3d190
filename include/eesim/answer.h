/**
 * @file
 * A question in, an answer out, both JSON: for other languages and for pages.
 */
#ifndef EESIM_ANSWER_H
#define EESIM_ANSWER_H

#include <eesim/context.h>
#include <eesim/error.h>

/**
 * Answer a question.
 *
 *     {"command":"draw","program":"CEC","draw_size":6000,"date":"2026-02-17","replicates":10000,"seed":1}
 *
 * "command" is a command of the program `eesim`; the other keys are its options, with _ for -. A flag is true or false,
 * an option that may be repeated a text or an array of texts, a number a number. Options about files and screens
 * (--data, --threads, --output, --format) are no keys: the context knows them.
 * @param question  NUL-terminated JSON.
 * @param answer    set to the text that `--format json` prints, free() it; NULL after an error.
 * @return 0; EES_ERR_DATA (the question is not JSON); EES_ERR_RANGE (an unknown key or command, a wrong type or value:
 *         the message names the key); the errors of the verb behind the command.
 */
EES_API int ees_answer_json(ees_context *context, const char *question, char **answer, ees_error *err) EES_MUST_CHECK;

#endif
