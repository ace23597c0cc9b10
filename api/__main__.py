"""Where the `seedbed` command begins."""

import signal


def main() -> None:
    """Run the command; Ctrl+C while the libraries are still being loaded ends it without a stack trace."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    from api.cli import app

    signal.signal(signal.SIGINT, signal.default_int_handler)
    app()


if __name__ == "__main__":
    main()
