"""One update of the image networks in PyTorch, in the order of the reference port: the generator moves first, through a
forward pass of its own, then the discriminator. Arguments: threads, side, width of the discriminator, batch, updates."""
import sys
import time

import torch
import torch.nn.functional as functional
from torch import nn

threads, side, width, batch, updates = (int(word) for word in sys.argv[1:6])
torch.set_num_threads(threads)
torch.set_flush_denormal(True)
torch.manual_seed(1)
LATENT = 32


class Same(nn.Module):
    """5 x 5 convolution of stride 2, padded as TensorFlow's "same"."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, 5, stride=2)

    def forward(self, x):
        return self.conv(functional.pad(x, (1, 2, 1, 2)))


def transposed(inputs, outputs):
    return nn.ConvTranspose2d(inputs, outputs, 5, stride=2, padding=2, output_padding=1)


class Generator(nn.Module):
    def __init__(self):
        super().__init__()
        self.dense = nn.Linear(LATENT, 4 * 4 * 1024)
        layers, channels, at = [], 1024, 4
        while 2 * at < side:
            layers += [transposed(channels, channels // 2), nn.BatchNorm2d(channels // 2, eps=1e-3), nn.ReLU()]
            channels, at = channels // 2, 2 * at
        self.layers = nn.Sequential(*layers, transposed(channels, 3))

    def forward(self, z):
        x = self.layers(functional.relu(self.dense(z)).view(-1, 1024, 4, 4))
        return 1.7159 * torch.tanh(x * (2 / 3))


class Discriminator(nn.Module):
    def __init__(self):
        super().__init__()
        layers, inputs, at = [], 3, side
        for layer in range(4):
            outputs, at = width << layer, at // 2
            layers += [Same(inputs, outputs), nn.BatchNorm2d(outputs, eps=1e-3), nn.LeakyReLU(0.2)]
            inputs = outputs
        self.layers = nn.Sequential(*layers, nn.Flatten(), nn.Linear(inputs * at * at, 1))

    def forward(self, x):
        return self.layers(x)[:, 0]


generator, discriminator = Generator(), Discriminator()
if len(sys.argv) > 6 and sys.argv[6] == "channels_last":
    generator, discriminator = (net.to(memory_format=torch.channels_last) for net in (generator, discriminator))
optimizer_g = torch.optim.Adam(generator.parameters(), lr=1e-4, fused=True)
optimizer_d = torch.optim.Adam(discriminator.parameters(), lr=5e-5, fused=True)
data = torch.rand(batch, 3, side, side) * 2 - 1


def potentials(model, target):
    with torch.no_grad():
        samples = torch.cat([model, target]).flatten(1)
        kernel = torch.cdist(samples, samples).square_().add_(1.0).rsqrt_()
        return (kernel[:, batch:].mean(1) - kernel[:, :batch].mean(1)).split(batch)


def update():
    z = torch.randn(batch, LATENT)
    for parameter in discriminator.parameters():
        parameter.requires_grad_(False)
    optimizer_g.zero_grad()
    (-discriminator(generator(z)).mean()).backward()
    optimizer_g.step()
    for parameter in discriminator.parameters():
        parameter.requires_grad_(True)
    optimizer_d.zero_grad()
    with torch.no_grad():
        model = generator(z)
    at_model, at_target = potentials(model, data)
    loss = (discriminator(model) - at_model).square().mean() + (discriminator(data) - at_target).square().mean()
    loss.backward()
    optimizer_d.step()


update()
times = []
for _ in range(updates):
    start = time.perf_counter()
    update()
    times.append(time.perf_counter() - start)
times.sort()
print(f"PyTorch {torch.__version__}, {threads} threads, oneDNN {torch.backends.mkldnn.is_available()}: "
      f"{times[len(times) // 2]:.3f} s an update (median), {times[0]:.3f} (least)")
