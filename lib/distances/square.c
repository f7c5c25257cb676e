/* The squared distance of one pair in float64. */
#include "distances/distances.h"

enum { PARTS = 8 /* sums that do not wait for each other */ };

double square_distance(size_t dimension, const float *a, const float *b)
{
    double part[PARTS] = {0}, rest = 0.0;
    size_t k = 0;
    for (; k + PARTS <= dimension; k += PARTS) {
        for (size_t i = 0; i < PARTS; i++) {
            double difference = (double)a[k + i] - (double)b[k + i];
            part[i] += difference * difference;
        }
    }
    for (; k < dimension; k++) {
        double difference = (double)a[k] - (double)b[k];
        rest += difference * difference;
    }
    return rest + (((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7])));
}
