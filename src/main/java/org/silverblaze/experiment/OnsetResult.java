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
     * @param constant |phi|^2 below the onset, against a constant
     * @param line n above the onset, a straight line; null where fewer than two mu lie in the fit's range
     */
    public record Curve(String lattice, List<DatasetSummary.Point> points, Constant constant, Line line) {
        static Curve of(OnsetPlan plan, String lattice, List<DatasetSummary.Point> points) {
            List<DatasetSummary.Point> below = points.stream()
                    .filter(p -> p.couplings().mu() <= plan.below())
                    .toList();
            List<DatasetSummary.Point> above = points.stream()
                    .filter(p -> p.couplings().mu() >= plan.fit().from()
                            && p.couplings().mu() <= plan.fit().to())
                    .toList();
            return new Curve(
                    lattice,
                    points,
                    Constant.fit(below.stream().map(DatasetSummary.Point::phi2).toList()),
                    above.size() < 2
                            ? null
                            : Line.fit(
                                    above.stream()
                                            .mapToDouble(p -> p.couplings().mu())
                                            .toArray(),
                                    above.stream().map(DatasetSummary.Point::n).toList()));
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
            for (DatasetSummary.Point p : curve.points()) {
                rows.add(new Row(
                        curve.lattice(),
                        p.couplings().mu(),
                        p.n().mean(),
                        p.n().error(),
                        p.phi2().mean(),
                        p.phi2().error()));
            }
        }
        return rows;
    }

    /** Means and errors at one lattice and mu. */
    public record Row(String lattice, double mu, double n, double nError, double phi2, double phi2Error) {}
}
