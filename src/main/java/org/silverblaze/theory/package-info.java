/** The complex phi^4 theory in its flux representation: couplings, radial weights, fluxes, observables, exact values. */
package org.silverblaze.theory;
