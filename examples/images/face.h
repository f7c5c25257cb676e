/* What one drawn face is like; drawn by draw_face.c, the hair by draw_hair.c. Lengths in pixels of a 178 x 218 picture,
 * around the middle between the eyes. */
#ifndef IMAGES_FACE_H
#define IMAGES_FACE_H

#include "images/brush.h"

enum hair_style { HAIR_BALD, HAIR_SHORT, HAIR_SWEPT, HAIR_CURLY, HAIR_BOB, HAIR_LONG, HAIR_BUN, HAIR_STYLES };

typedef struct face {
    double width, chin, brow;  /* half the width at the cheeks; chin below, top of the forehead above the eyes */
    double jaw;                /* width of the jaw against that of the cheeks */
    double yaw, roll, light;   /* -1 to 1: where it looks, how it is tilted, where light comes from */
    double eyes, open;         /* half the distance of the eyes; how wide they are open */
    double smile, mouth, lips; /* -0.3 to 1; half the mouth's width; how full the lips are */
    bool teeth, feminine, bearded, moustached, glasses;
    colour skin, hair, iris, lip, frame;
    enum hair_style style;
    double parting; /* -1 to 1 */
} face;

/* The hair behind the head and its front, which falls over the forehead. */
void hair_back(cairo_t *on, const face *of, dice *rolled);
void hair_front(cairo_t *on, const face *of, dice *rolled);

#endif
