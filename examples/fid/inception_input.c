#include "inception_input.h"

#include "inception.h"

/* The two pixels a result stands between along an axis, and the second one's share. */
typedef struct between {
    size_t first, second;
    float share;
} between;

/* Centres of pixels are at halves; what would lie outside is the edge's pixel. In float32, as in the port. */
static between find_between(size_t at, size_t extent)
{
    float scale = (float)extent / (float)INCEPTION_SIDE;
    float place = scale * ((float)at + 0.5f) - 0.5f;
    place = place < 0.0f ? 0.0f : place;
    between found = {.first = (size_t)place};
    found.first = found.first < extent ? found.first : extent - 1;
    found.second = found.first + (found.first + 1 < extent);
    found.share = place - (float)found.first;
    return found;
}

static float unit(uint8_t value)
{
    return (float)value / 255.0f;
}

void inception_input(const uint8_t *pixels, size_t width, size_t height, float *values)
{
    for (size_t i = 0; i < INCEPTION_SIDE; i++) {
        between row = find_between(i, height);
        const uint8_t *above = pixels + row.first * width * INCEPTION_CHANNELS;
        const uint8_t *below = pixels + row.second * width * INCEPTION_CHANNELS;
        for (size_t j = 0; j < INCEPTION_SIDE; j++) {
            between column = find_between(j, width);
            size_t left = column.first * INCEPTION_CHANNELS, right = column.second * INCEPTION_CHANNELS;
            for (size_t k = 0; k < INCEPTION_CHANNELS; k++) {
                float top = (1.0f - column.share) * unit(above[left + k]) + column.share * unit(above[right + k]);
                float bottom = (1.0f - column.share) * unit(below[left + k]) + column.share * unit(below[right + k]);
                *values++ = 2.0f * ((1.0f - row.share) * top + row.share * bottom) - 1.0f;
            }
        }
    }
}

uint8_t value_of_8_bits(float value)
{
    float shown = 255.0f * ((value + 1.0f) / 2.0f);
    /* PyTorch's port rounds so too: NOLINTNEXTLINE(bugprone-incorrect-roundings) */
    return shown >= 255.0f ? 255 : shown > 0.0f ? (uint8_t)(shown + 0.5f) : 0;
}
