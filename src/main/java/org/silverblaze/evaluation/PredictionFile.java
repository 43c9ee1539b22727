package org.silverblaze.evaluation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.silverblaze.dataset.Dataset;
import org.silverblaze.dataset.Hdf5Image;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.engine.Loss;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.network.NetworkSpecs;
import org.silverblaze.training.TrainedEnsemble;

/**
 * Predictions as an HDF5 file, a function of run and data set alone. N samples in the order of the data set's shards, M members
 * in the order of the recipe's seeds, K outputs:
 *
 * <ul>
 *   <li>{@code predictions} float32 {@code [N][M][K]}; {@code mean} float32 {@code [N][K]}; with two members or more
 *       {@code spread} float32 {@code [N][K]}, the standard deviation of the members about their mean;
 *   <li>{@code labels} float32 {@code [N][K]}, where the data set has them;
 *   <li>{@code mu} float64 {@code [N]}, {@code chain} int32 {@code [N]}, {@code draw} int64 {@code [N]}: which sample it is.
 * </ul>
 */
final class PredictionFile implements PredictionSink {
    private static final long FORMAT = 1;

    private final Path target;
    private final Path part;
    private final FileChannel channel;
    private final Manifest manifest;
    private final int members;
    private final int outputs;
    private final long answersAt;
    private final long meanAt;
    private final long spreadAt;
    private final long labelsAt;
    private final long muAt;
    private final long chainAt;
    private final long drawAt;

    PredictionFile(Path target, TrainedEnsemble ensemble, Dataset dataset, boolean labelled) throws IOException {
        this.target = target;
        this.part = AtomicFiles.temporary(target);
        this.manifest = dataset.manifest();
        this.members = ensemble.members().size();
        this.outputs = ensemble.recipe().task().outputs().size();
        long samples = dataset.samples();
        long[] one = {samples};
        long[] row = {samples, outputs};
        Hdf5Image image = new Hdf5Image(attributes(ensemble, manifest));
        answersAt = image.room(
                "predictions",
                Hdf5Image.Type.FLOAT32,
                new long[] {samples, members, outputs},
                meaning(
                        ensemble.recipe().task().loss() == Loss.BINARY_CROSS_ENTROPY
                                ? "output of each member, a logit z: the probability is 1 / (1 + exp(-z))"
                                : "output of each member"));
        meanAt = image.room("mean", Hdf5Image.Type.FLOAT32, row, meaning("mean over the members"));
        spreadAt = members < 2
                ? 0
                : image.room(
                        "spread",
                        Hdf5Image.Type.FLOAT32,
                        row,
                        meaning("standard deviation of the members about their mean, with M - 1"));
        labelsAt = labelled ? image.room("labels", Hdf5Image.Type.FLOAT32, row, meaning("labels of the data set")) : 0;
        muAt = image.room(
                "mu", Hdf5Image.Type.FLOAT64, one, meaning("chemical potential of the sample, lattice units"));
        chainAt = image.room("chain", Hdf5Image.Type.INT32, one, meaning("chain of the sample"));
        drawAt = image.room("draw", Hdf5Image.Type.INT64, one, meaning("number of the sample within its chain"));
        channel = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        for (Hdf5Image.Piece piece : image.finishPlaced()) {
            write(piece.bytes(), piece.position());
        }
    }

    private static Map<String, Object> attributes(TrainedEnsemble ensemble, Manifest manifest) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("format", FORMAT);
        attributes.put("recipe", ensemble.recipe().name());
        attributes.put("network", NetworkSpecs.text(ensemble.recipe().network()));
        attributes.put("task", ensemble.recipe().task().id());
        attributes.put("outputs", String.join(",", ensemble.recipe().task().outputs()));
        attributes.put(
                "seeds",
                ensemble.members().stream().map(m -> Long.toString(m.seed())).collect(Collectors.joining(",")));
        attributes.put("training_lattice", ensemble.lattice().toString());
        attributes.put("training_mu", ensemble.couplings().mu());
        attributes.put("lattice", manifest.lattice().extents());
        attributes.put("eta", manifest.eta());
        attributes.put("lambda", manifest.lambda());
        attributes.put("manifest", manifest.sha256());
        return attributes;
    }

    private static Map<String, Object> meaning(String text) {
        return Map.of("meaning", text);
    }

    @Override
    public void add(Prediction p) throws IOException {
        write(floats(p.answers()), answersAt + p.first() * members * outputs * Float.BYTES);
        long row = p.first() * outputs * Float.BYTES;
        double[] mean = p.mean(members);
        write(floats(mean), meanAt + row);
        if (members > 1) {
            write(floats(p.spread(members, mean)), spreadAt + row);
        }
        if (p.targets() != null) {
            write(floats(p.targets()), labelsAt + row);
        }
        int n = p.count();
        ByteBuffer mu = little(n * Double.BYTES);
        ByteBuffer chain = little(n * Integer.BYTES);
        ByteBuffer draw = little(n * Long.BYTES);
        for (int i = 0; i < n; i++) {
            mu.putDouble(manifest.points().get(p.mu()).mu());
            chain.putInt(p.samples().chain()[i]);
            draw.putLong(p.samples().draw()[i]);
        }
        write(mu.flip(), muAt + p.first() * Double.BYTES);
        write(chain.flip(), chainAt + p.first() * Integer.BYTES);
        write(draw.flip(), drawAt + p.first() * Long.BYTES);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static ByteBuffer floats(float[] values) {
        ByteBuffer buffer = little(values.length * Float.BYTES);
        buffer.asFloatBuffer().put(values);
        return buffer;
    }

    private static ByteBuffer floats(double[] values) {
        ByteBuffer buffer = little(values.length * Float.BYTES);
        for (double value : values) {
            buffer.putFloat((float) value);
        }
        return buffer.flip();
    }

    /** Positional writes: several threads may write at once. */
    private void write(ByteBuffer bytes, long position) throws IOException {
        ByteBuffer rest = bytes.duplicate();
        long at = position;
        while (rest.hasRemaining()) {
            at += channel.write(rest, at);
        }
    }

    @Override
    public void finish() throws IOException {
        channel.close();
        AtomicFiles.commit(part, target);
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(part);
    }

    /** Names of the columns of all members: the outputs of the first, of the second, and so on. */
    static List<String> columns(TrainedEnsemble ensemble) {
        return ensemble.members().stream()
                .flatMap(m -> ensemble.recipe().task().outputs().stream().map(o -> "seed-" + m.seed() + ":" + o))
                .toList();
    }
}
