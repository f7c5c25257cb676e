#include "unit/pass_arrays.h"

float x[PASS_MOST], y[PASS_MOST], dx[PASS_MOST], dy[PASS_MOST], dw[PASS_MOST];
