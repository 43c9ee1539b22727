package org.silverblaze.engine.reference;

import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.network.ParameterMap;

/** One model of an ensemble: its free parameters and the state of its optimizer. */
final class ReferenceModel {
    private final AdamW optimizer;
    private final ParameterMap map;
    private double[] free;
    private double[] raw;
    private long step;
    private double[] first;
    private double[] second;
    private double[] largest;

    ReferenceModel(AdamW optimizer, ParameterMap map) {
        this.optimizer = optimizer;
        this.map = map;
        this.first = new double[map.free()];
        this.second = new double[map.free()];
        this.largest = new double[map.free()];
        setParameters(new double[map.free()]);
    }

    void setParameters(double[] values) {
        free = copy(values, "parameters");
        raw = raw();
    }

    double[] parameters() {
        return free.clone();
    }

    /** raw = M free; not to be changed by the caller. */
    double[] rawParameters() {
        return raw;
    }

    OptimizerState state() {
        return new OptimizerState(step, first.clone(), second.clone(), largest.clone());
    }

    void setState(OptimizerState state) {
        first = copy(state.first(), "first moments");
        second = copy(state.second(), "second moments");
        largest = copy(state.largest(), "largest second moments");
        step = state.step();
    }

    /** M^T applied to a gradient in the raw parameters; the sum of each free parameter runs over rising rows. */
    double[] freeGradient(double[] rawGradient) {
        double[] gradient = new double[map.free()];
        for (int r = 0; r < map.raw(); r++) {
            for (int e = map.rowStart()[r]; e < map.rowStart()[r + 1]; e++) {
                gradient[map.column()[e]] += map.value()[e] * rawGradient[r];
            }
        }
        return gradient;
    }

    /** torch.optim.AdamW, algorithm of its documentation; m, v and their maximum start at 0. */
    void update(double[] gradient) {
        step++;
        double correction1 = 1 - StrictMath.pow(optimizer.beta1(), step);
        double correction2 = 1 - StrictMath.pow(optimizer.beta2(), step);
        for (int i = 0; i < free.length; i++) {
            double g = gradient[i];
            free[i] -= optimizer.learningRate() * optimizer.weightDecay() * free[i];
            first[i] = optimizer.beta1() * first[i] + (1 - optimizer.beta1()) * g;
            second[i] = optimizer.beta2() * second[i] + (1 - optimizer.beta2()) * g * g;
            double v = second[i];
            if (optimizer.amsgrad()) {
                largest[i] = Math.max(largest[i], v);
                v = largest[i];
            }
            double denominator = StrictMath.sqrt(v) / StrictMath.sqrt(correction2) + optimizer.epsilon();
            free[i] -= optimizer.learningRate() / correction1 * first[i] / denominator;
        }
        raw = raw();
    }

    private double[] raw() {
        double[] result = new double[map.raw()];
        for (int r = 0; r < result.length; r++) {
            for (int e = map.rowStart()[r]; e < map.rowStart()[r + 1]; e++) {
                result[r] += map.value()[e] * free[map.column()[e]];
            }
        }
        return result;
    }

    private double[] copy(double[] values, String what) {
        if (values.length != map.free()) {
            throw new IllegalArgumentException(
                    values.length + " " + what + "; the model has " + map.free() + " free parameters");
        }
        return values.clone();
    }
}
