package org.silverblaze.evaluation;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.stream.IntStream;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.dataset.Samples;
import org.silverblaze.dataset.Shard;
import org.silverblaze.dataset.ShardId;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.network.NetworkCounts;
import org.silverblaze.training.Losses;
import org.silverblaze.training.Task;
import org.silverblaze.training.TrainedEnsemble;
import org.silverblaze.training.Trainer;

/**
 * Predictions of the networks of a run for every configuration of a data set, streamed from the disk.
 *
 * <p>Each thread takes the next piece of work: to read a shard (checksum, decoding), where few pieces of shards that were read
 * are left, or to run all members on such a piece. So reading and computing overlap, at exactly the given number of threads,
 * and memory holds a few shards whatever the size of the data set. Answers and losses do not depend on the number of threads.
 */
public final class Predictor {
    /** Samples of a piece of work. */
    private static final int PIECE = 1024;

    private static final int BATCH = 128;
    /** One thread of so many may read at a time: reading is quick, and each holds a shard. */
    private static final int THREADS_PER_READER = 8;

    private final TrainedEnsemble ensemble;
    private final Dataset dataset;
    private final NetworkEngine engine;
    private final int threads;
    private final Task task;
    private final int members;
    private final int outputs;
    private final boolean labelled;

    /** @throws BadInput where the networks do not take the data set's configurations */
    public Predictor(TrainedEnsemble ensemble, Dataset dataset, NetworkEngine engine, int threads) {
        this.ensemble = ensemble;
        this.dataset = dataset;
        this.engine = engine;
        this.threads = threads;
        this.task = ensemble.recipe().task();
        this.members = ensemble.members().size();
        this.outputs = task.outputs().size();
        dataset.requireFluxes();
        Manifest manifest = dataset.manifest();
        this.labelled = task.hasLabels(manifest);
        if (manifest.lattice().dimensions() != 2) {
            throw new BadInput(
                    dataset.path() + ": lattice " + manifest.lattice() + "; networks take two dimensions, N_t x N_x");
        }
        if (!Evaluator.applies(ensemble, manifest.lattice())) {
            throw new BadInput(dataset.path() + ": lattice " + manifest.lattice() + "; network "
                    + ensemble.recipe().name() + " ends in a flatten layer and takes " + ensemble.lattice()
                    + ", the lattice of its training, alone");
        }
    }

    /**
     * Loss of the predictions at one chemical potential, mean over its samples.
     *
     * @param mu chemical potential
     * @param seed the member; null: the mean over the members
     * @param output name of the output
     * @param loss {@code mean_squared_error} or {@code binary_cross_entropy}
     * @param value the loss
     */
    public record Row(double mu, Long seed, String output, String loss, double value) {}

    /**
     * What the prediction took.
     *
     * @param samples configurations
     * @param members networks that each of them went through
     * @param seconds wall time
     * @param readingSeconds thread-seconds of reading
     * @param computingSeconds thread-seconds in the networks
     * @param multiplyAdds of one network for one configuration
     * @param rows empty where the data set has no labels of the task
     */
    public record Result(
            long samples,
            int members,
            double seconds,
            double readingSeconds,
            double computingSeconds,
            long multiplyAdds,
            List<Row> rows) {
        public Result {
            rows = List.copyOf(rows);
        }

        private double flops() {
            return 2.0 * multiplyAdds * samples * members;
        }

        /** GFLOP/s of all threads together, of the whole work. */
        public double gflops() {
            return flops() / seconds * 1e-9;
        }

        /** GFLOP/s of one thread while it is in the networks. */
        public double gflopsInNetworks() {
            return flops() / computingSeconds * 1e-9;
        }
    }

    /**
     * Predicts everything.
     *
     * @param out HDF5 file ({@code .h5}, {@code .hdf5}) or CSV file ({@code .csv}); null: only the losses are kept
     * @throws BadInput where a shard is damaged, or {@code out} has another ending
     */
    public Result run(Path out, Progress progress) throws IOException {
        long start = System.nanoTime();
        Manifest manifest = dataset.manifest();
        try (PredictionSink sink = sink(out)) {
            Work work = new Work(sink, progress);
            work.run();
            sink.finish();
            return new Result(
                    dataset.samples(),
                    members,
                    (System.nanoTime() - start) * 1e-9,
                    work.readingNanos * 1e-9,
                    work.computingNanos * 1e-9,
                    NetworkCounts.of(ensemble.recipe().network(), manifest.lattice())
                            .multiplyAdds(),
                    labelled ? work.rows() : List.of());
        }
    }

    private PredictionSink sink(Path out) throws IOException {
        if (out == null) {
            return PredictionSink.NONE;
        }
        String name = out.getFileName().toString().toLowerCase(Locale.ROOT);
        if (name.endsWith(".csv")) {
            return new PredictionText(out, ensemble, dataset.manifest(), labelled);
        }
        if (name.endsWith(".h5") || name.endsWith(".hdf5")) {
            return new PredictionFile(out, ensemble, dataset, labelled);
        }
        throw new BadInput("--out " + out + ": expected a name that ends in .h5, .hdf5 or .csv");
    }

    /** All members, compiled for one thread. */
    private CompiledNetwork compile() {
        CompiledNetwork network = engine.compile(
                Trainer.problem(ensemble.recipe(), dataset.manifest().lattice(), BATCH, members, 1));
        for (int m = 0; m < members; m++) {
            network.setParameters(m, ensemble.members().get(m).parameters());
        }
        return network;
    }

    /** What a thread does next. */
    private sealed interface Step {}

    /** A shard to read. */
    private record Reading(ShardId id, long first, int firstPiece) implements Step {}

    /** A piece of a shard that was read; {@code number} counts the pieces of the data set. */
    private record Piece(Shard shard, int from, int count, long first, int number) implements Step {}

    /** The work of one call. */
    private final class Work {
        private final PredictionSink sink;
        private final Progress progress;
        private final Queue<Reading> unread = new ArrayDeque<>();
        private final Queue<Piece> pieces = new ArrayDeque<>();
        private final int[] pieceMu;
        /** Sums of losses, {@code [piece][member, their mean last][output]}. */
        private final double[][] losses;

        private int readers;
        private long done;
        private Throwable failure;
        private long readingNanos;
        private long computingNanos;

        Work(PredictionSink sink, Progress progress) {
            this.sink = sink;
            this.progress = progress;
            Manifest manifest = dataset.manifest();
            List<Integer> mus = new ArrayList<>();
            long first = 0;
            for (ShardId id : manifest.shards()) {
                int count = manifest.layout().samplesIn(id.block(), id.segment());
                unread.add(new Reading(id, first, mus.size()));
                first += count;
                for (int p = 0; p < Math.ceilDiv(count, PIECE); p++) {
                    mus.add(id.mu());
                }
            }
            pieceMu = mus.stream().mapToInt(Integer::intValue).toArray();
            losses = new double[pieceMu.length][];
        }

        void run() throws IOException {
            List<Thread> workers = new ArrayList<>();
            for (int t = 1; t < threads; t++) {
                workers.add(Thread.ofPlatform().daemon().name("predict-" + t).start(this::work));
            }
            work();
            for (Thread worker : workers) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("interrupted while predicting", e);
                }
            }
            switch (failure) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }

        private void work() {
            try (CompiledNetwork network = compile()) {
                while (true) {
                    Step next = next();
                    long start = System.nanoTime();
                    switch (next) {
                        case Reading reading -> {
                            Shard shard = dataset.shard(reading.id());
                            read(reading, shard, System.nanoTime() - start);
                        }
                        case Piece piece -> compute(network, piece);
                        case null -> {
                            return;
                        }
                    }
                }
            } catch (IOException | RuntimeException | Error e) {
                synchronized (this) {
                    failure = failure == null ? e : failure;
                    notifyAll();
                }
            }
        }

        /** What to do next: a {@link Reading}, a {@link Piece}; null: nothing is left. */
        private synchronized Step next() {
            boolean interrupted = false;
            try {
                while (failure == null) {
                    if (!unread.isEmpty()
                            && pieces.size() < 2 * threads
                            && readers < Math.ceilDiv(threads, THREADS_PER_READER)) {
                        readers++;
                        return unread.remove();
                    }
                    if (!pieces.isEmpty()) {
                        return pieces.remove();
                    }
                    if (unread.isEmpty() && readers == 0) {
                        return null;
                    }
                    try {
                        wait();
                    } catch (InterruptedException e) {
                        // A shard is being read by another thread: wait for it, then hand the interrupt on.
                        interrupted = true;
                    }
                }
                return null;
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        private synchronized void read(Reading reading, Shard shard, long nanos) {
            readers--;
            readingNanos += nanos;
            int number = reading.firstPiece();
            for (int from = 0; from < shard.count(); from += PIECE) {
                int count = Math.min(PIECE, shard.count() - from);
                pieces.add(new Piece(shard, from, count, reading.first() + from, number++));
            }
            notifyAll();
        }

        private void compute(CompiledNetwork network, Piece piece) throws IOException {
            Samples samples = dataset.samples(piece.shard(), piece.from(), piece.count());
            Examples examples = labelled ? task.examples(samples) : samples.regression();
            int[] all = IntStream.range(0, piece.count()).toArray();
            float[] answers = new float[piece.count() * members * outputs];
            long start = System.nanoTime();
            for (int m = 0; m < members; m++) {
                double[] one = network.forward(m, examples, all);
                for (int i = 0; i < piece.count(); i++) {
                    for (int k = 0; k < outputs; k++) {
                        answers[(i * members + m) * outputs + k] = (float) one[i * outputs + k];
                    }
                }
            }
            long nanos = System.nanoTime() - start;
            Prediction prediction = new Prediction(
                    piece.first(), piece.shard().id().mu(), samples, answers, labelled ? examples.targets() : null);
            sink.add(prediction);
            double[] sums = labelled ? losses(prediction) : null;
            synchronized (this) {
                losses[piece.number()] = sums;
                computingNanos += nanos;
                done += piece.count();
                progress.update("predicting", done, dataset.samples());
            }
        }

        private double[] losses(Prediction p) {
            double[] mean = p.mean(members);
            double[] sums = new double[(members + 1) * outputs];
            for (int i = 0; i < p.count(); i++) {
                for (int k = 0; k < outputs; k++) {
                    double target = p.targets()[i * outputs + k];
                    for (int m = 0; m < members; m++) {
                        sums[m * outputs + k] +=
                                Losses.one(task.loss(), p.answers()[(i * members + m) * outputs + k], target);
                    }
                    sums[members * outputs + k] += Losses.one(task.loss(), mean[i * outputs + k], target);
                }
            }
            return sums;
        }

        /** Pieces are added in the order of the data set: the same bits at any number of threads. */
        List<Row> rows() {
            Manifest manifest = dataset.manifest();
            List<Row> rows = new ArrayList<>();
            for (int mu = 0; mu < manifest.points().size(); mu++) {
                double[] sums = new double[(members + 1) * outputs];
                for (int p = 0; p < pieceMu.length; p++) {
                    for (int j = 0; j < sums.length && pieceMu[p] == mu; j++) {
                        sums[j] += losses[p][j];
                    }
                }
                for (int j = 0; j < sums.length; j++) {
                    int m = j / outputs;
                    if (m < members || members > 1) {
                        rows.add(new Row(
                                manifest.points().get(mu).mu(),
                                m < members ? ensemble.members().get(m).seed() : null,
                                task.outputs().get(j % outputs),
                                task.loss().name().toLowerCase(Locale.ROOT),
                                sums[j] / manifest.samples()));
                    }
                }
            }
            return rows;
        }
    }
}
