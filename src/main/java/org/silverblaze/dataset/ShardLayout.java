package org.silverblaze.dataset;

import org.silverblaze.BadInput;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.Representation;
import org.silverblaze.lattice.Lattice;

/**
 * How the samples of one point of couplings lie in shards, a function of the request alone (DESIGN.md "Schedule of a
 * chain").
 *
 * <p>Every chain gives samples / chains samples, the first (samples mod chains) chains one more. A block has the smallest
 * power of two of chains, at least 16, for which there are at most 64 blocks; the last block may have fewer chains. A
 * segment is {@code segmentSamples} consecutive samples from each chain of a block; the last one may have fewer. Within a
 * shard the samples are ordered by (chain, draw).
 *
 * @param samples samples of one point, at least 1
 * @param chains chains of one point, 1 to samples
 * @param segmentSamples samples of each chain in a segment, 1 to samples
 */
public record ShardLayout(long samples, int chains, long segmentSamples) {
    private static final int SMALLEST_BLOCK = 16;
    private static final int MOST_BLOCKS = 64;
    private static final int MOST_SEGMENTS = 100_000;
    /**
     * A shard is made and read whole, in the memory of every thread that does, so this is a bound of its own. On small lattices it comes long
     * before the bound in time: on 8x8 samples of 300 bytes fill it in seconds. That is meant: a segment need not take
     * minutes, it must not take hours, and what is lost at a kill is less.
     */
    private static final long SHARD_BYTES = 64L << 20;

    /** Worm steps of all chains of a block in a segment: one to two minutes of one core at 4 to 6 ns a step. */
    private static final double SEGMENT_STEPS = 1L << 34;

    /** A site of a heat-bath sweep, and of a sweep of reflections, in worm steps of the same time (jmh/results). */
    private static final double HEAT_BATH_STEPS = 0.6;

    private static final double REFLECTION_STEPS = 0.15;

    private static final long LARGEST_SHARD_BYTES = 1L << 30;
    /** Observables, chain and draw of a sample. */
    private static final long SAMPLE_BYTES = 4 * Double.BYTES + Integer.BYTES + Long.BYTES;

    public ShardLayout {
        if (samples < 1) {
            throw new BadInput("--samples " + samples + ": expected at least 1");
        }
        if (chains < 1) {
            throw new BadInput("--chains " + chains + ": expected at least 1");
        }
        if (chains > samples) {
            throw new BadInput(
                    "--chains " + chains + ": expected at most one chain a sample, " + samples + " (--samples)");
        }
        if (segmentSamples < 1 || segmentSamples > samples) {
            throw new BadInput("samples of a chain in a segment: " + segmentSamples + ", expected 1 to " + samples
                    + " (--samples)");
        }
        if ((samples / chains) / segmentSamples >= MOST_SEGMENTS) {
            throw new BadInput(
                    "samples of a chain in a segment: " + segmentSamples + " gives more than " + MOST_SEGMENTS
                            + " segments for " + samples / chains + " samples of a chain; expected longer segments");
        }
    }

    /** The layout whose segments are as long as shards of 64 MiB allow: for samples that cost next to nothing. */
    public static ShardLayout of(Lattice lattice, long samples, int chains) {
        return of(lattice, samples, chains, 1);
    }

    /**
     * The layout whose segments are as long as shards of 64 MiB and a minute or two of one core allow.
     *
     * @param stepsPerSample worm steps of a chain from one sample to the next
     */
    public static ShardLayout of(Lattice lattice, long samples, int chains, double stepsPerSample) {
        return of(lattice, samples, chains, stepsPerSample, Representation.FLUX);
    }

    /** The layout of fields, likewise. */
    static ShardLayout ofField(Lattice lattice, long samples, int chains, FieldSchedule schedule) {
        double sweeps = HEAT_BATH_STEPS + REFLECTION_STEPS * schedule.reflections();
        return of(lattice, samples, chains, sweeps * lattice.volume() * schedule.updatesBetween(), Representation.PHI);
    }

    private static ShardLayout of(
            Lattice lattice, long samples, int chains, double stepsPerSample, Representation representation) {
        long whole = new ShardLayout(samples, chains, samples).samplesOf(0);
        int together = Math.min(blockOf(chains), chains);
        long bySize = SHARD_BYTES / (together * bytesPerSample(lattice, representation));
        long byTime = (long) (SEGMENT_STEPS / (together * Math.max(1, stepsPerSample)));
        long shortest = whole / MOST_SEGMENTS + 1;
        long segment = Math.clamp(Math.max(Math.min(bySize, byTime), shortest), 1, whole);
        return new ShardLayout(samples, chains, segment).checked(lattice, representation);
    }

    /** This layout, if its shards are small enough to be read whole on that lattice. */
    ShardLayout checked(Lattice lattice, Representation representation) {
        int most = Math.min(block(), chains);
        // In floating point, where nothing overflows.
        double bytes = (double) most * Math.min(segmentSamples, samplesOf(0)) * bytesPerSample(lattice, representation);
        if (bytes > LARGEST_SHARD_BYTES) {
            throw new BadInput("a shard of " + most + " chains on lattice " + lattice + " would have "
                    + Math.round(bytes) + " bytes, more than " + LARGEST_SHARD_BYTES
                    + ": take fewer chains or a smaller lattice");
        }
        return this;
    }

    private static long bytesPerSample(Lattice lattice, Representation representation) {
        return SAMPLE_BYTES
                + switch (representation) {
                    case FLUX -> 2L * lattice.links();
                    case PHI -> 2L * Float.BYTES * lattice.volume();
                };
    }

    private static int blockOf(int chains) {
        int block = SMALLEST_BLOCK;
        while ((chains + (long) block - 1) / block > MOST_BLOCKS) {
            block *= 2;
        }
        return block;
    }

    /** Chains of a block; the last block may have fewer. */
    public int block() {
        return blockOf(chains);
    }

    public int blocks() {
        return (chains + block() - 1) / block();
    }

    public int firstChain(int block) {
        return block * block();
    }

    public int chainsIn(int block) {
        return Math.min(block(), chains - firstChain(block));
    }

    /** All samples of chain {@code chain}. */
    public long samplesOf(int chain) {
        return samples / chains + (chain < samples % chains ? 1 : 0);
    }

    /** Per chain of the block, all its samples: what {@link org.silverblaze.engine.ChainBlock#advance} takes at the end. */
    public long[] samplesIn(int block) {
        return samplesUntil(block, segments(block) - 1);
    }

    /** Per chain of the block, its samples up to the end of that segment. */
    public long[] samplesUntil(int block, int segment) {
        long[] samplesOf = new long[chainsIn(block)];
        for (int i = 0; i < samplesOf.length; i++) {
            samplesOf[i] = firstDraw(firstChain(block) + i, segment + 1);
        }
        return samplesOf;
    }

    /** Segments of a block: as many as its first chain, which has the most samples, needs. */
    public int segments(int block) {
        return Math.toIntExact((samplesOf(firstChain(block)) + segmentSamples - 1) / segmentSamples);
    }

    /** Number of the first sample of {@code chain} in {@code segment}. */
    public long firstDraw(int chain, int segment) {
        return Math.min(segment * segmentSamples, samplesOf(chain));
    }

    /** Samples of {@code chain} in {@code segment}; may be 0 in the last segment of a block. */
    public int samplesOf(int chain, int segment) {
        return Math.toIntExact(firstDraw(chain, segment + 1) - firstDraw(chain, segment));
    }

    /** Samples in a shard of this block and segment. */
    public int samplesIn(int block, int segment) {
        int sum = 0;
        for (int i = 0; i < chainsIn(block); i++) {
            sum += samplesOf(firstChain(block) + i, segment);
        }
        return sum;
    }
}
