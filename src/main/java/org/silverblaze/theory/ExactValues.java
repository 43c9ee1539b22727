package org.silverblaze.theory;

/**
 * Exact expectation values, lattice units.
 *
 * @param n particle density, (1/V) d ln Z / d mu
 * @param phi2 |phi|^2, -(1/V) d ln Z / d eta
 * @param chiN V Var(n), (1/V) d^2 ln Z / d mu^2
 * @param chiPhi2 (1/V) d^2 ln Z / d eta^2, the contact term included
 * @param estimatedError bound-like estimate of the largest absolute error of n and phi2 from truncation; 0 for closed forms
 */
public record ExactValues(double n, double phi2, double chiN, double chiPhi2, double estimatedError) {}
