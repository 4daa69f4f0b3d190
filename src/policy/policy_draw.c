/* Numbers that sizes and targets are made of. */
#include <math.h>

#include <gsl/gsl_cdf.h>

#include "base/bulk.h"
#include "base/quasi.h"
#include "policy/policy.h"
#include "policy/policy_model.h"

void eesi_policy_uniforms(const ees_policy *policy, uint64_t seed, uint64_t replicate, uint32_t purpose, uint32_t step,
                          double u[2]) {
    if (policy->points > 0)
        eesi_quasi_uniforms(seed, policy->points, replicate, purpose, step, u);
    else
        eesi_two_uniforms(seed, replicate, purpose, step, u);
}

double eesi_size_distribution_draw(const eesi_size_rule *rule, double u) {
    switch (rule->distribution) {
    case EESI_SIZE_LOGNORMAL:
        return rule->a * exp(rule->b * gsl_cdf_ugaussian_Pinv(u));
    case EESI_SIZE_NORMAL:
        return rule->a + rule->b * gsl_cdf_ugaussian_Pinv(u);
    case EESI_SIZE_UNIFORM:
        return floor(rule->a + u * (rule->b - rule->a + 1));
    case EESI_SIZE_FIXED:
    case EESI_SIZE_LAST:
    case EESI_SIZE_EMPIRICAL:
    case EESI_SIZE_LEARNED:
    default:
        return rule->a;
    }
}
