/* All unit tests in one program; each test runs in a process of its own. */
#include "unit/suites.h"

#include <stdlib.h>

int main(void)
{
    Suite *(*const suites[])(void) = {
        suite_context,        suite_random,       suite_kernels,        suite_ops,
        suite_ops_image,      suite_batch_norm,   suite_presets,        suite_network,
        suite_optimizer,      suite_schedule,     suite_plummer,        suite_trainer,
        suite_checkpoint,     suite_allocation,   suite_metrics,        suite_golden_layers,
        suite_golden_plummer, suite_golden_train, suite_golden_metrics, suite_ngrams,
        suite_moments,        suite_neighbours,   suite_energy_test,    suite_winograd,
        suite_product,        suite_convolutions, suite_trainer_data,   suite_graph_text};
    SRunner *runner = srunner_create(NULL);
    for (size_t i = 0; i < sizeof suites / sizeof suites[0]; i++)
        srunner_add_suite(runner, suites[i]());
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
