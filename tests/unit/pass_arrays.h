/* The arrays of a network's passes in tests of layers. */
#ifndef UNIT_PASS_ARRAYS_H
#define UNIT_PASS_ARRAYS_H

enum { PASS_MOST = 400000 };

/* Input, output, their gradients, and the gradient of a layer's weights. */
extern float x[PASS_MOST], y[PASS_MOST], dx[PASS_MOST], dy[PASS_MOST], dw[PASS_MOST];

#endif
