"""`python -m qa.training.encoder`: the encoder that Seedbed ships with, from all-MiniLM-L6-v2 as it was published."""

from pathlib import Path
from typing import Any

from tokenizers import Tokenizer
from torch import Tensor, nn

from index.bundled_encoder import WEIGHTS
from index.encoding import BUNDLED, model_folder
from qa.training.export import export


class TextModel(nn.Module):
    """A text in; out, the mean of its tokens, at length 1."""

    def __init__(self, folder: Path) -> None:
        """Take the BERT in `folder`."""
        from transformers import BertModel

        super().__init__()
        self.encoder: Any = BertModel.from_pretrained(str(folder), add_pooling_layer=False, attn_implementation="eager")

    def forward(self, input_ids: Tensor, token_type_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return vectors of shape (texts, dimension), from integers of shape (texts, tokens)."""
        hidden: Tensor = self.encoder(
            input_ids=input_ids, token_type_ids=token_type_ids, attention_mask=attention_mask
        ).last_hidden_state
        seen = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return nn.functional.normalize((hidden * seen).sum(dim=1) / seen.sum(dim=1), dim=-1)


def write_encoder(folder: Path, target: Path, quantized: bool = True) -> None:
    """Write the model in `folder` to `target`; in float32 when not `quantized`."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    network = TextModel(folder)
    config = network.encoder.config
    # What goes into these has passed a GELU: its few large values leave too few of eight bits' steps to the many small.
    outlets = (config.intermediate_size, config.hidden_size)
    export(network, tokenizer.to_str(), target, quantized, output="vectors", per_token=False, left_whole=outlets)


if __name__ == "__main__":
    write_encoder(model_folder(BUNDLED), WEIGHTS)
