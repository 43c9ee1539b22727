package org.silverblaze.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silverblaze.BadInput;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.engine.FieldSpec;
import org.silverblaze.engine.Representation;
import org.silverblaze.engine.SamplingAlgorithm;
import org.silverblaze.engine.SamplingSchedule;
import org.silverblaze.engine.Schedule;
import org.silverblaze.engine.WormAlgorithm;
import org.silverblaze.files.Json;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.Couplings;

/**
 * What a data set is: the request with everything that its bytes depend on, as {@code manifest.json} in its folder. Equal
 * requests give equal bytes of the manifest and of every shard, on every engine, host and number of threads.
 *
 * <p>A data set is a folder of
 * <ul>
 *   <li>{@code manifest.json}, canonical JSON (indented, keys in alphabetical order), there first;
 *   <li>one shard for every (mu, block, segment), {@code mu000-block000-segment000.h5}, see {@link ShardFile};
 *   <li>{@code SHA256SUMS}, as {@code sha256sum -c} reads it, over the manifest and every shard, there last: a folder that
 *       has it is complete;
 *   <li>{@code provenance.jsonl}, one line for every run that worked on the folder, outside the promise of equal bytes;
 *   <li>{@code part.json} where the folder holds only a part of the data set, see {@link Part};
 *   <li>{@code .state} files beside the shards while the data set is being made, see {@link StateFile}; none where it is
 *       complete;
 *   <li>{@code .sha256} files beside the shards of fields while the data set is being made, see {@link ShardDigest};
 *   <li>{@code .lock}, empty, by which one process at a time writes; {@code .NAME.part} while a file is being written.
 * </ul>
 *
 * <p>Format versions: a data set has the oldest format that can say what it is, so that older programs read what they can.
 * Format 1 holds closed fluxes; format 2 has {@code representation} and holds fields, or {@code task} and holds open worms. Readers of this program read every format up to
 * {@link #FORMAT}; a newer one is refused in one line. A new version of the format keeps a reader for the older ones.
 *
 * @param lattice 1 to 4 dimensions, time first
 * @param eta coefficient of |phi|^2, lattice units
 * @param lambda coefficient of |phi|^4, lattice units
 * @param points chemical potentials with their resolved schedules, in the order of the request
 * @param samples samples of each point
 * @param chains Markov chains of each point
 * @param seed the user's seed
 * @param algorithm how the chains are sampled, with its revision; says which representation
 * @param segmentSamples samples of each chain in a segment
 * @param labels meaning of every label that the shards hold beside the observables, by name; empty for plain ensembles
 * @param task the open worms that were put into the closed configurations of the chains; null for plain ensembles
 */
public record Manifest(
        Lattice lattice,
        double eta,
        double lambda,
        List<Point> points,
        long samples,
        int chains,
        long seed,
        SamplingAlgorithm algorithm,
        long segmentSamples,
        SortedMap<String, String> labels,
        ViolationTask task) {
    /** The newest version of the format of folder, manifest and shards. */
    public static final int FORMAT = 2;

    public static final String FILE = "manifest.json";

    static final int GENERATOR_REVISION = 1;

    /**
     * One point of couplings.
     *
     * @param mu chemical potential, lattice units
     * @param schedule fluxes: thermalization and spacing in worms, l sweeps in worm steps; fields: both in updates
     */
    public record Point(
            double mu,
            // Told apart by their keys, as format 1 has nothing else.
            @JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
            @JsonSubTypes({@JsonSubTypes.Type(Schedule.class), @JsonSubTypes.Type(FieldSchedule.class)})
            SamplingSchedule schedule) {}

    public Manifest {
        // Minus zero is the same theory and would be another text and another key.
        eta += 0.0;
        lambda += 0.0;
        points = points.stream().map(p -> new Point(p.mu() + 0.0, p.schedule())).toList();
        labels = java.util.Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        if (points.isEmpty()) {
            throw new BadInput("--mu: expected at least one value");
        }
        for (Point point : points) {
            new Couplings(eta, lambda, point.mu());
        }
        if (points.stream().map(Point::mu).distinct().count() < points.size()) {
            throw new BadInput("--mu: a value comes twice; expected distinct values");
        }
        for (String label : labels.keySet()) {
            if (!label.matches("[a-z][a-z0-9_]*") || Shard.ARRAYS.contains(label)) {
                throw new BadInput("label '" + label + "': expected a new name of a-z, 0-9 and _");
            }
        }
        for (Point point : points) {
            boolean worms = point.schedule() instanceof Schedule;
            if (worms != (algorithm.representation() == Representation.FLUX)) {
                throw new BadInput("algorithm " + algorithm.id() + " with the schedule " + point.schedule()
                        + "; expected that of representation "
                        + algorithm.representation().id());
            }
        }
        if (algorithm instanceof FieldAlgorithm local) {
            for (Point point : points) {
                new FieldSpec(
                        lattice, new Couplings(eta, lambda, point.mu()), local, seed, (FieldSchedule) point.schedule());
            }
        }
        new ShardLayout(samples, chains, segmentSamples).checked(lattice, algorithm.representation());
        if (task != null && algorithm.representation() != Representation.FLUX) {
            throw new BadInput("--task " + task.kind().id() + ": open worms are of the flux representation; expected"
                    + " --representation flux");
        }
        if (task != null) {
            task.check(lattice, samples, chains, segmentSamples);
        }
    }

    /** A plain ensemble. */
    public Manifest(
            Lattice lattice,
            double eta,
            double lambda,
            List<Point> points,
            long samples,
            int chains,
            long seed,
            SamplingAlgorithm algorithm,
            long segmentSamples,
            SortedMap<String, String> labels) {
        this(lattice, eta, lambda, points, samples, chains, seed, algorithm, segmentSamples, labels, null);
    }

    /** As the other one, where a sample costs next to nothing. */
    public static Manifest of(
            Lattice lattice,
            double eta,
            double lambda,
            List<Point> points,
            long samples,
            int chains,
            long seed,
            WormAlgorithm algorithm) {
        return of(lattice, eta, lambda, points, samples, chains, seed, algorithm, 1);
    }

    /**
     * A plain ensemble of closed configurations, in segments of {@link ShardLayout#of}.
     *
     * @param stepsPerSample worm steps of a chain from one sample to the next, at the point where they are most; a function of
     *     the request alone
     */
    public static Manifest of(
            Lattice lattice,
            double eta,
            double lambda,
            List<Point> points,
            long samples,
            int chains,
            long seed,
            WormAlgorithm algorithm,
            double stepsPerSample) {
        long segment = ShardLayout.of(lattice, samples, chains, stepsPerSample).segmentSamples();
        return new Manifest(lattice, eta, lambda, points, samples, chains, seed, algorithm, segment, new TreeMap<>());
    }

    /**
     * An ensemble of the field phi at mu = 0, in segments of {@link ShardLayout#of}.
     */
    public static Manifest ofField(
            Lattice lattice,
            double eta,
            double lambda,
            double mu,
            FieldSchedule schedule,
            long samples,
            int chains,
            long seed,
            FieldAlgorithm algorithm) {
        long segment = ShardLayout.ofField(lattice, samples, chains, schedule).segmentSamples();
        return new Manifest(
                lattice,
                eta,
                lambda,
                List.of(new Point(mu, schedule)),
                samples,
                chains,
                seed,
                algorithm,
                segment,
                new TreeMap<>());
    }

    /** What the configurations consist of. */
    public Representation representation() {
        return algorithm.representation();
    }

    /** Name of the generator from which the chains draw. */
    String generator() {
        return representation() == Representation.FLUX ? "threefry4x32-13" : "philox4x32-10";
    }

    /** Format of the folder, the oldest that can say what it holds. */
    public int format() {
        return representation() == Representation.FLUX && task == null ? 1 : 2;
    }

    /** This data set in segments of so many samples of each chain, at most as many as a chain has. */
    public Manifest withSegmentSamples(long newSegmentSamples) {
        long segment = Math.min(newSegmentSamples, layout().samplesOf(0));
        if (task != null) {
            segment = task.wholePairs(segment);
        }
        return new Manifest(lattice, eta, lambda, points, samples, chains, seed, algorithm, segment, labels, task);
    }

    /** This data set with open worms; null leaves its configurations closed. */
    public Manifest withTask(ViolationTask newTask) {
        return newTask == null
                ? this
                : new Manifest(
                        lattice,
                        eta,
                        lambda,
                        points,
                        samples,
                        chains,
                        seed,
                        algorithm,
                        newTask.wholePairs(segmentSamples),
                        newTask.labels(),
                        newTask);
    }

    /** This request with the schedules and segments of another one, as far as both have the same mu and the same chains. */
    Manifest scheduledAs(Manifest other) {
        List<Double> mus = points.stream().map(Point::mu).toList();
        boolean sameMus = mus.equals(other.points.stream().map(Point::mu).toList());
        boolean sameChains = samples == other.samples && chains == other.chains;
        return new Manifest(
                lattice,
                eta,
                lambda,
                sameMus ? other.points : points,
                samples,
                chains,
                seed,
                algorithm,
                sameChains && Objects.equals(task, other.task) ? other.segmentSamples : segmentSamples,
                labels,
                task);
    }

    public Couplings couplings(int mu) {
        return new Couplings(eta, lambda, points.get(mu).mu());
    }

    /** What an engine needs to run the chains of point {@code mu}; fluxes only. */
    public ChainSpec chainSpec(int mu) {
        return new ChainSpec(lattice, couplings(mu), (WormAlgorithm) algorithm, seed, wormSchedule(mu));
    }

    /** Schedule of the worms at point {@code mu}; fluxes only. */
    public Schedule wormSchedule(int mu) {
        return (Schedule) points.get(mu).schedule();
    }

    /** What an engine needs to run the chains; fields only. */
    public FieldSpec fieldSpec() {
        return new FieldSpec(lattice, couplings(0), (FieldAlgorithm) algorithm, seed, (FieldSchedule)
                points.getFirst().schedule());
    }

    /** How the samples of every point lie in shards. */
    public ShardLayout layout() {
        return new ShardLayout(samples, chains, segmentSamples);
    }

    /** Every shard of the data set, in order. */
    public List<ShardId> shards() {
        ShardLayout layout = layout();
        List<ShardId> shards = new ArrayList<>();
        for (int mu = 0; mu < points.size(); mu++) {
            for (int block = 0; block < layout.blocks(); block++) {
                for (int segment = 0; segment < layout.segments(block); segment++) {
                    shards.add(new ShardId(mu, block, segment));
                }
            }
        }
        return shards;
    }

    /** Index of the point with this chemical potential, to the bit. */
    public int indexOf(double mu) {
        for (int i = 0; i < points.size(); i++) {
            if (points.get(i).mu() == mu) {
                return i;
            }
        }
        throw new BadInput("mu = " + mu + " is not in the data set; it has "
                + points.stream().map(Point::mu).toList());
    }

    /** Canonical text: equal manifests, equal bytes. */
    public String json() {
        return Json.canonical(Form.of(this));
    }

    /** SHA-256 of the canonical text, hexadecimal: names the data set in whatever is made from it. */
    public String sha256() {
        return Checksums.sha256(json().getBytes(StandardCharsets.UTF_8));
    }

    /** Reads {@code manifest.json}. */
    public static Manifest read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        Format format = formatOf(bytes, file);
        if (format.format() < 1 || format.format() > FORMAT) {
            throw new BadInput(file + ": format " + format.format() + "; this program reads formats 1 to " + FORMAT
                    + ": use a newer program");
        }
        Manifest manifest = Json.read(new String(bytes, StandardCharsets.UTF_8), Form.class, file)
                .manifest(file);
        if (!java.util.Arrays.equals(manifest.json().getBytes(StandardCharsets.UTF_8), bytes)) {
            throw new BadInput(file + ": changed since it was written (not the canonical text of its content);"
                    + " restore it from a copy");
        }
        return manifest;
    }

    private static Format formatOf(byte[] bytes, Path file) {
        @SuppressWarnings("unchecked")
        Map<String, Object> tree = Json.read(new String(bytes, StandardCharsets.UTF_8), Map.class, file);
        if (tree == null || !(tree.get("format") instanceof Integer version)) {
            throw new BadInput(file + ": no format version; expected the manifest of a data set");
        }
        return new Format(version);
    }

    private record Format(int format) {}

    /** The JSON form. */
    private record Form(
            int format,
            String lattice,
            double eta,
            double lambda,
            List<Point> points,
            long samples,
            int chains,
            long seed,
            Revision algorithm,
            Revision generator,
            Layout layout,
            @JsonInclude(JsonInclude.Include.NON_NULL) String representation,
            SortedMap<String, String> labels,
            @JsonInclude(JsonInclude.Include.NON_NULL) ViolationTask.Form task,
            SortedMap<String, String> meaning) {
        private static final List<SamplingAlgorithm> KNOWN = Stream.<SamplingAlgorithm>concat(
                        Stream.of(WormAlgorithm.values()), Stream.of(FieldAlgorithm.values()))
                .toList();

        private record Revision(String id, int revision) {}

        private record Layout(int block, int blocks, int segments, long segmentSamples, int shards) {}

        static Form of(Manifest m) {
            ShardLayout layout = m.layout();
            return new Form(
                    m.format(),
                    m.lattice.toString(),
                    m.eta,
                    m.lambda,
                    m.points,
                    m.samples,
                    m.chains,
                    m.seed,
                    new Revision(m.algorithm.id(), m.algorithm.revision()),
                    new Revision(m.generator(), GENERATOR_REVISION),
                    new Layout(
                            layout.block(),
                            layout.blocks(),
                            layout.segments(0),
                            layout.segmentSamples(),
                            m.shards().size()),
                    m.representation() == Representation.FLUX
                            ? null
                            : m.representation().id(),
                    m.labels,
                    m.task == null ? null : m.task.form(),
                    Meaning.manifest(m));
        }

        Manifest manifest(Path file) {
            SamplingAlgorithm known = null;
            for (SamplingAlgorithm candidate : KNOWN) {
                if (algorithm != null && candidate.id().equals(algorithm.id())) {
                    known = candidate;
                }
            }
            if (known == null || lattice == null || points == null || layout == null || labels == null) {
                throw new BadInput(file + ": not a manifest that this program knows (algorithm "
                        + (algorithm == null ? "none" : algorithm.id()) + ")");
            }
            if (known.revision() != algorithm.revision()) {
                throw new BadInput(file + ": made by revision " + algorithm.revision() + " of algorithm " + known.id()
                        + ", this program has revision " + known.revision() + ": use the program that made it");
            }
            try {
                return new Manifest(
                        Lattice.parse(lattice),
                        eta,
                        lambda,
                        points,
                        samples,
                        chains,
                        seed,
                        known,
                        layout.segmentSamples(),
                        labels,
                        task == null ? null : task.task());
            } catch (BadInput e) {
                throw new BadInput(file + ": " + e.getMessage(), e);
            }
        }
    }
}
