package org.silverblaze.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Invented results in the shapes of the real ones, so that the looks of every kind of figure can be tested and seen. */
final class ReportDemo {
    /** E_N and |phi|^2 of the sectors N = 0..5 on N_x = 4, eta = 4.01, lambda = 1 (PHYSICS.md section 3). */
    private static final double[] ENERGY = {8.277338, 9.220327, 10.223587, 11.278681, 12.379379, 13.520833};

    private static final double[] PHI2 = {.262052, .349772, .427788, .498738, .564254, .625441};
    /** g(f) for f = 0, 2, ..., 16 at eta = 4.01, lambda = 1 (PHYSICS.md section 1). */
    private static final double[] G = {
        0.20869977, 0.39078602, 0.55394518, 0.70284915, 0.84056080, 0.96920484, 1.09032091, 1.20506408, 1.31432556
    };

    private static final List<String> LATTICES = List.of("50×2", "60×4", "100×5", "125×8", "200×10");

    private ReportDemo() {}

    static double[] exact(double mu, int timeExtent) {
        double sum = 0;
        double n = 0;
        double phi2 = 0;
        for (int charge = 0; charge < ENERGY.length; charge++) {
            double weight = StrictMath.exp(timeExtent * (mu * charge - ENERGY[charge] + ENERGY[0]));
            sum += weight;
            n += weight * charge / 4;
            phi2 += weight * PHI2[charge];
        }
        return new double[] {n / sum, phi2 / sum};
    }

    /** n(mu) and |phi|^2(mu) with errors beside the exact curves. */
    static Figure observables() {
        double[] fine =
                IntStream.rangeClosed(0, 160).mapToDouble(i -> 0.90 + i * 0.001).toArray();
        double[] mu =
                IntStream.rangeClosed(0, 14).mapToDouble(i -> 0.91 + i * 0.01).toArray();
        Random random = new Random(1);
        Panel[] panels = new Panel[2];
        for (int o = 0; o < 2; o++) {
            int output = o;
            double[] curve =
                    DoubleStream.of(fine).map(m -> exact(m, 60)[output]).toArray();
            double[] error = DoubleStream.of(mu)
                    .map(m -> 0.004 + 0.003 * random.nextDouble())
                    .toArray();
            double[] value = IntStream.range(0, mu.length)
                    .mapToDouble(i -> exact(mu[i], 60)[output] + error[i] * random.nextGaussian())
                    .toArray();
            panels[o] = Panel.of(
                            o == 0 ? "(a) particle density" : "(b) field squared",
                            Axis.linear("μ"),
                            Axis.linear(o == 0 ? "⟨n⟩" : "⟨|φ|²⟩"))
                    .reference("exact (transfer matrix)", fine, curve)
                    .measured("Monte Carlo, 60×4", mu, value, error)
                    .vertical(0.94, o == 0 ? "onset" : "");
        }
        return Figure.of("Observables against the chemical potential", panels);
    }

    /** Validation loss against the epoch: medians with 20-80 % bands. */
    static Figure learningCurves() {
        double[] epochs = IntStream.rangeClosed(1, 220).asDoubleStream().toArray();
        Panel panel = Panel.of("", Axis.linear("epoch"), Axis.log("validation loss (MSE)"));
        String[] names = {"EQ", "ST", "FL"};
        Random random = new Random(2);
        for (int i = 0; i < names.length; i++) {
            double floor = new double[] {2e-6, 2.5e-5, 4e-4}[i];
            double[] median = new double[epochs.length];
            double[] low = new double[epochs.length];
            double[] high = new double[epochs.length];
            for (int e = 0; e < epochs.length; e++) {
                median[e] = floor + 0.03 * StrictMath.exp(-e / (8.0 + 10 * i)) + floor * 0.4 * random.nextDouble();
                low[e] = median[e] * (0.55 + 0.1 * random.nextDouble());
                high[e] = median[e] * (1.5 + 0.3 * random.nextDouble());
            }
            panel = panel.band(names[i], epochs, low, high).line(names[i], epochs, median);
        }
        return Figure.of("Learning curves", panel.horizontal(2.17e-2, "constant predictor"));
    }

    /** MSE / Var on every lattice, per family, with the spread over seeds; FL has a value on its own lattice alone. */
    static Figure generalisation() {
        Axis x = Axis.categories("test lattice N_t × N_x", LATTICES);
        double[] places = {0, 1, 2, 3, 4};
        double[][] medians = {
            {3.1e-4, 1.1e-4, 1.4e-4, 2.2e-4, 3.0e-4},
            {5.5e-3, 1.2e-3, 2.6e-3, 6.2e-3, 1.1e-2},
            {Double.NaN, 2.1e-2, Double.NaN, Double.NaN, Double.NaN}
        };
        String[] names = {"EQ", "ST", "FL"};
        Panel n = Panel.of("(a) n", x, Axis.log("MSE / Var"));
        Panel phi2 = Panel.of("(b) |φ|²", x, Axis.log("MSE / Var"));
        for (int i = 0; i < names.length; i++) {
            double[] m = medians[i];
            double[] low = DoubleStream.of(m).map(v -> v * 0.5).toArray();
            double[] high = DoubleStream.of(m).map(v -> v * 2.4).toArray();
            n = n.spread(names[i], places, m, low, high);
            double[] other = DoubleStream.of(m).map(v -> v * 1.7).toArray();
            phi2 = phi2.spread(
                    names[i],
                    places,
                    other,
                    DoubleStream.of(other).map(v -> v * 0.4).toArray(),
                    DoubleStream.of(other).map(v -> v * 1.8).toArray());
        }
        return Figure.of(
                "Generalisation to other lattices",
                n.horizontal(1, "constant predictor"),
                phi2.horizontal(1, "constant predictor"));
    }

    /** Predicted against true values, and a histogram. */
    static Figure calibration() {
        Random random = new Random(3);
        double[] truth = random.doubles(400, 0.2, 0.7).toArray();
        double[] predicted = DoubleStream.of(truth)
                .map(v -> v + 0.01 * random.nextGaussian())
                .toArray();
        double[] edges =
                IntStream.rangeClosed(0, 20).mapToDouble(i -> -0.04 + i * 0.004).toArray();
        double[] counts = new double[20];
        for (int i = 0; i < truth.length; i++) {
            int bin = (int) ((predicted[i] - truth[i] + 0.04) / 0.004);
            if (bin >= 0 && bin < 20) {
                counts[bin]++;
            }
        }
        return Figure.of(
                "Calibration",
                Panel.of("(a)", Axis.linear("true |φ|²"), Axis.linear("predicted |φ|²"))
                        .reference("ideal", new double[] {0.2, 0.7}, new double[] {0.2, 0.7})
                        .scatter("EQ", truth, predicted),
                Panel.of("(b)", Axis.linear("predicted − true"), Axis.linear("configurations"))
                        .steps("EQ", edges, counts),
                Panel.of("(c)", Axis.categories("family", List.of("EQ", "ST", "FL")), Axis.linear("parameters"))
                        .bars("free", new double[] {1200, 2300, 5200})
                        .bars("kernel", new double[] {4100, 2300, 5200}),
                Panel.of("(d)", Axis.log("training samples"), Axis.log("median MSE / Var"))
                        .spread("EQ", sizes(), power(0.3, -0.9), power(0.2, -0.9), power(0.5, -0.9))
                        .spread("ST", sizes(), power(0.9, -0.6), power(0.6, -0.6), power(1.5, -0.6)));
    }

    private static double[] sizes() {
        return new double[] {100, 250, 500, 1000, 2000, 5000, 10000, 20000};
    }

    private static double[] power(double at100, double exponent) {
        return DoubleStream.of(sizes())
                .map(s -> at100 * StrictMath.pow(s / 100, exponent))
                .toArray();
    }

    /** Closed fluxes: plaquettes and winding lines laid over one another, and some l. */
    static FluxPicture flux(int nt, int nx, int winding, boolean open) {
        int volume = nt * nx;
        byte[] k = new byte[2 * volume];
        byte[] l = new byte[2 * volume];
        Random random = new Random(4);
        for (int w = 0; w < winding; w++) {
            int x = random.nextInt(nx);
            for (int t = 0; t < nt; t++) {
                k[t * nx + x]++;
                int step = random.nextInt(6);
                int next = (t + 1) % nt;
                if (step == 0 && t < nt - 1) {
                    k[volume + next * nx + x]++;
                    x = (x + 1) % nx;
                }
                if (t == nt - 2) {
                    // back to where the line started, along the last slice
                    for (int start = startOf(k, nx, w); x != start; x = (x + 1) % nx) {
                        k[volume + next * nx + x]++;
                    }
                }
            }
        }
        for (int p = 0; p < volume / 8; p++) {
            int t = random.nextInt(nt);
            int x = random.nextInt(nx);
            int sign = random.nextBoolean() ? 1 : -1;
            k[t * nx + x] += (byte) sign;
            k[volume + (t + 1) % nt * nx + x] += (byte) sign;
            k[t * nx + (x + 1) % nx] -= (byte) sign;
            k[volume + t * nx + x] -= (byte) sign;
        }
        for (int i = 0; i < 2 * volume; i++) {
            int draw = random.nextInt(20);
            l[i] = (byte) (draw == 0 ? 2 : draw < 3 ? 1 : 0);
        }
        if (open) {
            for (int s = 0; s < 3; s++) {
                k[(1 + s) * nx + 1]++;
            }
        }
        FluxPicture picture = FluxPicture.of(nt + "×" + nx + (open ? " with an open worm" : ""), nt, nx, k, l);
        double[] phi2 = new double[volume];
        boolean[] violated = new boolean[volume];
        for (int t = 0; t < nt; t++) {
            for (int x = 0; x < nx; x++) {
                int f = 0;
                int d = 0;
                for (int nu = 0; nu < 2; nu++) {
                    int bt = nu == 0 ? t - 1 : t;
                    int bx = nu == 1 ? x - 1 : x;
                    f += Math.abs(picture.k(nu, t, x))
                            + Math.abs(picture.k(nu, bt, bx))
                            + 2 * (picture.l(nu, t, x) + picture.l(nu, bt, bx));
                    d += picture.k(nu, t, x) - picture.k(nu, bt, bx);
                }
                phi2[t * nx + x] = G[Math.min(G.length - 1, f / 2)];
                violated[t * nx + x] = d != 0;
            }
        }
        FluxPicture shaded = picture.shaded("|φ|²", phi2, G[0], G[6]);
        return open ? shaded.marked("flux not conserved", violated) : shaded;
    }

    private static int startOf(byte[] k, int nx, int seen) {
        int before = 0;
        for (int x = 0; x < nx; x++) {
            before += k[x];
            if (before > seen) {
                return x;
            }
        }
        return 0;
    }

    static Table results() {
        Table table = Table.of(
                "Median MSE/Var over 10 seeds on lattices and couplings that no network saw; trained on 60×4 at μ = 1.05.",
                "network",
                "lattice",
                "μ",
                "parameters",
                "MSE",
                "MSE/Var",
                "⟨n⟩");
        double[][] mse = {{3.11e-6, 3.1e-4}, {5.5e-5, 5.5e-3}};
        for (String lattice : LATTICES) {
            table = table.row(
                    "EQ",
                    lattice,
                    Cell.setting(1.05),
                    1218,
                    mse[0][0],
                    mse[0][1],
                    Cell.measured(0.6019, 0.0008, "0.6019(8)"));
            table = table.row(
                    "ST",
                    lattice,
                    Cell.setting(1.05),
                    2306,
                    mse[1][0],
                    mse[1][1],
                    Cell.measured(0.6103, 0.0012, "0.6103(12)"));
            boolean fits = lattice.equals("60×4");
            table = table.row(
                    "FL",
                    lattice,
                    Cell.setting(1.05),
                    5218,
                    fits ? 4.2e-4 : null,
                    fits ? 2.1e-2 : null,
                    fits ? Cell.measured(0.64, 0.02, "0.64(2)") : null);
        }
        return table.markBest("MSE/Var", Table.Best.SMALLEST, "lattice");
    }

    static HtmlReport report() {
        Map<String, String> versions = new LinkedHashMap<>();
        versions.put("Silverblaze", "0.1.0");
        versions.put("Java", "25");
        versions.put("engine", "vector, 16 lanes");
        Map<String, String> key = new LinkedHashMap<>();
        key.put("EQ on 200×10, MSE/Var", "3.0×10⁻⁴");
        key.put("ST on 200×10, MSE/Var", "1.1×10⁻²");
        key.put("ratio", "37");
        key.put("seconds", "412");
        List<Drawing> pair = new ArrayList<>(Arrays.asList(flux(8, 8, 1, false), flux(8, 8, 1, true)));
        return HtmlReport.titled("Generalisation of symmetry-equivariant networks")
                .subtitle("Experiment A of arXiv:2103.14686 at scale laptop")
                .keyNumbers(key)
                .section("The data")
                .paragraph(
                        "Closed flux configurations at `η = 4.01`, λ = 1; errors are one standard deviation by the Gamma method (arXiv:hep-lat/0306017).")
                .figure(
                        observables(),
                        "Particle density and |φ|² against the chemical potential, beside the exact curves at N_x = 4.")
                .figure(flux(60, 4, 2, false), "A configuration on 60×4 with winding number 2.")
                .section("Training")
                .figure(learningCurves(), "Validation loss; medians with 20–80 % bands over 10 seeds.")
                .section("Generalisation")
                .subsection("Over lattices")
                .figure(
                        generalisation(),
                        "MSE/Var by test lattice; bars reach from the 20 % to the 80 % quantile. FL runs on its own lattice only.")
                .table(results())
                .note("FL networks are tied to one lattice size: n/a elsewhere, never a number.")
                .subsection("Calibration")
                .figure(calibration(), "Predictions, residuals, sizes, and learning with more data.")
                .section("Violations of flux conservation")
                .gallery(pair, "A matched pair: the same closed background without and with an open worm.")
                .section("Raw data")
                .data("rows.json", "application/json", results().json())
                .madeBy("silverblaze reproduce --experiment A --scale laptop --seed 1 --out runs/a", versions);
    }
}
