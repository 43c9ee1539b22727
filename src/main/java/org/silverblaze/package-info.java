/**
 * Silverblaze: flux sampling of the complex scalar field and symmetry-equivariant networks on the fluxes.
 *
 * <p>Data comes in at the top of this list and leaves at the bottom; a package imports only packages above it:
 * {@code files, random, lattice, theory, network, engine, engine.reference | engine.vector, dispatch, statistics, dataset,
 * sampling, training, evaluation, report, experiment, bench, cli}.
 */
package org.silverblaze;
