package org.silverblaze.peers.torch;

import static org.bytedeco.pytorch.global.torch.mse_loss;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.InferenceMode;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.silverblaze.engine.AdamW;
import org.silverblaze.engine.Examples;
import org.silverblaze.network.NetworkShapes;

/**
 * One batch that libtorch trains on again and again: gradients set to none, forward, mean squared error, backward,
 * torch.optim.AdamW with {@code fused=True}. Inputs stand ready as float tensors. Used by one thread.
 */
// a scope is there to be closed
@SuppressWarnings("try")
final class TorchTraining {
    private final TorchNetwork network;
    private final Tensor inputs;
    private final Tensor targets;
    private final TensorVector parameters;
    private final org.bytedeco.pytorch.AdamW gradientsOwner;
    private final Function update;
    private final IValueVector arguments;
    private final int count;

    // Kept because the native side refers to them.
    private final CompilationUnit unit;
    private final List<Tensor> state = new ArrayList<>();

    TorchTraining(NetworkShapes shapes, TorchSetting setting, double[] start, Examples examples, AdamW optimizer) {
        network = new TorchNetwork(shapes, setting, start);
        inputs = network.inputs(examples);
        targets = TorchNetwork.targets(examples);
        List<Tensor> list = network.parameters();
        count = list.size();
        parameters = new TensorVector(list.toArray(new Tensor[0]));
        gradientsOwner = new org.bytedeco.pytorch.AdamW(parameters);
        unit = torch.compile(script(count, optimizer));
        update = unit.find_function(new QualifiedName("update"));
        arguments = new IValueVector();
        arguments.resize((long) KINDS.length * count);
        for (int i = 0; i < count; i++) {
            Tensor parameter = list.get(i);
            put(0, i, parameter);
            for (int kind = 2; kind < KINDS.length; kind++) {
                Tensor zero = kind == KINDS.length - 1 ? zeros() : zeros_like(parameter.detach());
                state.add(zero);
                put(kind, i, zero);
            }
        }
    }

    /** Parameter, gradient, first and second moment, largest second moment, step. */
    private static final String[] KINDS = {"p", "g", "m", "v", "w", "s"};

    private static Tensor zeros() {
        return torch.zeros(1).view(new long[0]);
    }

    private void put(int kind, int i, Tensor tensor) {
        arguments.put((long) kind * count + i, new IValue(tensor));
    }

    /** The fused optimizer has no C++ name; TorchScript reaches it. The lists are returned, so that nothing of it is dead code. */
    private static String script(int count, AdamW o) {
        String signature = IntStream.range(0, KINDS.length * count)
                .mapToObj(k -> KINDS[k / count] + k % count + ": Tensor")
                .collect(Collectors.joining(", "));
        StringBuilder lists = new StringBuilder();
        for (String kind : KINDS) {
            String members = IntStream.range(0, count).mapToObj(i -> kind + i).collect(Collectors.joining(", "));
            lists.append("    ").append(kind).append(" = [").append(members).append("]\n");
        }
        return "def update(" + signature + "):\n" + lists + "    torch._foreach_add_(s, 1)\n"
                + String.format(
                        Locale.ROOT,
                        "    torch._fused_adamw_(p, g, m, v, w, s, lr=%s, beta1=%s, beta2=%s, weight_decay=%s, eps=%s,"
                                + " amsgrad=%s, maximize=False)%n",
                        o.learningRate(),
                        o.beta1(),
                        o.beta2(),
                        o.weightDecay(),
                        o.epsilon(),
                        o.amsgrad() ? "True" : "False")
                + "    return p, m, v, w, s\n";
    }

    void step() {
        try (PointerScope scope = new PointerScope()) {
            backward();
            NoGradGuard guard = new NoGradGuard();
            for (int i = 0; i < count; i++) {
                put(1, i, network.parameters().get(i).grad());
            }
            update.apply(arguments);
            guard.close();
        }
    }

    private Tensor backward() {
        gradientsOwner.zero_grad();
        Tensor loss = mse_loss(network.forward(inputs), targets);
        loss.backward();
        return loss;
    }

    /** Mean loss at the parameters that hold now; leaves the gradients in place. */
    double gradient() {
        try (PointerScope scope = new PointerScope()) {
            return backward().item_double();
        }
    }

    /** The gradients of the last {@link #gradient}, in the order of our parameters. */
    double[] gradients() {
        try (PointerScope scope = new PointerScope()) {
            double[] all = new double[0];
            for (Tensor parameter : network.parameters()) {
                float[] values = values(parameter.grad());
                int at = all.length;
                all = Arrays.copyOf(all, at + values.length);
                for (int i = 0; i < values.length; i++) {
                    all[at + i] = values[i];
                }
            }
            return all;
        }
    }

    void forward() {
        try (PointerScope scope = new PointerScope()) {
            InferenceMode mode = new InferenceMode(true);
            network.forward(inputs);
            mode.close();
        }
    }

    /** Outputs of the batch, row-major {@code [example][output]}. */
    float[] outputs() {
        try (PointerScope scope = new PointerScope()) {
            return values(network.forward(inputs).detach());
        }
    }

    private static float[] values(Tensor tensor) {
        Tensor rows = tensor.contiguous();
        float[] values = new float[Math.toIntExact(rows.numel())];
        new FloatPointer(rows.data_ptr()).get(values);
        return values;
    }
}
