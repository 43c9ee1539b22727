package org.silverblaze.evaluation;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.silverblaze.dataset.Manifest;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.training.TrainedEnsemble;

/**
 * Predictions as CSV, one line for each sample in the order of the data set's shards: mu, chain, draw, the labels where the data
 * set has them, the outputs of each member, their mean, with two members or more their spread (see {@link PredictionFile}).
 */
final class PredictionText implements PredictionSink {
    private final Path target;
    private final Path part;
    private final BufferedWriter writer;
    private final Manifest manifest;
    private final int members;
    private final int outputs;
    /** Lines that wait for those before them, by the number of the first sample. */
    private final TreeMap<Long, Waiting> waiting = new TreeMap<>();

    private long written;

    private record Waiting(int samples, String lines) {}

    PredictionText(Path target, TrainedEnsemble ensemble, Manifest manifest, boolean labelled) throws IOException {
        this.target = target;
        this.part = AtomicFiles.temporary(target);
        this.manifest = manifest;
        this.members = ensemble.members().size();
        List<String> names = ensemble.recipe().task().outputs();
        this.outputs = names.size();
        this.writer = Files.newBufferedWriter(part);
        List<String> columns = new ArrayList<>(List.of("mu", "chain", "draw"));
        if (labelled) {
            names.forEach(name -> columns.add("label:" + name));
        }
        columns.addAll(PredictionFile.columns(ensemble));
        names.forEach(name -> columns.add("mean:" + name));
        if (members > 1) {
            names.forEach(name -> columns.add("spread:" + name));
        }
        writer.write(String.join(",", columns) + "\n");
    }

    @Override
    public void add(Prediction p) throws IOException {
        double[] mean = p.mean(members);
        double[] spread = members > 1 ? p.spread(members, mean) : new double[0];
        StringBuilder lines = new StringBuilder();
        int width = members * outputs;
        for (int i = 0; i < p.count(); i++) {
            lines.append(manifest.points().get(p.mu()).mu())
                    .append(',')
                    .append(p.samples().chain()[i])
                    .append(',')
                    .append(p.samples().draw()[i]);
            for (int k = 0; p.targets() != null && k < outputs; k++) {
                lines.append(',').append(p.targets()[i * outputs + k]);
            }
            for (int j = 0; j < width; j++) {
                lines.append(',').append(p.answers()[i * width + j]);
            }
            for (int k = 0; k < outputs; k++) {
                lines.append(',').append((float) mean[i * outputs + k]);
            }
            for (int k = 0; k < outputs && members > 1; k++) {
                lines.append(',').append((float) spread[i * outputs + k]);
            }
            lines.append('\n');
        }
        append(p.first(), new Waiting(p.count(), lines.toString()));
    }

    private synchronized void append(long first, Waiting lines) throws IOException {
        waiting.put(first, lines);
        while (!waiting.isEmpty() && waiting.firstKey() == written) {
            Waiting next = waiting.pollFirstEntry().getValue();
            writer.write(next.lines());
            written += next.samples();
        }
    }

    @Override
    public void finish() throws IOException {
        writer.close();
        AtomicFiles.commit(part, target);
    }

    @Override
    public void close() throws IOException {
        writer.close();
        Files.deleteIfExists(part);
    }
}
