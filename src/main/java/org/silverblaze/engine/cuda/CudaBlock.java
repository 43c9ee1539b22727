package org.silverblaze.engine.cuda;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.OccupationLimitException;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.WormTables;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.random.StreamKey;

/**
 * A block of chains that live on the device.
 *
 * <p>A block has to stop at the first multiple of P at which all its chains have their samples, but asking after every period would
 * cost a launch each. So it runs ahead by a guess; each chain notes the clock at which it got there. Where all of them did before the
 * end of the guess, the block goes back to the state that it kept and runs exactly that far: chains are the same every time.
 */
final class CudaBlock implements ChainBlock {
    /** Periods of a guess where nothing is known yet, and of the last guesses. */
    private static final long FEW_PERIODS = 16;

    private final ChainSpec spec;
    private final int firstChain;
    private final int chains;
    private final int links;
    private final int slots;
    private final long startClock;
    private final long[] startSamples;
    private long handle;
    private long clock;
    private final long[] samples;
    private final long[] clocks;
    private final long[] reached;
    private final int[] counts;

    CudaBlock(ChainSpec spec, ChainState state, WormShape shape) {
        Lattice lattice = spec.lattice();
        this.spec = spec;
        this.firstChain = state.firstChain();
        this.chains = state.chains();
        this.links = lattice.links();
        this.clock = state.clock();
        this.startClock = clock;
        this.samples = state.samples().clone();
        this.startSamples = samples.clone();
        this.clocks = new long[chains];
        this.reached = new long[chains];
        this.slots = (int) Math.max(1, shape.sampleBytes() / (2L * links * chains));
        this.counts = new int[chains];
        this.handle = create(shape);
        try {
            Cuda.check(CudaLibrary.sb_worm_load(
                    handle,
                    clock,
                    state.legs(),
                    state.worms(),
                    state.samples(),
                    state.headSite(),
                    state.headLeg(),
                    state.tailSite(),
                    state.tailLeg()));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private long create(WormShape shape) {
        Lattice lattice = spec.lattice();
        WormTables tables = WormTables.of(lattice, spec.couplings());
        StreamKey key = spec.key();
        int dimensions = lattice.dimensions();
        int[] extents = new int[dimensions];
        for (int axis = 0; axis < dimensions; axis++) {
            extents[axis] = lattice.extent(axis);
        }
        float[] g = new float[2 * dimensions * WormTables.MAX_OCCUPATION + 3];
        for (int i = 0; i < g.length; i++) {
            g[i] = tables.g(2 * i);
        }
        int entries = WormTables.MAX_OCCUPATION + 1;
        float[] grow = new float[2 * dimensions * entries];
        float[] shrink = new float[grow.length];
        for (int i = 0; i < grow.length; i++) {
            grow[i] = tables.grow(i / entries, i % entries);
            shrink[i] = tables.shrink(i / entries, i % entries);
        }
        float[] inverse = new float[entries + 1];
        for (int n = 1; n <= entries; n++) {
            inverse[n] = tables.inverse(n);
        }
        long[] out = new long[1];
        Cuda.check(CudaLibrary.sb_worm_create(
                Cuda.device(),
                dimensions,
                extents,
                chains,
                firstChain,
                new int[] {key.low(), key.high()},
                spec.schedule().stepsPerSweep(),
                spec.schedule().thermalization(),
                spec.schedule().wormsBetween(),
                g,
                g.length,
                grow,
                shrink,
                inverse,
                slots,
                shape.threads(),
                shape.memory().code,
                out));
        return out[0];
    }

    @Override
    public void advance(long[] wanted, SampleSink sink) {
        while (!have(wanted)) {
            sink.check();
            long target = clock + periodsToTry(wanted) * spec.schedule().stepsPerSweep();
            Cuda.check(CudaLibrary.sb_worm_keep(handle));
            long[] before = samples.clone();
            List<Fetched> fetched = new ArrayList<>();
            long end = runTo(target, wanted, fetched);
            if (end < target) {
                Cuda.check(CudaLibrary.sb_worm_go_back(handle));
                System.arraycopy(before, 0, samples, 0, chains);
                fetched.clear();
                target = end;
                runTo(target, wanted, fetched);
            }
            clock = target;
            for (Fetched f : fetched) {
                f.deliver(sink);
            }
        }
    }

    private boolean have(long[] wanted) {
        for (int c = 0; c < chains; c++) {
            if (samples[c] < wanted[c]) {
                return false;
            }
        }
        return true;
    }

    /** Nine tenths of what the chain that lacks most should need, at the rate so far. */
    private long periodsToTry(long[] wanted) {
        long lacking = 0;
        long made = Long.MAX_VALUE;
        for (int c = 0; c < chains; c++) {
            lacking = Math.max(lacking, wanted[c] - samples[c]);
            made = Math.min(made, samples[c] - startSamples[c]);
        }
        if (made == 0) {
            return Math.max(FEW_PERIODS, (clock - startClock) / spec.schedule().stepsPerSweep());
        }
        double periodsPerSample =
                (clock - startClock) / (double) spec.schedule().stepsPerSweep() / made;
        // No more than the slots hold twice over, so that memory on the host stays bounded too.
        double guess = Math.min(0.9 * lacking, 2.0 * slots) * periodsPerSample;
        return Math.max(FEW_PERIODS, (long) guess);
    }

    /** @return the clock at which the last chain got what it wanted, or {@code target} where one did not or it was at the end */
    private long runTo(long target, long[] wanted, List<Fetched> fetched) {
        long[] first = new long[chains];
        Arrays.fill(first, -1);
        for (int c = 0; c < chains; c++) {
            if (samples[c] >= wanted[c]) {
                first[c] = clock;
            }
        }
        boolean all;
        do {
            int[] fault = new int[1];
            long[] draw = samples.clone();
            Cuda.check(CudaLibrary.sb_worm_run(handle, target, wanted, clocks, samples, reached, fault));
            if (fault[0] != 0) {
                throw OccupationLimitException.of(spec, firstChain + fault[0] - 1);
            }
            fetched.add(fetch(draw));
            all = true;
            for (int c = 0; c < chains; c++) {
                first[c] = first[c] < 0 ? reached[c] : first[c];
                all &= clocks[c] == target;
            }
        } while (!all);
        long last = clock;
        for (long f : first) {
            last = f < 0 ? target : Math.max(last, f);
            if (f < 0) {
                break;
            }
        }
        return last;
    }

    private Fetched fetch(long[] draw) {
        Cuda.check(CudaLibrary.sb_worm_counts(handle, counts));
        int most = Arrays.stream(counts).max().orElse(0);
        byte[][] packed = new byte[chains][];
        try (BytePointer configurations = new BytePointer(Math.max(1, 2L * links * chains * most))) {
            Cuda.check(CudaLibrary.sb_worm_samples(handle, most, configurations));
            for (int c = 0; c < chains; c++) {
                packed[c] = new byte[2 * links * counts[c]];
                configurations.position(2L * links * most * c).get(packed[c]);
            }
            configurations.position(0);
        }
        return new Fetched(firstChain, draw, packed, links);
    }

    @Override
    public ChainState state() {
        ChainState state = new ChainState(
                firstChain,
                clock,
                new byte[4 * links * chains],
                new long[chains],
                new long[chains],
                new int[chains],
                new int[chains],
                new int[chains],
                new int[chains]);
        Cuda.check(CudaLibrary.sb_worm_store(
                handle,
                state.legs(),
                state.worms(),
                state.samples(),
                state.headSite(),
                state.headLeg(),
                state.tailSite(),
                state.tailLeg()));
        return state;
    }

    @Override
    public ChainSpec spec() {
        return spec;
    }

    @Override
    public int firstChain() {
        return firstChain;
    }

    @Override
    public int chains() {
        return chains;
    }

    @Override
    public long clock() {
        return clock;
    }

    @Override
    public void close() {
        if (handle != 0) {
            long ending = handle;
            handle = 0;
            Cuda.check(CudaLibrary.sb_worm_destroy(ending));
        }
    }

    /**
     * Samples of one launch.
     *
     * @param firstChain number of the first chain
     * @param draw of the first sample of each chain
     * @param packed int8 {@code [chain][sample][k then l][link]}
     * @param links per configuration
     */
    private record Fetched(int firstChain, long[] draw, byte[][] packed, int links) {
        void deliver(SampleSink sink) {
            byte[] k = new byte[links];
            byte[] l = new byte[links];
            for (int c = 0; c < packed.length; c++) {
                for (int i = 0; 2 * links * i < packed[c].length; i++) {
                    System.arraycopy(packed[c], 2 * links * i, k, 0, links);
                    System.arraycopy(packed[c], 2 * links * i + links, l, 0, links);
                    sink.accept(firstChain + c, draw[c] + i, k, l);
                }
            }
        }
    }
}
