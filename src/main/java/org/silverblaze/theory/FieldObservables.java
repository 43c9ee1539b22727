package org.silverblaze.theory;

/**
 * Observables of one field configuration at mu = 0 (PHYSICS.md section 1), lattice units, all per site. There is no contact term in
 * this representation: chi_phi2 = V Var(phi2).
 *
 * @param phi2 |phi|^2 = (1/V) sum_x |phi_x|^2
 * @param phi4 |phi|^4 = (1/V) sum_x |phi_x|^4
 * @param hopping (1/V) sum_{x,nu} 2 Re(phi*_x phi_{x+nu}); its mean is that of (1/V) sum (|k| + 2l) in the fluxes, and
 *     mean(eta phi2 + 2 lambda phi4 - hopping) = 1 on every lattice
 * @param zeroMode (1/V) |sum_x phi_x|^2, the slowest mode of local updates; its mean is the susceptibility of phi, sum_x
 *     mean(phi*_0 phi_x), 1/(eta - 2d) in the free theory
 * @param action S/V = eta phi2 + lambda phi4 - hopping
 */
public record FieldObservables(double phi2, double phi4, double hopping, double zeroMode, double action) {}
