package org.silverblaze.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.silverblaze.BadInput;
import org.silverblaze.Progress;
import org.silverblaze.engine.FieldAlgorithm;
import org.silverblaze.engine.FieldSchedule;
import org.silverblaze.files.AtomicFiles;
import org.silverblaze.files.FolderLock;
import org.silverblaze.lattice.Lattice;
import org.silverblaze.theory.FieldMeter;
import org.silverblaze.theory.FieldObservables;
import org.silverblaze.theory.ObservableMeter;

final class DatasetFolderTest {
    @TempDir
    Path temp;

    private static Manifest manifest() {
        return ShardFiles.manifest("3x2", 40, 20, 1, 0.91, 1.05);
    }

    /** Names and hashes of all files in a folder. */
    private static SortedMap<String, String> content(Path folder) throws IOException {
        SortedMap<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(folder.relativize(file).toString(), Checksums.sha256(file));
            }
        }
        return content;
    }

    /** What has to be equal for equal requests. */
    private static SortedMap<String, String> data(Path folder) throws IOException {
        SortedMap<String, String> content = content(folder);
        content.remove(Provenance.FILE);
        return content;
    }

    @Test
    void theSameRequestAgainIsComplete() throws Exception {
        ShardFiles.write(temp, manifest());
        SortedMap<String, String> before = content(temp);
        try (DatasetFolder again = DatasetFolder.open(temp, manifest())) {
            assertThat(again.complete()).isTrue();
            assertThat(again.missing()).isEmpty();
        }
        assertThat(content(temp)).isEqualTo(before);
        assertThat(Checksums.read(temp.resolve(Checksums.FILE)))
                .hasSize(manifest().shards().size() + 1);
    }

    /** Killed after so many shards: what the next run makes is what an undisturbed run makes. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void aKilledRunGoesOn(int blocks) throws Exception {
        ShardFiles.write(temp.resolve("whole"), manifest());
        Path killed = temp.resolve("killed");
        try (DatasetFolder folder = DatasetFolder.open(killed, manifest())) {
            for (int i = 0; i < blocks; i++) {
                ShardFiles.writeBlock(folder, i / 2, i % 2, 0);
            }
            folder.record(ShardFiles.provenance());
        }
        Files.writeString(killed.resolve(".mu000-block000-segment000.h5.part"), "half");
        Files.writeString(killed.resolve("." + Checksums.FILE + ".part"), "half");
        assertThatThrownBy(() -> Dataset.open(killed))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("not complete");
        try (DatasetFolder folder = DatasetFolder.open(killed, manifest())) {
            assertThat(folder.complete()).isFalse();
            assertThat(folder.missing()).hasSize(8 - 2 * blocks);
            for (int i = blocks; i < 4; i++) {
                ShardFiles.writeBlock(folder, i / 2, i % 2, 0);
            }
            folder.finish(ShardFiles.provenance());
            assertThat(folder.complete()).isTrue();
            assertThat(folder.written()).isEqualTo(8 - 2 * blocks);
        }
        assertThat(data(killed)).isEqualTo(data(temp.resolve("whole")));
        assertThat(Files.readAllLines(killed.resolve(Provenance.FILE))).hasSize(2);
    }

    @Test
    void aCrashBeforeTheManifestLeavesNothingInTheWay() throws Exception {
        Files.writeString(temp.resolve(".lock"), "");
        Files.writeString(temp.resolve(".manifest.json.part"), "{");
        Files.writeString(temp.resolve(".nfs0001"), "");
        DatasetFolder.open(temp, manifest()).close();
        assertThat(temp.resolve(Manifest.FILE)).hasContent(manifest().json());
        assertThat(temp.resolve(".manifest.json.part")).doesNotExist();
    }

    @Test
    void anotherRequestIsRefusedAndNothingChanges() throws Exception {
        ShardFiles.write(temp, manifest());
        SortedMap<String, String> before = content(temp);
        Manifest m = manifest();
        refused(
                new Manifest(m.lattice(), 4.25, 1, m.points(), 40, 20, 7, m.algorithm(), 1, m.labels()),
                "eta is 4.01, asked for 4.25");
        refused(
                new Manifest(m.lattice(), 4.01, 1, m.points(), 40, 20, 8, m.algorithm(), 1, m.labels()),
                "seed is 7, asked for 8");
        refused(
                new Manifest(m.lattice(), 4.01, 1, m.points(), 41, 20, 7, m.algorithm(), 1, m.labels()),
                "samples is 40, asked for 41");
        refused(
                new Manifest(m.lattice(), 4.01, 1, m.points().subList(0, 1), 40, 20, 7, m.algorithm(), 1, m.labels()),
                "mu is [0.91, 1.05], asked for [0.91]");
        refused(ShardFiles.manifest("2x3", 40, 20, 1, 0.91, 1.05), "lattice is 3x2, asked for 2x3");
        assertThat(content(temp)).isEqualTo(before);
    }

    private void refused(Manifest manifest, String naming) {
        assertThatThrownBy(() -> DatasetFolder.open(temp, manifest))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining(naming)
                .hasMessageContaining(temp.toString())
                .hasMessageNotContaining("\n");
    }

    @Test
    void foreignFilesAreRefusedAndNothingChanges() throws Exception {
        Files.writeString(temp.resolve("thesis.tex"), "precious");
        refused(manifest(), "thesis.tex");
        assertThat(content(temp).keySet()).containsExactly("thesis.tex");

        Path data = temp.resolve("data");
        ShardFiles.write(data, manifest());
        for (String name : List.of("notes", "mu009-block000-segment000.h5", ".other.part")) {
            Files.writeString(data.resolve(name), "x");
            assertThatThrownBy(() -> DatasetFolder.open(data, manifest()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(name);
            Files.delete(data.resolve(name));
        }
        Files.createDirectory(data.resolve("sub"));
        assertThatThrownBy(() -> DatasetFolder.open(data, manifest()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("sub");
    }

    @Test
    void aFileInTheWayIsRefused() throws Exception {
        Files.writeString(temp.resolve("file"), "x");
        assertThatThrownBy(() -> DatasetFolder.open(temp.resolve("file"), manifest()))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("is a file");
        assertThatThrownBy(() -> DatasetFolder.open(temp.resolve("file").resolve("below"), manifest()))
                .isInstanceOfAny(BadInput.class, IOException.class)
                .hasMessageContaining("below")
                .hasMessageNotContaining("\n");
    }

    @Test
    void oneProcessAtATime() throws Exception {
        try (DatasetFolder first = DatasetFolder.open(temp, manifest())) {
            assertThat(first.complete()).isFalse();
            assertThatThrownBy(() -> DatasetFolder.open(temp, manifest()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("another process");
        }
        DatasetFolder.open(temp, manifest()).close();
    }

    @Test
    void anotherProcessKeepsTheLock() throws Exception {
        DatasetFolder.open(temp, manifest()).close();
        Process other = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        temp.toString())
                .redirectErrorStream(true)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("held");
            assertThatThrownBy(() -> DatasetFolder.open(temp, manifest()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining("another process");
        } finally {
            other.destroyForcibly().waitFor();
        }
        DatasetFolder.open(temp, manifest()).close();
    }

    /** Holds the lock until it is killed. */
    static final class Holder {
        public static void main(String[] args) throws Exception {
            try (FolderLock lock = FolderLock.take(Path.of(args[0]))) {
                System.out.println("held");
                System.out.flush();
                Thread.sleep(60_000);
                System.out.println(lock);
            }
        }
    }

    @Test
    void aShardThatWasRemovedIsMadeAgain() throws Exception {
        ShardFiles.write(temp, manifest());
        SortedMap<String, String> before = data(temp);
        Files.delete(temp.resolve("mu001-block000-segment001.h5"));
        try (DatasetFolder folder = DatasetFolder.open(temp, manifest())) {
            assertThat(folder.missing()).containsExactly(new ShardId(1, 0, 1));
            ShardFiles.writeBlock(folder, 1, 0, 0);
            folder.finish(ShardFiles.provenance());
        }
        assertThat(data(temp)).isEqualTo(before);
    }

    @Test
    void aDamagedShardOfAnEarlierRunGetsNoChecksum() throws Exception {
        try (DatasetFolder folder = DatasetFolder.open(temp, manifest())) {
            ShardFiles.writeBlock(folder, 0, 0, 0);
        }
        Path shard = temp.resolve("mu000-block000-segment001.h5");
        byte[] bytes = Files.readAllBytes(shard);
        Files.write(shard, java.util.Arrays.copyOf(bytes, bytes.length - 40));
        try (DatasetFolder folder = DatasetFolder.open(temp, manifest())) {
            for (int i = 1; i < 4; i++) {
                ShardFiles.writeBlock(folder, i / 2, i % 2, 0);
            }
            assertThatThrownBy(() -> folder.finish(ShardFiles.provenance()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(shard.toString());
        }
        assertThat(temp.resolve(Checksums.FILE)).doesNotExist();
    }

    /** A shard of a killed run has no checksum: one flipped bit anywhere in it is found all the same, before it gets one. */
    @Test
    void aBitFlipInAShardOfAKilledRunIsFound() throws Exception {
        try (DatasetFolder folder = DatasetFolder.open(temp, manifest())) {
            ShardFiles.writeBlock(folder, 0, 0, 0);
        }
        ShardId id = new ShardId(0, 0, 1);
        Path file = temp.resolve(id.fileName());
        byte[] bytes = Files.readAllBytes(file);
        ObservableMeter meter =
                ObservableMeter.of(manifest().lattice(), manifest().couplings(0));
        DatasetCheck.requireSound(file, bytes, manifest(), id, meter);
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 400; i++) {
            int at = random.nextInt(bytes.length);
            int bit = random.nextInt(8);
            byte[] flipped = bytes.clone();
            flipped[at] ^= (byte) (1 << bit);
            assertThatThrownBy(() -> DatasetCheck.requireSound(file, flipped, manifest(), id, meter))
                    .as("bit %d of byte %d, seed %d", bit, at, seed)
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(file.toString());
        }
        byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
        assertThatThrownBy(() -> DatasetCheck.requireSound(file, longer, manifest(), id, meter))
                .isInstanceOf(BadInput.class)
                .hasMessageContaining("1 bytes too long");
    }

    @Test
    void aFullDiskIsOneLineAndLeavesNothingHalfWritten() throws Exception {
        // /dev/full answers every write with "no space left on device".
        Path full = Path.of("/dev/full");
        assumeTrue(Files.isWritable(full), "this system has no /dev/full");
        Path fresh = temp.resolve("fresh");
        Files.createDirectory(fresh);
        Files.createSymbolicLink(fresh.resolve(".manifest.json.part"), full);
        assertThatThrownBy(() -> AtomicFiles.write(fresh.resolve(Manifest.FILE), "text"))
                .isInstanceOf(IOException.class)
                .hasMessage(fresh.resolve(Manifest.FILE) + ": No space left on device");
        assertThat(fresh).isEmptyDirectory();

        Path data = temp.resolve("data");
        try (DatasetFolder folder = DatasetFolder.open(data, manifest())) {
            String name = "mu000-block000-segment000.h5";
            Files.createSymbolicLink(data.resolve("." + name + ".part"), full);
            assertThatThrownBy(() -> ShardFiles.writeBlock(folder, 0, 0, 0))
                    .isInstanceOf(IOException.class)
                    .hasMessage(data.resolve(name) + ": No space left on device");
            assertThat(content(data).keySet()).containsExactly(".lock", Manifest.FILE);
            assertThat(folder.missing()).hasSize(8);
        }
    }

    @Test
    void aFolderThatCannotBeMadeIsNamed() {
        // Nobody, not even root, makes folders here.
        Path proc = Path.of("/proc/self");
        assumeTrue(Files.isDirectory(proc), "this system has no /proc");
        assertThatThrownBy(() -> DatasetFolder.open(proc.resolve("data"), manifest()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("/proc/self/data: ")
                .hasMessageNotContaining("\n");
    }

    /** A flip in a component of phi so small that it changes no sum, in a shard of a run that was killed: the digest beside it says so. */
    @Test
    void aFlipThatChangesNoObservableIsFound() throws IOException {
        Lattice lattice = Lattice.of(3, 2);
        Manifest manifest =
                Manifest.ofField(lattice, 4.01, 1, 0, new FieldSchedule(1, 0, 1), 16, 16, 3, FieldAlgorithm.HEAT_BATH);
        FieldMeter meter = new FieldMeter(lattice, manifest.couplings(0));
        Path path = temp.resolve("phi");
        float tiny = Math.scalb(1.234567f, -60);
        try (DatasetFolder open = DatasetFolder.open(path, manifest)) {
            FieldBlockSink sink = new FieldBlockSink(open, 0, (chain, draw, observables, made) -> {});
            for (int chain = 0; chain < 16; chain++) {
                float[] phi = new float[12];
                Arrays.fill(phi, 0.5f);
                phi[7] = tiny;
                FieldObservables before = meter.measure(phi);
                sink.accept(chain, 0, phi);
                phi[7] = Float.intBitsToFloat(Float.floatToIntBits(tiny) ^ 1);
                assertThat(meter.measure(phi))
                        .as("no observable shows the flip")
                        .isEqualTo(before);
            }
            sink.segmentDone(() -> null);
        }
        Path file = path.resolve("mu000-block000-segment000.h5");
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        while (buffer.getInt(at) != Float.floatToIntBits(tiny)) {
            at++;
        }
        bytes[at] ^= 1;
        Files.write(file, bytes);
        try (DatasetFolder open = DatasetFolder.open(path, manifest)) {
            assertThat(open.missing()).isEmpty();
            assertThatThrownBy(() -> open.finish(ShardFiles.provenance()))
                    .isInstanceOf(BadInput.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("damaged");
        }
        bytes[at] ^= 1;
        Files.write(file, bytes);
        try (DatasetFolder open = DatasetFolder.open(path, manifest)) {
            open.finish(ShardFiles.provenance());
        }
        assertThat(DatasetCheck.check(path, Progress.NONE).fault()).isEmpty();
        assertThat(path.resolve("mu000-block000-segment000.sha256")).doesNotExist();
    }
}
