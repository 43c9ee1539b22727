package org.silverblaze.dispatch;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.engine.SampleSink;
import org.silverblaze.engine.SamplingEngine;

/**
 * An engine of given cost, which computes nothing: every call lets a virtual clock run on. Up to {@code width} units of a call cost as
 * much as one, as on a device with so many lanes; before {@code compiled} of its own seconds all is a hundred times slower.
 */
final class CostedEngine implements Engine {
    private static final double SLOW = 100;
    private static final double TIRED = 1e4;
    /** Steps of a worm from its opening to its closing. */
    private static final int STEPS_A_WORM = 50;

    private final String name;
    private final AtomicLong clock;
    private final double secondsACall;
    private final double secondsAWidth;
    private final double width;
    private double compiled;
    private double tired = Double.POSITIVE_INFINITY;
    private double noise;
    private CountDownLatch gate = new CountDownLatch(0);
    private final AtomicInteger closed = new AtomicInteger();
    private EngineStatus status = new EngineStatus(true, "made up");
    private RuntimeException failure;
    private Error error;
    private int failsAfter;
    private int calls;
    private double busy;
    private final SplittableRandom random = new SplittableRandom(5);
    private final List<Integer> models = new ArrayList<>();

    CostedEngine(String name, AtomicLong clock, double secondsACall, double secondsAWidth, double width) {
        this.name = name;
        this.clock = clock;
        this.secondsACall = secondsACall;
        this.secondsAWidth = secondsAWidth;
        this.width = width;
    }

    CostedEngine compiledAfter(double seconds) {
        compiled = seconds;
        return this;
    }

    /** {@link #TIRED} times slower from so many of its own seconds on. */
    CostedEngine tiredAfter(double seconds) {
        tired = seconds;
        return this;
    }

    CostedEngine noisy(double fraction) {
        noise = fraction;
        return this;
    }

    CostedEngine missing(String reason) {
        status = new EngineStatus(false, reason);
        return this;
    }

    /** Throws in the call after so many. */
    CostedEngine failing(int after, RuntimeException with) {
        failsAfter = after;
        failure = with;
        return this;
    }

    /** Does not come back from its first step before the latch is open. */
    CostedEngine waitingFor(CountDownLatch latch) {
        gate = latch;
        return this;
    }

    /** Networks that were closed. */
    int closed() {
        return closed.get();
    }

    CostedEngine outOfMemory(int after) {
        failsAfter = after;
        error = new OutOfMemoryError("cannot reserve 9 GiB");
        return this;
    }

    /** Calls that did work or made something ready. */
    int calls() {
        return calls;
    }

    /** Models of every network that was compiled. */
    List<Integer> models() {
        return models;
    }

    /** Rate without noise once it is compiled, in units per second, of calls of so many units. */
    double rate(double units) {
        return units / seconds(units);
    }

    private double seconds(double units) {
        return secondsACall + secondsAWidth * Math.ceil(units / width);
    }

    private void ready() {
        calls++;
        if (calls > failsAfter) {
            if (failure != null) {
                throw failure;
            }
            if (error != null) {
                throw error;
            }
        }
    }

    private void work(double units) {
        ready();
        double seconds = seconds(units)
                * (busy >= tired ? TIRED : busy < compiled ? SLOW : 1)
                * (1 + noise * random.nextDouble(-1, 1));
        busy += seconds;
        clock.addAndGet(Math.max(1, Math.round(seconds * 1e9)));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public EngineStatus status() {
        return status;
    }

    @Override
    public FieldEngine fields() {
        throw new AssertionError("nobody asks for fields");
    }

    @Override
    public SamplingEngine sampling() {
        return new SamplingEngine() {
            @Override
            public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
                ready();
                return new Block(spec, firstChain, chains);
            }

            @Override
            public ChainBlock resume(ChainSpec spec, ChainState state) {
                throw new AssertionError("slices begin at the cold start");
            }
        };
    }

    @Override
    public NetworkEngine networks() {
        return problem -> {
            ready();
            models.add(problem.models());
            return new Network(problem);
        };
    }

    private final class Block implements ChainBlock {
        private final ChainSpec spec;
        private final int firstChain;
        private final int chains;
        private long samples;

        Block(ChainSpec spec, int firstChain, int chains) {
            this.spec = spec;
            this.firstChain = firstChain;
            this.chains = chains;
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
            return samples * spec.schedule().wormsBetween() * STEPS_A_WORM;
        }

        @Override
        public void advance(long[] wanted, SampleSink sink) {
            long before = clock();
            byte[] none = {};
            for (long draw = samples; draw < wanted[0]; draw++) {
                for (int chain = 0; chain < chains; chain++) {
                    sink.accept(firstChain + chain, draw, none, none);
                }
            }
            samples = wanted[0];
            work((double) (clock() - before) * chains);
        }

        @Override
        public ChainState state() {
            throw new AssertionError("nobody asks for the state");
        }

        @Override
        public void close() {}
    }

    private final class Network implements CompiledNetwork {
        private final NetworkProblem problem;

        Network(NetworkProblem problem) {
            this.problem = problem;
        }

        @Override
        public NetworkProblem problem() {
            return problem;
        }

        @Override
        public int outputs() {
            return problem.shapes().output().size();
        }

        @Override
        public void setParameters(int model, double[] free) {}

        @Override
        public double[] parameters(int model) {
            throw new AssertionError("slices train only");
        }

        @Override
        public void setOptimizerState(int model, OptimizerState state) {}

        @Override
        public OptimizerState optimizerState(int model) {
            throw new AssertionError("slices train only");
        }

        @Override
        public double[] forward(int model, Examples examples, int[] selection) {
            throw new AssertionError("slices train only");
        }

        @Override
        public double gradient(int model, Examples examples, int[] selection, double[] gradient) {
            throw new AssertionError("slices train only");
        }

        @Override
        public void trainStep(Examples examples, int[][] selections, double[] losses) {
            problem.requireFits(examples);
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError("an engine is not interrupted", e);
            }
            work((double) selections.length * selections[0].length);
        }

        @Override
        public double[] featureMap(int model, int layer, Examples examples, int example) {
            throw new AssertionError("slices train only");
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }
}
