/* 256 replicates of the fixed workload by one engine, once: for counting instructions, not for timing. */
#include <stdlib.h>
#include <string.h>

#include "engine/engine_run.h"
#include "fixed_workload.h"

enum { REPLICATES = 256 };

int main(int argc, char **argv) {
    static fixed_workload fixed;
    static int32_t numbers[3][FIXED_ROUNDS * REPLICATES];
    eesi_outcomes out = {REPLICATES, numbers[0], numbers[1], numbers[2], NULL};
    eesi_tables tables;
    enum eesi_engine_kind kind =
        argc > 1 && strcmp(argv[1], "counted") == 0 ? EESI_ENGINE_COUNTED : EESI_ENGINE_POISSON;
    fixed_workload_init(&fixed);
    int status = eesi_tables_init(&tables, &fixed.world, NULL);
    /* The plain build: what valgrind knows of newer instructions differs from version to version. */
    if (status == 0)
        status = eesi_engine_run(&tables, kind, EESI_ISA_BASE, 1, 1, 0, REPLICATES, &out, NULL);
    eesi_tables_free(&tables);
    return status == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
