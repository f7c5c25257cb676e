/* n-grams of text, and the Jensen-Shannon divergence between two texts. */
#include <coulomb/ngrams.h>

#include "metrics/ngram_table.h"

#include <math.h>

enum { CHUNK = 1024 /* n-grams for which room is made at a time */ };

struct coulomb_ngrams {
    coulomb_context *context;
    size_t n;
    uint64_t total;
    bool broken; /* memory ran out in the middle of an addition */
    ngram_table table;
};

static void end(void *object)
{
    coulomb_ngrams *ngrams = object;
    ngram_table_release(ngrams->context, &ngrams->table);
}

coulomb_status coulomb_ngrams_new(coulomb_context *context, size_t n, coulomb_ngrams **ngrams)
{
    if (ngrams != NULL)
        *ngrams = NULL;
    if (context == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (ngrams == NULL)
        return fail(context, COULOMB_ERROR_ARGUMENT, "ngrams is NULL");
    if (n < 1 || n > NGRAM_MOST)
        return fail(context, COULOMB_ERROR_ARGUMENT, "n is %zu; expected 1 to %d", n, NGRAM_MOST);
    coulomb_ngrams *made = object_new(context, sizeof *made, end);
    if (made == NULL)
        return COULOMB_ERROR_MEMORY;
    made->context = context;
    made->n = n;
    *ngrams = made;
    return COULOMB_OK;
}

void coulomb_ngrams_free(coulomb_ngrams *ngrams)
{
    object_release(ngrams);
}

static coulomb_status check_sound(const coulomb_ngrams *ngrams, coulomb_context *context, const char *name)
{
    if (!ngrams->broken)
        return COULOMB_OK;
    return fail(context, COULOMB_ERROR_STATE, "an earlier addition to %s ran out of memory; it can only be freed",
                name);
}

static coulomb_status check_lines(const coulomb_ngrams *ngrams, const uint16_t *lines, size_t count, size_t length)
{
    coulomb_context *context = ngrams->context;
    if (length < ngrams->n)
        return fail(context, COULOMB_ERROR_ARGUMENT, "length is %zu; expected at least n, which is %zu", length,
                    ngrams->n);
    if (lines == NULL && count > 0)
        return fail(context, COULOMB_ERROR_ARGUMENT, "lines is NULL; expected %zu lines of %zu symbols", count, length);
    size_t more;
    if (!size_product(count, length - ngrams->n + 1, &more) || more > UINT32_MAX - ngrams->total)
        return fail(context, COULOMB_ERROR_ARGUMENT,
                    "%zu lines of %zu symbols, after %llu n-grams, exceed the limit of %lu n-grams", count, length,
                    (unsigned long long)ngrams->total, (unsigned long)UINT32_MAX);
    return COULOMB_OK;
}

/* The n symbols from `symbols` on. */
static ngram ngram_at(const uint16_t *symbols, size_t n)
{
    ngram key = {0};
    for (size_t i = 0; i < n && i < 4; i++)
        key.low |= (uint64_t)symbols[i] << 16 * i;
    for (size_t i = 4; i < n; i++)
        key.high |= (uint32_t)symbols[i] << 16 * (i - 4);
    return key;
}

static coulomb_status count_chunk(coulomb_ngrams *ngrams, const ngram *keys, size_t n)
{
    coulomb_status status = ngram_table_reserve(ngrams->context, &ngrams->table, n);
    if (status == COULOMB_OK)
        ngram_table_add(&ngrams->table, keys, n);
    else
        ngrams->broken = true;
    return status;
}

coulomb_status coulomb_ngrams_add(coulomb_ngrams *ngrams, const uint16_t *lines, size_t count, size_t length)
{
    if (ngrams == NULL)
        return COULOMB_ERROR_ARGUMENT;
    coulomb_status status = check_sound(ngrams, ngrams->context, "the n-grams");
    if (status == COULOMB_OK)
        status = check_lines(ngrams, lines, count, length);
    if (status != COULOMB_OK)
        return status;
    ngram keys[CHUNK];
    size_t held = 0, places = length - ngrams->n + 1;
    for (size_t line = 0; line < count; line++) {
        for (size_t place = 0; place < places; place++) {
            keys[held++] = ngram_at(lines + line * length + place, ngrams->n);
            if (held < CHUNK)
                continue;
            status = count_chunk(ngrams, keys, held);
            if (status != COULOMB_OK)
                return status;
            held = 0;
        }
    }
    status = held > 0 ? count_chunk(ngrams, keys, held) : COULOMB_OK;
    if (status == COULOMB_OK)
        ngrams->total += count * places;
    return status;
}

uint64_t coulomb_ngrams_total(const coulomb_ngrams *ngrams)
{
    return ngrams == NULL || ngrams->broken ? 0 : ngrams->total;
}

uint64_t coulomb_ngrams_distinct(const coulomb_ngrams *ngrams)
{
    return ngrams == NULL || ngrams->broken ? 0 : ngrams->table.used;
}

/* p log(2p / (p + q)) + q log(2q / (p + q)) in nats for p = c / a and q = d / b, both above 0. With x = (q - p) / (q +
 * p) it is (p + q) / 2 (log(1 - x^2) + 2 x artanh x), where nothing cancels; x comes from whole numbers below 2^64. */
static double shared_term(uint64_t c, uint64_t a, uint64_t d, uint64_t b)
{
    uint64_t left = c * b, right = d * a;
    double difference = left > right ? (double)(left - right) : (double)(right - left);
    double sum = (double)left + (double)right, x = difference / sum;
    return sum / ((double)a * (double)b) / 2 * (log1p(-x * x) + 2 * x * atanh(x));
}

/* What is in one text alone contributes its share, counted in whole numbers. */
static double divergence_of(const coulomb_ngrams *a, const coulomb_ngrams *b)
{
    uint64_t shared_a = 0, shared_b = 0;
    double sum = 0, rest = 0; /* Neumaier's compensated sum (1974) */
    for (size_t i = 0; i < a->table.size; i++) {
        const ngram_slot *slot = &a->table.slots[i];
        uint32_t other = slot->count > 0 ? ngram_table_count(&b->table, slot) : 0;
        if (other == 0)
            continue;
        shared_a += slot->count;
        shared_b += other;
        double term = shared_term(slot->count, a->total, other, b->total), next = sum + term;
        rest += fabs(sum) >= fabs(term) ? sum - next + term : term - next + sum;
        sum = next;
    }
    double only_a = (double)(a->total - shared_a) / (double)a->total;
    double only_b = (double)(b->total - shared_b) / (double)b->total;
    double divergence = 0.5 * (only_a + only_b) + 0.5 * (sum + rest) / 0.69314718055994530942;
    return divergence < 1 ? divergence : 1;
}

coulomb_status coulomb_ngrams_divergence(const coulomb_ngrams *a, const coulomb_ngrams *b, double *divergence)
{
    if (a == NULL)
        return COULOMB_ERROR_ARGUMENT;
    if (b == NULL || divergence == NULL)
        return fail(a->context, COULOMB_ERROR_ARGUMENT, "%s is NULL", b == NULL ? "b" : "divergence");
    coulomb_status status = check_sound(a, a->context, "a");
    if (status == COULOMB_OK)
        status = check_sound(b, a->context, "b");
    if (status != COULOMB_OK)
        return status;
    if (a->n != b->n)
        return fail(a->context, COULOMB_ERROR_SHAPE, "a counts n-grams of %zu symbols, b of %zu; expected the same n",
                    a->n, b->n);
    if (a->total == 0 || b->total == 0)
        return fail(a->context, COULOMB_ERROR_STATE, "%s holds no n-grams; expected at least one",
                    a->total == 0 ? "a" : "b");
    *divergence = a->table.used <= b->table.used ? divergence_of(a, b) : divergence_of(b, a);
    return COULOMB_OK;
}
