/* What a call under test tells the user on stderr. */
#ifndef UNIT_TOLD_H
#define UNIT_TOLD_H

/* From here on stderr goes into a file. */
void told_begin(void);

/* What was told since told_begin(), until the next told_text() or ck_told(). Stderr is back afterwards. */
const char *told_text(void);

/* Fails the test unless what was told since told_begin() has this part. Like told_text(). */
void ck_told(const char *part);

#endif
