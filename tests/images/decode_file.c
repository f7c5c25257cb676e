/* Decodes image files for pillow.py: decode_file [--upright] FILE... prints for each "WIDTH HEIGHT" and the pixels in
 * hexadecimal digits, or "refused REASON". */
#include "images/image.h"
#include "support/files.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MOST = 1 << 24 };

static void print(const image *of)
{
    printf("%zu %zu ", of->width, of->height);
    for (size_t i = 0; i < 3 * of->width * of->height; i++)
        printf("%02x", of->pixels[i]);
    putchar('\n');
}

int main(int count, char **arguments)
{
    static unsigned char bytes[FILE_MOST];
    bool upright = count > 1 && strcmp(arguments[1], "--upright") == 0;
    image_decoder *decode = upright ? image_decode_upright : image_decode;
    for (int i = 1 + upright; i < count; i++) {
        FILE *stream = file_open(arguments[i]);
        if (!stream)
            return EXIT_FAILURE;
        image made;
        const char *wrong = decode(bytes, fread(bytes, 1, FILE_MOST, stream), &made);
        fclose(stream);
        if (wrong)
            printf("refused %s\n", wrong);
        else
            print(&made);
        image_free(&made);
    }
    return EXIT_SUCCESS;
}
