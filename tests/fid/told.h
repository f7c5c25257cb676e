/* What a call under test tells the user on stderr. */
#ifndef FID_TESTS_TOLD_H
#define FID_TESTS_TOLD_H

/* From here on stderr goes into a file. */
void told_begin(void);

/* Fails the test unless what was told since told_begin() has this part. Stderr is back afterwards. */
void ck_told(const char *part);

#endif
