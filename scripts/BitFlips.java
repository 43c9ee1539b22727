import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.silverblaze.Progress;
import org.silverblaze.dataset.DatasetCheck;

/**
 * Flips one bit at a random place of a data set, asks for the check that {@code inspect --check} prints, and puts the bit back;
 * many times. Run by scripts/torture: {@code java -cp silverblaze.jar BitFlips.java FOLDER FLIPS SEED}. Exits with 1 at the first flip
 * that was not found, or whose fault does not name the folder in one line.
 */
public final class BitFlips {
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        int flips = Integer.parseInt(args[1]);
        Random random = new Random(Long.parseLong(args[2]));
        List<Path> files;
        try (Stream<Path> entries = Files.list(folder)) {
            files = entries.filter(f -> f.toString().matches(".*(\\.h5|manifest\\.json|SHA256SUMS)")).sorted().toList();
        }
        // A third each in shards, manifest and checksums, which are of very different sizes.
        List<Path> shards = files.stream().filter(f -> f.toString().endsWith(".h5")).toList();
        Map<String, Integer> found = new TreeMap<>();
        for (int flip = 0; flip < flips; flip++) {
            Path file = switch (flip % 3) {
                case 0 -> shards.get(random.nextInt(shards.size()));
                case 1 -> folder.resolve("manifest.json");
                default -> folder.resolve("SHA256SUMS");
            };
            byte[] good = Files.readAllBytes(file);
            byte[] bad = good.clone();
            int at = random.nextInt(good.length);
            int bit = random.nextInt(8);
            bad[at] ^= (byte) (1 << bit);
            Files.write(file, bad);
            DatasetCheck.Result result = DatasetCheck.check(folder, Progress.NONE);
            Files.write(file, good);
            String fault = result.fault().orElse("");
            if (!fault.contains(folder.toString()) || fault.contains("\n")) {
                System.out.println("FAILED: bit " + bit + " of byte " + at + " of " + file.getFileName() + ": '" + fault + "'");
                System.exit(1);
            }
            found.merge(file.getFileName().toString().replaceAll("mu.*\\.h5", "shards"), 1, Integer::sum);
        }
        if (!DatasetCheck.check(folder, Progress.NONE).passed()) {
            System.out.println("FAILED: the data set is not what it was");
            System.exit(1);
        }
        System.out.println("all " + flips + " found: " + found);
    }
}
