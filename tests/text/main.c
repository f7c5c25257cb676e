/* What billion-word makes of text, character by character, and the networks it builds. */
#include "suites.h"
#include "unit/run_suites.h"

static Suite *suite_text(void)
{
    Suite *suite = suite_create("text");
    suite_add_tcase(suite, text_lines());
    suite_add_tcase(suite, text_batches());
    suite_add_tcase(suite, text_places());
    suite_add_tcase(suite, text_networks());
    return suite;
}

int main(int count, char **arguments)
{
    const named_suite suite = {"text", suite_text, NULL};
    return run_suites(&suite, 1, count, arguments);
}
