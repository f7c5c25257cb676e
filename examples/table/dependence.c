/* Distances of distributions, and dependence between columns. */
#include "measured.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- distances --- */

/* The largest difference of two distribution functions, looked at behind each value. */
static double largest_difference(const double *a, size_t a_count, const double *b, size_t b_count)
{
    double largest = 0;
    for (size_t i = 0, j = 0; i < a_count && j < b_count;) {
        double value = a[i] < b[j] ? a[i] : b[j];
        while (i < a_count && a[i] <= value)
            i++;
        while (j < b_count && b[j] <= value)
            j++;
        largest = fmax(largest, fabs((double)i / (double)a_count - (double)j / (double)b_count));
    }
    return largest;
}

static double half_sum(const double *differences, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++)
        sum += fabs(differences[i]);
    return sum / 2;
}

static double text_distance(const measured_rows *a, const measured_rows *b, size_t index, double *differences)
{
    size_t count = a->list[index].texts_count;
    memset(differences, 0, count * sizeof *differences);
    for (size_t i = 0; i < a->rows; i++)
        differences[a->list[index].texts[i]] += 1.0 / (double)a->rows;
    for (size_t i = 0; i < b->rows; i++)
        differences[b->list[index].texts[i]] -= 1.0 / (double)b->rows;
    return half_sum(differences, count);
}

double column_distance(const measured_rows *a, const measured_rows *b, size_t column_index, double *counts)
{
    const measured_column *left = &a->list[column_index], *right = &b->list[column_index];
    if (!left->learned)
        return NAN;
    return left->is_number ? largest_difference(left->sorted, a->rows, right->sorted, b->rows)
                           : text_distance(a, b, column_index, counts);
}

static void add_joint(const measured_rows *of, size_t first, size_t second, double weight, double *counts)
{
    const measured_column *a = &of->list[first], *b = &of->list[second];
    for (size_t i = 0; i < of->rows; i++)
        counts[a->classes[i] * b->classes_count + b->classes[i]] += weight;
}

double pair_distance(const measured_rows *a, const measured_rows *b, size_t first, size_t second, double *counts)
{
    if (!a->list[first].learned || !a->list[second].learned)
        return NAN;
    size_t size = a->list[first].classes_count * a->list[second].classes_count;
    memset(counts, 0, size * sizeof *counts);
    add_joint(a, first, second, 1.0 / (double)a->rows, counts);
    add_joint(b, first, second, -1.0 / (double)b->rows, counts);
    return half_sum(counts, size);
}

/* --- dependence --- */

static double rank_correlation(const measured_rows *of, size_t first, size_t second)
{
    const double *x = of->list[first].ranks, *y = of->list[second].ranks;
    double count = 0, x_sum = 0, y_sum = 0, xx = 0, yy = 0, xy = 0;
    for (size_t i = 0; i < of->rows; i++) {
        if (isnan(x[i]) || isnan(y[i]))
            continue;
        count++;
        x_sum += x[i];
        y_sum += y[i];
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
    }
    double x_variance = xx - x_sum * x_sum / count, y_variance = yy - y_sum * y_sum / count;
    if (count < 2 || x_variance <= 1e-12 * xx || y_variance <= 1e-12 * yy)
        return NAN;
    double correlation = (xy - x_sum * y_sum / count) / sqrt(x_variance * y_variance);
    return fmax(-1, fmin(1, correlation));
}

/* The part of the ranks' variance that lies between categories, less what chance alone would make of it. */
static double correlation_ratio(const measured_rows *of, size_t category, size_t number, double *counts)
{
    const measured_column *by = &of->list[category];
    const double *ranks = of->list[number].ranks;
    double *sums = counts + by->classes_count, count = 0, sum = 0, squares = 0, between = 0, groups = 0;
    memset(counts, 0, 2 * by->classes_count * sizeof *counts);
    for (size_t i = 0; i < of->rows; i++) {
        if (isnan(ranks[i]))
            continue;
        counts[by->classes[i]]++;
        sums[by->classes[i]] += ranks[i];
        count++;
        sum += ranks[i];
        squares += ranks[i] * ranks[i];
    }
    double variance = squares - sum * sum / count;
    for (size_t i = 0; i < by->classes_count; i++)
        if (counts[i] > 0) {
            groups++;
            between += sums[i] * sums[i] / counts[i];
        }
    if (groups < 2 || count <= groups || variance <= 1e-12 * squares)
        return NAN;
    double share = (between - sum * sum / count) / variance;
    return sqrt(fmax(0, fmin(1, 1 - (1 - share) * (count - 1) / (count - groups))));
}

/* Sums over rows or columns of counts[height][width]; how many are not 0. */
static size_t margin(const double *counts, size_t height, size_t width, bool of_rows, double *sums)
{
    size_t used = 0, count = of_rows ? height : width;
    memset(sums, 0, count * sizeof *sums);
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++)
            sums[of_rows ? i : j] += counts[i * width + j];
    for (size_t i = 0; i < count; i++)
        used += sums[i] > 0;
    return used;
}

static double cramers_v(const measured_rows *of, size_t first, size_t second, double *counts)
{
    size_t height = of->list[first].classes_count, width = of->list[second].classes_count;
    double *row_sums = counts + height * width, *column_sums = row_sums + height, total = (double)of->rows;
    memset(counts, 0, height * width * sizeof *counts);
    add_joint(of, first, second, 1, counts);
    double used_rows = (double)margin(counts, height, width, true, row_sums);
    double used_columns = (double)margin(counts, height, width, false, column_sums);
    double squares = 0; /* chi-squared / total + 1 */
    for (size_t i = 0; i < height; i++)
        for (size_t j = 0; j < width; j++)
            if (counts[i * width + j] > 0)
                squares += counts[i * width + j] * counts[i * width + j] / (row_sums[i] * column_sums[j]);
    if (used_rows < 2 || used_columns < 2 || total < 3)
        return NAN;
    double phi = fmax(0, squares - 1 - (used_rows - 1) * (used_columns - 1) / (total - 1));
    used_rows -= (used_rows - 1) * (used_rows - 1) / (total - 1);
    used_columns -= (used_columns - 1) * (used_columns - 1) / (total - 1);
    double least = fmin(used_rows, used_columns) - 1;
    return least > 0 ? sqrt(fmin(1, phi / least)) : NAN;
}

double column_dependence(const measured_rows *of, size_t first, size_t second, double *counts)
{
    const measured_column *a = &of->list[first], *b = &of->list[second];
    if (!a->learned || !b->learned)
        return NAN;
    if (first == second)
        return 1;
    if (a->is_number && b->is_number)
        return rank_correlation(of, first, second);
    if (!a->is_number && !b->is_number)
        return cramers_v(of, first, second, counts);
    return a->is_number ? correlation_ratio(of, second, first, counts) : correlation_ratio(of, first, second, counts);
}
