#!/usr/bin/env python3
"""Training steps of PyTorch on a GPU beside cuda-bench: the same networks, batch and optimizer; one JSON object a line.

Forward, mean squared error, backward, AdamW with amsgrad (fused), float32 without TF32 unless --tf32. Inputs stand ready on the device as
float32. Each way takes the faster of two halos: padding_mode='circular' and a concatenated halo. Ways: eager; torch.compile;
a CUDA graph of the eager step; and an ensemble by torch.func.vmap with the optimizer's formula on the stacked parameters.
"""

import argparse
import json
import statistics
import sys
import time

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("steps.py: torch is not installed")

REPETITIONS = 7
SECONDS = 0.1


def halo(x):
    x = torch.cat([x[..., -1:, :], x, x[..., :1, :]], -2)
    return torch.cat([x[..., -1:], x, x[..., :1]], -1)


class Net(nn.Module):
    def __init__(self, convolutions, channels, concatenated):
        super().__init__()
        self.concatenated = concatenated
        padding = {} if concatenated else {"padding": 1, "padding_mode": "circular"}
        self.convolutions = nn.ModuleList(nn.Conv2d(4 if i == 0 else channels, channels, 3, **padding) for i in range(convolutions))
        self.dense = nn.Linear(channels, 2)

    def forward(self, x):
        for convolution in self.convolutions:
            x = torch.relu(convolution(halo(x) if self.concatenated else x))
        return self.dense(x.mean((-2, -1)))


def rates(call):
    for _ in range(3):
        call()
    torch.cuda.synchronize()
    all_rates = []
    for _ in range(REPETITIONS):
        calls = 0
        begin = time.perf_counter()
        while True:
            call()
            calls += 1
            if calls % 4 == 0:
                torch.cuda.synchronize()
                if time.perf_counter() - begin >= SECONDS:
                    break
        all_rates.append(calls / (time.perf_counter() - begin))
    return statistics.median(all_rates), min(all_rates), max(all_rates)


def data(t, x, batch):
    torch.manual_seed(1)
    return torch.randint(-2, 3, (batch, 4, t, x), device="cuda").float(), torch.rand(batch, 2, device="cuda") * 2 - 1


def stepper(net, inputs, targets, capturable=False):
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-4, weight_decay=0.01, amsgrad=True, fused=True, capturable=capturable)

    def step():
        optimizer.zero_grad(set_to_none=True)
        loss = nn.functional.mse_loss(net(inputs), targets)
        loss.backward()
        optimizer.step()
        return loss

    return step


def graphed(step):
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        for _ in range(3):
            step()
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        step()
    return graph.replay


def vmapped(models, convolutions, channels, concatenated, inputs, targets):
    nets = [Net(convolutions, channels, concatenated).cuda() for _ in range(models)]
    parameters, buffers = torch.func.stack_module_state(nets)
    skeleton = Net(convolutions, channels, concatenated).to("meta")
    parameters = {k: v.detach() for k, v in parameters.items()}

    def loss(p, b, x, y):
        return nn.functional.mse_loss(torch.func.functional_call(skeleton, (p, b), (x,)), y)

    gradient = torch.func.vmap(torch.func.grad(loss), in_dims=(0, 0, 0, 0))
    xs = torch.stack([inputs[torch.randperm(len(inputs), device="cuda")] for _ in range(models)])
    ys = torch.stack([targets] * models)
    tensors = list(parameters.values())
    optimizer = torch.optim.AdamW([t.requires_grad_() for t in tensors], lr=1e-4, weight_decay=0.01, amsgrad=True, fused=True)

    def step():
        gradients = gradient(parameters, buffers, xs, ys)
        for key, tensor in parameters.items():
            tensor.grad = gradients[key]
        optimizer.step()

    return step


def report(way, name, models, build):
    best = None
    for concatenated in (False, True):
        try:
            found = rates(build(concatenated))
        except Exception as error:  # a way that PyTorch refuses is a line of the result
            print(json.dumps({"way": way, "name": name, "models": models, "halo": concatenated, "error": str(error).splitlines()[0][:200]}), flush=True)
            continue
        if best is None or found[0] > best[0]:
            best = (*found, concatenated)
    if best is not None:
        print(
            json.dumps(
                {
                    "way": way,
                    "name": name,
                    "models": models,
                    "steps_per_second": best[0],
                    "least": best[1],
                    "most": best[2],
                    "microseconds": 1e6 / best[0],
                    "halo": "concatenated" if best[3] else "circular",
                    "tf32": torch.backends.cudnn.allow_tf32,
                }
            ),
            flush=True,
        )


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--tf32", action="store_true")
    options.add_argument("--no-compile", action="store_true")
    tf32 = options.parse_args()
    if not torch.cuda.is_available():
        sys.exit("steps.py: torch sees no device")
    torch.backends.cuda.matmul.allow_tf32 = tf32.tf32
    torch.backends.cudnn.allow_tf32 = tf32.tf32
    torch.backends.cudnn.benchmark = True
    print(json.dumps({"torch": torch.__version__, "cuda": torch.version.cuda, "device": torch.cuda.get_device_name(0)}), flush=True)
    for label, convolutions, channels, t, x, batch in (("EQ-small", 3, 16, 60, 4, 100), ("EQ-32", 3, 32, 64, 64, 256)):
        name = f"step/{label}/{t}x{x}/{batch}"
        inputs, targets = data(t, x, batch)
        report("eager", name, 1, lambda c: stepper(Net(convolutions, channels, c).cuda(), inputs, targets))
        report("graph", name, 1, lambda c: graphed(stepper(Net(convolutions, channels, c).cuda(), inputs, targets, True)))
        if not tf32.no_compile:
            report("compile", name, 1, lambda c: stepper(torch.compile(Net(convolutions, channels, c).cuda(), mode="max-autotune-no-cudagraphs" if batch > 100 else "reduce-overhead"), inputs, targets))
        if label == "EQ-small":
            for models in (4, 16, 64):
                report("vmap", name, models, lambda c: vmapped(models, convolutions, channels, c, inputs, targets))


if __name__ == "__main__":
    main()
