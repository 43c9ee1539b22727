package org.silverblaze.theory;

import org.silverblaze.BadInput;
import org.silverblaze.lattice.Lattice;

/** Measures field configurations at mu = 0: one place for all engines; float64 sums in the order of the sites. */
public final class FieldMeter {
    private final Lattice lattice;
    private final Couplings couplings;

    public FieldMeter(Lattice lattice, Couplings couplings) {
        if (couplings.mu() != 0) {
            throw new BadInput("mu = " + couplings.mu() + ": the action of the field is real at mu = 0 only");
        }
        this.lattice = lattice;
        this.couplings = couplings;
    }

    /** Observables of {@code phi}, {@code [component][site]}. */
    public FieldObservables measure(float[] phi) {
        int volume = lattice.volume();
        if (phi.length != 2 * volume) {
            throw new IllegalArgumentException("expected " + 2 * volume + " numbers, got " + phi.length);
        }
        double phi2 = 0;
        double phi4 = 0;
        double hopping = 0;
        double sumReal = 0;
        double sumImaginary = 0;
        for (int site = 0; site < volume; site++) {
            double real = phi[site];
            double imaginary = phi[volume + site];
            double square = real * real + imaginary * imaginary;
            sumReal += real;
            sumImaginary += imaginary;
            phi2 += square;
            phi4 += square * square;
            for (int axis = 0; axis < lattice.dimensions(); axis++) {
                int next = lattice.forward(axis, site);
                hopping += 2 * (real * phi[next] + imaginary * phi[volume + next]);
            }
        }
        phi2 /= volume;
        phi4 /= volume;
        hopping /= volume;
        return new FieldObservables(
                phi2,
                phi4,
                hopping,
                (sumReal * sumReal + sumImaginary * sumImaginary) / volume,
                couplings.eta() * phi2 + couplings.lambda() * phi4 - hopping);
    }
}
