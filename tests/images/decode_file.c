/* Decodes image files for pillow.py: decode_file UPRIGHT SIZE CROP FILE... prints for each "WIDTH HEIGHT" and the
 * pixels in hexadecimal digits, or "refused REASON". With a SIZE, JPEG files are scaled for a square of CROP pixels
 * that is resized to SIZE; then "LEFT TOP SIDE", where the square is, and its resized values follow. */
#include "images/image.h"
#include "support/files.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 24, SIZE_MOST = 64 };

static void print(const image *of)
{
    printf("%zu %zu ", of->width, of->height);
    for (size_t i = 0; i < 3 * of->width * of->height; i++)
        printf("%02x", of->pixels[i]);
}

static void print_square(const image_crop *crop, size_t size)
{
    static float values[3 * SIZE_MOST * SIZE_MOST];
    if (!image_resize(&crop->decoded, crop->part, size, 3, IMAGE_BICUBIC, values))
        exit(EXIT_FAILURE);
    printf(" %.9g %.9g %.9g", crop->part.left, crop->part.top, crop->part.width);
    for (size_t i = 0; i < 3 * size * size; i++)
        printf(" %.7g", 127.5 * (values[i] + 1.0));
}

int main(int count, char **arguments)
{
    static unsigned char bytes[FILE_MOST];
    if (count < 4)
        return EXIT_FAILURE;
    const image_request request = {.upright = strcmp(arguments[1], "1") == 0,
                                   .scaled = true,
                                   .size = strtoul(arguments[2], NULL, 10) % (SIZE_MOST + 1),
                                   .crop = strtoul(arguments[3], NULL, 10)};
    for (int i = 4; i < count; i++) {
        FILE *stream = file_open(arguments[i]);
        if (!stream)
            return EXIT_FAILURE;
        image_crop made;
        const char *wrong = image_decode_crop(bytes, fread(bytes, 1, FILE_MOST, stream), &request, &made);
        fclose(stream);
        if (wrong) {
            printf("refused %s\n", wrong);
            continue;
        }
        print(&made.decoded);
        if (request.size > 0)
            print_square(&made, request.size);
        putchar('\n');
        image_free(&made.decoded);
    }
    return EXIT_SUCCESS;
}
