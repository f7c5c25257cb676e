/* One suite per file; main.c runs them all. */
#ifndef UNIT_SUITES_H
#define UNIT_SUITES_H

#include <check.h>

Suite *suite_allocation(void);
Suite *suite_batch_norm(void);
Suite *suite_checkpoint(void);
Suite *suite_context(void);
Suite *suite_convolutions(void);
Suite *suite_energy_test(void);
Suite *suite_golden_layers(void);
Suite *suite_golden_metrics(void);
Suite *suite_golden_plummer(void);
Suite *suite_golden_train(void);
Suite *suite_graph_text(void);
Suite *suite_kernels(void);
Suite *suite_metrics(void);
Suite *suite_moments(void);
Suite *suite_neighbours(void);
Suite *suite_network(void);
Suite *suite_ngrams(void);
Suite *suite_ops(void);
Suite *suite_ops_image(void);
Suite *suite_optimizer(void);
Suite *suite_plummer(void);
Suite *suite_presets(void);
Suite *suite_product(void);
Suite *suite_random(void);
Suite *suite_schedule(void);
Suite *suite_trainer(void);
Suite *suite_trainer_data(void);
Suite *suite_winograd(void);

#endif
