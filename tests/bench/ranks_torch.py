"""The updates of ranks.c in PyTorch's DistributedDataParallel over gloo. As there each process does its part of the batch
and the potentials are those of the whole; a process computes those of its own samples. Arguments: "points" or "image",
processes, threads of a process, batch, updates of a window, windows. Prints what ranks.c prints."""
import os
import sys
import tempfile
import time

import torch
import torch.distributed as distributed
import torch.nn.functional as functional
from torch import nn
from torch.nn.parallel import DistributedDataParallel

LATENT, SIDE, WIDTH = 32, 64, 128
image = sys.argv[1] == "image"
processes, threads, batch, updates, windows = (int(word) for word in sys.argv[2:7])


class Same(nn.Module):
    """5 x 5 convolution of stride 2, padded as TensorFlow's "same"."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 5, stride=2)

    def forward(self, x):
        return self.conv(functional.pad(x, (1, 2, 1, 2)))


class Tanh(nn.Module):
    def forward(self, x):
        return 1.7159 * torch.tanh(x * (2 / 3))


def image_networks():
    layers, channels, at = [nn.Linear(LATENT, 4 * 4 * 1024), nn.ReLU(), nn.Unflatten(1, (1024, 4, 4))], 1024, 4
    while 2 * at < SIDE:
        layers += [nn.ConvTranspose2d(channels, channels // 2, 5, stride=2, padding=2, output_padding=1),
                   nn.BatchNorm2d(channels // 2, eps=1e-3), nn.ReLU()]
        channels, at = channels // 2, 2 * at
    layers += [nn.ConvTranspose2d(channels, 3, 5, stride=2, padding=2, output_padding=1), Tanh()]
    judging, inputs, at = [], 3, SIDE
    for layer in range(4):
        outputs, at = WIDTH << layer, at // 2
        judging += [Same(inputs, outputs), nn.BatchNorm2d(outputs, eps=1e-3), nn.LeakyReLU(0.2)]
        inputs = outputs
    judging += [nn.Flatten(), nn.Linear(inputs * at * at, 1)]
    return nn.Sequential(*layers), nn.Sequential(*judging)


def point_networks():
    def network(activation, outputs):
        return nn.Sequential(nn.Linear(2, 128), activation(), nn.Linear(128, 128), activation(), nn.Linear(128, outputs))

    return network(nn.ReLU, 2), network(nn.ELU, 1)


def gathered(samples):
    """All processes' samples, this one's first."""
    if processes == 1:
        return samples
    found = [torch.empty_like(samples) for _ in range(processes)]
    distributed.all_gather(found, samples)
    own = distributed.get_rank()
    return torch.cat([samples, *(part for rank, part in enumerate(found) if rank != own)])


def potentials(model, target):
    """At this process's model and target samples; exponent 1, epsilon 1."""
    with torch.no_grad():
        model, target, own = model.flatten(1), target.flatten(1), len(model)
        models, targets = gathered(model), gathered(target)
        at = torch.cat([models[:own], targets[:own]])
        mode = "use_mm_for_euclid_dist" if image else "donot_use_mm_for_euclid_dist"

        def mean(charges):
            return torch.cdist(at, charges, compute_mode=mode).square_().add_(1.0).rsqrt_().mean(1)

        return mean(targets) - mean(models)


def run(rank, meeting):
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(1)
    if processes > 1:
        distributed.init_process_group("gloo", init_method=meeting, rank=rank, world_size=processes)
    bare = image_networks() if image else point_networks()
    if image:
        bare = tuple(network.to(memory_format=torch.channels_last) for network in bare)
    options = {"broadcast_buffers": False, "gradient_as_bucket_view": True}
    nets = bare if processes == 1 else tuple(DistributedDataParallel(network, **options) for network in bare)
    groups = [list(network.parameters()) for network in bare]
    optimizers = [torch.optim.Adam(group, lr=1e-4, fused=True) for group in groups]
    own, shape = batch // processes, (3, SIDE, SIDE) if image else (2,)
    data = torch.rand(own, *shape) * 2 - 1

    def update():
        model = nets[0](torch.randn(own, LATENT if image else 2))
        expected = potentials(model.detach(), data)
        if image:  # batch norm sees model and target samples apart
            level = bare[1](model)[:, 0]
            (-level.mean()).backward(inputs=groups[0])
            found = nets[1](model.detach())[:, 0], nets[1](data)[:, 0]
            loss = (torch.cat(found) - expected).square().sum() / own
            loss.backward()
        else:  # one pass for both networks' gradients
            level = nets[1](torch.cat([model, data]))[:, 0]
            loss = (level - expected).square().sum() / own
            loss.backward(inputs=groups[1], retain_graph=True)
            (-level[:own].mean()).backward(inputs=groups[0])
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=processes == 1)

    for _ in range(updates):
        update()
    times = []
    for _ in range(windows):
        start = time.perf_counter()
        for _ in range(updates):
            update()
        times.append((time.perf_counter() - start) / updates * 1e3)
    times.sort()
    if rank == 0:
        print(f"PyTorch {torch.__version__}, gloo, {processes} processes of {threads} threads: "
              f"{times[windows // 2]:.4f} ms an update (median), {times[0]:.4f} (least)", flush=True)
    if processes > 1:
        distributed.destroy_process_group()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        meeting = f"file://{os.path.join(directory, 'meeting')}"
        if processes == 1:
            run(0, meeting)
        else:
            torch.multiprocessing.spawn(run, (meeting,), nprocs=processes)
