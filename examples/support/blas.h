/* OpenBLAS mistakes some processors that are newer than itself for very old ones, which makes training several times
 * slower. */
#ifndef SUPPORT_BLAS_H
#define SUPPORT_BLAS_H

/* If that happened, start the program again with the remedy in its environment. Call it first in main. */
void blas_mend(char **arguments);

#endif
