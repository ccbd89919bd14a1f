"""The policy in PyTorch, eager: a Llama-style decoder with LoRA on seven linears, its loss, cache and sampling."""
import json
import math

import torch
import torch.nn.functional as F

TARGETS = ("q", "k", "v", "o", "gate", "up", "down")


def read_work(folder):
    """Facts of work.json and its arrays as tensors by name."""
    with open(f"{folder}/work.json", encoding="utf-8") as file:
        work = json.load(file)
    with open(f"{folder}/work.bin", "rb") as file:
        buffer = bytearray(file.read())
    kinds = {"float32": torch.float32, "int32": torch.int32}
    arrays = {}
    for name, entry in work["arrays"].items():
        count = math.prod(entry["shape"])
        flat = torch.frombuffer(buffer, dtype=kinds[entry["dtype"]], count=count, offset=entry["offset"])
        arrays[name] = flat.clone().reshape(entry["shape"])
    return work, arrays


class Policy:
    """Frozen weights [in, out], and the adapter's factors A [in, r] and B [r, out] by name."""

    def __init__(self, work, arrays):
        self.config = work["config"]
        self.scale = work["adapter"]["scale"]
        self.segments = work["adapter"]["segments"]
        prefix = "weight."
        self.weights = {name[len(prefix):]: value for name, value in arrays.items() if name.startswith(prefix)}
        # As torch.nn.Linear keeps it: [out, in].
        self.linears = {name: w.t().contiguous() for name, w in self.weights.items() if w.dim() == 2}
        size = self.config["dim"] // self.config["heads"]
        inverse = self.config["ropeTheta"] ** (-torch.arange(0, size // 2, dtype=torch.float64) * 2 / size)
        angles = torch.outer(torch.arange(self.config["maxSequence"], dtype=torch.float64), inverse)
        angles = torch.cat((angles, angles), -1)
        self.cos, self.sin = angles.cos().float(), angles.sin().float()
        self.factors = {}

    def load(self, flat):
        """Sets the adapter from its flat vector; the factors become leaves with gradients."""
        self.factors = {}
        for segment in self.segments:
            count = math.prod(segment["shape"])
            part = flat[segment["offset"]:segment["offset"] + count]
            self.factors[segment["name"]] = part.clone().reshape(segment["shape"]).requires_grad_(True)

    def flat(self, of=lambda factor: factor.detach()):
        return torch.cat([of(self.factors[segment["name"]]).reshape(-1) for segment in self.segments])

    def linear(self, name, x, adapted):
        y = F.linear(x, self.linears[name])
        if not adapted:
            return y
        return y + (x @ self.factors[f"{name}.a"]) @ self.factors[f"{name}.b"] * self.scale

    def norm(self, name, x):
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + self.config["normEps"]) * self.weights[name]

    def heads(self, x):
        rows, length, _ = x.shape
        return x.view(rows, length, self.config["heads"], -1).transpose(1, 2)

    def rotate(self, x, start):
        length, half = x.shape[2], x.shape[3] // 2
        turned = torch.cat((-x[..., half:], x[..., :half]), -1)
        return x * self.cos[start:start + length] + turned * self.sin[start:start + length]

    def forward(self, ids, adapted=True, cache=None):
        """Logits [rows, length, V]; with a cache, a list of [keys, values] by layer, ids continue it."""
        x = self.weights["embedding"][ids]
        rows, length = ids.shape
        start = 0 if cache is None or cache[0] is None else cache[0][0].shape[2]
        mask = None
        if length > 1:
            mask = torch.full((length, length), -math.inf).triu(1)
        for i in range(self.config["layers"]):
            layer = f"layers.{i}"
            normed = self.norm(f"{layer}.attention_norm", x)
            q, k, v = (self.heads(self.linear(f"{layer}.{name}", normed, adapted)) for name in "qkv")
            q, k = self.rotate(q, start), self.rotate(k, start)
            if cache is not None:
                if cache[i] is not None:
                    k, v = torch.cat((cache[i][0], k), 2), torch.cat((cache[i][1], v), 2)
                cache[i] = (k, v)
            scores = q @ k.transpose(-1, -2) / math.sqrt(q.shape[-1])
            if mask is not None:
                scores = scores + mask
            attended = (scores.softmax(-1) @ v).transpose(1, 2).reshape(rows, length, -1)
            x = x + self.linear(f"{layer}.o", attended, adapted)
            normed = self.norm(f"{layer}.mlp_norm", x)
            gate = F.silu(self.linear(f"{layer}.gate", normed, adapted))
            x = x + self.linear(f"{layer}.down", gate * self.linear(f"{layer}.up", normed, adapted), adapted)
        return F.linear(self.norm("norm", x), self.linears["head"])

    def log_probs(self, ids, adapted=True):
        """log p of each token after the first, [rows, length - 1]."""
        logits = self.forward(ids[:, :-1], adapted)
        return logits.log_softmax(-1).gather(-1, ids[:, 1:, None]).squeeze(-1)

    def loss(self, ids, old, advantages, weights, clip):
        """GRPO's clipped loss, summed with weights per token."""
        ratio = (self.log_probs(ids) - old).exp()
        clipped = ratio.clamp(1 - clip, 1 + clip)
        return (-torch.minimum(ratio * advantages, clipped * advantages) * weights).sum()


def draw(logits, uniforms):
    """A token per row at the share `uniforms` of its cumulative probability, with its log-probability."""
    log = logits.log_softmax(-1)
    sums = log.exp().cumsum(-1)
    ids = (sums <= uniforms[:, None] * sums[:, -1:]).sum(-1).clamp_max(log.shape[-1] - 1)
    return ids, log.gather(-1, ids[:, None]).squeeze(-1)
