/** Counter-based random numbers: Philox4x32-10, keys, the map from bits to floats. */
package org.silverblaze.random;
