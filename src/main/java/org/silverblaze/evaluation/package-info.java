/** Generalisation tables over lattice sizes and couplings, with the constant predictor and the oracle network as scale. */
package org.silverblaze.evaluation;
