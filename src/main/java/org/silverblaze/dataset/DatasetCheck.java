package org.silverblaze.dataset;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.Representation;
import org.silverblaze.files.FileErrors;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FluxConfiguration;
import org.silverblaze.theory.FluxConservation;
import org.silverblaze.theory.ObservableMeter;
import org.silverblaze.theory.Observables;

/**
 * The whole check of a data set, or of a part of one: the checksums of manifest and shards, every attribute and the order of samples against the
 * manifest, and for every sample flux conservation, l at least 0, f even at every site, and the observables recomputed and
 * equal to the bit. Where the data set has open worms, d_x is recomputed at every site and compared with its map and with every label, in
 * place of flux conservation.
 */
public final class DatasetCheck {
    /** What {@link #check} verifies, in order, in words. */
    public static final List<String> CHECKS = List.of(
            "manifest and shards complete",
            "SHA-256 of manifest and shards",
            "attributes, shapes and order of samples",
            "flux conservation, or d_x at every site equal to the map and to the labels; l at least 0, f + d even",
            "observables recomputed, equal to the bit");

    /** The same for a data set of fields. */
    public static final List<String> FIELD_CHECKS = List.of(
            "manifest and shards complete",
            "SHA-256 of manifest and shards",
            "attributes, shapes and order of samples",
            "every component of phi a finite number",
            "observables recomputed, equal to the bit");

    private DatasetCheck() {}

    /**
     * @param shards shards that passed
     * @param samples samples that passed
     * @param verified what was verified, in words
     * @param fault the first fault in one line, which names the file; empty where there is none
     */
    public record Result(int shards, long samples, List<String> verified, Optional<String> fault) {
        public boolean passed() {
            return fault.isEmpty();
        }
    }

    /** Checks everything, up to the first fault. */
    public static Result check(Path path, Progress progress) {
        int shards = 0;
        long samples = 0;
        List<String> verified = CHECKS;
        try {
            Dataset dataset = Dataset.openPart(path);
            Manifest manifest = dataset.manifest();
            List<ShardId> all = dataset.shards();
            verified = manifest.representation() == Representation.PHI ? FIELD_CHECKS : CHECKS;
            ObservableMeter meter = meter(manifest);
            for (ShardId id : all) {
                progress.update("check", shards, all.size());
                ShardData shard = dataset.data(id);
                Optional<String> fault = firstFault(shard, meter);
                if (fault.isPresent()) {
                    return new Result(
                            shards, samples, verified, Optional.of(path.resolve(id.fileName()) + ": " + fault.get()));
                }
                shards++;
                samples += shard.count();
            }
            progress.update("check", shards, all.size());
            return new Result(shards, samples, verified, Optional.empty());
        } catch (BadInput e) {
            return new Result(shards, samples, verified, Optional.of(e.getMessage()));
        } catch (IOException e) {
            return new Result(
                    shards,
                    samples,
                    verified,
                    Optional.of(FileErrors.named(path, e).getMessage()));
        }
    }

    /**
     * A shard that has no checksum yet, that of a run that was killed: it has to be, byte for byte, the file of its content, and every
     * sample has to keep the flux and give the observables that it stores. A flip of one bit anywhere breaks one of these.
     *
     * @return its content
     * @throws BadInput naming the file and the fault
     */
    static ShardData requireSound(Path file, byte[] bytes, Manifest manifest, ShardId id, ObservableMeter meter) {
        ShardData shard = ShardFile.readData(file, bytes, manifest, id);
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        for (ByteBuffer piece : ShardFile.image(shard)) {
            int size = piece.remaining();
            if (rest.remaining() < size || !rest.slice(rest.position(), size).equals(piece)) {
                throw new BadInput(file + ": damaged after it was written, at byte " + rest.position()
                        + " or after it; remove it and run generate again");
            }
            rest.position(rest.position() + size);
        }
        if (rest.hasRemaining()) {
            throw new BadInput(file + ": " + rest.remaining() + " bytes too long; remove it and run generate again");
        }
        firstFault(shard, meter).ifPresent(fault -> {
            throw new BadInput(file + ": " + fault + "; remove the file and run generate again");
        });
        return shard;
    }

    /** Of fluxes; null for fields. W(f) depends on eta and lambda alone: one meter for all mu. */
    static ObservableMeter meter(Manifest manifest) {
        return manifest.representation() == Representation.FLUX
                ? ObservableMeter.of(manifest.lattice(), manifest.couplings(0))
                : null;
    }

    private static Optional<String> firstFault(ShardData shard, ObservableMeter meter) {
        return switch (shard) {
            case Shard fluxes -> firstFault(fluxes, meter);
            case FieldShard field -> firstFault(field);
        };
    }

    /** The first sample that is not what it should be. */
    static Optional<String> firstFault(Shard shard, ObservableMeter meter) {
        Lattice lattice = shard.manifest().lattice();
        int links = lattice.links();
        for (int i = 0; i < shard.count(); i++) {
            byte[] k = Arrays.copyOfRange(shard.k(), i * links, (i + 1) * links);
            byte[] l = Arrays.copyOfRange(shard.l(), i * links, (i + 1) * links);
            String sample = "sample " + i + " (chain " + shard.chain()[i] + ", draw " + shard.draw()[i] + "): ";
            Optional<String> fault = shard.manifest().task() == null
                    ? FluxConservation.firstFault(new FluxConfiguration(lattice, k, l))
                    : firstFaultOfWorms(shard, i, k, l);
            if (fault.isPresent()) {
                return Optional.of(sample + fault.get());
            }
            int[] f = meter.f(k, l);
            for (int site = 0; site < f.length; site++) {
                int d = shard.manifest().task() == null
                        ? 0
                        : shard.violations().divergence()[i * lattice.volume() + site];
                if ((f[site] + d) % 2 != 0) {
                    return Optional.of(sample + "f = " + f[site] + " at site " + site + ", expected an "
                            + (d % 2 == 0 ? "even" : "odd") + " number");
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

    /** Of a sample with open worms: l, the map of d_x, the labels, the steps. */
    private static Optional<String> firstFaultOfWorms(Shard shard, int sample, byte[] k, byte[] l) {
        Lattice lattice = shard.manifest().lattice();
        ViolationTask task = shard.manifest().task();
        int volume = lattice.volume();
        for (int link = 0; link < l.length; link++) {
            if (l[link] < 0) {
                return Optional.of("l = " + l[link] + " on link " + link + ": has to be at least 0");
            }
        }
        byte[] map = new byte[volume];
        Violations.divergence(lattice, k, 0, map, 0);
        for (int site = 0; site < volume; site++) {
            int stored = shard.violations().divergence()[sample * volume + site];
            if (stored != map[site]) {
                return Optional.of(
                        "divergence is stored as " + stored + " at site " + site + ", recomputed it is " + map[site]);
            }
        }
        Map<String, Double> labels =
                Violations.labels(task, shard.chain()[sample], shard.draw()[sample], map, 0, volume);
        for (Map.Entry<String, Double> label : labels.entrySet()) {
            double stored = shard.labels().get(label.getKey())[sample];
            if (stored != label.getValue()) {
                return Optional.of(
                        label.getKey() + " is stored as " + stored + ", recomputed it is " + label.getValue());
            }
        }
        if (labels.get(ViolationTask.VIOLATIONS) > labels.get(ViolationTask.WORMS)) {
            return Optional.of(labels.get(ViolationTask.VIOLATIONS) + " violations of "
                    + labels.get(ViolationTask.WORMS) + " open worms: a worm makes one at most");
        }
        int inserted = task.worms(shard.chain()[sample], shard.draw()[sample]);
        for (int worm = 0; worm < task.mostWorms(); worm++) {
            int steps = shard.violations().steps()[sample * task.mostWorms() + worm];
            boolean ranOn = worm == inserted - 1 && task.closes(shard.draw()[sample]);
            boolean possible =
                    worm >= inserted ? steps == 0 : steps >= task.fewestSteps() && (ranOn || steps <= task.mostSteps());
            if (!possible) {
                return Optional.of("worm " + worm + " has " + steps + " steps, the task is " + task);
            }
        }
        return Optional.empty();
    }

    /** The first sample of fields that is not what it should be. */
    static Optional<String> firstFault(FieldShard shard) {
        Manifest manifest = shard.manifest();
        FieldMeter meter = new FieldMeter(manifest.lattice(), manifest.couplings(0));
        int volume = manifest.lattice().volume();
        for (int i = 0; i < shard.count(); i++) {
            String sample = "sample " + i + " (chain " + shard.chain()[i] + ", draw " + shard.draw()[i] + "): ";
            float[] phi = Arrays.copyOfRange(shard.phi(), 2 * volume * i, 2 * volume * (i + 1));
            for (int at = 0; at < phi.length; at++) {
                if (!Float.isFinite(phi[at])) {
                    return Optional.of(sample + "component " + at / volume + " of phi is " + phi[at] + " at site "
                            + at % volume + ", expected a finite number");
                }
            }
            double[] stored = new double[FieldShard.NAMES.length];
            for (int name = 0; name < stored.length; name++) {
                stored[name] = shard.observables()[name][i];
            }
            Optional<String> fault = firstDifference(FieldShard.NAMES, stored, FieldShard.values(meter.measure(phi)));
            if (fault.isPresent()) {
                return Optional.of(sample + fault.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<String> firstDifference(Observables stored, Observables measured) {
        return firstDifference(
                new String[] {"n", "phi2", "phi4", "contact"},
                new double[] {stored.n(), stored.phi2(), stored.phi4(), stored.contact()},
                new double[] {measured.n(), measured.phi2(), measured.phi4(), measured.contact()});
    }

    private static Optional<String> firstDifference(String[] names, double[] was, double[] is) {
        for (int i = 0; i < names.length; i++) {
            if (Double.doubleToRawLongBits(was[i]) != Double.doubleToRawLongBits(is[i])) {
                return Optional.of(names[i] + " is stored as " + was[i] + ", recomputed it is " + is[i]);
            }
        }
        return Optional.empty();
    }
}
