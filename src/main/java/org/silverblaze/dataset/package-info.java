/**
 * Data sets on disk: a folder of a manifest and HDF5 shards that are equal byte for byte for the same request, with
 * checksums and provenance beside them; streaming readers, checks, splits by chain. The format is described at
 * {@link org.silverblaze.dataset.Manifest} (folder, manifest) and {@link org.silverblaze.dataset.ShardFile} (shards).
 */
package org.silverblaze.dataset;
