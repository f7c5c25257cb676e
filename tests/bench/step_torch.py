"""The same update as step.c in PyTorch: eager, one forward pass, fused Adam, denormals flushed, fastest of the ways tried."""
import sys
import time

import torch
from torch import nn

BATCH, WINDOWS, UPDATES, POINTS = 128, 41, 20, 100000
threads = int(sys.argv[1]) if len(sys.argv) > 1 else 1
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)
points = torch.randn(POINTS, 2) + 10.5 * torch.randint(-2, 3, (POINTS, 2))


def network(activation, outputs):
    return nn.Sequential(nn.Linear(2, 128), activation(), nn.Linear(128, 128), activation(), nn.Linear(128, outputs))


generator, discriminator = network(nn.ReLU, 2), network(nn.ELU, 1)
parameters = list(generator.parameters()), list(discriminator.parameters())
optimizers = [torch.optim.Adam(group, lr=1e-4, fused=True) for group in parameters]


def potentials(samples):
    """At the model samples, which come first, and at the target samples; exponent 1, epsilon 1."""
    with torch.no_grad():
        square = torch.cdist(samples, samples, compute_mode="donot_use_mm_for_euclid_dist").square_()
        kernel = square.add_(1.0).rsqrt_()
        return (kernel[:, BATCH:].sum(1) - kernel[:, :BATCH].sum(1)) / BATCH


def update():
    model = generator(torch.randn(BATCH, 2))
    target = points[torch.randint(0, POINTS, (BATCH,))]
    samples = torch.cat([model, target])
    potential = potentials(samples.detach())
    level = discriminator(samples)[:, 0]  # one pass for both: the network has no batch norm
    loss = (level - potential).square().sum() / BATCH
    gradients = torch.autograd.grad(loss, parameters[1], retain_graph=True)
    slopes = torch.autograd.grad(-level[:BATCH].mean(), parameters[0])
    for group, found in ((parameters[1], gradients), (parameters[0], slopes)):
        for parameter, gradient in zip(group, found):
            parameter.grad = gradient
    for optimizer in optimizers:
        optimizer.step()


for _ in range(50):
    update()
windows = []
for _ in range(WINDOWS):
    start = time.perf_counter()
    for _ in range(UPDATES):
        update()
    windows.append((time.perf_counter() - start) / UPDATES * 1e3)
windows.sort()
print(f"PyTorch {torch.__version__}, {threads} threads, MKL {torch.backends.mkl.is_available()}: "
      f"{windows[WINDOWS // 2]:.4f} ms an update (median), {windows[0]:.4f} (least)")
