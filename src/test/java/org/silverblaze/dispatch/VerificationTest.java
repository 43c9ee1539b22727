package org.silverblaze.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.silverblaze.engine.ChainBlock;
import org.silverblaze.engine.ChainSpec;
import org.silverblaze.engine.ChainState;
import org.silverblaze.engine.CompiledNetwork;
import org.silverblaze.engine.Engine;
import org.silverblaze.engine.EngineStatus;
import org.silverblaze.engine.Examples;
import org.silverblaze.engine.FieldEngine;
import org.silverblaze.engine.NetworkEngine;
import org.silverblaze.engine.NetworkProblem;
import org.silverblaze.engine.OptimizerState;
import org.silverblaze.engine.SamplingEngine;
import org.silverblaze.engine.reference.ReferenceEngine;

/** The self-test finds nothing in right engines and each fault that is put into one. */
final class VerificationTest {
    @Test
    void theReferencePassesAgainstItself() {
        List<String> started = new ArrayList<>();
        Verification.Result result = Verification.verify(new ReferenceEngine(), started::add);
        assertThat(result.available()).isTrue();
        assertThat(result.checks())
                .allSatisfy(check -> assertThat(check.passed())
                        .as(check.name() + check.detail())
                        .isTrue());
        assertThat(result.passed()).isEqualTo(started.size()).isGreaterThan(40);
        assertThat(result.leftOut()).isEmpty();
    }

    @Test
    void anEngineThatIsNotThereIsNotChecked() {
        Engine missing = new Changed() {
            @Override
            public EngineStatus status() {
                return new EngineStatus(false, "no device");
            }
        };
        Verification.Result result = Verification.verify(missing, check -> {});
        assertThat(result.available()).isFalse();
        assertThat(result.checks()).isEmpty();
    }

    @Test
    void aChainWithOneWrongFluxFails() {
        Engine wrong = new Changed() {
            @Override
            public SamplingEngine sampling() {
                SamplingEngine right = super.sampling();
                return new SamplingEngine() {
                    @Override
                    public ChainBlock start(ChainSpec spec, int firstChain, int chains) {
                        return right.start(spec, firstChain, chains);
                    }

                    @Override
                    public ChainBlock resume(ChainSpec spec, ChainState state) {
                        state.legs()[0]++;
                        return right.resume(spec, state);
                    }
                };
            }
        };
        Verification.Result result = Verification.verify(wrong, check -> {});
        assertThat(result.failed()).isEqualTo(2);
        assertThat(result.checks())
                .filteredOn(check -> !check.passed())
                .allSatisfy(check -> assertThat(check.name()).contains("go on from the state"));
    }

    @Test
    void aGradientThatIsSlightlyOffFails() {
        Engine wrong = new Changed() {
            @Override
            public NetworkEngine networks() {
                NetworkEngine right = super.networks();
                return problem -> new WrongGradient(right.compile(problem));
            }
        };
        Verification.Result result = Verification.verify(wrong, check -> {});
        assertThat(result.checks())
                .filteredOn(check -> !check.passed())
                .isNotEmpty()
                .allSatisfy(check -> assertThat(check.detail()).startsWith("gradient differs by"));
    }

    /** The reference under another name. */
    private abstract static class Changed implements Engine {
        private final Engine right = new ReferenceEngine();

        @Override
        public String name() {
            return "changed";
        }

        @Override
        public EngineStatus status() {
            return right.status();
        }

        @Override
        public SamplingEngine sampling() {
            return right.sampling();
        }

        @Override
        public FieldEngine fields() {
            return right.fields();
        }

        @Override
        public NetworkEngine networks() {
            return right.networks();
        }
    }

    /** Adds a ten thousandth of the largest entry to the last one. */
    private record WrongGradient(CompiledNetwork right) implements CompiledNetwork {
        @Override
        public double gradient(int model, Examples examples, int[] selection, double[] gradient) {
            double loss = right.gradient(model, examples, selection, gradient);
            double largest = Arrays.stream(gradient).map(Math::abs).max().orElseThrow();
            gradient[gradient.length - 1] += 1e-4 * largest;
            return loss;
        }

        @Override
        public NetworkProblem problem() {
            return right.problem();
        }

        @Override
        public int outputs() {
            return right.outputs();
        }

        @Override
        public void setParameters(int model, double[] free) {
            right.setParameters(model, free);
        }

        @Override
        public double[] parameters(int model) {
            return right.parameters(model);
        }

        @Override
        public void setOptimizerState(int model, OptimizerState state) {
            right.setOptimizerState(model, state);
        }

        @Override
        public OptimizerState optimizerState(int model) {
            return right.optimizerState(model);
        }

        @Override
        public double[] forward(int model, Examples examples, int[] selection) {
            return right.forward(model, examples, selection);
        }

        @Override
        public void trainStep(Examples examples, int[][] selections, double[] losses) {
            right.trainStep(examples, selections, losses);
        }

        @Override
        public double[] featureMap(int model, int layer, Examples examples, int example) {
            return right.featureMap(model, layer, examples, example);
        }

        @Override
        public void close() {
            right.close();
        }
    }
}
