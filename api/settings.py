"""Settings: flags over environment (`SEEDBED_…`) over the file `seedbed.toml` over the defaults."""

from pathlib import Path
from typing import Self

from pydantic import Field, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from index.encoding import BUNDLED

#: Addresses that only this machine can reach.
LOCAL_NAMES = ("127.0.0.1", "localhost", "::1")


class Settings(BaseSettings):
    """What can be set. Wrong values are refused at start, by name."""

    model_config = SettingsConfigDict(env_prefix="SEEDBED_", toml_file="seedbed.toml", extra="forbid")

    seeds: Path = Field(default=Path("seeds"), description="The folder of documents.")
    data: Path = Field(default=Path(".seedbed"), description="Where the index is kept.")
    encoder: str = Field(
        default=BUNDLED,
        description="The one that ships, or a sentence-transformers model: a folder, or a name in the local cache.",
    )
    longest_reading: float = Field(
        default=60, gt=0, le=86400, description="In seconds; a file that takes longer to read is listed as unreadable."
    )
    reading_memory: int = Field(
        default=2048, ge=512, description="In MiB; a file that takes more to read is listed as unreadable."
    )
    floor: float = Field(default=0.12, ge=0, le=1, description="Answers with less confidence than this are not given.")
    host: str = Field(default="127.0.0.1", description="The address that `serve` listens on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port that `serve` listens on.")
    longest_question: int = Field(default=1000, ge=1, description="In characters; longer questions and quotes get 422.")
    largest_body: int = Field(default=65536, ge=1024, description="In bytes; larger requests get 413.")
    largest_upload: int = Field(default=104857600, ge=1024, description="In bytes; larger uploads get 413.")
    most_uploads: int = Field(default=100, ge=1, le=1000, description="Files in one upload; more get 413.")
    read_only: bool = Field(
        default=False,
        description="Refuse uploads and deletions; unless set, true where others than this machine reach `host`.",
    )

    @model_validator(mode="after")
    def _read_only_for_others(self) -> Self:
        if "read_only" not in self.model_fields_set:
            self.read_only = self.host not in LOCAL_NAMES
        return self

    most_conversations: int = Field(default=1000, ge=1, description="Beyond, those that rested longest are forgotten.")
    longest_conversation: int = Field(default=200, ge=1, description="In turns; of longer ones the last are kept.")
    conversation_days: float = Field(default=30, gt=0, description="Conversations that rest for longer are forgotten.")

    @field_validator("seeds", "data")
    @classmethod
    def _home(cls, folder: Path) -> Path:
        return folder.expanduser()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)
