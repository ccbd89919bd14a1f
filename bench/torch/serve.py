"""PyTorch as an engine: one line of JSON in, one line of JSON out. Arguments: folder of the work, threads."""
import json
import sys
import time

import torch

from grpo import Step
from policy import Policy, draw, read_work


class Engine:
    def __init__(self, folder, threads):
        torch.set_num_threads(threads)
        self.work, self.arrays = read_work(folder)
        self.policy = Policy(self.work, self.arrays)
        self.train = self.work["train"]
        self.ids = self.arrays["train.tokenIds"].long()
        self.step = Step(self.work, self.arrays, self.policy)

    def facts(self):
        return {
            "versions": f"PyTorch {torch.__version__}",
            "threads": torch.get_num_threads(),
            "kinds": ["train", "trainUpdate", "sample", "greedy", "step"],
        }

    def begin(self):
        self.step.load("state")

    def gradient(self):
        """Loss of the batch; the gradient is left on the factors."""
        for factor in self.policy.factors.values():
            factor.grad = None
        named = [self.arrays[f"train.{name}"] for name in ("oldLogProbs", "advantages", "weights")]
        loss = self.policy.loss(self.ids, *named, self.train["clip"])
        loss.backward()
        return loss.item()

    @torch.no_grad()
    def decode(self, sampled):
        """[rows, steps] tokens after the first token of each row."""
        rows, steps = self.train["rows"], self.train["steps"]
        ids = torch.arange(rows) % self.work["config"]["vocabSize"]
        cache = [None] * self.work["config"]["layers"]
        out = []
        for t in range(steps):
            logits = self.policy.forward(ids[:, None], True, cache)[:, -1]
            ids = draw(logits, self.arrays["decode.uniforms"][:, t])[0] if sampled else logits.argmax(-1)
            out.append(ids)
        return torch.stack(out, 1)

    def answers(self):
        self.begin()
        loss = self.gradient()
        gradient = self.policy.flat(lambda factor: factor.grad)
        self.step.update(self.train["rates"])
        updated = self.policy.flat()
        self.begin()
        return {
            "loss": loss,
            "gradient": gradient.tolist(),
            "updated": updated.tolist(),
            "greedy": self.decode(False).reshape(-1).tolist(),
            "sampled": self.decode(True).reshape(-1).tolist(),
            "step": self.step.answers(),
        }

    def time(self, kind, repetitions):
        if kind == "step":
            return self.step.time(repetitions)
        self.begin()
        times = []
        for _ in range(repetitions):
            start = time.perf_counter()
            if kind in ("sample", "greedy"):
                self.decode(kind == "sample")
            else:
                self.gradient()
            if kind == "trainUpdate":
                self.step.update(self.train["rates"])
            spent = 1000 * (time.perf_counter() - start)
            times.append(spent / (self.train["steps"] if kind in ("sample", "greedy") else 1))
        return {"milliseconds": times}


def main():
    engine = Engine(sys.argv[1], int(sys.argv[2]))
    for line in sys.stdin:
        request = json.loads(line)
        try:
            answer = {"value": getattr(engine, request["method"])(*request["args"])}
        except Exception as error:  # The other side reports it as the reason of a missing row.
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
