/** A run of the sampler: schedule, blocks of chains on threads, shards of a data set. */
package org.silverblaze.sampling;
