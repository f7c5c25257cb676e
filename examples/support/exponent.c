#include "exponent.h"

#include "console.h"

void exponent_options(option_table *table, const char *group, double *exponent, double *dimension)
{
    const option_row rows[] = {
        {.name = "exponent",
         .argument = "P",
         .number = exponent,
         .low_excluded = true,
         .help = "p of the kernel (r^2 + epsilon^2)^(-p/2)"},
        {.name = "dimension",
         .argument = "M",
         .number = dimension,
         .low = 2,
         .low_excluded = true,
         .passing = true,
         .help = "the paper's m = exponent + 2; an alternative to --exponent"},
    };
    options_add(table, group, rows, sizeof rows / sizeof *rows);
}

bool exponent_check(option_table *table, double *exponent, double dimension)
{
    option_row *of_exponent = options_find(table, "exponent"), *of_dimension = options_find(table, "dimension");
    if (!of_dimension->given)
        return true;
    if (of_exponent->given)
        return complain("--dimension and --exponent are alternatives (dimension = exponent + 2); give only one");
    *exponent = dimension - 2;
    of_exponent->given = true;
    of_dimension->given = false;
    return true;
}
