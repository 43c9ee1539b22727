package org.silverblaze.experiment;

import java.util.ArrayList;
import java.util.List;
import org.silverblaze.dataset.DatasetSummary;
import org.silverblaze.statistics.Estimate;

/**
 * What came out of the onset experiment.
 *
 * @param plan what was asked for
 * @param curves one for each lattice
 * @param engine why which engine
 * @param threads threads used
 * @param seconds wall time of the whole
 */
public record OnsetResult(OnsetPlan plan, List<Curve> curves, String engine, int threads, double seconds) {
    /**
     * One lattice.
     *
     * @param lattice as {@code 64x4x4x4}
     * @param points observables at every mu
     * @param warnings what the runs said about themselves
     * @param constant |phi|^2 below the onset, against a constant; null where a point there cannot be trusted
     * @param line n above the onset, a straight line; null where a point in the fit's range cannot be trusted, or fewer than two mu lie there
     * @param estimate of mu_c from the line; null where there is no line
     */
    public record Curve(
            String lattice, List<Point> points, List<String> warnings, Constant constant, Line line, MuC estimate) {
        static Curve of(OnsetPlan plan, String lattice, List<Point> points, List<String> warnings) {
            List<Point> below =
                    points.stream().filter(p -> p.mu() <= plan.below()).toList();
            List<Point> above = points.stream()
                    .filter(p ->
                            p.mu() >= plan.fit().from() && p.mu() <= plan.fit().to())
                    .toList();
            boolean line = above.size() >= 2 && above.stream().allMatch(Point::trusted);
            return new Curve(
                    lattice,
                    points,
                    warnings,
                    !below.isEmpty() && below.stream().allMatch(Point::trusted)
                            ? Constant.fit(
                                    below.stream().map(p -> p.summary().phi2()).toList())
                            : null,
                    line ? Line.through(above) : null,
                    line ? MuC.of(above) : null);
        }

        /** Where the runs had not thermalized or were too short for an error. */
        List<Double> notTrusted() {
            return points.stream().filter(p -> !p.trusted()).map(Point::mu).toList();
        }
    }

    /**
     * One lattice at one mu.
     *
     * @param summary observables
     * @param thermalized whether no test of the run said otherwise
     */
    public record Point(DatasetSummary.Point summary, boolean thermalized) {
        double mu() {
            return summary.couplings().mu();
        }

        /** Whether mean and error of n and |phi|^2 may go into a fit. */
        boolean trusted() {
            return thermalized && summary.n().resolved() && summary.phi2().resolved();
        }
    }

    /**
     * Where a straight line through n meets zero.
     *
     * @param value the onset by all points in the fit's range
     * @param statistical error of the fit, times sqrt(chi^2 / degrees of freedom) where that is above one
     * @param range the larger shift where the lowest or the highest mu is left out: n(mu) is no straight line; null where fewer than three
     *     points leave no choice
     */
    public record MuC(double value, double statistical, Double range) {
        static MuC of(List<Point> above) {
            Line all = Line.through(above);
            int count = above.size();
            Double range = count < 3
                    ? null
                    : Math.max(
                            Math.abs(Line.through(above.subList(1, count)).onset() - all.onset()),
                            Math.abs(Line.through(above.subList(0, count - 1)).onset() - all.onset()));
            double scale = all.degrees() > 0 ? StrictMath.sqrt(Math.max(1, all.chi2() / all.degrees())) : 1;
            return new MuC(all.onset(), all.error() * scale, range);
        }

        /** Both errors in quadrature; that of the fit alone where nothing is known of the other. */
        public double error() {
            return range == null ? statistical : StrictMath.hypot(statistical, range);
        }
    }

    /**
     * The weighted mean of independent measurements.
     *
     * @param value mean
     * @param error its standard error
     * @param chi2 sum of squared deviations in units of the errors
     * @param degrees number of measurements less one
     */
    public record Constant(double value, double error, double chi2, int degrees) {
        static Constant fit(List<Estimate> values) {
            double weights = 0;
            double sum = 0;
            for (Estimate e : values) {
                double weight = 1 / (e.error() * e.error());
                weights += weight;
                sum += weight * e.mean();
            }
            double mean = sum / weights;
            double chi2 = 0;
            for (Estimate e : values) {
                double pull = (e.mean() - mean) / e.error();
                chi2 += pull * pull;
            }
            return new Constant(mean, 1 / StrictMath.sqrt(weights), chi2, values.size() - 1);
        }
    }

    /**
     * The straight line n = slope (mu - onset) through independent measurements, weighted by their errors.
     *
     * @param onset where the line meets n = 0
     * @param error its standard error, to first order in the errors of n
     * @param slope dn/dmu
     * @param chi2 sum of squared deviations in units of the errors
     * @param degrees number of measurements less two
     */
    public record Line(double onset, double error, double slope, double chi2, int degrees) {
        static Line through(List<Point> points) {
            return fit(
                    points.stream().mapToDouble(Point::mu).toArray(),
                    points.stream().map(p -> p.summary().n()).toList());
        }

        static Line fit(double[] mu, List<Estimate> n) {
            double s = 0;
            double sx = 0;
            double sy = 0;
            for (int i = 0; i < mu.length; i++) {
                double w = 1 / (n.get(i).error() * n.get(i).error());
                s += w;
                sx += w * mu[i];
                sy += w * n.get(i).mean();
            }
            double centre = sx / s;
            double level = sy / s;
            double sxx = 0;
            double sxy = 0;
            for (int i = 0; i < mu.length; i++) {
                double w = 1 / (n.get(i).error() * n.get(i).error());
                double x = mu[i] - centre;
                sxx += w * x * x;
                sxy += w * x * n.get(i).mean();
            }
            double slope = sxy / sxx;
            double distance = level / slope;
            // About the weighted centre, level and slope are independent.
            double error = StrictMath.sqrt(1 / s + distance * distance / sxx) / Math.abs(slope);
            double chi2 = 0;
            for (int i = 0; i < mu.length; i++) {
                double pull = (n.get(i).mean() - level - slope * (mu[i] - centre))
                        / n.get(i).error();
                chi2 += pull * pull;
            }
            return new Line(centre - distance, error, slope, chi2, mu.length - 2);
        }
    }

    /** Every measurement, a row for each lattice and mu. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        for (Curve curve : curves) {
            for (Point p : curve.points()) {
                DatasetSummary.Point s = p.summary();
                rows.add(new Row(
                        curve.lattice(),
                        p.mu(),
                        s.n().mean(),
                        s.n().error(),
                        s.phi2().mean(),
                        s.phi2().error(),
                        p.thermalized()));
            }
        }
        return rows;
    }

    /** Means and errors at one lattice and mu, and whether no test of the run said that it had not thermalized. */
    public record Row(
            String lattice, double mu, double n, double nError, double phi2, double phi2Error, boolean thermalized) {}
}
