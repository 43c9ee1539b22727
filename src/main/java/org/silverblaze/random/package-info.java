/** Counter-based random numbers: Philox4x32-10 and Threefry4x32-13, keys, the map from bits to floats. */
package org.silverblaze.random;
