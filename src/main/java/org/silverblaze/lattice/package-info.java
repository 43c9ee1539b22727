/** Extents, site numbering, neighbours. */
package org.silverblaze.lattice;
