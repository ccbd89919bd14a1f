"""A whole step of GRPO in PyTorch: rollout, reward, advantages, reference, gradient, AdamW."""
import time

import torch

from policy import draw


def reward(completion, answer):
    """1 for a right answer, at once or after working in brackets."""
    if completion.startswith("["):
        end = completion.find("]")
        return float(end >= 0 and completion[end + 1:] == answer)
    return float(completion == answer)


class Step:
    def __init__(self, work, arrays, policy):
        self.work, self.facts, self.arrays, self.policy = work, work["step"], arrays, policy
        self.optimizer = None
        self.index = 0

    def load(self, prefix):
        """Adapter and moments of a state of the work."""
        self.policy.load(self.arrays[f"{prefix}.parameters"])
        options = self.work["optimizer"]
        self.optimizer = torch.optim.AdamW(
            self.policy.factors.values(),
            betas=(options["beta1"], options["beta2"]),
            eps=options["epsilon"],
            weight_decay=options["weightDecay"],
            foreach=True,
        )
        for segment in self.policy.segments:
            factor = self.policy.factors[segment["name"]]
            part = slice(segment["offset"], segment["offset"] + factor.numel())
            self.optimizer.state[factor] = {
                "step": torch.tensor(float(self.work["updates"])),
                "exp_avg": self.arrays[f"{prefix}.firstMoment"][part].clone().reshape(factor.shape),
                "exp_avg_sq": self.arrays[f"{prefix}.secondMoment"][part].clone().reshape(factor.shape),
            }

    def update(self, rates):
        torch.nn.utils.clip_grad_norm_(self.policy.factors.values(), rates["maxGradNorm"])
        self.optimizer.param_groups[0]["lr"] = rates["learningRate"]
        self.optimizer.step()
        self.optimizer.zero_grad()

    def rewind(self):
        self.load("step.before")
        self.index = 0

    @torch.no_grad()
    def rollout(self):
        """Tokens [rows, prompt + completion] padded on the right, mask and log-probs [rows, completion]."""
        prompts = self.arrays["step.prompts"][self.index].long()
        uniforms = self.arrays["step.uniforms"][self.index]
        ends = torch.tensor(self.facts["endIds"])
        cache = [None] * self.work["config"]["layers"]
        logits = self.policy.forward(prompts, True, cache)[:, -1]
        running = torch.ones(len(prompts), dtype=torch.bool)
        ids, mask, logs = [], [], []
        for t in range(self.facts["completionLength"]):
            drawn, log = draw(logits, uniforms[:, t])
            drawn = torch.where(running, drawn, self.facts["padId"])
            ids.append(drawn)
            mask.append(running.clone())
            logs.append(torch.where(running, log, torch.zeros(())))
            running = running & ~torch.isin(drawn, ends)
            if not running.any() or t + 1 == self.facts["completionLength"]:
                break
            logits = self.policy.forward(drawn[:, None], True, cache)[:, -1]
        missing = self.facts["completionLength"] - len(ids)
        padded = [torch.nn.functional.pad(torch.stack(x, 1), (0, missing)) for x in (ids, mask, logs)]
        return torch.cat((prompts, padded[0]), 1), padded[1].float(), padded[2]

    def rewards(self, ids):
        vocabulary, first = self.facts["vocabulary"], self.facts["promptLength"]
        control = {self.facts["padId"], *self.facts["endIds"]}
        earned = []
        for row, completion in enumerate(ids[:, first:].tolist()):
            text = "".join(vocabulary[token] for token in completion if token not in control)
            earned.append(reward(text, self.facts["answers"][self.index][row // self.facts["groupSize"]]))
        return torch.tensor(earned)

    def run(self, parts):
        """One step; adds its milliseconds to `parts`. Returns tokens and rewards."""
        clock = [time.perf_counter()]
        ids, mask, logs = self.rollout()
        earned = self.rewards(ids)
        groups = earned.view(-1, self.facts["groupSize"])
        advantages = ((groups - groups.mean(1, keepdim=True)) / (groups.std(1, keepdim=True) + 1e-4)).view(-1, 1)
        clock.append(time.perf_counter())
        with torch.no_grad():
            self.policy.log_probs(ids, adapted=False)
        clock.append(time.perf_counter())
        # The mean over completions of the mean over their tokens.
        weights = mask / mask.sum(1, keepdim=True) / len(mask)
        before = self.facts["promptLength"] - 1
        old, advantages, weights = (
            torch.nn.functional.pad(x, (before, 0)) for x in (logs, advantages * mask, weights)
        )
        self.policy.loss(ids, old, advantages, weights, self.facts["clip"]).backward()
        self.update(self.facts["rates"][self.index])
        clock.append(time.perf_counter())
        self.index += 1
        for name, start, end in zip(("rollout", "score", "update"), clock, clock[1:]):
            parts[name] = parts.get(name, 0) + 1000 * (end - start)
        return ids, earned

    def answers(self):
        self.rewind()
        ids, earned = self.run({})
        return {
            "tokens": ids[:, self.facts["promptLength"]:].reshape(-1).tolist(),
            "rewards": earned.tolist(),
            "parameters": self.policy.flat().tolist(),
        }

    def time(self, repetitions):
        self.rewind()
        times, parts = [], {}
        for i in range(repetitions):
            if i > 0 and self.index == len(self.facts["rates"]):
                self.rewind()
            start = time.perf_counter()
            self.run(parts)
            times.append(1000 * (time.perf_counter() - start))
        return {"milliseconds": times, "parts": parts}
