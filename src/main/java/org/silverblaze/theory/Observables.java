package org.silverblaze.theory;

/**
 * Observables of one closed configuration (PHYSICS.md section 1), lattice units, all per site.
 *
 * @param n particle density (1/V) sum_x k_{x,t}
 * @param phi2 |phi|^2 = (1/V) sum_x W(f_x+2)/W(f_x)
 * @param phi4 |phi|^4 = (1/V) sum_x W(f_x+4)/W(f_x)
 * @param contact (1/V) sum_x [W(f_x+4)/W(f_x) - g(f_x)^2]; its mean belongs to chi_phi2 = V Var(phi2) + mean(contact), the
 *     second derivative of ln Z with respect to eta per site
 */
public record Observables(double n, double phi2, double phi4, double contact) {}
