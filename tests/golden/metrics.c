/* Divergence of n-grams and Fréchet distance against the reference values. */
#include "golden/golden.h"
#include "unit/check_more.h"
#include "unit/suites.h"
#include "unit/test_context.h"

#include <coulomb/moments.h>
#include <coulomb/ngrams.h>

static coulomb_ngrams *read_ngrams(const char *array, size_t n)
{
    golden_array lines = golden_read("metrics/ngram_jsd", array);
    uint16_t *symbols = malloc(lines.count * sizeof *symbols);
    for (size_t i = 0; i < lines.count; i++)
        symbols[i] = (uint16_t)lines.values[i];
    coulomb_ngrams *ngrams;
    ck_ok(context, coulomb_ngrams_new(context, n, &ngrams));
    ck_ok(context, coulomb_ngrams_add(ngrams, symbols, lines.shape[0], lines.shape[1]));
    free(symbols);
    golden_free(&lines);
    return ngrams;
}

START_TEST(divergence_matches)
{
    golden_array expected = golden_read("metrics/ngram_jsd", "jsd");
    for (size_t n = 1; n <= expected.count; n++) {
        double divergence = -1;
        coulomb_ngrams *truth = read_ngrams("truth", n), *generated = read_ngrams("generated", n);
        ck_ok(context, coulomb_ngrams_divergence(truth, generated, &divergence));
        ck_close(divergence, expected.values[n - 1], 1e-9, expected.values[n - 1]);
        coulomb_ngrams_free(truth);
        coulomb_ngrams_free(generated);
    }
    golden_free(&expected);
}
END_TEST

static coulomb_moments *from_features(const char *name, const char *array, size_t dimension)
{
    size_t count;
    float *features = golden_floats_rounded(name, array, &count);
    coulomb_moments *moments;
    ck_ok(context, coulomb_moments_new(context, dimension, &moments));
    ck_ok(context, coulomb_moments_add(moments, features, count / dimension));
    free(features);
    return moments;
}

static coulomb_moments *from_moments(const char *name, const char *mean_array, const char *covariance_array)
{
    golden_array mean = golden_read(name, mean_array), covariance = golden_read(name, covariance_array);
    coulomb_moments *moments;
    ck_ok(context, coulomb_moments_new(context, mean.count, &moments));
    ck_ok(context, coulomb_moments_set(moments, 0, mean.values, covariance.values));
    golden_free(&mean);
    golden_free(&covariance);
    return moments;
}

/* The largest term: a trace, or the squared distance of the means. */
static double size_of(const coulomb_moments *a, const coulomb_moments *b)
{
    size_t n = coulomb_moments_dimension(a);
    double *covariance = malloc(n * n * sizeof(double)), *mean_a = malloc(n * sizeof(double)),
           *mean_b = malloc(n * sizeof(double)), traces[2] = {0}, square = 0;
    for (size_t set = 0; set < 2; set++) {
        ck_ok(context, coulomb_moments_covariance(set == 0 ? a : b, covariance));
        for (size_t i = 0; i < n; i++)
            traces[set] += covariance[i * n + i];
    }
    ck_ok(context, coulomb_moments_mean(a, mean_a));
    ck_ok(context, coulomb_moments_mean(b, mean_b));
    for (size_t i = 0; i < n; i++)
        square += (mean_a[i] - mean_b[i]) * (mean_a[i] - mean_b[i]);
    free(covariance);
    free(mean_a);
    free(mean_b);
    return fmax(square, fmax(traces[0], traces[1]));
}

/* Both ways round, and frees them. */
static void compare(coulomb_moments *a, coulomb_moments *b, double expected)
{
    double distance = -1, back = -1, size = size_of(a, b);
    ck_ok(context, coulomb_moments_distance(a, b, &distance));
    ck_ok(context, coulomb_moments_distance(b, a, &back));
    ck_close(distance, expected, 1e-6, size);
    ck_close(back, expected, 1e-6, size);
    coulomb_moments_free(a);
    coulomb_moments_free(b);
}

START_TEST(frechet_matches)
{
    const char *name = golden_case("metrics/frechet", (size_t)_i);
    golden_array expected = golden_read(name, "distance"), mean = golden_read(name, "mu_1");
    size_t dimension = mean.count;
    compare(from_features(name, "features_1", dimension), from_features(name, "features_2", dimension),
            expected.values[0]);
    compare(from_moments(name, "mu_1", "sigma_1"), from_moments(name, "mu_2", "sigma_2"), expected.values[0]);
    golden_free(&expected);
    golden_free(&mean);
}
END_TEST

Suite *suite_golden_metrics(void)
{
    Suite *suite = suite_create("golden metrics");
    TCase *test = tcase_create("reference values");
    tcase_add_checked_fixture(test, context_begin, context_end);
    tcase_add_test(test, divergence_matches);
    tcase_add_loop_test(test, frechet_matches, 0, (int)golden_case_count("metrics/frechet"));
    suite_add_tcase(suite, test);
    return suite;
}
