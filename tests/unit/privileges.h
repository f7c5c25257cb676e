/* For tests of what a file's mode forbids: the superuser may read and write everything. */
#ifndef UNIT_PRIVILEGES_H
#define UNIT_PRIVILEGES_H

/* From now on the calling thread obeys the modes of files, whoever runs it. */
void give_up_privileges(void);

#endif
