#include "coding.h"

#include "support/console.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

void column_code_free(column_code *of)
{
    free(of->texts);
    free(of->spikes);
    free(of->rest);
    free(of->category_of);
    free(of->rest_of);
    distribution_free(&of->numbers);
    *of = (column_code){0};
}

size_t column_code_categories(const column_code *of)
{
    return of->texts_count + of->spikes_count + of->has_distribution;
}

bool column_code_index(const column *of, column_code *code)
{
    code->category_of = malloc((of->texts_count + 1) * sizeof *code->category_of);
    code->rest_of = malloc((of->texts_count + 1) * sizeof *code->rest_of);
    if (!code->category_of || !code->rest_of)
        return complain("no memory for the texts of column '%s'", of->name);
    for (size_t i = 0; i < of->texts_count; i++)
        code->category_of[i] = code->rest_of[i] = NO_CATEGORY;
    for (size_t i = 0; i < code->texts_count; i++)
        code->category_of[code->texts[i]] = (uint32_t)i;
    for (size_t i = 0; i < code->rest_count; i++)
        code->rest_of[code->rest[i]] = (uint32_t)i;
    return true;
}

/* --- cells --- */

/* The spike that a number is; their number if it is none. */
static size_t find_spike(const column_code *of, double number)
{
    size_t low = 0, high = of->spikes_count;
    while (low < high) {
        size_t centre = low + (high - low) / 2;
        if (of->spikes[centre] < number)
            low = centre + 1;
        else
            high = centre;
    }
    return low < of->spikes_count && of->spikes[low] == number ? low : of->spikes_count;
}

coded_cell column_code_encode(const column_code *of, const column *like, uint32_t code, double number)
{
    coded_cell made = {.category = NO_CATEGORY};
    uint32_t last = (uint32_t)(of->texts_count + of->spikes_count);
    if (code != CODE_NUMBER) {
        made.category = of->category_of[code];
        if (made.category != NO_CATEGORY || of->rest_of[code] == NO_CATEGORY)
            return made;
        number = of->rest_of[code];
    } else if (column_is_number(like->kind)) {
        size_t spike = find_spike(of, number);
        if (spike < of->spikes_count) {
            made.category = (uint32_t)(of->texts_count + spike);
            return made;
        }
    }
    if (!of->has_distribution || isnan(number))
        return made;
    return (coded_cell){last, true, distribution_encode(&of->numbers, number)};
}

static double to_grid(const column *like, double number)
{
    if (like->kind != COLUMN_DECIMAL)
        return nearbyint(number);
    if (like->format.significant > 0 || like->format.digits_most > 15)
        return number;
    double scale = pow(10, like->format.digits_most), scaled = number * scale;
    return fabs(scaled) < 0x1p53 ? nearbyint(scaled) / scale : number;
}

static double clipped(const distribution *of, double number)
{
    return fmin(fmax(number, of->values[0]), of->values[of->count - 1]);
}

void column_code_decode(const column_code *of, const column *like, size_t category, double place, bool beyond,
                        uint32_t *code, double *number)
{
    *code = CODE_NUMBER;
    *number = NAN;
    if (category < of->texts_count) {
        *code = of->texts[category];
    } else if (category < of->texts_count + of->spikes_count) {
        *number = of->spikes[category - of->texts_count];
    } else if (of->rest_count > 0) {
        double rank = nearbyint(clipped(&of->numbers, distribution_decode(&of->numbers, place, false)));
        *code = of->rest[(size_t)rank];
    } else if (of->has_distribution) {
        *number = to_grid(like, distribution_decode(&of->numbers, place, beyond));
        *number = beyond ? *number : clipped(&of->numbers, *number);
    }
}
