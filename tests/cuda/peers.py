"""Updates in PyTorch, beside which beside.py times ours: of the published image networks and of 25 Gaussians, as the
library makes them: one forward pass for both losses, the potential exact, both networks moved by Adam. What is timed is
as fast as PyTorch has it: channels last where that is faster, fused Adam, samples that are on the device already."""
import contextlib

import torch
import torch.nn.functional as functional
from torch import nn

LATENT = 32


class Same(nn.Module):
    """5 x 5 convolution of stride 2, padded as TensorFlow's "same"."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 5, stride=2)

    def forward(self, x):
        return self.conv(functional.pad(x, (1, 2, 1, 2)))


class Generator(nn.Module):
    def __init__(self, side):
        super().__init__()
        self.dense = nn.Linear(LATENT, 4 * 4 * 1024)
        layers, channels, at = [], 1024, 4
        while at < side:
            at *= 2
            outputs = 3 if at == side else channels // 2
            layers.append(nn.ConvTranspose2d(channels, outputs, 5, stride=2, padding=2, output_padding=1))
            if at < side:
                layers += [nn.BatchNorm2d(outputs, eps=1e-3), nn.ReLU()]
            channels = outputs
        self.layers = nn.Sequential(*layers)

    def forward(self, z):
        x = self.layers(functional.relu(self.dense(z)).view(-1, 1024, 4, 4))
        return 1.7159 * torch.tanh(x * (2 / 3))


class Discriminator(nn.Module):
    def __init__(self, side, width):
        super().__init__()
        layers, inputs = [], 3
        for layer in range(4):
            outputs = width << layer
            layers += [Same(inputs, outputs), nn.BatchNorm2d(outputs, eps=1e-3), nn.LeakyReLU(0.2)]
            inputs = outputs
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs * (side // 16) ** 2, 1))

    def forward(self, x):
        return self.layers(x)[:, 0]


def dense_network(activation, outputs):
    return nn.Sequential(nn.Linear(2, 128), activation(), nn.Linear(128, 128), activation(), nn.Linear(128, outputs))


class Update:
    """gradients() returns those of the discriminator and of the generator; step() also moves both."""

    def __init__(self, place, rates, generator, discriminator):
        self.place = place
        self.generator, self.discriminator = generator, discriminator
        self.parameters = [list(net.parameters()) for net in (discriminator, generator)]
        options = {"fused": True, "capturable": place == "cuda"}
        self.optimizers = [torch.optim.Adam(group, lr=rate, **options) for group, rate in zip(self.parameters, rates)]

    def step(self, gradients=None):
        for group, found in zip(self.parameters, (gradients or self.gradients)()):
            for parameter, gradient in zip(group, found):
                parameter.grad = gradient
        for optimizer in self.optimizers:
            optimizer.step()


class ImageUpdate(Update):
    def __init__(self, place, side, width, batch, precision):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = precision != "float32"
        torch.backends.cudnn.benchmark = True
        # plain float32 is slower in channels last
        self.layout = torch.contiguous_format if precision == "float32" else torch.channels_last
        networks = [net.to(place, memory_format=self.layout) for net in (Generator(side), Discriminator(side, width))]
        super().__init__(place, (5e-5, 1e-4), *networks)
        self.target = (torch.rand(batch, 3, side, side, device=place) * 2 - 1).contiguous(memory_format=self.layout)
        self.precision = precision

    def autocast(self):
        half = self.precision == "bf16"
        return torch.autocast(self.place, torch.bfloat16) if half else contextlib.nullcontext()

    def potentials(self, model):
        with torch.no_grad():
            samples = torch.cat([model, self.target]).flatten(1)
            square = (samples * samples).sum(1)
            distances = (square[:, None] + square[None] - 2 * samples @ samples.T).clamp_(min=0)
            kernel = distances.add_(1.0).rsqrt_()
            count = len(model)
            return (kernel[:, count:].mean(1) - kernel[:, :count].mean(1)).split(count)

    def gradients(self):
        with self.autocast():
            made = self.generator(torch.randn(len(self.target), LATENT, device=self.place))
            model = made.detach().requires_grad_(True)
            at_model, at_target = self.discriminator(model).float(), self.discriminator(self.target).float()
        wanted = self.potentials(model.float())
        loss = (at_model - wanted[0]).square().mean() + (at_target - wanted[1]).square().mean()
        of_discriminator = torch.autograd.grad(loss, self.parameters[0], retain_graph=True)
        slope, = torch.autograd.grad(-at_model.mean(), model)
        return of_discriminator, torch.autograd.grad(made, self.parameters[1], slope.to(made.dtype))


class PointUpdate(Update):
    def __init__(self, place, batch, points=100000):
        torch.backends.cuda.matmul.allow_tf32 = False
        networks = [net.to(place) for net in (dense_network(nn.ReLU, 2), dense_network(nn.ELU, 1))]
        super().__init__(place, (1e-4, 1e-4), *networks)
        means = 10.5 * torch.randint(-2, 3, (points, 2), device=place)
        self.points, self.batch = means + torch.randn(points, 2, device=place), batch

    def gradients(self):
        model = self.generator(torch.randn(self.batch, 2, device=self.place))
        target = self.points[torch.randint(0, len(self.points), (self.batch,), device=self.place)]
        samples = torch.cat([model, target])
        with torch.no_grad():
            square = torch.cdist(samples, samples, compute_mode="donot_use_mm_for_euclid_dist").square_()
            kernel = square.add_(1.0).rsqrt_()
            wanted = (kernel[:, self.batch:].sum(1) - kernel[:, :self.batch].sum(1)) / self.batch
        level = self.discriminator(samples)[:, 0]  # one pass for both: the network has no batch norm
        loss = (level - wanted).square().sum() / self.batch
        of_discriminator = torch.autograd.grad(loss, self.parameters[0], retain_graph=True)
        return of_discriminator, torch.autograd.grad(-level[:self.batch].mean(), self.parameters[1])


def make(place, setting, batch):
    torch.manual_seed(1)
    if setting.side == 0:
        return PointUpdate(place, batch)
    return ImageUpdate(place, setting.side, setting.width, batch, setting.precision)


def recorded(step):
    """The step as a CUDA graph."""
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


def compiled(update, **options):
    gradients = torch.compile(update.gradients, **options)
    return lambda: update.step(gradients)


# How the step is run; all but eager and compiled need a GPU.
MODES = {
    "eager": lambda update: update.step,
    "recorded": lambda update: recorded(update.step),
    "compiled": compiled,
    "compiled, recorded": lambda update: recorded(compiled(update)),
    "reduce-overhead": lambda update: compiled(update, mode="reduce-overhead"),
}


def synchronize(place):
    if place == "cuda":
        torch.cuda.synchronize()


def describe(place):
    name = torch.cuda.get_device_name(0) if place == "cuda" else f"CPU, {torch.get_num_threads()} threads"
    return f"PyTorch {torch.__version__}, cuDNN {torch.backends.cudnn.version()}, {name}"


def forget():
    """What the last update took."""
    torch._dynamo.reset()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
