package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.files.FileErrors;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.FluxConservation;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * The whole check of a data set, or of a part of one: the checksums of manifest and shards, every attribute and the order of samples against the
 * manifest, and for every sample flux conservation, l at least 0, f even at every site, and the observables recomputed and
 * equal to the bit.
 */
public final class DatasetCheck {
    /** What {@link #check} verifies, in order, in words. */
    public static final List<String> CHECKS = List.of(
            "manifest and shards complete",
            "SHA-256 of manifest and shards",
            "attributes, shapes and order of samples",
            "flux conservation, l at least 0, f even",
            "observables recomputed, equal to the bit");

    private DatasetCheck() {}

    /**
     * @param shards shards that passed
     * @param samples samples that passed
     * @param fault the first fault in one line, which names the file; empty where there is none
     */
    public record Result(int shards, long samples, Optional<String> fault) {
        public boolean passed() {
            return fault.isEmpty();
        }
    }

    /** Checks everything, up to the first fault. */
    public static Result check(Path path, Progress progress) {
        int shards = 0;
        long samples = 0;
        try {
            Dataset dataset = Dataset.openPart(path);
            Manifest manifest = dataset.manifest();
            List<ShardId> all = dataset.shards();
            // W(f) depends on eta and lambda alone: one meter for all mu.
            ObservableMeter meter = ObservableMeter.of(manifest.lattice(), manifest.couplings(0));
            for (ShardId id : all) {
                progress.update("check", shards, all.size());
                Shard shard = dataset.shard(id);
                Optional<String> fault = firstFault(shard, meter);
                if (fault.isPresent()) {
                    return new Result(shards, samples, Optional.of(path.resolve(id.fileName()) + ": " + fault.get()));
                }
                shards++;
                samples += shard.count();
            }
            progress.update("check", shards, all.size());
            return new Result(shards, samples, Optional.empty());
        } catch (BadInput e) {
            return new Result(shards, samples, Optional.of(e.getMessage()));
        } catch (IOException e) {
            return new Result(
                    shards, samples, Optional.of(FileErrors.named(path, e).getMessage()));
        }
    }

    /** The first sample that is not what it should be. */
    static Optional<String> firstFault(Shard shard, ObservableMeter meter) {
        Lattice lattice = shard.manifest().lattice();
        int links = lattice.links();
        for (int i = 0; i < shard.count(); i++) {
            byte[] k = Arrays.copyOfRange(shard.k(), i * links, (i + 1) * links);
            byte[] l = Arrays.copyOfRange(shard.l(), i * links, (i + 1) * links);
            String sample = "sample " + i + " (chain " + shard.chain()[i] + ", draw " + shard.draw()[i] + "): ";
            Optional<String> fault = FluxConservation.firstFault(new FluxConfiguration(lattice, k, l));
            if (fault.isPresent()) {
                return Optional.of(sample + fault.get());
            }
            int[] f = meter.f(k, l);
            for (int site = 0; site < f.length; site++) {
                if (f[site] % 2 != 0) {
                    return Optional.of(sample + "f = " + f[site] + " at site " + site + ", expected an even number");
                }
            }
            fault = firstDifference(
                    new Observables(shard.n()[i], shard.phi2()[i], shard.phi4()[i], shard.contact()[i]),
                    meter.measure(k, l));
            if (fault.isPresent()) {
                return Optional.of(sample + fault.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstDifference(Observables stored, Observables measured) {
        String[] names = {"n", "phi2", "phi4", "contact"};
        double[] was = {stored.n(), stored.phi2(), stored.phi4(), stored.contact()};
        double[] is = {measured.n(), measured.phi2(), measured.phi4(), measured.contact()};
        for (int i = 0; i < names.length; i++) {
            if (Double.doubleToRawLongBits(was[i]) != Double.doubleToRawLongBits(is[i])) {
                return Optional.of(names[i] + " is stored as " + was[i] + ", recomputed it is " + is[i]);
            }
        }
        return Optional.empty();
    }
}
