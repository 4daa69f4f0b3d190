#!/usr/bin/env bash
# The written hierarchy: a module includes its own folder and those before it; the program includes public headers only.
set -euo pipefail
cd "$EESIM_SOURCE"
modules=(base table feed crs pool flow models calendar policy predict run forecast eval fit report core)
status=0
allowed=""
for module in "${modules[@]}"; do
    [ -d "src/$module" ] || { echo "src/$module is missing"; exit 1; }
    allowed="$allowed $module"
    pattern=$(tr ' ' '|' <<<"${allowed# }")
    if found=$(grep -rnE '^#include "' "src/$module" --include='*.[ch]' --include='*.inc' | grep -vE "#include \"($pattern)/"); then
        printf 'src/%s may include only %s:\n%s\n' "$module" "${allowed# }" "$found"
        status=1
    fi
done
private=$(tr ' ' '|' <<<"${modules[*]}")
if found=$(grep -rnE "^#include \"($private)/" src/cli include --include='*.[ch]' --include='*.inc'); then
    printf 'public headers and src/cli may not include private headers:\n%s\n' "$found"
    status=1
fi
if found=$(grep -rnwE '(rand|random|srand|drand48|gsl_rng_env_setup|gsl_set_error_handler(_off)?) *\(' src --include='*.[ch]' --include='*.inc'); then
    printf 'process-global state is touched:\n%s\n' "$found"
    status=1
fi
# A name stands once in the tree: x.c, x.h and test_x.c belong together.
if found=$(find src \( -name '*.[ch]' -o -name '*.inc' \) -printf '%f\n' | sort | uniq -d | grep .); then
    printf 'file names that are not unique:\n%s\n' "$found"
    status=1
fi
exit $status
